"""What gateways have told us: kept once, worked on when due, and kept longer than any of it could be replayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from goodterms.storage.models import WebhookIn

LEASE = timedelta(minutes=5)
#: A webhook is refused after minutes, and no gateway sends an event again after so long.
KEPT_FOR = timedelta(days=60)
_MOST_FORGOTTEN = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """A hint as it came: the gateway's id of the event, what kind of object it is about and which, and when it was."""

    event_id: str
    kind: str
    object_ref: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A hint to work on, how often that was tried before, and since when it is here."""

    id: int
    gateway: str
    kind: str
    object_ref: str
    tries: int
    received_at: datetime


def keep_hints(gateway: str, hints: Sequence[Told], now: datetime) -> int:
    """Keep what is new of these, to be worked on now; returns how many. Repeating it keeps nothing more."""
    rows = [
        WebhookIn(
            gateway=gateway,
            event_id=hint.event_id,
            kind=hint.kind,
            object_ref=hint.object_ref,
            event_at=hint.at,
            received_at=now,
            state=WebhookIn.State.FOREIGN if hint.kind == "other" else WebhookIn.State.WAITING,
            due_at=None if hint.kind == "other" else now,
            reason="not about money" if hint.kind == "other" else "",
        )
        for hint in hints
    ]
    with transaction.atomic():
        before = _count(gateway, hints)
        WebhookIn.objects.bulk_create(rows, ignore_conflicts=True)
    return len({hint.event_id for hint in hints}) - before


def _count(gateway: str, hints: Sequence[Told]) -> int:
    return WebhookIn.objects.filter(gateway=gateway, event_id__in=[hint.event_id for hint in hints]).count()


def claim_hints(now: datetime, limit: int, gateways: Sequence[str]) -> list[Waiting]:
    """Take hints of these gateways that are due, by moving them a lease ahead, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, gateway, kind, object_ref, tries, received_at FROM webhooks_in "
            "WHERE due_at <= %s AND gateway = ANY(%s) ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
            [now, list(gateways), limit],
        )
        rows = [Waiting(*row) for row in cursor.fetchall()]
        if rows:
            cursor.execute(
                "UPDATE webhooks_in SET due_at = %s WHERE id = ANY(%s)", [now + LEASE, [row.id for row in rows]]
            )
    return rows


def close_hint(id: int, *, ours: bool, now: datetime) -> None:
    """It was taken in, or is about something that is not ours."""
    state = WebhookIn.State.DONE if ours else WebhookIn.State.FOREIGN
    reason = "" if ours else "no such charge here"
    WebhookIn.objects.filter(pk=id).update(state=state, due_at=None, done_at=now, reason=reason)


def put_off_hint(id: int, until: datetime, tries: int, reason: str) -> None:
    """It could not be taken in now: try again at an instant."""
    WebhookIn.objects.filter(pk=id).update(due_at=until, tries=tries, reason=reason[:200])


def park_hint(id: int, tries: int, reason: str, now: datetime) -> None:
    """It was tried often enough: a person has to look."""
    state = WebhookIn.State.PARKED
    WebhookIn.objects.filter(pk=id).update(state=state, due_at=None, tries=tries, reason=reason[:200], done_at=now)


def keep_parked(gateway: str, told: Sequence[tuple[Told, str]], now: datetime) -> int:
    """Keep what is not to be worked on but to be seen, with the reasons; returns how many were new."""
    rows = [
        WebhookIn(
            gateway=gateway, event_id=hint.event_id, kind=hint.kind, object_ref=hint.object_ref, event_at=hint.at,
            received_at=now, state=WebhookIn.State.PARKED, reason=reason[:200], done_at=now,
        )
        for hint, reason in told
    ]  # fmt: skip
    with transaction.atomic():
        before = _count(gateway, [hint for hint, _ in told])
        WebhookIn.objects.bulk_create(rows, ignore_conflicts=True)
        # One that was tried again and is no better is back.
        closed = WebhookIn.objects.filter(gateway=gateway, state=WebhookIn.State.DONE)
        back = sum(
            closed.filter(event_id=one.event_id).update(state=WebhookIn.State.PARKED, reason=why[:200], done_at=now)
            for one, why in told
        )
    return len({hint.event_id for hint, _ in told}) - before + back


def close_others(gateway: str, kind: str, still: Sequence[str], now: datetime) -> int:
    """What is parked of a kind needs nobody any more, except for these events; returns how many rows."""
    parked = WebhookIn.objects.filter(gateway=gateway, kind=kind, state=WebhookIn.State.PARKED)
    return parked.exclude(event_id__in=list(still)).update(state=WebhookIn.State.DONE, reason="", done_at=now)


def retry_waiting(gateway: str, reason: str, now: datetime) -> int:
    """Try again what is parked or put off for a reason that has just gone away; returns how many."""
    open_ = WebhookIn.objects.filter(
        gateway=gateway, reason__startswith=reason, state__in=(WebhookIn.State.PARKED, WebhookIn.State.WAITING)
    )
    return open_.update(state=WebhookIn.State.WAITING, due_at=now, done_at=None, tries=0, reason="")


def retry_hint(id: int, now: datetime) -> bool:
    """Try one that was parked again; False when it is not parked."""
    parked = WebhookIn.objects.filter(pk=id, state=WebhookIn.State.PARKED)
    return bool(parked.update(state=WebhookIn.State.WAITING, due_at=now, tries=0))


def forget_hints(now: datetime) -> int:
    """Delete what was closed long ago; returns how many rows."""
    old = WebhookIn.objects.filter(received_at__lt=now - KEPT_FOR, state__in=("done", "foreign"))
    ids = list(old.order_by("received_at").values_list("pk", flat=True)[:_MOST_FORGOTTEN])
    return WebhookIn.objects.filter(pk__in=ids).delete()[0] if ids else 0
