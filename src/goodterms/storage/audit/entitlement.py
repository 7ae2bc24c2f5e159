"""Access: on while a paid term covers the instant, off otherwise; what is stored of it is what the terms say."""

from __future__ import annotations

from typing import Final

from goodterms.domain.public_id import SUBSCRIPTION
from goodterms.storage.audit.rule import Rule

# Until when the terms of a subscription give access, written without the domain's code.
_ACCESS = """
    SELECT bucket, subscription_id, coalesce(max(until) FILTER (WHERE starts_at < until), max(until)) AS until
    FROM (
        SELECT bucket, subscription_id, starts_at, CASE WHEN coalesce(dropped_at, revoked_at) IS NULL THEN ends_at
            ELSE least(ends_at, greatest(starts_at, coalesce(dropped_at, revoked_at))) END AS until
        FROM terms
    ) t GROUP BY 1, 2
"""

RULES: Final = (
    Rule(
        35, "access runs as far as paid terms do", "subscriptions", SUBSCRIPTION,
        f"""SELECT s.bucket, s.id::text, concat('paid through ', s.paid_through, ', ended at ', s.expired_at,
            '; its terms give access until ', a.until)
        FROM subscriptions s LEFT JOIN ({_ACCESS}) a ON a.bucket = s.bucket AND a.subscription_id = s.id
        WHERE s.paid_through IS DISTINCT FROM a.until OR (s.expired_at <> a.until)""",
    ),
    Rule(
        35, "every term is paid", "terms", SUBSCRIPTION,
        """SELECT t.bucket, t.subscription_id::text, concat('the charge of term ', t.number, ' is ',
            coalesce(c.state, 'missing'))
        FROM terms t
        JOIN orders o ON o.bucket = t.bucket AND o.subscription_id = t.subscription_id AND o.term_number = t.number
        LEFT JOIN charges c ON c.bucket = o.bucket AND c.id = o.charge_id
        WHERE o.charge_id IS NOT NULL AND c.state IS DISTINCT FROM 'succeeded'""",
    ),
    Rule(
        35, "what has ended is said to have ended", "subscriptions", SUBSCRIPTION,
        """SELECT s.bucket, s.id::text, concat('its access ended at ', s.paid_through, ' and nothing is planned')
        FROM subscriptions s WHERE s.expired_at IS NULL AND s.next_step_at IS NULL AND s.paid_through IS NOT NULL
        AND NOT EXISTS (SELECT FROM charges c WHERE c.bucket = s.bucket AND c.subscription_id = s.id
            AND c.check_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM refunds r WHERE r.bucket = s.bucket AND r.subscription_id = s.id
            AND r.state IN ('intended', 'unknown'))""",
    ),
    Rule(
        37, "what was paid back gives no access after its end", "terms", SUBSCRIPTION,
        """SELECT t.bucket, t.subscription_id::text, concat('term ', t.number, ' was paid back (', r.effect, ') at ',
            r.initiated_at, ' and gives access until ', t.ends_at)
        FROM refunds r JOIN orders o ON o.bucket = r.bucket AND o.id = r.order_id
        JOIN terms t ON t.bucket = o.bucket AND t.subscription_id = o.subscription_id AND t.number = o.term_number
        WHERE r.initiated_at IS NOT NULL AND r.state <> 'failed' AND (
            (r.effect IN ('drop_term', 'revoke_term') AND t.dropped_at IS NULL AND t.revoked_at IS NULL)
            OR (r.effect = 'end_later' AND t.dropped_at IS NULL
                AND least(t.ends_at, t.revoked_at) > greatest(r.access_until_at, r.initiated_at)))""",
    ),
    Rule(
        37, "what a dispute took back gives no access", "terms", SUBSCRIPTION,
        """SELECT t.bucket, t.subscription_id::text, concat('term ', t.number, ' was lost in a dispute at ',
            d.ended_at,
            ' and gives access until ', t.ends_at)
        FROM disputes d JOIN orders o ON o.bucket = d.bucket AND o.id = d.order_id
        JOIN terms t ON t.bucket = o.bucket AND t.subscription_id = o.subscription_id AND t.number = o.term_number
        WHERE d.state = 'lost' AND d.ended_at IS NOT NULL AND t.dropped_at IS NULL AND t.revoked_at IS NULL""",
    ),
)  # fmt: skip
