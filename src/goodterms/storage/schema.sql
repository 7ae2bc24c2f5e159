-- The customer-owned tables. Every row carries its customer's bucket, first in every key; foreign keys stay inside one
-- customer and are never deferrable; there are no triggers. Append-only is by privilege (see roles.py).
-- In the tables that every renewal adds to, wide columns come before narrow ones: nothing is lost to alignment. What
-- follows from other columns is not stored. `policy` is the first 64 bits of the digest of a policy (see policy_numbers.py).

CREATE TABLE customers (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 4095),
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    timezone text,
    locale text NOT NULL,
    country text,
    state text,
    consumer boolean,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (bucket, id)
);

-- Support looks for names by the beginnings of their words, in every bucket.
CREATE INDEX customers_by_name ON customers USING gin (to_tsvector('simple', name));

CREATE TABLE subscriptions (
    bucket smallint NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    product text NOT NULL,
    plan text NOT NULL,
    interval_months integer NOT NULL CHECK (interval_months >= 0),
    interval_days integer NOT NULL CHECK (interval_days >= 0),
    anchor_at timestamptz NOT NULL,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    tax_minor bigint NOT NULL CHECK (tax_minor BETWEEN 0 AND price_minor),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    buyer_name text NOT NULL,
    buyer_email text NOT NULL,
    buyer_timezone text,
    buyer_country text,
    buyer_state text,
    buyer_consumer boolean,
    channel text NOT NULL,
    merchant_of_record text NOT NULL,
    gateway text NOT NULL,
    payment_method text,
    auto_renew boolean NOT NULL,
    created_at timestamptz NOT NULL,
    announced_term integer,
    announced_minor bigint,
    announced_at timestamptz,
    announced_again_at timestamptz,
    -- A higher price that was told too late for the next charge: it holds from the one after.
    price_told_minor bigint,
    price_told_at timestamptz,
    paid_through timestamptz,
    next_step_at timestamptz,
    expired_at timestamptz,
    end_reason text,
    version integer NOT NULL,
    last_fact integer NOT NULL,
    PRIMARY KEY (bucket, id),
    FOREIGN KEY (bucket, customer_id) REFERENCES customers (bucket, id),
    CHECK ((interval_months > 0) <> (interval_days > 0)),
    CHECK (num_nonnulls(announced_term, announced_minor, announced_at) IN (0, 3)),
    CHECK (announced_at < announced_again_at),
    CHECK ((price_told_minor IS NULL) = (price_told_at IS NULL)),
    CHECK (announced_again_at IS NULL OR announced_at IS NOT NULL),
    CHECK ((expired_at IS NULL) = (end_reason IS NULL)),
    CHECK (expired_at IS NULL OR NOT auto_renew)
)
-- Each renewal rewrites the row twice: room on its page keeps the table from growing and the log short.
WITH (fillfactor = 80);
-- At most one living subscription of a customer to a product.
CREATE UNIQUE INDEX subscriptions_one_living ON subscriptions (bucket, customer_id, product) WHERE expired_at IS NULL;
CREATE INDEX subscriptions_due ON subscriptions (next_step_at) WHERE next_step_at IS NOT NULL;

CREATE TABLE charges (
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    tax_minor bigint NOT NULL CHECK (tax_minor BETWEEN 0 AND amount_minor),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    policy bigint NOT NULL,
    intended_at timestamptz NOT NULL,
    sent_at timestamptz,
    check_at timestamptz,
    settled_at timestamptz,
    bucket smallint NOT NULL,
    term_number smallint NOT NULL CHECK (term_number > 0),
    attempt smallint NOT NULL CHECK (attempt > 0),
    looked_up smallint NOT NULL,
    retryable boolean NOT NULL,
    id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('initial', 'renewal')),
    currency text NOT NULL,
    payment_method text NOT NULL,
    gateway text NOT NULL,
    state text NOT NULL CHECK (state IN ('intended', 'unknown', 'succeeded', 'declined')),
    gateway_ref text,
    decline_code text,
    PRIMARY KEY (bucket, id),
    FOREIGN KEY (bucket, subscription_id) REFERENCES subscriptions (bucket, id),
    CHECK (ends_at > starts_at),
    CHECK ((state IN ('intended', 'unknown')) = (settled_at IS NULL)),
    CHECK ((state IN ('intended', 'unknown')) = (check_at IS NOT NULL))
);
-- While one charge of a term is open, or has succeeded, no other can be; what was declined is there once an attempt.
-- An id is made of subscription, term and attempt, as is the key that a gateway knows a charge by: neither is there twice.
CREATE UNIQUE INDEX charges_one_open ON charges
    (bucket, subscription_id, term_number, (CASE WHEN state = 'declined' THEN attempt ELSE 0::smallint END));
-- Each gateway's charges are claimed by themselves: those of one that does not answer are never in the way of others.
CREATE INDEX charges_due ON charges (gateway, check_at) WHERE check_at IS NOT NULL;

CREATE TABLE orders (
    placed_at timestamptz NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    tax_minor bigint NOT NULL CHECK (tax_minor BETWEEN 0 AND amount_minor),
    refunded_minor bigint NOT NULL,
    excess_minor bigint NOT NULL CHECK (excess_minor >= 0),
    policy bigint NOT NULL,
    bucket smallint NOT NULL,
    term_number smallint NOT NULL CHECK (term_number > 0),
    disputed boolean NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    charge_id uuid,
    number text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('initial', 'renewal')),
    buyer_name text NOT NULL,
    buyer_email text NOT NULL,
    buyer_timezone text,
    channel text NOT NULL,
    merchant_of_record text NOT NULL,
    currency text NOT NULL,
    gateway text NOT NULL,
    gateway_ref text,
    -- What it was paid for; NULL is a plain purchase or renewal here, and not known of an imported order.
    origin text CHECK (origin IN ('purchase', 'trial_conversion', 'upgrade', 'plan_migration', 'instalment')),
    PRIMARY KEY (bucket, id),
    UNIQUE (bucket, subscription_id, term_number),
    UNIQUE (bucket, number),
    UNIQUE (bucket, id, currency),
    FOREIGN KEY (bucket, subscription_id) REFERENCES subscriptions (bucket, id),
    FOREIGN KEY (bucket, charge_id) REFERENCES charges (bucket, id),
    -- Refunds never exceed the charge: the counter is raised with the intent of every refund.
    CONSTRAINT orders_never_over_refunded CHECK (refunded_minor BETWEEN 0 AND amount_minor)
);
CREATE INDEX orders_by_gateway_ref ON orders (gateway_ref) WHERE gateway_ref IS NOT NULL;
CREATE INDEX orders_by_customer ON orders (bucket, customer_id);
CREATE INDEX orders_by_time ON orders USING brin (placed_at);
-- What left beyond a charge is for a person to settle.
CREATE INDEX orders_with_excess ON orders (bucket, id) WHERE excess_minor > 0;

-- A term is paid for by the order of its number.
CREATE TABLE terms (
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    dropped_at timestamptz,
    revoked_at timestamptz,
    prev_closes_at timestamptz,
    closes_at timestamptz NOT NULL
        GENERATED ALWAYS AS (CASE WHEN dropped_at IS NULL THEN ends_at ELSE starts_at END) STORED,
    bucket smallint NOT NULL,
    number smallint NOT NULL CHECK (number > 0),
    prev_number smallint,
    subscription_id uuid NOT NULL,
    PRIMARY KEY (bucket, subscription_id, number),
    UNIQUE (bucket, subscription_id, number, closes_at),
    FOREIGN KEY (bucket, subscription_id, number) REFERENCES orders (bucket, subscription_id, term_number),
    -- Terms are a chain without overlap, and a term with a successor can not be dropped any more.
    FOREIGN KEY (bucket, subscription_id, prev_number, prev_closes_at)
        REFERENCES terms (bucket, subscription_id, number, closes_at),
    CONSTRAINT terms_never_overlap CHECK (starts_at >= prev_closes_at),
    CHECK (ends_at > starts_at),
    CHECK ((number = 1) = (prev_number IS NULL)),
    CHECK (prev_number = number - 1),
    CHECK ((prev_number IS NULL) = (prev_closes_at IS NULL)),
    CHECK (dropped_at IS NULL OR revoked_at IS NULL)
);

CREATE TABLE cancellations (
    bucket smallint NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    number text NOT NULL,
    requested_at timestamptz NOT NULL,
    actor text NOT NULL,
    channel text NOT NULL,
    access_until timestamptz NOT NULL,
    -- The rule that decided what it does: a clause of the policy or a right of a law; empty where none was asked.
    clause text NOT NULL,
    rule text NOT NULL,
    article text,
    -- It came too late for the next charge: the subscription renews up to the term with this number and then ends.
    last_term integer CHECK (last_term > 1),
    -- What it pays back by itself, or the case in which that is decided.
    refund_id uuid,
    request_id uuid,
    undone_at timestamptz,
    undone_by text,
    PRIMARY KEY (bucket, id),
    UNIQUE (bucket, number),
    FOREIGN KEY (bucket, subscription_id) REFERENCES subscriptions (bucket, id)
);
CREATE UNIQUE INDEX cancellations_one_standing ON cancellations (bucket, subscription_id) WHERE undone_at IS NULL;

CREATE TABLE refund_requests (
    bucket smallint NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    customer_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    order_id uuid NOT NULL,
    state text NOT NULL
        CHECK (state IN ('received', 'in_review', 'needs_information', 'approved', 'declined', 'retracted')),
    channel text NOT NULL,
    received_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_by text NOT NULL,
    claimed jsonb NOT NULL,
    contact_email text NOT NULL,
    checks jsonb NOT NULL,
    verdict jsonb,
    policy_digest text NOT NULL,
    due_at timestamptz,
    handled_by text,
    asked text,
    asked_at timestamptz,
    answer text,
    answered_at timestamptz,
    approvals jsonb NOT NULL,
    amount_minor bigint CHECK (amount_minor > 0),
    currency text,
    goodwill boolean NOT NULL,
    goodwill_reason text,
    decided_at timestamptz,
    decided_by text,
    declined_for text,
    decline_note text,
    appeals integer NOT NULL,
    closed_at timestamptz,
    route text CHECK (route IN ('phone', 'email', 'letter', 'chat')),
    facts jsonb NOT NULL,
    -- What was asked for: the money, or to cancel, where what that pays back has to be found out or confirmed.
    act text NOT NULL CHECK (act IN ('refund', 'cancel', 'withdraw')),
    version integer NOT NULL,
    PRIMARY KEY (bucket, id),
    UNIQUE (bucket, number),
    FOREIGN KEY (bucket, order_id) REFERENCES orders (bucket, id),
    CHECK (received_at <= opened_at),
    CHECK ((decided_at IS NULL) = (decided_by IS NULL)),
    CHECK ((answered_at IS NULL) = (answer IS NULL))
);
CREATE UNIQUE INDEX refund_requests_one_open ON refund_requests (bucket, order_id)
    WHERE state IN ('received', 'in_review', 'needs_information');
CREATE INDEX refund_requests_queue ON refund_requests (due_at, bucket, id)
    WHERE state IN ('received', 'in_review', 'needs_information');

CREATE TABLE refunds (
    bucket smallint NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    order_id uuid NOT NULL,
    request_id uuid,
    attempt integer NOT NULL CHECK (attempt > 0),
    way text NOT NULL CHECK (way IN ('original', 'bank_transfer', 'external')),
    key text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    tax_minor bigint NOT NULL CHECK (tax_minor BETWEEN 0 AND amount_minor),
    currency text NOT NULL,
    gateway text NOT NULL,
    charge_ref text,
    state text NOT NULL CHECK (state IN ('intended', 'unknown', 'pending', 'succeeded', 'failed')),
    intended_at timestamptz NOT NULL,
    effect text NOT NULL CHECK (effect IN ('drop_term', 'revoke_term', 'end_later', 'money_only')),
    access_until_at timestamptz,
    initiated_at timestamptz,
    credit_from_on date,
    due_on date,
    due_at timestamptz,
    settled_at timestamptz,
    sent_at timestamptz,
    check_at timestamptz,
    looked_up integer NOT NULL,
    gateway_ref text,
    bank_reference text,
    failure text,
    late_at timestamptz,
    excess_minor bigint NOT NULL CHECK (excess_minor BETWEEN 0 AND amount_minor),
    PRIMARY KEY (bucket, id),
    UNIQUE (bucket, key),
    UNIQUE (bucket, order_id, attempt),
    FOREIGN KEY (bucket, order_id, currency) REFERENCES orders (bucket, id, currency),
    FOREIGN KEY (bucket, request_id) REFERENCES refund_requests (bucket, id),
    CHECK ((effect = 'end_later') = (access_until_at IS NOT NULL)),
    CHECK ((state IN ('succeeded', 'failed')) = (settled_at IS NOT NULL)),
    CHECK (state NOT IN ('pending', 'succeeded') OR initiated_at IS NOT NULL)
);
CREATE UNIQUE INDEX refunds_one_open ON refunds (bucket, order_id) WHERE state IN ('intended', 'unknown');
CREATE UNIQUE INDEX refunds_by_gateway_ref ON refunds (bucket, gateway, gateway_ref) WHERE gateway_ref IS NOT NULL;
-- What people follow until it has arrived.
CREATE INDEX refunds_to_follow ON refunds (state, due_at) WHERE state <> 'succeeded';
CREATE INDEX refunds_by_subscription ON refunds (bucket, subscription_id);
CREATE INDEX refunds_due ON refunds (gateway, check_at, bucket, id) WHERE check_at IS NOT NULL;

-- The journal. The application's role may insert and read; nothing may change. A stream is a subscription.
CREATE TABLE facts (
    at timestamptz NOT NULL,
    policy bigint,
    seq integer NOT NULL CHECK (seq > 0),
    bucket smallint NOT NULL,
    stream uuid NOT NULL,
    name text NOT NULL,
    actor text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (bucket, stream, seq)
);

-- The ledger: one debit, one credit, one positive amount, caused by one fact.
CREATE TABLE postings (
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    at timestamptz NOT NULL,
    seq integer NOT NULL,
    bucket smallint NOT NULL,
    ordinal smallint NOT NULL,
    stream uuid NOT NULL,
    order_id uuid NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    currency text NOT NULL,
    PRIMARY KEY (bucket, stream, ordinal, seq),
    FOREIGN KEY (bucket, stream, seq) REFERENCES facts (bucket, stream, seq),
    FOREIGN KEY (bucket, order_id, currency) REFERENCES orders (bucket, id, currency),
    CHECK (debit <> credit)
);

CREATE TABLE messages (
    bucket smallint NOT NULL,
    id uuid NOT NULL,
    customer_id uuid,
    kind text NOT NULL,
    subject text NOT NULL,
    to_address text,
    at timestamptz NOT NULL,
    data jsonb NOT NULL,
    send_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    sent_at timestamptz,
    sent_to text,
    mail_subject text,
    body_text text,
    body_html text,
    last_error text,
    PRIMARY KEY (bucket, id),
    UNIQUE (bucket, kind, subject)
);
CREATE INDEX messages_due ON messages (send_at, bucket, id) WHERE send_at IS NOT NULL;
CREATE INDEX messages_by_customer ON messages (bucket, customer_id, at);

-- Where to find what comes without a bucket: e-mail addresses and imported order numbers.
CREATE TABLE directory (
    kind text NOT NULL CHECK (kind IN ('email', 'order')),
    value text NOT NULL,
    bucket smallint NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (kind, value)
);
