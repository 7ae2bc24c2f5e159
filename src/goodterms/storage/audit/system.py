"""People and the system: nobody decides alone or for himself, nothing published changes, no instant is wrong."""

from __future__ import annotations

from typing import Final

from goodterms.domain.public_id import ORDER, REFUND, REQUEST, SUBSCRIPTION
from goodterms.storage.audit.rule import Rule

# What is dated, and may not lie in the future.
_DATED = (
    ("customers", "created_at", "id"), ("subscriptions", "created_at", "id"), ("charges", "intended_at", "id"),
    ("orders", "placed_at", "id"), ("refund_requests", "opened_at", "id"), ("refunds", "intended_at", "id"),
    ("cancellations", "requested_at", "id"), ("disputes", "opened_at", "id"), ("facts", "at", "stream"),
        ("postings", "at", "stream"),
    ("messages", "at", "id"),
)  # fmt: skip
_FUTURE = " UNION ALL ".join(
    f"SELECT bucket, {id}::text AS id, '{table}' AS source, {column} AS at FROM {table} "
    f"WHERE {column} > %(now)s::timestamptz + interval '2 seconds'"
    for table, column, id in _DATED
)

RULES: Final = (
    Rule(
        44, "every refund says who decided it", "refunds", REFUND,
        """SELECT r.bucket, r.id::text, concat('request ', q.number, ' is ', q.state, ', decided by ', q.decided_by)
        FROM refunds r JOIN refund_requests q ON q.bucket = r.bucket AND q.id = r.request_id
        WHERE coalesce(q.decided_by, '') = '' OR jsonb_array_length(q.approvals) = 0
        OR (q.goodwill AND coalesce(q.goodwill_reason, '') = '')""",
    ),
    Rule(
        44, "every fact has an actor", "facts", SUBSCRIPTION,
        """SELECT bucket, stream::text, concat('fact ', seq, ' ', name, ' has no actor') FROM facts
        WHERE actor NOT LIKE '_%%:_%%'""",
    ),
    Rule(
        44, "every price and policy says who brought it", "prices", "",
        """SELECT NULL::smallint, concat('price ', id), 'nobody is named' FROM prices WHERE created_by = ''
        UNION ALL SELECT NULL::smallint, concat('policy ', digest), 'nobody is named' FROM policies
            WHERE published_by = ''""",
    ),
    Rule(
        45, "nobody approves a refund to himself", "refund_requests", REQUEST,
        """SELECT q.bucket, q.id::text, concat('approved by ', a->>'by', ', who is the customer')
        FROM refund_requests q CROSS JOIN LATERAL jsonb_array_elements(q.approvals) a
        JOIN subscriptions s ON s.bucket = q.bucket AND s.id = q.subscription_id
        JOIN users u ON concat('agent:', u.email) = a->>'by'
        WHERE q.state = 'approved' AND ((u.bucket, u.customer_id) = (q.bucket, q.customer_id)
            OR lower(u.email) IN (lower(s.buyer_email), lower(q.contact_email)))""",
    ),
    Rule(
        46, "a published policy is as it was published", "policies", "",
        """SELECT NULL::smallint, concat(name, ' version ', version), 'its text is not that of its digest'
            FROM policies
        WHERE digest <> encode(sha256(convert_to(text, 'UTF8')), 'hex')
        OR number <> concat('x', left(digest, 16))::bit(64)::bigint""",
    ),
    Rule(
        46, "an order is as it was placed", "orders", ORDER,
        """SELECT o.bucket, o.id::text, concat('order ', o.number, ' is not as fact ', f.seq, ' says')
        FROM facts f JOIN orders o ON o.bucket = f.bucket AND o.subscription_id = f.stream
        AND o.term_number = (f.data->>'term_number')::integer
        WHERE f.name IN ('subscription.started', 'subscription.renewed')
        AND (o.amount_minor <> (f.data->>'amount_minor')::bigint OR o.tax_minor <> (f.data->>'tax_minor')::bigint
            OR o.placed_at <> (f.data->>'placed_at')::timestamptz OR o.number <> f.data->>'order_number')""",
    ),
    Rule(
        49, "nothing is dated in the future", "facts", "",
        f"SELECT bucket, concat(source, ' ', id), concat('dated ', at) FROM ({_FUTURE}) d",
    ),
    Rule(
        49, "every instant has its time zone", "pg_attribute", "",
        """SELECT NULL::smallint, concat(c.relname, '.', a.attname), 'a column without time zone'
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
            AND NOT a.attisdropped
        AND a.atttypid IN ('timestamp'::regtype, 'time'::regtype)""",
    ),
)  # fmt: skip
