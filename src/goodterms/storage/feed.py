"""The feed: every fact in one order that never changes, to be read from a position on.

Facts have no order across streams, and transactions commit in another order than they began in. So `save` notes for
every stream which facts are new, in the same transaction, and one feeder at a time gives what is noted its positions:
what commits later gets a later position, and no reader misses a fact. Facts of one stream keep their order. Nothing is
noted, and nothing costs anything, until somebody wants the feed; then all facts so far come first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from goodterms.storage.models_programs import FeedState


@dataclass(frozen=True, slots=True)
class FedFact:
    """A fact with its position and whose it is."""

    position: int
    bucket: int
    stream: UUID
    seq: int
    name: str
    at: datetime
    actor: str
    customer_id: UUID | None
    data: Mapping[str, Any]


_NOTE = """
    INSERT INTO feed_waiting (bucket, stream, first_seq, last_seq)
    SELECT * FROM unnest(%s::smallint[], %s::uuid[], %s::integer[], %s::integer[])
    WHERE EXISTS (SELECT 1 FROM feed_state WHERE wanted)
"""
# A transaction that saved facts and did not see that they are wanted had its number before that was committed: when
# all with lower numbers than the next one then are over, what was noted by nobody is a fact of before.
_TURN = """
    SELECT begun, barrier, pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    FROM feed_state WHERE wanted FOR UPDATE
"""
_BARRIER = "UPDATE feed_state SET barrier = pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_PAST = """
    INSERT INTO feed (position, bucket, stream, seq)
    SELECT row_number() OVER (ORDER BY f.at, f.bucket, f.stream, f.seq), f.bucket, f.stream, f.seq FROM facts f
    WHERE NOT EXISTS (
        SELECT 1 FROM feed_waiting w
        WHERE w.bucket = f.bucket AND w.stream = f.stream AND f.seq BETWEEN w.first_seq AND w.last_seq)
"""
_FEED = """
    WITH taken AS (
        DELETE FROM feed_waiting w USING (SELECT id FROM feed_waiting ORDER BY id LIMIT %s) AS first
        WHERE w.id = first.id RETURNING w.id, w.bucket, w.stream, w.first_seq, w.last_seq)
    INSERT INTO feed (position, bucket, stream, seq)
    SELECT (SELECT position FROM feed_state) + row_number() OVER (ORDER BY t.id, s.seq), t.bucket, t.stream, s.seq
    FROM taken t CROSS JOIN LATERAL generate_series(t.first_seq, t.last_seq) AS s(seq)
"""
_READ = """
    SELECT d.position, d.bucket, d.stream, d.seq, f.name, f.at, f.actor, s.customer_id, f.data
    FROM (SELECT * FROM feed WHERE position > %s ORDER BY position LIMIT %s) d
    JOIN facts f ON f.bucket = d.bucket AND f.stream = d.stream AND f.seq = d.seq
    LEFT JOIN subscriptions s ON s.bucket = d.bucket AND s.id = d.stream
    ORDER BY d.position
"""


def note_facts(facts: Iterable[Any]) -> None:
    """Note which facts of which streams are new, in the transaction that saves them."""
    spans: dict[tuple[int, UUID], list[int]] = {}
    for fact in facts:
        span = spans.setdefault((fact.bucket, fact.stream), [fact.seq, fact.seq])
        span[0], span[1] = min(span[0], fact.seq), max(span[1], fact.seq)
    if not spans:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [
            [bucket for bucket, _ in spans], [stream for _, stream in spans],
            [first for first, _ in spans.values()], [last for _, last in spans.values()],
        ])  # fmt: skip


def want_feed() -> None:
    """From now on facts are fed; wanting it again changes nothing."""
    FeedState.objects.get_or_create(id=1, defaults={"wanted": False, "begun": False, "position": 0})
    FeedState.objects.filter(id=1, wanted=False).update(wanted=True)


def feed_wanted() -> bool:
    """Whether facts are fed."""
    return FeedState.objects.filter(wanted=True).exists()


def feed_facts(limit: int = 5000) -> int:
    """Give what is noted its positions; returns how many facts were fed. One feeder at a time does so."""
    fed = _fed(limit)
    return _fed(limit) or 0 if fed is None else fed


def _fed(limit: int) -> int | None:
    """One turn; None when it has only begun to wait for transactions of before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TURN)
        row = cursor.fetchone()
        if row is None:
            return 0
        begun, barrier, oldest = row
        if not begun and barrier is None:
            cursor.execute(_BARRIER)
            return None
        if not begun and oldest < barrier:
            return 0
        fed = 0
        if not begun:
            cursor.execute(_PAST)
            fed = int(cursor.rowcount)
            cursor.execute("UPDATE feed_state SET begun = true, position = %s", [fed])
        cursor.execute(_FEED, [limit])
        new = int(cursor.rowcount)
        if new:
            cursor.execute("UPDATE feed_state SET position = position + %s", [new])
        return fed + new


def last_position() -> int:
    """The position of the newest fact that was fed; 0 before the first."""
    return FeedState.objects.values_list("position", flat=True).first() or 0


def facts_after(position: int, limit: int) -> Sequence[FedFact]:
    """Facts after a position, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [position, limit])
        return [FedFact(*row[:8], _data(row[8])) for row in cursor.fetchall()]  # type: ignore[call-arg]


def _data(value: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found
