"""Public ids: a prefix, the customer's bucket and the row's id in one string, so that no look-up table is needed."""

from __future__ import annotations

from hashlib import sha1
from uuid import UUID, SafeUUID

BUCKETS = 4096

CUSTOMER = "cus"
SUBSCRIPTION = "sub"
ORDER = "ord"
CHARGE = "chg"
REFUND = "ref"
REQUEST = "req"
FACT = "fct"
CANCELLATION = "can"

_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdef")
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U


# What `UUID.__init__` does in the end, without its choice between six ways to give the value.
_new, _set = object.__new__, object.__setattr__
_VERSION_5 = 5 << 76 | 2 << 62
_NO_VERSION = (1 << 128) - 1 - (15 << 76 | 3 << 62)
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


class PublicIdError(ValueError):
    """A string that is not one of our public ids."""


def encode(prefix: str, bucket: int, id: UUID) -> str:
    """`sub_0a3…`: prefix, three hex digits of bucket, 32 of id."""
    return f"{prefix}_{bucket:03x}{id.hex}"


def decode(prefix: str, text: str) -> tuple[int, UUID]:
    """Bucket and id of a public id; raises `PublicIdError` for anything else."""
    head, _, tail = text.partition("_")
    if head != prefix or len(tail) != 35 or not _HEX.issuperset(tail):
        raise PublicIdError(f"not a {prefix}_ id")
    return int(tail[:3], 16), UUID(hex=tail[3:])


def derived_id(namespace: UUID, name: str) -> UUID:
    """A deterministic id for what belongs to something: a UUIDv5 (RFC 9562), without detours of the `uuid` module."""
    digest = sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()
    made = _new(UUID)
    _set(made, "int", int.from_bytes(digest[:16], "big") & _NO_VERSION | _VERSION_5)
    _set(made, "is_safe", SafeUUID.unknown)
    return made


def human_number(bucket: int, id: UUID, *, prefix: str = "") -> str:
    """A number people can read aloud: four digits of bucket, eight letters or digits of the id: `1472-7K3M-X92Q`."""
    bits = id.int
    first, second = _PAIRS[bits >> 30 & 1023], _PAIRS[bits >> 20 & 1023]
    third, fourth = _PAIRS[bits >> 10 & 1023], _PAIRS[bits & 1023]
    return f"{prefix}{bucket:04d}-{first}{second}-{third}{fourth}"


def normalize_number(text: str) -> str:
    """What a person typed, as we store it: upper case, no spaces, look-alikes (O, I, L) read as 0 and 1."""
    cleaned = "".join(text.split()).upper().replace("–", "-").replace("—", "-")
    if bucket_of_number(cleaned) is None:
        parts = cleaned.replace("O", "0").replace("I", "1").replace("L", "1")
        if bucket_of_number(parts) is not None:
            return parts
    return cleaned


def bucket_of_number(number: str) -> int | None:
    """The bucket inside an order number of ours; None for a foreign (imported) number."""
    parts = number.split("-")
    if len(parts) != 3 or len(parts[0]) != 4 or not _DIGITS.issuperset(parts[0]):
        return None
    letters = parts[1] + parts[2]
    if len(letters) != 8 or any(c not in _ALPHABET for c in letters):
        return None
    bucket = int(parts[0])
    return bucket if bucket < BUCKETS else None
