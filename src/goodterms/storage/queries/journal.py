"""The journal beside the state that it led to: facts, and everything that ever hung on a subscription."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.subscription import Cancellation, Subscription
from goodterms.storage.load import (
    Key,
    column_list,
    key_arrays,
    load_subscriptions,
    read_cancellation,
    read_request,
    records,
    tuples,
)
from goodterms.storage.tables import CANCELLATIONS, REFUND_REQUESTS

_OF = "FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id) JOIN"
_FACTS = f"""
    SELECT f.stream, f.name, f.at, f.actor, f.data::text {_OF} facts f ON f.bucket = k.bucket AND f.stream = k.id
    ORDER BY f.stream, f.seq
"""
_CANCELLATIONS = f"""
    SELECT {column_list(CANCELLATIONS, "c")} {_OF} cancellations c ON c.bucket = k.bucket AND c.subscription_id = k.id
"""
_REQUESTS = f"""
    SELECT {column_list(REFUND_REQUESTS, "r")}
    {_OF} refund_requests r ON r.bucket = k.bucket AND r.subscription_id = k.id
"""
_NEXT = """
    SELECT bucket, id FROM subscriptions WHERE (bucket, id) > (%s, %s) AND bucket %% %s = %s
    ORDER BY bucket, id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class TellingFact:
    """A fact of the journal as far as the fold reads it."""

    name: str
    at: datetime
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A subscription with its facts, and all cancellations and requests it ever had."""

    subscription: Subscription
    facts: list[TellingFact]
    cancellations: list[Cancellation]
    requests: list[RefundRequest]


def remembered(keys: Sequence[Key], at: datetime) -> list[Remembered]:
    """Subscriptions by key with everything that the facts speak of, without a lock."""
    if not keys:
        return []
    arrays = key_arrays(keys)
    facts: dict[UUID, list[TellingFact]] = defaultdict(list)
    for stream, name, fact_at, actor, data in tuples(_FACTS, arrays):
        facts[stream].append(TellingFact(name, fact_at, actor, json.loads(data)))
    cancellations: dict[UUID, list[Cancellation]] = defaultdict(list)
    for row in tuples(_CANCELLATIONS, arrays):
        one = read_cancellation(row)
        cancellations[one.subscription_id].append(one)
    requests: dict[UUID, list[RefundRequest]] = defaultdict(list)
    for record in records(_REQUESTS, arrays):
        request = read_request(record)
        requests[request.subscription_id].append(request)
    return [
        Remembered(sub, facts[sub.id], cancellations[sub.id], requests[sub.id])
        for sub in load_subscriptions(keys, at=at, lock=False)
    ]


def subscription_count() -> int:
    """How many subscriptions there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subscriptions WHERE bucket >= 0")
        return int(cursor.fetchone()[0])


def every_key(share: int = 0, shares: int = 1, batch: int = 1000) -> Iterator[list[Key]]:
    """The keys of all subscriptions in their order, a batch at a time; of several `shares` by bucket, one."""
    bucket, id = -1, UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [bucket, id, shares, share, batch])
            keys: list[Key] = cursor.fetchall()
        if not keys:
            return
        yield keys
        bucket, id = keys[-1]
