"""Public ids: a prefix, the customer's bucket and the row's id in one string, so that no look-up table is needed."""

from __future__ import annotations

from uuid import UUID

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


def _crockford(value: int, length: int) -> str:
    return "".join(_ALPHABET[(value >> (5 * i)) & 31] for i in reversed(range(length)))


def human_number(bucket: int, id: UUID, *, prefix: str = "") -> str:
    """A number people can read aloud: four digits of bucket, eight letters or digits of the id: `1472-7K3M-X92Q`."""
    letters = _crockford(id.int & ((1 << 40) - 1), 8)
    return f"{prefix}{bucket:04d}-{letters[:4]}-{letters[4:]}"


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
