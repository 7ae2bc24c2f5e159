"""What sellers that renew by themselves were told and did not confirm, for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from goodterms.domain.instruction import SUPERSEDED
from goodterms.storage.models import InstructionRow, SubscriptionRow

#: A seller that has said nothing for so long has to be asked by a person.
SILENT_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An instruction that the seller has refused, or not answered for long; it may charge although it should not."""

    bucket: int
    subscription_id: UUID
    name: str
    agreement: str
    gateway: str
    wish: str
    state: str
    code: str
    told_at: datetime


def unconfirmed_instructions(now: datetime, limit: int = 100) -> list[Unconfirmed]:
    """The latest instruction of each subscription, where the seller does not do as it was told, the oldest first.

    Settled when the seller does so after all, or the subscription wishes otherwise.
    """
    silent = Q(check_at__isnull=False, intended_at__lt=now - SILENT_FOR)
    refused = Q(state="declined") & ~Q(code=SUPERSEDED)
    rows = list(InstructionRow.objects.filter(silent | refused).order_by("intended_at", "id")[:limit])
    of = SubscriptionRow.objects.filter(bucket__in={r.bucket for r in rows}, id__in=[r.subscription_id for r in rows])
    found = {(s.bucket, s.id): s for s in of}
    return [
        Unconfirmed(
            r.bucket, r.subscription_id, one.buyer_name, r.agreement, r.gateway, r.wish, r.state, r.code or "",
            r.intended_at,
        )
        for r in rows
        if (one := found[r.bucket, r.subscription_id]).auto_renew == (r.wish == "go_on")
    ]  # fmt: skip
