"""Paddle's objects, read strictly: amounts are texts of whole minor units, instants RFC 3339."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from goodterms.domain.money import Money, MoneyError
from goodterms.gateways.paddle.calls import Fields
from goodterms.gateways.paddle.words import (
    ARRIVES_WITHIN,
    CHANNEL,
    DISPUTE_OUTCOMES,
    DISPUTES,
    OTHER_ERROR,
    PAYMENT_ERRORS,
    PLAN,
    USUAL_CHANNEL,
    reference_in,
)
from goodterms.gateways.protocol import Movement, Outcome
from goodterms.gateways.selling import Buyer, Sale

_FAILED = ("error", "canceled")


class OddObject(Exception):
    """An object that is not as the reference has it."""


def charge_line(fields: Fields, *, cursor: str, buyer: Buyer | None) -> Movement | None:
    """A completed transaction as a line; None for one that is about no subscription, or took no money."""
    sale = _sale(fields, buyer=buyer)
    totals = part(part(fields, "details"), "totals")
    minor = whole(totals, "grand_total")
    if sale is None or minor == 0:
        return None
    return Movement(
        "charge", text(fields, "id"), None, None, _money(minor, fields), Outcome.SUCCEEDED,
        instant(fields, "billed_at"), cursor, None, sale=sale,
    )  # fmt: skip


def failed_line(fields: Fields, *, cursor: str, attempt: str | None = None) -> Movement | None:
    """An attempt to be paid for a transaction that failed, the latest or the one of that id; None without one.

    Each attempt is a charge of its own here, named by the transaction and the attempt.
    """
    tried = [one for one in _list(fields, "payments") if one.get("status") in _FAILED]
    wanted = [one for one in tried if attempt is None or one.get("payment_attempt_id") == attempt]
    if not wanted:
        return None
    latest = max(wanted, key=lambda one: instant(one, "created_at"))
    code, again = PAYMENT_ERRORS.get(str(latest.get("error_code")), OTHER_ERROR)
    sale = _sale(fields, buyer=None, retryable=again and fields.get("status") != "canceled")
    totals = part(part(fields, "details"), "totals")
    if sale is None:
        return None
    return Movement(
        "charge", f"{text(fields, 'id')}:{text(latest, 'payment_attempt_id')}", None, None,
        _money(whole(totals, "grand_total"), fields), Outcome.DECLINED, instant(latest, "created_at"), cursor, code,
        sale=sale,
    )  # fmt: skip


def buyer_in(fields: Fields) -> Buyer | None:
    """Who bought, of a transaction with its customer and address; None where they are not there."""
    customer, address = fields.get("customer"), fields.get("address")
    if not isinstance(customer, Mapping):
        return None
    email = text(customer, "email")
    country = address.get("country_code") if isinstance(address, Mapping) else None
    name = customer.get("name")
    return Buyer(
        name if isinstance(name, str) and name.strip() else email, email, country if isinstance(country, str) else None
    )


def refund_line(fields: Fields, *, cursor: str, now: datetime | None = None) -> Movement | None:
    """A refund as a line; None for other adjustments. `now` tells whether an approved one counts as arrived.

    One that waits for Paddle's approval is unknown: nothing has moved and Paddle may say no.
    """
    if fields.get("action") != "refund" or _about_no_subscription(fields):
        return None
    outcome, failure, at = refund_state(fields, now=now)
    return Movement(
        "refund", text(fields, "id"), text(fields, "transaction_id"), reference_in(fields.get("reason")),
        amount_of(fields), outcome, at, cursor, failure,
    )  # fmt: skip


def refund_state(fields: Fields, *, now: datetime | None) -> tuple[Outcome, str | None, datetime]:
    """How a refund stands, why it failed if it did, and since when."""
    status, at = text(fields, "status"), instant(fields, "updated_at")
    if at.year < 1970:  # what was never changed says year one
        at = instant(fields, "created_at")
    match status:
        case "pending_approval":
            return Outcome.UNKNOWN, None, at
        case "approved":
            arrived = now is not None and now >= at + ARRIVES_WITHIN
            return Outcome.SUCCEEDED if arrived else Outcome.PENDING, None, at
        case "rejected":
            return Outcome.DECLINED, "refund_rejected", at
        case "reversed":
            return Outcome.DECLINED, "refund_failed", at
    raise OddObject(f"a refund that is {status}")


def dispute_line(fields: Fields, *, cursor: str) -> Movement | None:
    """An adjustment that Paddle made because of a dispute, as a line under its own id; None for others."""
    word = DISPUTES.get(str(fields.get("action")))
    if word is None or _about_no_subscription(fields):
        return None
    return Movement(
        "dispute", text(fields, "id"), text(fields, "transaction_id"), None, amount_of(fields), DISPUTE_OUTCOMES[word],
        instant(fields, "created_at"), cursor, None, dispute=word,
    )  # fmt: skip


def amount_of(adjustment: Fields) -> Money:
    """What an adjustment is about, tax included."""
    return _money(whole(part(adjustment, "totals"), "total"), adjustment)


def whole(fields: Fields, name: str) -> int:
    """An amount in minor units."""
    value = fields.get(name)
    if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16):
        raise OddObject(f"{name} is not a whole number")
    return int(value)


def text(fields: Fields, name: str) -> str:
    """A text that must be there."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise OddObject(f"{name} is not a text")
    return value


def instant(fields: Fields, name: str) -> datetime:
    """An instant that must be there."""
    try:
        at = datetime.fromisoformat(text(fields, name))
    except ValueError:
        raise OddObject(f"{name} is not an instant") from None
    if at.utcoffset() is None:
        raise OddObject(f"{name} has no time zone")
    return at


def part(fields: Fields, name: str) -> Fields:
    """An object within another."""
    value = fields.get(name)
    if not isinstance(value, Mapping):
        raise OddObject(f"{name} is not an object")
    return value


def _about_no_subscription(adjustment: Fields) -> bool:
    """Whether the sale that an adjustment is of was for once: no charge of it is listed here."""
    return "subscription_id" in adjustment and adjustment["subscription_id"] is None


def _sale(fields: Fields, *, buyer: Buyer | None, retryable: bool = True) -> Sale | None:
    agreement, period = fields.get("subscription_id"), fields.get("billing_period")
    if not isinstance(agreement, str) or not agreement or not isinstance(period, Mapping):
        return None
    totals = part(part(fields, "details"), "totals")
    custom = fields.get("custom_data")
    channel = custom.get(CHANNEL) if isinstance(custom, Mapping) else None
    return Sale(
        agreement, min(whole(totals, "tax"), whole(totals, "grand_total")), instant(period, "starts_at"),
        instant(period, "ends_at"), plan=_plan(fields),
        channel=channel if isinstance(channel, str) and channel else USUAL_CHANNEL, buyer=buyer, retryable=retryable,
    )  # fmt: skip


def _plan(fields: Fields) -> str | None:
    """The plan's code, as the price says, or Paddle's id of the price: then it is plain which price names none."""
    for item in _list(fields, "items"):
        price = item.get("price")
        if isinstance(price, Mapping):
            custom = price.get("custom_data")
            code = custom.get(PLAN) if isinstance(custom, Mapping) else None
            return code if isinstance(code, str) and code else text(price, "id")
    return None


def _list(fields: Fields, name: str) -> list[Mapping[str, Any]]:
    value = fields.get(name)
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise OddObject(f"{name} is not a list of objects")
    return value


def _money(minor: int, fields: Fields) -> Money:
    try:
        return Money(minor, text(fields, "currency_code"))
    except MoneyError as error:
        raise OddObject(str(error)) from None
