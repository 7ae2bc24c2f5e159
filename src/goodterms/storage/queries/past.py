"""Everything that was decided, for replaying it: subscriptions in the order of their keys, with requests and
cancellations, a batch at a time over all buckets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.subscription import Cancellation, Subscription
from goodterms.storage import load
from goodterms.storage.tables import CANCELLATIONS, REFUND_REQUESTS

Key = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class Past:
    """One subscription with every request about it and every cancellation, oldest first."""

    subscription: Subscription
    requests: tuple[RefundRequest, ...]
    cancellations: tuple[Cancellation, ...]


def count_subscriptions(plan: str | None = None) -> int:
    """How many there are, of one plan or of all."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM subscriptions s WHERE s.bucket >= 0{_of(plan)}", _given(plan))
        found: int = cursor.fetchone()[0]
    return found


def everything(at: datetime, plan: str | None = None, *, batch: int = 2000) -> Iterator[list[Past]]:
    """All subscriptions (of a plan), in batches, as they stand; reading goes on behind the last key it has seen."""
    last: Key = (-1, UUID(int=0))
    while True:
        keys = _keys_after(last, plan, batch)
        if not keys:
            return
        last = keys[-1]
        arrays: list[list[object]] = [[bucket for bucket, _ in keys], [id for _, id in keys]]
        requests, cancellations = _requests(arrays), _cancellations(arrays)
        yield [
            Past(sub, tuple(requests.get(sub.id, ())), tuple(cancellations.get(sub.id, ())))
            for sub in load.load_subscriptions(keys, at=at, lock=False)
        ]


def _keys_after(last: Key, plan: str | None, limit: int) -> list[Key]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.bucket, s.id FROM subscriptions s WHERE (s.bucket, s.id) > (%s, %s){_of(plan)} "
            "ORDER BY s.bucket, s.id LIMIT %s",
            [*last, *_given(plan), limit],
        )
        return [(bucket, id) for bucket, id in cursor.fetchall()]


def _of(plan: str | None) -> str:
    return " AND s.plan = %s" if plan else ""


def _given(plan: str | None) -> list[str]:
    return [plan] if plan else []


def _requests(arrays: Sequence[Sequence[object]]) -> dict[UUID, list[RefundRequest]]:
    columns = ", ".join(f"r.{column.name}" for column in REFUND_REQUESTS.columns)
    found: dict[UUID, list[RefundRequest]] = defaultdict(list)
    for row in load.records(
        f"""SELECT {columns} FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
        JOIN refund_requests r ON r.bucket = k.bucket AND r.subscription_id = k.id ORDER BY r.opened_at, r.id""",
        arrays,
    ):
        request = load.read_request(row)
        found[request.subscription_id].append(request)
    return found


def _cancellations(arrays: Sequence[Sequence[object]]) -> dict[UUID, list[Cancellation]]:
    columns = ", ".join(f"c.{column.name}" for column in CANCELLATIONS.columns)
    found: dict[UUID, list[Cancellation]] = defaultdict(list)
    for row in load.records(
        f"""SELECT {columns} FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
        JOIN cancellations c ON c.bucket = k.bucket AND c.subscription_id = k.id ORDER BY c.requested_at, c.id""",
        arrays,
    ):
        found[row["subscription_id"]].append(Cancellation(**row))
    return found
