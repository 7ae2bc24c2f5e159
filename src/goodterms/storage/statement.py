"""How far each gateway's statement has been read."""

from __future__ import annotations

from goodterms.storage.models import GatewayCursor


def cursor_of(gateway: str) -> str | None:
    """Where reading stopped; None before the first time."""
    return GatewayCursor.objects.filter(gateway=gateway).values_list("cursor", flat=True).first()


def move_cursor(gateway: str, seen: str | None, to: str) -> None:
    """Go on to `to`, unless somebody else has read on from `seen` meanwhile."""
    row, made = GatewayCursor.objects.get_or_create(gateway=gateway, defaults={"cursor": to})
    if not made:
        GatewayCursor.objects.filter(gateway=row.gateway, cursor=seen).update(cursor=to)
