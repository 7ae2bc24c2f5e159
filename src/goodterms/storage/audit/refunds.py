"""Refunds: never more than the charge, decided by whom it takes, and known from intent to arrival."""

from __future__ import annotations

from typing import Final

from goodterms.domain.public_id import ORDER, REFUND, REQUEST
from goodterms.storage.audit.rule import Needed, Rule

_NEVER_OVER: Final = (
    "CHECK (((refunded_minor >= 0) AND (disputed_minor >= 0) AND ((refunded_minor + disputed_minor) <= amount_minor)))"
)
NEEDED: Final = (
    Needed(20, "orders", _NEVER_OVER),
    Needed(
        20, "refunds", "USING btree (bucket, order_id) WHERE (state = ANY (ARRAY['intended'::text, 'unknown'::text]))",
        index="refunds_one_open",
    ),
    Needed(21, "refunds", "FOREIGN KEY (bucket, order_id, currency) REFERENCES orders(bucket, id, currency)"),
    Needed(21, "refunds", "CHECK ((amount_minor > 0))"),
    Needed(21, "disputes", "FOREIGN KEY (bucket, order_id, currency) REFERENCES orders(bucket, id, currency)"),
    Needed(
        22, "refund_requests",
        "USING btree (bucket, order_id) "
        "WHERE (state = ANY (ARRAY['received'::text, 'in_review'::text, 'needs_information'::text]))",
        index="refund_requests_one_open",
    ),
    Needed(22, "refunds", "UNIQUE (bucket, order_id, attempt)"),
    Needed(23, "orders", "FOREIGN KEY (bucket, charge_id) REFERENCES charges(bucket, id)"),
    Needed(
        39, "refunds", "USING btree (bucket, gateway, gateway_ref) WHERE (gateway_ref IS NOT NULL)",
        index="refunds_by_gateway_ref",
    ),
    Needed(39, "disputes", "UNIQUE (bucket, gateway, gateway_ref)"),
    Needed(39, "webhooks_in", "UNIQUE (gateway, event_id)"),
)  # fmt: skip

RULES: Final = (
    Rule(
        20, "what goes back never exceeds the charge, and the order counts it", "orders", ORDER,
        """SELECT o.bucket, o.id::text, concat('of ', o.amount_minor, ' it counts ', o.refunded_minor, ' refunded, ',
            o.disputed_minor, ' disputed and ', o.excess_minor, ' in excess; there are ', coalesce(r.inside, 0), ', ',
            coalesce(d.inside, 0), ' and ', coalesce(r.excess, 0) + coalesce(d.excess, 0))
        FROM orders o LEFT JOIN (
            SELECT bucket, order_id, sum(amount_minor - excess_minor) AS inside, sum(excess_minor) AS excess
            FROM refunds WHERE state <> 'failed' GROUP BY 1, 2
        ) r ON r.bucket = o.bucket AND r.order_id = o.id LEFT JOIN (
            SELECT bucket, order_id, sum(amount_minor - excess_minor) AS inside, sum(excess_minor) AS excess,
                bool_or(state <> 'lost') AS open
            FROM disputes WHERE state IN ('opened', 'under_review', 'lost') GROUP BY 1, 2
        ) d ON d.bucket = o.bucket AND d.order_id = o.id
        WHERE o.refunded_minor < 0 OR o.disputed_minor < 0 OR o.refunded_minor + o.disputed_minor > o.amount_minor
        OR o.refunded_minor <> coalesce(r.inside, 0) OR o.disputed_minor <> coalesce(d.inside, 0)
        OR o.excess_minor <> coalesce(r.excess, 0) + coalesce(d.excess, 0) OR o.disputed <> coalesce(d.open, false)""",
    ),
    Rule(
        21, "a refund is positive and in the currency of its order", "refunds", REFUND,
        """SELECT r.bucket, r.id::text, concat('it is about ', r.amount_minor, ' ', r.currency, ', the order in ',
            o.currency)
        FROM refunds r LEFT JOIN orders o ON o.bucket = r.bucket AND o.id = r.order_id
        WHERE r.amount_minor <= 0 OR r.currency IS DISTINCT FROM o.currency""",
    ),
    Rule(
        22, "a request pays an order back once", "refunds", REQUEST,
        """SELECT bucket, request_id::text, concat(count(*), ' refunds of one order stand for it') FROM refunds
        WHERE request_id IS NOT NULL AND state <> 'failed' GROUP BY bucket, request_id, order_id
            HAVING count(*) > 1""",
    ),
    Rule(
        22, "goodwill, and what is above the limit, was approved by two", "refund_requests", REQUEST,
        """SELECT r.bucket, r.id::text, concat('approved over ', r.amount_minor, ' ', r.currency, ' by ', people)
        FROM refund_requests r
        CROSS JOIN LATERAL (SELECT count(DISTINCT a->>'by') AS people FROM jsonb_array_elements(r.approvals) a) AS n
        WHERE r.state = 'approved' AND people < CASE WHEN r.goodwill OR r.amount_minor
            > coalesce((%(policies)s::jsonb->r.policy_digest->'alone'->>r.currency)::bigint, -1) THEN 2 ELSE 1 END""",
    ),
    Rule(
        23, "a refund gives back what was paid", "refunds", REFUND,
        """SELECT r.bucket, r.id::text, concat('the charge of order ', o.number, ' is ', coalesce(c.state, 'missing'))
        FROM refunds r JOIN orders o ON o.bucket = r.bucket AND o.id = r.order_id
        LEFT JOIN charges c ON c.bucket = o.bucket AND c.id = o.charge_id
        WHERE o.charge_id IS NOT NULL AND c.state IS DISTINCT FROM 'succeeded'""",
    ),
    Rule(
        26, "no refund waits for its answer without an end", "refunds", REFUND,
        """SELECT bucket, id::text, concat('it is ', state, ' since ', intended_at, ', due at ', due_at)
        FROM refunds WHERE state IN ('intended', 'unknown', 'pending') AND (
            (state = 'intended' AND check_at < %(now)s::timestamptz - interval '15 minutes')
            OR (state = 'unknown' AND intended_at < %(now)s::timestamptz - interval '72 hours')
            OR (state = 'pending' AND late_at IS NULL AND due_at < %(now)s::timestamptz - interval '1 day'))""",
        lasting=True,
    ),
    Rule(
        26, "no dispute is left unwatched", "disputes", "",
        """SELECT bucket, id::text, concat('it is ', state, ' and should have been looked up at ', check_at)
        FROM disputes WHERE state IN ('opened', 'under_review')
        AND coalesce(check_at, opened_at) < %(now)s::timestamptz - interval '1 day'""",
        lasting=True,
    ),
    Rule(
        27, "money that came back is in the books, and the customer is told", "refunds", REFUND,
        """SELECT f.bucket, f.refund_id, CASE WHEN p.seq IS NULL THEN concat('fact ', f.seq, ' booked nothing back')
            ELSE 'no letter tells the customer' END
        FROM (
            SELECT bucket, stream, seq, data->>'refund_id' AS refund_id FROM facts WHERE name = 'refund.failed'
        ) f
        LEFT JOIN LATERAL (
            SELECT min(p.seq) AS seq FROM postings p WHERE p.bucket = f.bucket AND p.stream = f.stream
                AND p.seq = f.seq
            AND p.debit = 'cash'
        ) p ON true
        WHERE EXISTS (
            SELECT FROM facts s WHERE s.bucket = f.bucket AND s.stream = f.stream AND s.name = 'refund.succeeded'
            AND s.seq < f.seq AND s.data->>'refund_id' = f.refund_id
        ) AND (p.seq IS NULL OR NOT EXISTS (
            SELECT FROM messages m WHERE m.bucket = f.bucket AND m.kind = 'refund_failed'
            AND m.subject = concat(replace(f.stream::text, '-', ''), '/', replace(f.refund_id, '-', ''))))""",
    ),
    Rule(
        39, "the gateway's refund is taken in once", "refunds", REFUND,
        """SELECT (array_agg(bucket ORDER BY id))[1], min(id::text), concat(count(*), ' refunds are ', gateway,
            ' ', gateway_ref)
        FROM refunds WHERE gateway_ref IS NOT NULL GROUP BY gateway, gateway_ref HAVING count(*) > 1""",
    ),
    Rule(
        39, "what a webhook hints at is taken in once", "webhooks_in", "",
        """SELECT NULL::smallint, concat(gateway, ' ', event_id), concat('it is there ', count(*), ' times')
        FROM webhooks_in GROUP BY gateway, event_id HAVING count(*) > 1""",
    ),
)  # fmt: skip
