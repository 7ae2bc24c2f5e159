"""The journal and the letters: no fact is missing, no letter goes out twice, each is about something that is so."""

from __future__ import annotations

from typing import Final

from goodterms.domain.public_id import SUBSCRIPTION
from goodterms.storage.audit.rule import Needed, Rule

NEEDED: Final = (
    Needed(40, "messages", "UNIQUE (bucket, kind, subject)"),
    Needed(41, "facts", "PRIMARY KEY (bucket, stream, seq)"),
    Needed(41, "facts", "CHECK ((seq > 0))"),
)

RULES: Final = (
    Rule(
        40, "a letter is written once", "messages", "",
        """SELECT bucket, min(id::text), concat(count(*), ' letters ', kind, ' about ', subject)
        FROM messages GROUP BY bucket, kind, subject HAVING count(*) > 1""",
    ),
    Rule(
        41, "facts are numbered without a gap", "facts", SUBSCRIPTION,
        """SELECT coalesce(s.bucket, f.bucket), coalesce(s.id, f.stream)::text, concat(coalesce(f.many, 0),
            ' facts, numbered ',
            f.first, ' to ', f.last, '; counted are ', s.last_fact)
        FROM subscriptions s FULL JOIN (
            SELECT bucket, stream, count(*) AS many, min(seq) AS first, max(seq) AS last FROM facts GROUP BY 1, 2
        ) f ON f.bucket = s.bucket AND f.stream = s.id
        WHERE (f.many, f.first, f.last) IS DISTINCT FROM (s.last_fact::bigint, 1, s.last_fact)""",
    ),
    Rule(
        42, "a receipt is about an order", "messages", "",
        """SELECT m.bucket, m.id::text, concat('no order is behind the receipt ', m.subject)
        FROM messages m LEFT JOIN orders o ON o.bucket = m.bucket AND o.subscription_id = left(m.subject, 32)::uuid
        AND o.term_number = substr(m.subject, 34)::integer WHERE m.kind = 'receipt' AND o.id IS NULL""",
    ),
    Rule(
        42, "a letter about a refund is about one that is so far", "messages", "",
        """SELECT m.bucket, m.id::text, concat('the letter ', m.kind, ' speaks of a refund that is ',
            coalesce(r.state, 'missing'))
        FROM messages m LEFT JOIN refunds r ON r.bucket = m.bucket AND r.id = substr(m.subject, 34)::uuid
        WHERE m.kind IN ('refund_initiated', 'refund_credited', 'refund_failed') AND CASE m.kind
            WHEN 'refund_initiated' THEN r.initiated_at IS NULL WHEN 'refund_credited' THEN r.settled_at IS NULL
            ELSE r.state IS DISTINCT FROM 'failed' END""",
    ),
    Rule(
        43, "no letter waits", "messages", "",
        """SELECT bucket, id::text, concat('the letter ', kind, ' is due since ', send_at) FROM messages
        WHERE send_at < %(now)s::timestamptz - interval '1 hour'""",
        lasting=True,
    ),
    Rule(
        43, "no step waits", "subscriptions", SUBSCRIPTION,
        """SELECT bucket, id::text, concat('its next step is due since ', next_step_at) FROM subscriptions
        WHERE next_step_at < %(now)s::timestamptz - interval '2 hours'""",
        lasting=True,
    ),
    Rule(
        43, "no letter was given up unseen", "messages", "",
        """SELECT bucket, id::text, concat('the letter ', kind, ' was given up: ', last_error) FROM messages
        WHERE sent_at IS NULL AND send_at IS NULL AND last_error IS NOT NULL
        AND last_error NOT LIKE ALL(ARRAY['withdrawn%%', 'not sent: it went out before%%'])
        AND at > %(now)s::timestamptz - interval '30 days'""",
        lasting=True,
    ),
    Rule(
        43, "no webhook waits or was left to nobody", "webhooks_in", "",
        """SELECT NULL::smallint, concat(gateway, ' ', event_id), concat('it is ', state, ' since ', received_at,
            ' ', reason)
        FROM webhooks_in WHERE (state = 'waiting' AND due_at < %(now)s::timestamptz - interval '1 hour')
        OR (state = 'parked' AND received_at > %(now)s::timestamptz - interval '30 days')""",
        lasting=True,
    ),
)  # fmt: skip
