"""The record of administrative acts: who changed people, the profile, plans and prices, and when."""

from __future__ import annotations

from datetime import datetime

from goodterms.domain.decision import plain
from goodterms.storage.api_calls import note_act
from goodterms.storage.models import AdminAct


def record(act: str, subject: str, *, at: datetime, actor: str, **data: object) -> None:
    """Add an act. `act` is past tense ("agent.invited"), `subject` what it was done to."""
    note_act()
    AdminAct.objects.create(at=at, actor=actor, act=act, subject=subject, data=plain(data))


def recent_acts(limit: int = 50) -> list[AdminAct]:
    """The latest acts, newest first."""
    return list(AdminAct.objects.order_by("-id")[:limit])
