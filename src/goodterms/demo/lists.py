"""What the demo's pages list: over everybody, since whoever looks may be anybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from goodterms.domain.money import Money
from goodterms.domain.public_id import CUSTOMER, SUBSCRIPTION, encode
from goodterms.storage.models import CustomerRow, FactRow, MessageRow, SubscriptionRow

_MOST_HAPPENINGS = 400
#: What happened, in words, by the fact's name. What is only a step on the way is left out.
_WORDS = {
    "subscription.started": ("bought a subscription", "success"),
    "subscription.renewal_announced": ("was told of the coming renewal", "info"),
    "subscription.renewed": ("was charged for the next term", "success"),
    "subscription.canceled": ("canceled", "neutral"),
    "subscription.cancellation_undone": ("took the cancellation back", "neutral"),
    "subscription.expired": ("lost access", "neutral"),
    "subscription.payment_method_changed": ("gave another card", "neutral"),
    "term.dropped": ("gave back a term that had not begun", "neutral"),
    "term.revoked": ("gave back the running term", "neutral"),
    "term.restored": ("got the whole term back", "neutral"),
    "charge.declined": ("had a card declined", "warn"),
    "charge.unknown": ("was charged, and the answer is unknown", "warn"),
    "refund_request.received": ("asked for money back", "info"),
    "refund_request.information_asked": ("was asked for information", "warn"),
    "refund_request.approved": ("had a refund approved", "success"),
    "refund_request.declined": ("had a refund declined", "danger"),
    "refund.initiated": ("had a refund sent", "info"),
    "refund.succeeded": ("got money back", "success"),
    "refund.failed": ("had a refund come back", "danger"),
    "refund.late": ("waits for a refund that is late", "danger"),
    "refund.external": ("was refunded at the bank", "neutral"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to somebody, with a way to see more at the desk."""

    at: datetime
    who: str
    words: str
    tone: str
    amount: Money | None
    customer_ref: str
    subscription_ref: str


@dataclass(slots=True)
class Day:
    """What happened on a day."""

    on: date
    happenings: list[Happening] = field(default_factory=list)


def happenings(since: datetime) -> list[Day]:
    """What happened after an instant, by day (UTC)."""
    facts = list(
        FactRow.objects.filter(at__gte=since, name__in=_WORDS).order_by("at", "bucket", "stream", "seq")[
            :_MOST_HAPPENINGS
        ]
    )
    streams = SubscriptionRow.objects.filter(
        bucket__in={fact.bucket for fact in facts}, id__in={fact.stream for fact in facts}
    )
    customers = {(sub.bucket, sub.id): sub.customer_id for sub in streams}
    names = {
        (c.bucket, c.id): c.name
        for c in CustomerRow.objects.filter(bucket__in={fact.bucket for fact in facts}, id__in=set(customers.values()))
    }
    days: list[Day] = []
    for fact in facts:
        if not days or days[-1].on != fact.at.date():
            days.append(Day(fact.at.date()))
        days[-1].happenings.append(_happening(fact, customers[fact.bucket, fact.stream], names))
    return days


def _happening(fact: FactRow, customer_id: UUID, names: dict[tuple[int, UUID], str]) -> Happening:
    words, tone = _WORDS[fact.name]
    return Happening(
        fact.at, names.get((fact.bucket, customer_id), "Somebody"), words, tone, _amount(fact.data),
        encode(CUSTOMER, fact.bucket, customer_id),
        encode(SUBSCRIPTION, fact.bucket, fact.stream),
    )  # fmt: skip


def _amount(data: Any) -> Money | None:
    if not isinstance(data, dict):
        return None
    minor, currency = data.get("amount_minor"), data.get("amount_currency")
    return Money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else None


def mails(to: str) -> QuerySet[MessageRow]:
    """The mails that went out, newest first; `to` is a part of an address."""
    sent = MessageRow.objects.exclude(sent_at=None).order_by("-sent_at", "bucket", "id")
    return sent.filter(sent_to__icontains=to) if to else sent


def mail_of(bucket: int, id: UUID) -> MessageRow | None:
    """One mail that went out."""
    return MessageRow.objects.filter(bucket=bucket, id=id).exclude(sent_at=None).first()
