"""Policies are named by the digest of their text; rows that every renewal adds name them by its first 64 bits.

That is 8 bytes in place of 64, five times a renewal. The number follows from the digest, so it is the same in every
database; `policies` keeps both, and no two policies may share a number.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection, models

if TYPE_CHECKING:
    _Number = models.BigIntegerField[str | None, str]
else:
    _Number = models.BigIntegerField


@cache
def policy_number(digest: str) -> int:
    """The number of a policy: the first 64 bits of its digest (hexadecimal), read as a signed integer."""
    bits = int(digest[:16], 16)
    return bits - (1 << 64) if bits >> 63 else bits


@cache
def policy_digest(number: int) -> str:
    """The digest of a published policy from its number. Raises LookupError when no such policy is published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM policies WHERE number = %s", [number])
        row = cursor.fetchone()
    if row is None:
        raise LookupError(f"no policy with the number {number}")
    digest: str = row[0]
    return digest


class PolicyField(_Number):
    """A column with a policy's number, which is its digest in Python, in filters and in what is read."""

    def from_db_value(self, value: int | None, *_: Any) -> str | None:
        """The digest."""
        return None if value is None else policy_digest(value)

    def get_prep_value(self, value: Any) -> Any:
        """The number; expressions are left as they are."""
        return policy_number(value) if isinstance(value, str) else super().get_prep_value(value)
