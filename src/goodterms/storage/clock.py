"""The world's clock offset, for demo and sandbox worlds; zero in a live one."""

from __future__ import annotations

from django.db.models import F

from goodterms.storage.models import WorldClock


def offset_seconds() -> int:
    """How far this world is ahead of the real time."""
    return WorldClock.objects.filter(id=1).values_list("offset_seconds", flat=True).first() or 0


def advance(seconds: int) -> int:
    """Move the clock ahead; it never goes back. Returns the new offset."""
    if seconds < 0:
        raise ValueError("a world's clock never goes back")
    WorldClock.objects.get_or_create(id=1)
    WorldClock.objects.filter(id=1).update(offset_seconds=F("offset_seconds") + seconds)
    return offset_seconds()
