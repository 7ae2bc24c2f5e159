"""The directory: where to find what comes without a bucket (e-mail, imported order numbers, sellers' own numbers)."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from goodterms.domain.public_id import bucket_of_number, normalize_number

EMAIL = "email"
ORDER = "order"
AGREEMENT = "agreement"
_NULL = "\x00"  # no text in the database can have one, so nothing is found by it


def _key(kind: str, value: str) -> str:
    if kind == AGREEMENT:
        return value
    return value.strip().casefold() if kind == EMAIL else normalize_number(value)


def look_up(kind: str, value: str) -> tuple[int, UUID] | None:
    """Bucket and id behind an e-mail address, an imported order number or an agreement; None when unknown."""
    if _NULL in value:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT bucket, id FROM directory WHERE kind = %s AND value = %s", [kind, _key(kind, value)])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def reserve(kind: str, value: str, bucket: int, id: UUID) -> tuple[int, UUID]:
    """Enter a value for a row, unless it is taken; returns whose it is now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO directory (kind, value, bucket, id) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [kind, _key(kind, value), bucket, id],
        )
    return look_up(kind, value) or (bucket, id)


def agreement_key(gateway: str, agreement: str) -> str:
    """What a seller calls a subscription, as the directory has it: two sellers may use the same number."""
    return f"{gateway}/{agreement}"


def find_order(number: str) -> tuple[int, UUID, UUID] | None:
    """Bucket, id and subscription of the order with this number, ours or imported; None when there is none."""
    if _NULL in number:
        return None
    cleaned = normalize_number(number)
    bucket = bucket_of_number(cleaned)
    with connection.cursor() as cursor:
        if bucket is not None:
            cursor.execute(
                "SELECT bucket, id, subscription_id FROM orders WHERE bucket = %s AND number = %s", [bucket, cleaned]
            )
            row = cursor.fetchone()
            if row:
                return row[0], row[1], row[2]
        known = look_up(ORDER, cleaned)
        if known is None:
            return None
        cursor.execute("SELECT bucket, id, subscription_id FROM orders WHERE bucket = %s AND id = %s", list(known))
        row = cursor.fetchone()
    return (row[0], row[1], row[2]) if row else None
