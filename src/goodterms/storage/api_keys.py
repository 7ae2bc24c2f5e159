"""Keys of other programs: kept as digests, looked up by them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from goodterms.storage.models import ApiKey


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that was not revoked: what it may do, until when (exclusive), and the day it was last used.

    `family` is the same for all keys that have replaced one another, and `program` the visible part of the first of
    them: they are one program, which can not stand in for a second one by changing its key.
    """

    id: UUID
    family: UUID
    program: str
    prefix: str
    scopes: frozenset[str]
    expires_at: datetime | None
    last_used_on: date | None


def find_key(digest: str) -> KnownKey | None:
    """The key with this digest; None for one that was revoked or never was."""
    row = (
        ApiKey.objects.filter(digest=digest, revoked_at=None)
        .values_list("id", "family", "prefix", "scopes", "expires_at", "last_used_on")
        .first()
    )
    if row is None:
        return None
    id, family, prefix, scopes, expires_at, last_used_on = row
    first = prefix if id == family else ApiKey.objects.values_list("prefix", flat=True).get(id=family)
    return KnownKey(id, family, first, prefix, frozenset(scopes.split()), expires_at, last_used_on)


def all_keys() -> list[ApiKey]:
    """Every key there ever was, newest first."""
    return list(ApiKey.objects.order_by("-created_at", "-id"))


def key_by_prefix(prefix: str) -> ApiKey | None:
    """A key by its visible part, under its lock, since it is about to be changed."""
    return ApiKey.objects.select_for_update().filter(prefix=prefix).first()


def add_key(
    id: UUID, name: str, prefix: str, digest: str, scopes: Iterable[str], *, at: datetime, replaces: ApiKey | None
) -> ApiKey:
    """Keep a new key."""
    return ApiKey.objects.create(
        id=id, name=name, prefix=prefix, digest=digest, scopes=" ".join(sorted(scopes)), created_at=at,
        replaces=replaces, family=replaces.family if replaces else id,
    )  # fmt: skip


def set_expiry(key: ApiKey, at: datetime) -> None:
    """Let a key be valid until an instant, exclusive."""
    ApiKey.objects.filter(pk=key.pk).update(expires_at=at)


def revoke(key: ApiKey, at: datetime) -> None:
    """Let a key be valid no more."""
    ApiKey.objects.filter(pk=key.pk).update(revoked_at=at)


def note_use(id: UUID, on: date) -> None:
    """Remember the day on which a key was used, unless a later one is known."""
    ApiKey.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=on), pk=id).update(last_used_on=on)
