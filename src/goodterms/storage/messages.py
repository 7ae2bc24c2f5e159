"""Mails that are due: claimed with a lease, and what came of sending them.

A claim moves `send_at` ahead and commits; then the mail is sent and the result recorded. A worker that dies in between
leaves the row to be found again when its lease is over. Once `sent_at` is set, nothing sends the mail again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from goodterms.domain.decision import Decision, Message
from goodterms.storage.claim import LEASE
from goodterms.storage.load import Key
from goodterms.storage.models import MessageRow
from goodterms.storage.save import save


@dataclass(frozen=True, slots=True)
class DueMail:
    """A mail to send, with what its letter needs beside its own data.

    `to` is where it goes. `own` tells that this is known to be the customer's own address: the one we keep for the
    customer, or one that was verified for the customer by signing in. Only such an address is told anything that a
    stranger must not learn.
    """

    bucket: int
    id: UUID
    kind: str
    to: str
    own: bool
    at: datetime
    data: dict[str, Any]
    attempts: int
    timezone: str | None
    locale: str
    subscription_id: UUID | None
    plan: str
    merchant: str
    refund_order_id: UUID | None


_CLAIM = """
    SELECT bucket, id FROM messages WHERE send_at <= %s ORDER BY send_at, bucket, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_LEASE = """
    UPDATE messages AS m SET send_at = %s FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
    WHERE m.bucket = k.bucket AND m.id = k.id
"""
# The first 32 characters of a subject name what the mail is about; where that is a subscription, its plan is wanted.
_LOAD = """
    SELECT m.bucket, m.id, m.kind, m.to_address, m.at, m.data, m.attempts, m.customer_id,
           c.email, c.timezone, c.locale,
           s.id, coalesce(p.name, s.product, ''), coalesce(s.merchant_of_record, ''), o.id
    FROM unnest(%s::smallint[], %s::uuid[]) AS k(bucket, id)
    JOIN messages m ON m.bucket = k.bucket AND m.id = k.id
    LEFT JOIN customers c ON c.bucket = m.bucket AND c.id = m.customer_id
    LEFT JOIN subscriptions s ON s.bucket = m.bucket AND s.customer_id = m.customer_id
        AND replace(s.id::text, '-', '') = left(m.subject, 32)
    LEFT JOIN plans p ON p.code = s.plan
    LEFT JOIN orders o ON o.bucket = m.bucket AND o.number = m.data->>'refund_order_number'
    ORDER BY m.at, m.bucket, m.id
"""
_VERIFIED = "SELECT bucket, customer_id, lower(email) FROM users WHERE customer_id = ANY(%s::uuid[])"


def claim_mails(now: datetime, limit: int) -> list[DueMail]:
    """Take up to `limit` mails that are due, in a transaction of its own; oldest first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, limit])
        keys: list[Key] = cursor.fetchall()
        if keys:
            cursor.execute(_LEASE, [now + LEASE, *_arrays(keys)])
    return _load(keys) if keys else []


def record_sent(mail: DueMail, now: datetime, *, subject: str, text: str, html: str) -> None:
    """Keep the letter as it went out, for good."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messages SET sent_at = %s, send_at = NULL, attempts = attempts + 1, sent_to = %s, "
            "mail_subject = %s, body_text = %s, body_html = %s, last_error = NULL "
            "WHERE bucket = %s AND id = %s AND sent_at IS NULL",
            [now, mail.to, subject, text, html, mail.bucket, mail.id],
        )


def record_failure(mail: DueMail, error: str, again_at: datetime | None) -> None:
    """Keep why it did not go out; try again at an instant, or give up (None) and leave the row to be seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messages SET send_at = %s, attempts = attempts + 1, last_error = %s "
            "WHERE bucket = %s AND id = %s AND sent_at IS NULL",
            [again_at, error[:200], mail.bucket, mail.id],
        )


def put_back(mails: Sequence[DueMail], send_at: datetime) -> None:
    """Give up the lease on mails that were not tried: they are due at `send_at`."""
    if mails:
        with connection.cursor() as cursor:
            cursor.execute(_LEASE + " AND m.sent_at IS NULL", [send_at, *_arrays((m.bucket, m.id) for m in mails)])


def post(messages: Sequence[Message]) -> None:
    """Let mails go out that follow from no decision about a subscription (an invitation)."""
    with transaction.atomic():
        save([Decision(messages=tuple(messages))])


def withdraw_invitations(address: str) -> None:
    """Keep invitations that have not gone out from somebody who may no longer come in."""
    waiting = MessageRow.objects.filter(kind="invitation", to_address__iexact=address, sent_at=None)
    waiting.filter(send_at__isnull=False).update(send_at=None, last_error="withdrawn: deactivated")


def _load(keys: Sequence[Key]) -> list[DueMail]:
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, _arrays(keys))
        rows = cursor.fetchall()
        cursor.execute(_VERIFIED, [[row[7] for row in rows if row[7]]])
        verified = set(cursor.fetchall())
    return [_mail(row, verified) for row in rows]


def _mail(row: Sequence[Any], verified: set[tuple[int, UUID, str]]) -> DueMail:
    bucket, id, kind, address, at, data, attempts, customer_id, email, timezone, locale, *about = row
    to = (address or email or "").strip()
    own = customer_id is not None and (address is None or (bucket, customer_id, to.lower()) in verified)
    return DueMail(
        bucket=bucket, id=id, kind=kind, to=to, own=own, at=at,
        data=json.loads(data) if isinstance(data, str) else data,
        attempts=attempts, timezone=timezone, locale=locale or "en",
        subscription_id=about[0], plan=about[1], merchant=about[2], refund_order_id=about[3],
    )  # fmt: skip


def _arrays(keys: Iterable[Key]) -> list[list[Any]]:
    listed = list(keys)
    return [[bucket for bucket, _ in listed], [id for _, id in listed]]
