"""The limit to compare with: the same two phases as hand-written, set-based SQL on the same tables.

It writes the rows the product writes, with the values the product writes; only derived ids are made differently
(md5 in place of UUIDv5, which PostgreSQL can not compute). It has no refusals, no retries and no terms but the
plain ones: it is a limit, not an alternative.

`WHOLE` is the limit of deciding and saving alone: one statement that writes what both phases write, each row once.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from bench.meter import Meter, Run
from bench.seed import NOW, YEAR
from bench.stub import DECLINE_CODE, DECLINED_SQL, answer_for
from goodterms.domain.policy import Policy
from goodterms.storage.claim import LEASE
from goodterms.storage.policy_numbers import policy_number
from goodterms.usecases.lanes import with_threads

_ISO = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


def _iso(expression: str) -> str:
    return _ISO.format(expression)


# As long and as little likely to meet another as the product's: eight letters of some five bits each.
_LETTERS = "upper(translate(left(encode(decode(md5(s.id::text), 'hex'), 'base64'), 8), '+/', '01'))"
_NUMBER = f"to_char(s.bucket, 'FM0000') || '-' || overlay({_LETTERS} placing '-' from 5 for 0)"

# What is due, and what its next term and its charge would be.
_PLAN = """
due AS MATERIALIZED (
    SELECT bucket, id FROM subscriptions WHERE next_step_at <= %(now)s
    ORDER BY next_step_at LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
), price AS (
    SELECT DISTINCT ON (plan_id, currency) plan_id, currency, amount_minor, tax_minor
    FROM prices WHERE effective_at <= %(now)s ORDER BY plan_id, currency, effective_at DESC
), plan AS MATERIALIZED (
    SELECT s.*, l.number + 1 AS term_number, l.ends_at AS starts_at,
        (s.anchor_at AT TIME ZONE 'UTC' + make_interval(months => s.interval_months * (l.number + 1)))
            AT TIME ZONE 'UTC' AS ends_at,
        least(s.announced_minor, p.amount_minor) AS amount_minor, p.amount_minor AS price, p.tax_minor AS tax,
        CASE WHEN s.announced_minor >= p.amount_minor THEN p.tax_minor
            ELSE round(p.tax_minor * s.announced_minor::numeric / p.amount_minor)::bigint END AS charge_tax,
        1 + (SELECT count(*) FROM charges c WHERE c.bucket = s.bucket AND c.subscription_id = s.id
             AND c.term_number = l.number + 1) AS attempt,
        md5(s.id::text || 'charge/' || l.number + 1)::uuid AS charge_id, l.number AS prev_number
    FROM due d
    JOIN subscriptions s ON s.bucket = d.bucket AND s.id = d.id
    JOIN price p ON p.plan_id = s.plan AND p.currency = s.currency
    CROSS JOIN LATERAL (
        SELECT number, ends_at FROM terms t WHERE t.bucket = s.bucket AND t.subscription_id = s.id
        AND t.dropped_at IS NULL AND t.revoked_at IS NULL ORDER BY number DESC LIMIT 1
    ) AS l
    WHERE s.auto_renew AND s.expired_at IS NULL AND s.announced_term = l.number + 1 AND %(now)s < l.ends_at
)"""
# What the stub of the gateway will say.
_ANSWERED = f"NOT {DECLINED_SQL}".replace("%", "%%")
_CHARGE_KEY = "'gt-charge-' || replace(subscription_id::text, '-', '') || '-' || term_number || '-' || attempt"
_CHARGE_COLUMNS = """bucket, id, subscription_id, term_number, attempt, kind, amount_minor, tax_minor, currency,
        payment_method, starts_at, ends_at, policy, gateway, intended_at, looked_up, retryable"""
_CHARGE_VALUES = """bucket, charge_id, id, term_number, attempt, 'renewal', amount_minor, charge_tax, currency,
        payment_method, starts_at, ends_at, %(policy)s, gateway, %(now)s, 0, true"""
_INTENDED = """
    INSERT INTO facts (bucket, stream, seq, name, at, actor, policy, data)
    SELECT bucket, id, last_fact + 1, 'charge.intended', %(now)s, 'system:worker', %(policy)s,
        jsonb_build_object('term_number', term_number, 'attempt', attempt, 'amount_minor', amount_minor,
            'amount_currency', currency)
    FROM plan"""

INTENTS = f"""
WITH {_PLAN}, charge AS (
    INSERT INTO charges ({_CHARGE_COLUMNS}, state, sent_at, check_at)
    SELECT {_CHARGE_VALUES}, 'intended', %(sent_at)s::timestamptz, %(check_at)s
    FROM plan RETURNING bucket, id, subscription_id, term_number, attempt
), fact AS (
    {_INTENDED}
), moved AS (
    UPDATE subscriptions s SET next_step_at = NULL, version = s.version + 1, last_fact = s.last_fact + 1,
        price_minor = p.price, tax_minor = p.tax
    FROM plan p WHERE s.bucket = p.bucket AND s.id = p.id
)
SELECT bucket, id, {_CHARGE_KEY} FROM charge
"""

# What an answer of the gateway leads to. `answer` holds the charge, its subscription and what was decided.
_WRITTEN = f"""orders_made AS (
    INSERT INTO orders (bucket, id, customer_id, subscription_id, term_number, number, kind, placed_at, buyer_name,
        buyer_email, buyer_timezone, channel, merchant_of_record, amount_minor, tax_minor, currency, policy,
        charge_id, gateway, gateway_ref, refunded_minor, excess_minor, disputed, disputed_minor)
    SELECT bucket, order_id, customer_id, id, term_number, order_number, 'renewal', intended_at, buyer_name,
        buyer_email, buyer_timezone, channel, merchant_of_record, amount_minor, charge_tax, currency, %(policy)s,
        charge_id, gateway, ref, 0, 0, false, 0
    FROM answer WHERE succeeded
), terms_made AS (
    INSERT INTO terms (bucket, subscription_id, number, starts_at, ends_at, prev_number, prev_closes_at)
    SELECT bucket, id, term_number, starts_at, ends_at, prev_number, prev_ends_at
    FROM answer WHERE succeeded
), told AS (
    INSERT INTO facts (bucket, stream, seq, name, at, actor, policy, data)
    SELECT a.bucket, a.id, a.last_fact + f.n, f.name, %(now)s, 'gateway:' || a.gateway, %(policy)s, f.data
    FROM answer a CROSS JOIN LATERAL (
        SELECT 1, 'charge.succeeded', jsonb_build_object('term_number', a.term_number, 'attempt', a.attempt,
            'amount_minor', a.amount_minor, 'amount_currency', a.currency, 'gateway_ref', a.ref)
        WHERE a.succeeded
        UNION ALL SELECT 2, 'subscription.renewed', jsonb_build_object('order_id', a.order_id, 'order_number',
            a.order_number, 'term_number', a.term_number, 'placed_at', {_iso("a.intended_at")},
            'starts_at', {_iso("a.starts_at")}, 'ends_at', {_iso("a.ends_at")}, 'amount_minor', a.amount_minor,
            'amount_currency', a.currency, 'tax_minor', a.charge_tax)
        WHERE a.succeeded
        UNION ALL SELECT 1, 'charge.declined', jsonb_build_object('term_number',
            a.term_number, 'attempt', a.attempt, 'code', %(code)s::text, 'retryable', true)
        WHERE NOT a.succeeded
    ) AS f(n, name, data)
), booked AS (
    INSERT INTO postings (bucket, stream, seq, ordinal, debit, credit, amount_minor, currency, at, order_id)
    SELECT a.bucket, a.id, a.last_fact + 1, b.n, 'cash', b.book, b.minor, a.currency, %(now)s, a.order_id
    FROM answer a CROSS JOIN LATERAL (
        VALUES (0::smallint, 'sales', a.amount_minor - a.charge_tax), (1::smallint, 'tax', a.charge_tax)
    ) AS b(n, book, minor)
    WHERE a.succeeded AND b.minor > 0
), mailed AS (
    INSERT INTO messages (bucket, id, customer_id, kind, subject, at, data, send_at)
    SELECT a.bucket, md5(a.id::text || m.kind || m.subject)::uuid, a.customer_id, m.kind,
        replace(a.id::text, '-', '') || '/' || m.subject, %(now)s, m.data, %(now)s
    FROM answer a CROSS JOIN LATERAL (
        SELECT 'receipt', a.term_number::text, jsonb_build_object('order_number', a.order_number, 'kind', 'renewal',
            'placed_at', {_iso("a.intended_at")}, 'amount_minor', a.amount_minor, 'amount_currency', a.currency,
            'tax_minor', a.charge_tax, 'term_starts_at', {_iso("a.starts_at")}, 'term_ends_at', {_iso("a.ends_at")},
            'canceled', NOT a.auto_renew)
        WHERE a.succeeded
        UNION ALL SELECT 'charge_failed', a.term_number || '/' || a.attempt, jsonb_build_object('amount_minor',
            a.amount_minor, 'amount_currency', a.currency, 'code', %(code)s::text, 'retry_at', {_iso("a.retry_at")},
            'access_until', {_iso("a.starts_at")}, 'kind', 'renewal')
        WHERE NOT a.succeeded
    ) AS m(kind, subject, data)
    ON CONFLICT DO NOTHING
)
UPDATE subscriptions s SET
    announced_term = CASE WHEN a.succeeded THEN NULL ELSE s.announced_term END,
    announced_minor = CASE WHEN a.succeeded THEN NULL ELSE s.announced_minor END,
    announced_at = CASE WHEN a.succeeded THEN NULL ELSE s.announced_at END,
    announced_again_at = CASE WHEN a.succeeded THEN NULL ELSE s.announced_again_at END,
    paid_through = CASE WHEN a.succeeded THEN a.ends_at ELSE s.paid_through END,
    next_step_at = CASE WHEN a.succeeded THEN a.ends_at - %(reminder)s::interval ELSE a.retry_at END,
    price_minor = a.price, tax_minor = a.tax, version = s.version + 1,
    last_fact = a.last_fact + CASE WHEN a.succeeded THEN 2 ELSE 1 END
FROM answer a WHERE s.bucket = a.bucket AND s.id = a.id"""

OUTCOMES = f"""
WITH answer AS MATERIALIZED (
    SELECT a.succeeded, a.ref, s.*, c.id AS charge_id, c.term_number, c.attempt, c.amount_minor, c.starts_at,
        c.ends_at, c.tax_minor AS charge_tax, c.intended_at, c.payment_method AS card, l.number AS prev_number,
        l.ends_at AS prev_ends_at, p.amount_minor AS price, p.tax_minor AS tax,
        md5(s.id::text || 'order/' || c.term_number)::uuid AS order_id,
        {_NUMBER} AS order_number,
        least(c.intended_at + %(retry_after)s::interval, l.ends_at) AS retry_at
    FROM unnest(%(buckets)s::smallint[], %(ids)s::uuid[], %(succeeded)s::boolean[], %(refs)s::text[])
        AS a(bucket, id, succeeded, ref)
    CROSS JOIN LATERAL (  -- by key, whatever the statistics of yesterday say about open charges
        SELECT * FROM charges k WHERE k.bucket = a.bucket AND k.id = a.id OFFSET 0
    ) AS c
    JOIN subscriptions s ON s.bucket = c.bucket AND s.id = c.subscription_id
    JOIN (
        SELECT DISTINCT ON (plan_id, currency) plan_id, currency, amount_minor, tax_minor
        FROM prices WHERE effective_at <= %(now)s ORDER BY plan_id, currency, effective_at DESC
    ) p ON p.plan_id = s.plan AND p.currency = s.currency
    CROSS JOIN LATERAL (
        SELECT number, ends_at FROM terms t WHERE t.bucket = s.bucket AND t.subscription_id = s.id
        ORDER BY number DESC LIMIT 1
    ) AS l
    WHERE c.state = 'intended'
    FOR NO KEY UPDATE OF s
), settled AS (
    UPDATE charges c SET state = CASE WHEN a.succeeded THEN 'succeeded' ELSE 'declined' END, gateway_ref = a.ref,
        decline_code = CASE WHEN a.succeeded THEN NULL ELSE %(code)s::text END, settled_at = %(now)s, check_at = NULL
    FROM answer a WHERE c.bucket = a.bucket AND c.id = a.charge_id
), {_WRITTEN}
"""

# Both phases at once, the answers known: what they write, each row once.
WHOLE = f"""
WITH {_PLAN}, answer AS MATERIALIZED (
    SELECT bucket, id, customer_id, buyer_name, buyer_email, buyer_timezone, channel, merchant_of_record, currency,
        gateway, auto_renew, last_fact + 1 AS last_fact, term_number, attempt, amount_minor, charge_tax, starts_at,
        ends_at, charge_id, prev_number, starts_at AS prev_ends_at, price, tax, payment_method,
        %(now)s::timestamptz AS intended_at, {_ANSWERED} AS succeeded,
        'ch_' || right(replace(id::text, '-', ''), 24) AS ref,
        md5(id::text || 'order/' || term_number)::uuid AS order_id, {_NUMBER} AS order_number,
        least(%(now)s + %(retry_after)s::interval, starts_at) AS retry_at
    FROM plan s
), charge AS (
    INSERT INTO charges ({_CHARGE_COLUMNS}, state, sent_at, gateway_ref, decline_code, settled_at)
    SELECT {_CHARGE_VALUES}, CASE WHEN succeeded THEN 'succeeded' ELSE 'declined' END, %(now)s, ref,
        CASE WHEN succeeded THEN NULL ELSE %(code)s::text END, %(now)s
    FROM answer
), fact AS (
    {_INTENDED}
), {_WRITTEN}
"""


def intents(policy: Policy, limit: int, *, sent: bool) -> list[tuple[Any, ...]]:
    """Commit up to `limit` intents in one statement (marked as sent at once, if so wished): bucket, id, key."""
    given: dict[str, Any] = {
        "now": NOW, "limit": limit, "policy": policy_number(policy.digest), "sent_at": NOW if sent else None,
        "check_at": NOW + LEASE if sent else NOW,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INTENTS, given)
        return list(cursor.fetchall())


def outcomes(policy: Policy, charges: list[tuple[Any, ...]]) -> None:
    """Record what came of charges in one statement."""
    answers = [answer_for(key) for _, _, key in charges]
    given = {
        **_dates(policy),
        "buckets": [bucket for bucket, _, _ in charges],
        "ids": [id for _, id, _ in charges],
        "succeeded": [succeeded for succeeded, _ in answers],
        "refs": [ref for _, ref in answers],
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OUTCOMES, given)
        assert cursor.rowcount == len(charges), "the baseline lost a charge"


def run(policy: Policy, batch: int, sessions: int = 1) -> Run:
    """Both phases, in batches of the size the product uses."""

    def both() -> int:
        charges = intents(policy, batch, sent=True)
        if charges:
            outcomes(policy, charges)
        return len(charges)

    meter = Meter()
    done = with_threads([both] * sessions)
    return Run(meter.lap(), done)


def all_intents(policy: Policy, due: int) -> Run:
    """The first phase of everything that is due, in one statement."""
    meter = Meter()
    done = len(intents(policy, due, sent=False))
    return Run(meter.lap(), done)


def whole(policy: Policy, due: int) -> Run:
    """Everything that is due, decided and saved in one statement."""
    meter = Meter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WHOLE, {**_dates(policy), "limit": due})
        done = cursor.rowcount
    return Run(meter.lap(), done)


def _dates(policy: Policy) -> dict[str, Any]:
    return {
        "now": NOW,
        "policy": policy_number(policy.digest),
        "code": DECLINE_CODE,
        "reminder": f"{policy.renewal.reminder_days(YEAR)} days",
        "retry_after": f"{policy.renewal.retry_after_days[0]} days",
    }
