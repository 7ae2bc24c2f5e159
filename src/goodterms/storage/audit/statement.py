"""Holding the gateways' statements against what we know: the rules, and the lines that they are asked of.

A statement is read to its end before the snapshot is taken: whatever it says was committed here as an intent before,
so it must be known; its outcome has an hour to be taken in. What we hold for paid must be in the statement: what is
not in it yet is looked for in the lines that came after the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection

from goodterms.domain.public_id import CHARGE, ORDER, REFUND, SUBSCRIPTION, encode
from goodterms.storage.audit.rule import Rule, Violation

#: (kind, gateway, gateway's id, gateway's id of the charge, bucket, our id, amount, currency, outcome, instant)
Line = tuple[str, str, str, str | None, int | None, UUID | None, int, str, str, Any]

#: The outcome of a refund that its gateway has accepted and will say no more of: it may count as arrived.
ACCEPTED: Final = "accepted"

_TABLE: Final = """
    CREATE TEMPORARY TABLE audit_lines (
        n bigint GENERATED ALWAYS AS IDENTITY, kind text, gateway text, ref text, charge_ref text, bucket smallint,
        id uuid, amount_minor bigint, currency text, outcome text, at timestamptz
    ) ON COMMIT DROP
"""
_COLUMNS: Final = "kind, gateway, ref, charge_ref, bucket, id, amount_minor, currency, outcome, at"
_TYPES: Final = ("text", "text", "text", "text", "int2", "uuid", "int8", "text", "text", "timestamptz")

# The latest that the gateway says of each charge and refund.
_LATEST: Final = """
    SELECT DISTINCT ON (gateway, kind, ref) * FROM audit_lines ORDER BY gateway, kind, ref, n DESC
"""
_TAKEN_IN: Final = "l.at < %(now)s::timestamptz - interval '1 hour'"

# Every refund that was made at the gateway itself, beside what is known of it. Of an order that was imported, what was
# paid back before is known as one sum, without the gateway's ids: `brought`, against `earlier` at the gateway. The
# statement is `whole` where it reaches back to the charge.
_MADE_THERE: Final = f"""
    SELECT o.bucket, o.id, l.gateway, l.ref, l.amount_minor, l.currency, l.outcome, l.at, b.began, r.state,
        i.imported_at, i.brought, paid.ref IS NOT NULL AS whole,
        coalesce(sum(l.amount_minor) FILTER (WHERE r.id IS NULL AND b.began < i.imported_at
            AND l.outcome <> 'declined') OVER (PARTITION BY o.bucket, o.id), 0) AS earlier
    FROM ({_LATEST}) l JOIN orders o ON o.gateway_ref = l.charge_ref AND o.gateway = l.gateway
    JOIN (
        SELECT gateway, ref, min(at) AS began FROM audit_lines WHERE kind = 'refund' GROUP BY 1, 2
    ) b ON b.gateway = l.gateway AND b.ref = l.ref
    LEFT JOIN (SELECT DISTINCT gateway, ref FROM audit_lines WHERE kind = 'charge') paid
        ON paid.gateway = l.gateway AND paid.ref = l.charge_ref
    LEFT JOIN refunds r ON r.bucket = o.bucket AND r.order_id = o.id AND r.gateway_ref = l.ref
    LEFT JOIN LATERAL (
        SELECT min(s.at) AS imported_at, sum((f.data->>'amount_minor')::bigint) AS brought
        FROM facts s JOIN facts f ON f.bucket = s.bucket AND f.stream = s.stream AND f.name = 'refund.intended'
            AND f.data ? 'imported' AND (f.data->>'order_id')::uuid = o.id
        WHERE o.charge_id IS NULL AND s.bucket = o.bucket AND s.stream = o.subscription_id
        AND s.name = 'subscription.imported'
    ) i ON true
    WHERE l.kind = 'refund' AND l.id IS NULL
"""

RULES: Final = (
    Rule(
        15, "every charge of ours at the gateway is known here", "charges", CHARGE,
        f"""SELECT l.bucket, l.id::text, concat(l.gateway, ' has the charge ', l.ref, ' of ', l.amount_minor, ' ',
            l.currency,
            ' at ', l.at, ', which is not known here')
        FROM ({_LATEST}) l LEFT JOIN charges c ON c.bucket = l.bucket AND c.id = l.id
        WHERE l.kind = 'charge' AND l.id IS NOT NULL AND c.id IS NULL""",
    ),
    Rule(
        15, "every charge of ours at the gateway is what we asked for", "charges", CHARGE,
        f"""SELECT l.bucket, l.id::text, concat(l.gateway, ' was paid ', l.amount_minor, ' ', l.currency, ' (',
            l.ref, ') at ',
            l.at, '; here it is ', c.state, ', of ', c.amount_minor, ' ', c.currency, ' at ', c.gateway)
        FROM ({_LATEST}) l JOIN charges c ON c.bucket = l.bucket AND c.id = l.id
        WHERE l.kind = 'charge' AND l.outcome = 'succeeded' AND ((c.state <> 'succeeded' AND {_TAKEN_IN})
            OR (l.amount_minor, l.currency, l.gateway) IS DISTINCT FROM (c.amount_minor, c.currency, c.gateway))""",
    ),
    Rule(
        17, "a term was paid once at the gateway", "charges", SUBSCRIPTION,
        f"""SELECT c.bucket, c.subscription_id::text, concat('term ', c.term_number, ' was paid ',
            count(DISTINCT l.ref),
            ' times: ', string_agg(DISTINCT l.ref, ', '))
        FROM ({_LATEST}) l JOIN charges c ON c.bucket = l.bucket AND c.id = l.id
        WHERE l.kind = 'charge' AND l.outcome = 'succeeded'
        GROUP BY c.bucket, c.subscription_id, c.term_number HAVING count(DISTINCT l.ref) > 1""",
    ),
    Rule(
        25, "every refund of ours at the gateway is known here", "refunds", REFUND,
        f"""SELECT l.bucket, l.id::text, concat(l.gateway, ' has the refund ', l.ref, ' of ', l.amount_minor, ' ',
            l.currency,
            ' at ', l.at, ', which is ', CASE WHEN r.id IS NULL THEN 'not known here'
            ELSE concat(r.state, ' of ', r.amount_minor, ' here and ', l.outcome, ' there') END)
        FROM ({_LATEST}) l LEFT JOIN refunds r ON r.bucket = l.bucket AND r.id = l.id
        WHERE l.kind = 'refund' AND l.id IS NOT NULL AND (r.id IS NULL OR r.amount_minor <> l.amount_minor
            OR ({_TAKEN_IN} AND r.state <> ALL (CASE l.outcome WHEN 'succeeded' THEN ARRAY['succeeded']
                WHEN 'pending' THEN ARRAY['pending', 'succeeded']
                WHEN 'accepted' THEN ARRAY['pending', 'succeeded'] ELSE ARRAY['failed'] END)))""",
    ),
    Rule(
        25, "every refund made at the gateway is known here", "orders", ORDER,
        f"""SELECT bucket, id::text, concat(gateway, ' has the refund ', ref, ' of ', amount_minor, ' ', currency,
            ' at ', at, ', which is ', CASE WHEN state IS NOT NULL THEN concat(state, ' here and ', outcome, ' there')
            WHEN began < imported_at THEN concat('not known here: of the ', earlier, ' paid back before the import it '
                'brought ', brought) ELSE 'not known here' END)
        FROM ({_MADE_THERE}) l
        WHERE {_TAKEN_IN} AND CASE outcome WHEN 'declined' THEN state <> 'failed'
            WHEN 'succeeded' THEN state IS DISTINCT FROM 'succeeded'
            ELSE coalesce(state NOT IN ('pending', 'succeeded'), true) END
        AND NOT coalesce(state IS NULL AND began < imported_at
            AND (earlier = brought OR (earlier < brought AND NOT whole)), false)""",
    ),
    Rule(
        25, "every dispute at the gateway is known here", "orders", ORDER,
        f"""SELECT o.bucket, o.id::text, concat(l.gateway, ' has the dispute ', l.ref, ' of ', l.amount_minor, ' ',
            l.currency, ', ', l.outcome, ' at ', l.at, ', which is ', coalesce(d.state, 'not known'), ' here')
        FROM ({_LATEST}) l JOIN orders o ON o.gateway_ref = l.charge_ref AND o.gateway = l.gateway
        LEFT JOIN disputes d ON d.bucket = o.bucket AND d.order_id = o.id AND d.gateway_ref = l.ref
        WHERE l.kind = 'dispute' AND {_TAKEN_IN} AND coalesce(d.state, '') <> ALL (CASE l.outcome
            WHEN 'succeeded' THEN ARRAY['lost'] WHEN 'declined' THEN ARRAY['won', 'reversed']
            ELSE ARRAY['opened', 'under_review'] END)""",
    ),
    Rule(
        33, "the cash of an order is what its gateway says", "orders", ORDER,
        f"""SELECT o.bucket, o.id::text, concat('cash ', p.cash, ' in the books of ', o.number, ', ', l.net,
            ' at ', o.gateway)
        FROM (
            SELECT gateway, coalesce(charge_ref, ref) AS ref, max(at) AS at, max(kind) AS last,
                sum(CASE WHEN kind = 'charge' AND outcome = 'succeeded' THEN amount_minor
                    WHEN outcome IN ('succeeded', 'accepted') OR (kind = 'dispute' AND outcome = 'pending')
                        THEN -amount_minor
                    ELSE 0 END) AS net
            FROM ({_LATEST}) l GROUP BY 1, 2
            HAVING bool_or(kind = 'charge') -- without it the statement does not reach back so far, or 16 says so
        ) l JOIN orders o ON o.gateway_ref = l.ref AND o.gateway = l.gateway AND o.charge_id IS NOT NULL
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(CASE 'cash' WHEN debit THEN p.amount_minor WHEN credit THEN -p.amount_minor END),
                0) AS cash
            FROM postings p WHERE p.bucket = o.bucket AND p.stream = o.subscription_id AND p.order_id = o.id
        ) p
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount_minor) FILTER (WHERE way = 'bank_transfer' AND state = 'succeeded'),
                0) AS elsewhere,
                coalesce(bool_or(state IN ('intended', 'unknown', 'pending')
                    OR settled_at > %(now)s::timestamptz - interval '1 hour'), false) AS moving
            FROM refunds r WHERE r.bucket = o.bucket AND r.order_id = o.id
        ) r
        WHERE {_TAKEN_IN} AND NOT r.moving AND p.cash + r.elsewhere <> l.net""",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A charge or refund that we hold for succeeded and that the statement did not name before the snapshot."""

    kind: Literal["charge", "refund"]
    gateway: str
    bucket: int
    id: UUID
    ref: str | None
    amount_minor: int
    currency: str

    def named_by(self, line: Line) -> bool:
        """Whether a line of the statement says so after all."""
        kind, gateway, ref, _, bucket, id, minor, currency, outcome, _ = line
        mine = (bucket, id) == (self.bucket, self.id) or (id is None and ref == self.ref)
        said = (kind, gateway, minor, currency) == (self.kind, self.gateway, self.amount_minor, self.currency)
        return mine and said and outcome in ("succeeded", ACCEPTED)

    def violation(self) -> Violation:
        """What is wrong where no line says so."""
        number, prefix = (16, CHARGE) if self.kind == "charge" else (24, REFUND)
        detail = f"{self.amount_minor} {self.currency} succeeded here; the statement of {self.gateway} does not say so"
        return Violation(number, f"{self.kind}s", encode(prefix, self.bucket, self.id), detail)


_UNCONFIRMED: Final = f"""
    WITH asked AS (SELECT * FROM unnest(%s::text[], %s::timestamptz[]) AS g (gateway, since))
    SELECT 'charge', c.gateway, c.bucket, c.id, c.gateway_ref, c.amount_minor, c.currency FROM charges c
    LEFT JOIN ({_LATEST}) l ON l.kind = 'charge' AND l.gateway = c.gateway AND l.bucket = c.bucket AND l.id = c.id
        AND (l.outcome, l.amount_minor, l.currency) = ('succeeded', c.amount_minor, c.currency)
    LEFT JOIN ({_LATEST}) s ON s.kind = 'charge' AND s.gateway = c.gateway AND s.ref = c.gateway_ref AND s.id IS NULL
        AND (s.outcome, s.amount_minor, s.currency) = ('succeeded', c.amount_minor, c.currency) -- a seller's own
    JOIN asked ON asked.gateway = c.gateway AND c.intended_at >= asked.since
    WHERE c.state = 'succeeded' AND c.amount_minor > 0 AND l.ref IS NULL AND s.ref IS NULL
    UNION ALL
    SELECT 'refund', r.gateway, r.bucket, r.id, r.gateway_ref, r.amount_minor, r.currency FROM refunds r
    JOIN orders o ON o.bucket = r.bucket AND o.id = r.order_id AND o.charge_id IS NOT NULL
    LEFT JOIN ({_LATEST}) l ON l.kind = 'refund' AND l.gateway = r.gateway AND l.ref = r.gateway_ref
        AND l.outcome IN ('succeeded', 'accepted') AND (l.amount_minor, l.currency) = (r.amount_minor, r.currency)
    JOIN asked ON asked.gateway = r.gateway AND r.intended_at >= asked.since
    WHERE r.state = 'succeeded' AND r.way <> 'bank_transfer' AND l.ref IS NULL
"""


# An import names gateways too: what it brought has no charge of ours, and its refunds were not sent from here.
_OURS_AT: Final = """
    SELECT gateway FROM charges WHERE amount_minor > 0
    UNION SELECT gateway FROM refunds WHERE way <> 'bank_transfer'
        AND (gateway_ref IS NOT NULL OR state <> 'succeeded')
    UNION SELECT o.gateway FROM orders o JOIN gateway_cursors g ON g.gateway = o.gateway
    ORDER BY 1
"""


def gateways_of_ours() -> list[str]:
    """The gateways whose statements have to be compared: where we have charged or paid back, or have read on."""
    with connection.cursor() as cursor:
        cursor.execute(_OURS_AT)
        return [name for (name,) in cursor.fetchall()]


def take_lines(lines: Iterable[Line]) -> None:
    """Put lines, in the order of the statements, where the rules look for them, until the transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy(f"COPY audit_lines ({_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(_TYPES)
            for line in lines:
                copy.write_row(line)
        cursor.execute("ANALYZE audit_lines")


def unconfirmed(since: Mapping[str, datetime]) -> Iterator[Unconfirmed]:
    """What we hold for succeeded at gateways and the lines do not name, of what was intended since their statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCONFIRMED, [list(since), list(since.values())])
        for row in cursor.fetchall():
            yield Unconfirmed(*row)
