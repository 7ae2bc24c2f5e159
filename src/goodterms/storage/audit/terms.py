"""Terms and subscriptions: a chain without gap or overlap, by the anchor's calendar, each term paid and announced."""

from __future__ import annotations

from typing import Final

from goodterms.domain.public_id import ORDER, SUBSCRIPTION
from goodterms.storage.audit.rule import Needed, Rule

NEEDED: Final = (
    Needed(1, "terms", "PRIMARY KEY (bucket, subscription_id, number)"),
    Needed(1, "terms", "CHECK ((prev_number = (number - 1)))"),
    Needed(1, "terms", "CHECK (((number = 1) = (prev_number IS NULL)))"),
    Needed(1, "orders", "UNIQUE (bucket, subscription_id, term_number)"),
    Needed(2, "terms", "CHECK ((starts_at >= prev_closes_at))"),
    Needed(2, "terms", "CHECK ((ends_at > starts_at))"),
    Needed(2, "terms", "UNIQUE (bucket, subscription_id, number, closes_at)"),
    Needed(
        2, "terms",
        "FOREIGN KEY (bucket, subscription_id, prev_number, prev_closes_at) "
        "REFERENCES terms(bucket, subscription_id, number, closes_at)",
    ),
    Needed(
        4, "subscriptions", "USING btree (bucket, customer_id, product) WHERE (expired_at IS NULL)",
        index="subscriptions_one_living",
    ),
    Needed(6, "subscriptions", "CHECK (((expired_at IS NULL) OR (NOT auto_renew)))"),
    Needed(
        7, "terms",
        "FOREIGN KEY (bucket, subscription_id, number) REFERENCES orders(bucket, subscription_id, term_number)",
    ),
)  # fmt: skip

# The calendar, written without the domain's code: PostgreSQL adds months as people do, from the anchor each time.
# `k` is the last boundary at or before the start of the term.
_CALENDAR = """
    SELECT t.bucket, t.subscription_id, t.number, t.starts_at, t.ends_at, s.span, s.anchor,
        CASE WHEN s.anchor + (guess * s.span) > start THEN guess - 1 ELSE guess END AS k
    FROM terms t
    JOIN orders o ON o.bucket = t.bucket AND o.subscription_id = t.subscription_id AND o.term_number = t.number
        AND o.charge_id IS NOT NULL
    JOIN (
        SELECT bucket, id, interval_months, interval_days, anchor_at AT TIME ZONE 'UTC' AS anchor,
            make_interval(months => interval_months, days => interval_days) AS span
        FROM subscriptions
    ) s ON s.bucket = t.bucket AND s.id = t.subscription_id
    CROSS JOIN LATERAL (SELECT t.starts_at AT TIME ZONE 'UTC' AS start) AS u
    CROSS JOIN LATERAL (
        SELECT floor(CASE WHEN interval_days > 0
            THEN extract(epoch FROM start - anchor) / 86400 / interval_days
            ELSE ((extract(year FROM start) - extract(year FROM anchor)) * 12
                + extract(month FROM start) - extract(month FROM anchor)) / interval_months
        END)::integer AS guess
    ) AS g
"""

RULES: Final = (
    Rule(
        1, "terms are numbered without a gap", "terms", SUBSCRIPTION,
        """SELECT bucket, subscription_id::text, concat(count(*), ' terms, numbered ', min(number), ' to ',
            max(number))
        FROM terms GROUP BY bucket, subscription_id
        HAVING count(*) <> max(number) OR min(number) <> 1 OR sum(number) <> count(*) * (count(*) + 1) / 2""",
    ),
    Rule(
        2, "terms of a subscription do not overlap", "terms", SUBSCRIPTION,
        """SELECT bucket, subscription_id::text, concat('term ', number, ' starts at ', starts_at, ', before ', closed)
        FROM (
            SELECT bucket, subscription_id, number, starts_at, max(closes_at) OVER (
                PARTITION BY bucket, subscription_id ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS closed FROM terms
        ) t WHERE starts_at < closed""",
    ),
    Rule(
        2, "every term is chained to the one before it", "terms", SUBSCRIPTION,
        """SELECT bucket, subscription_id::text, concat('term ', number, ' follows what closed at ', prev_closes_at,
            ', the one before it closes at ', closed)
        FROM (
            SELECT bucket, subscription_id, number, prev_closes_at,
                lag(closes_at) OVER (PARTITION BY bucket, subscription_id ORDER BY number) AS closed FROM terms
        ) t WHERE closed IS DISTINCT FROM prev_closes_at""",
    ),
    Rule(
        3, "a term starts where the one before it closes", "terms", SUBSCRIPTION,
        """SELECT bucket, subscription_id::text, concat('term ', number, ' starts at ', starts_at, ', not at ', closed)
        FROM (
            SELECT bucket, subscription_id, number, starts_at,
                lag(closes_at) OVER (PARTITION BY bucket, subscription_id ORDER BY number) AS closed FROM terms
        ) t WHERE closed < starts_at""",
    ),
    Rule(
        3, "a term ends at a boundary of its anchor", "terms", SUBSCRIPTION,
        f"""SELECT bucket, subscription_id::text, concat('term ', number, ' ends at ', ends_at, ', not at ', due)
        FROM (
            SELECT bucket, subscription_id, number, ends_at, (
                CASE WHEN before <> start AND 2 * (after - start) < after - before
                THEN anchor + (k + 2) * span ELSE after END
            ) AT TIME ZONE 'UTC' AS due
            FROM ({_CALENDAR}) c
            CROSS JOIN LATERAL (
                SELECT starts_at AT TIME ZONE 'UTC' AS start, anchor + k * span AS before,
                    anchor + (k + 1) * span AS after
            ) AS b
        ) t WHERE ends_at <> due""",
    ),
    Rule(
        4, "a customer has a product once", "subscriptions", SUBSCRIPTION,
        """SELECT bucket, min(id::text), concat(count(*), ' living subscriptions of a customer to ', product)
        FROM subscriptions WHERE expired_at IS NULL GROUP BY bucket, customer_id, product HAVING count(*) > 1""",
    ),
    Rule(
        5, "nothing is charged after a cancellation", "facts", SUBSCRIPTION,
        """SELECT c.bucket, c.stream::text, concat('fact ', i.seq, ' intends a charge after fact ', c.seq, ' ', c.name)
        FROM facts c JOIN facts i ON i.bucket = c.bucket AND i.stream = c.stream AND i.seq > c.seq
        WHERE c.name IN ('subscription.canceled', 'subscription.renewal_stopped') AND NOT c.data ? 'last_term'
        AND i.name = 'charge.intended' AND NOT i.data ? 'recovered' -- it was made before, or after an undoing now lost
        AND NOT EXISTS (
            SELECT FROM facts u WHERE u.bucket = c.bucket AND u.stream = c.stream AND u.seq > c.seq AND u.seq < i.seq
            AND u.name IN ('subscription.cancellation_undone', 'subscription.renewal_resumed')
        )""",
    ),
    Rule(
        5, "what is canceled does not renew", "subscriptions", SUBSCRIPTION,
        """SELECT s.bucket, s.id::text, concat('cancellation ', c.number, ' stands, and it renews')
        FROM cancellations c JOIN subscriptions s ON s.bucket = c.bucket AND s.id = c.subscription_id
        WHERE c.undone_at IS NULL AND c.last_term IS NULL AND s.auto_renew""",
    ),
    Rule(
        6, "what has ended has nothing planned", "subscriptions", SUBSCRIPTION,
        """SELECT bucket, id::text, concat('it ended at ', expired_at, ' and has a next step at ', next_step_at)
        FROM subscriptions WHERE expired_at IS NOT NULL AND (auto_renew OR next_step_at IS NOT NULL)""",
    ),
    Rule(
        6, "what has ended has no charge open for long", "charges", SUBSCRIPTION,
        """SELECT s.bucket, s.id::text, concat('it ended at ', s.expired_at, '; a charge is open since ',
            c.intended_at)
        FROM charges c JOIN subscriptions s ON s.bucket = c.bucket AND s.id = c.subscription_id
        WHERE c.check_at IS NOT NULL AND s.expired_at < %(now)s::timestamptz - interval '72 hours'
        AND c.intended_at < %(now)s::timestamptz - interval '72 hours'""",
        lasting=True,
    ),
    Rule(
        7, "every order pays for one term", "orders", ORDER,
        """SELECT o.bucket, o.id::text, concat('order ', o.number, ' has no term ', o.term_number)
        FROM orders o LEFT JOIN terms t ON t.bucket = o.bucket AND t.subscription_id = o.subscription_id
        AND t.number = o.term_number WHERE t.number IS NULL""",
    ),
    Rule(
        7, "every term has an order", "terms", SUBSCRIPTION,
        """SELECT t.bucket, t.subscription_id::text, concat('term ', t.number, ' has no order')
        FROM terms t LEFT JOIN orders o ON o.bucket = t.bucket AND o.subscription_id = t.subscription_id
        AND o.term_number = t.number WHERE o.id IS NULL""",
    ),
    Rule(
        7, "every order names a published policy", "orders", ORDER,
        """SELECT o.bucket, o.id::text, concat('order ', o.number, ' names a policy that is not published')
        FROM orders o WHERE NOT EXISTS (SELECT FROM policies p WHERE p.number = o.policy)""",
    ),
)  # fmt: skip
