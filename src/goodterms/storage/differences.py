"""What was compared with a gateway's statement, and what is to be settled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from goodterms.domain.reconciling import Compared
from goodterms.storage.models import Difference, Reconciliation


def keep_reconciliation(
    gateway: str, from_at: datetime, until_at: datetime, compared: Iterable[Compared], sums: list[list[Any]], *,
    at: datetime, by: str, cursor: str | None,
) -> int:  # fmt: skip
    """Keep what a comparison came to: new differences open, those that agree now are gone; how many are open of these.

    A difference that a person has settled stays settled while it is the same one.
    """
    compared = list(compared)
    with transaction.atomic():
        Reconciliation.objects.create(
            gateway=gateway, from_at=from_at, until_at=until_at, ran_at=at, by=by, sums=sums, cursor=cursor
        )
        agreed = [one.either.ref for one in compared if one.finding.agrees]
        known = Difference.objects.filter(gateway=gateway, object_ref__in=agreed, state=Difference.State.OPEN)
        known.update(state=Difference.State.GONE, settled_at=at)
        # What neither side has any more, such as an order whose record was corrected.
        here = Difference.objects.filter(
            gateway=gateway, state=Difference.State.OPEN, at__gte=from_at, at__lt=until_at
        )
        here.exclude(object_ref__in=[one.either.ref for one in compared]).update(
            state=Difference.State.GONE, settled_at=at
        )
        return sum(_keep(gateway, one, at) for one in compared if not one.finding.agrees)


def _keep(gateway: str, one: Compared, at: datetime) -> int:
    side, ours, theirs = one.either, one.ours, one.theirs
    values = {
        "finding": one.finding.value,
        "theirs_minor": theirs.amount.minor if theirs else None,
        "theirs_currency": theirs.amount.currency if theirs else "",
        "ours_minor": ours.amount.minor if ours else None,
        "ours_currency": ours.amount.currency if ours else "",
        "at": side.at,
        "order_number": ours.order_number if ours else "",
        "bucket": ours.bucket if ours else None,
        "subscription_id": UUID(ours.subscription_id) if ours else None,
    }
    row, made = Difference.objects.get_or_create(
        gateway=gateway, kind=side.kind, object_ref=side.ref, defaults={**values, "found_at": at}
    )
    same = all(getattr(row, name) == value for name, value in values.items())
    if not made and (row.state == Difference.State.GONE or not same):
        Difference.objects.filter(pk=row.pk).update(
            **values, state=Difference.State.OPEN, found_at=at, settled_at=None, settled_by="", note=""
        )
        return 1
    return int(made or row.state == Difference.State.OPEN)


def settle_difference(id: int, *, at: datetime, by: str, note: str) -> bool:
    """A person has settled it; False when it is not open."""
    rows = Difference.objects.filter(pk=id, state=Difference.State.OPEN)
    return bool(rows.update(state=Difference.State.SETTLED, settled_at=at, settled_by=by, note=note))


def open_differences(limit: int = 200) -> list[Difference]:
    """What is to be settled, the oldest first."""
    return list(Difference.objects.filter(state=Difference.State.OPEN).order_by("found_at", "id")[:limit])


def latest_reconciliations() -> list[Reconciliation]:
    """The latest comparison with each gateway."""
    return list(Reconciliation.objects.order_by("gateway", "-ran_at").distinct("gateway"))


def cursor_before(gateway: str, at: datetime) -> str | None:
    """Where the statement ended when it was last compared before an instant; None where that is not known."""
    row = Reconciliation.objects.filter(gateway=gateway, ran_at__lte=at).order_by("-ran_at").first()
    return row.cursor if row else None


def last_until(gateway: str) -> datetime | None:
    """Up to when a gateway was compared."""
    row = Reconciliation.objects.filter(gateway=gateway).order_by("-until_at").first()
    return row.until_at if row else None
