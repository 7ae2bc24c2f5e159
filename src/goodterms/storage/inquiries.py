"""Inquiries: refund requests that name no order we can find yet. They keep their date until they do (R35, A4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from goodterms.domain.business_days import BusinessCalendar, add_business_days
from goodterms.domain.counting import counting_zone, local_date, start_of_day
from goodterms.domain.decision import Decision, Message, plain
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refund_request import Claimed
from goodterms.storage.models import Inquiry
from goodterms.storage.save import save


def open_inquiry(
    id: UUID, bucket: int, claimed: Claimed, *, now: datetime, received_at: datetime, channel: str, actor: str,
    policy: Policy, calendar: BusinessCalendar, route: str | None = None,
) -> UUID:  # fmt: skip
    """Keep what came in, with its date, and ask for what is needed to find the order. Returns its id.

    `bucket` is where its mails are kept; an inquiry belongs to no customer.
    """
    zone = counting_zone(policy.counting, None)
    due_on = add_business_days(local_date(received_at, zone), policy.refund.decide_within_business_days, calendar)
    number = human_number(bucket, id, prefix="R-")
    facts = plain({"request_number": number, "inquiry_id": id, "received_at": received_at})
    letters: dict[str, dict[str, object]] = {
        "request_received": {},
        "information_needed": {"unclear": [], "question": None},
    }
    mails = [
        Message(bucket, uuid5(id, kind), None, kind, id.hex, claimed.email, now, {**facts, **more})
        for kind, more in letters.items()
    ]
    with transaction.atomic():
        Inquiry.objects.create(
            id=id, number=number, state="open", channel=channel, route=route, received_at=received_at, opened_at=now,
            opened_by=actor, claimed=claimed_data(claimed), contact_email=claimed.email,
            due_at=start_of_day(due_on + timedelta(days=1), zone),
        )  # fmt: skip
        save([Decision(messages=tuple(mails))])
    return id


def claimed_data(claimed: Claimed) -> dict[str, Any]:
    """The four facts as JSON."""
    return {
        "order_number": claimed.order_number,
        "email": claimed.email,
        "name": claimed.name,
        "purchase_on": claimed.purchase_on.isoformat() if claimed.purchase_on else None,
    }


def claimed_from(data: dict[str, Any]) -> Claimed:
    """The four facts from JSON."""
    on = data.get("purchase_on")
    return Claimed(
        data.get("order_number", ""),
        data.get("email", ""),
        data.get("name", ""),
        date.fromisoformat(on) if on else None,
    )


def close_inquiry(id: UUID, *, now: datetime, by: str, linked: tuple[int, UUID] | None = None, note: str = "") -> bool:
    """Close an open inquiry, linked to the request it became or with a note; False when it was closed before."""
    changed = Inquiry.objects.filter(id=id, state="open").update(
        state="linked" if linked else "closed",
        request_bucket=linked[0] if linked else None,
        request_id=linked[1] if linked else None,
        closed_at=now,
        closed_by=by,
        note=note,
    )
    return changed == 1


def update_claims(id: UUID, claimed: Claimed) -> None:
    """Keep what a later answer added or corrected."""
    Inquiry.objects.filter(id=id, state="open").update(claimed=claimed_data(claimed))
