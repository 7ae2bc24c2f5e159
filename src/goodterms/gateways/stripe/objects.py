"""How Stripe's objects are read: field by field, and never believed where they do not match.

Every function gives a value that was checked, or raises `OddObject`, which is an outcome that is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from goodterms.domain.money import Money, MoneyError
from goodterms.gateways.protocol import Answer, Movement, Outcome
from goodterms.gateways.stripe.words import (
    CHARGE_KEY,
    DECLINES,
    DISPUTE_OUTCOMES,
    DISPUTES,
    REFUND_FAILURES,
    REFUND_KEY,
)

Fields = Mapping[str, Any]


class OddObject(Exception):
    """The object is not of the shape that the API's reference gives it."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must be about; a look-up does not know the amount."""

    reference: str
    amount: Money | None = None


def unknown(code: str, message: str | None = None) -> Answer:
    """No usable answer, and why."""
    return Answer(Outcome.UNKNOWN, None, code, message, None)


def read_intent(fields: Fields, expected: Expected) -> Answer:
    """A payment intent as the answer to a charge; what is neither paid nor refused is looked up again."""
    status, amount = _text(fields, "status"), _money(fields)
    answer = Answer(Outcome.UNKNOWN, _text(fields, "id"), status, None, _instant(fields), amount=amount)
    if _reference(fields, CHARGE_KEY) != expected.reference or expected.amount not in (None, amount):
        return replace(answer, code="mismatch", message="the answer is about something else")
    if status == "succeeded":
        if fields.get("amount_received") not in (None, amount.minor):
            return replace(answer, code="amount_differs")
        return replace(answer, outcome=Outcome.SUCCEEDED, code=None)
    if status == "canceled":
        return replace(answer, outcome=Outcome.DECLINED, code="card_declined")
    error = fields.get("last_payment_error")
    if status == "requires_payment_method" and isinstance(error, Mapping):
        return read_decline(error, answer)
    return answer


def read_decline(error: Fields, answer: Answer) -> Answer:
    """Why the card said no; a code outside the table leaves it unknown."""
    code = error.get("decline_code") or error.get("code")
    known = DECLINES.get(str(code))
    message = error.get("message")
    if known is None:
        return replace(answer, outcome=Outcome.UNKNOWN, code=str(code))
    stop = error.get("advice_code") == "do_not_try_again"
    return replace(
        answer, outcome=Outcome.DECLINED, code=known[0], retryable=known[1] and not stop,
        message=message if isinstance(message, str) else None,
    )  # fmt: skip


def read_refund(fields: Fields, expected: Expected) -> Answer:
    """A refund as the answer to one."""
    line = refund_line(fields, cursor="")
    answer = Answer(
        line.outcome, line.gateway_ref, line.failure, None, line.at, retryable=line.outcome is not Outcome.DECLINED,
        amount=line.amount, bank_reference=line.bank_reference,
    )  # fmt: skip
    if line.reference != expected.reference or expected.amount not in (None, line.amount):
        return replace(answer, outcome=Outcome.UNKNOWN, code="mismatch", message="the answer is about something else")
    return answer


def intent_line(fields: Fields, *, cursor: str, at: datetime | None = None) -> Movement:
    """A payment intent as a line of the statement."""
    outcome = Outcome.SUCCEEDED if fields.get("status") == "succeeded" else Outcome.DECLINED
    return Movement(
        "charge", _text(fields, "id"), None, _reference(fields, CHARGE_KEY), _money(fields), outcome,
        at or _instant(fields), cursor, None,
    )  # fmt: skip


def refund_line(fields: Fields, *, cursor: str, at: datetime | None = None) -> Movement:
    """A refund as a line of the statement.

    Stripe calls a refund to a card succeeded as soon as it has sent it; it has arrived for us once the card network
    has given the number by which the cardholder's bank finds it, or will give none.
    """
    status = _text(fields, "status")
    number, arrives = _bank_reference(fields)
    failure = None
    if status in ("failed", "canceled"):
        outcome = Outcome.DECLINED
        reason = fields.get("failure_reason") or ("merchant_request" if status == "canceled" else "unknown")
        failure = REFUND_FAILURES.get(str(reason), "refund_failed")
    elif status == "succeeded":
        outcome = Outcome.PENDING if arrives else Outcome.SUCCEEDED
    elif status in ("pending", "requires_action"):
        outcome = Outcome.PENDING
    else:
        raise OddObject(f"a refund that is {status}")
    return Movement(
        "refund", _text(fields, "id"), _id_of(fields, "payment_intent"), _reference(fields, REFUND_KEY),
        _money(fields), outcome, at or _instant(fields), cursor, failure,
        number if outcome is Outcome.SUCCEEDED else None,
    )  # fmt: skip


def dispute_line(fields: Fields, *, cursor: str, at: datetime | None = None) -> Movement | None:
    """A dispute as a line of the statement; None while it is an inquiry, which takes no money."""
    word = DISPUTES.get(_text(fields, "status"))
    if word is None:
        return None
    reason = fields.get("reason")
    return Movement(
        "dispute", _text(fields, "id"), _id_of(fields, "payment_intent"), None, _money(fields),
        DISPUTE_OUTCOMES[word], at or _instant(fields), cursor, None, None, word,
        reason if isinstance(reason, str) else None,
    )  # fmt: skip


def _bank_reference(fields: Fields) -> tuple[str | None, bool]:
    """The number of the card network, and whether it is still to come."""
    details = fields.get("destination_details")
    card = details.get("card") if isinstance(details, Mapping) else None
    if not isinstance(card, Mapping):
        return None, False
    number = card.get("reference")
    return (number if isinstance(number, str) and number else None), card.get("reference_status") == "pending"


def _reference(fields: Fields, key: str) -> str | None:
    metadata = fields.get("metadata")
    value = metadata.get(key) if isinstance(metadata, Mapping) else None
    return value if isinstance(value, str) and value else None


def _id_of(fields: Fields, name: str) -> str | None:
    """The id of another object, whether it is expanded or not."""
    value = fields.get(name)
    value = value.get("id") if isinstance(value, Mapping) else value
    return value if isinstance(value, str) and value else None


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise OddObject(f"{name} is not a text")
    return value


def _money(fields: Fields) -> Money:
    minor = fields.get("amount")
    if not isinstance(minor, int) or isinstance(minor, bool) or minor <= 0:
        raise OddObject("amount is not a positive whole number")
    try:
        return Money(minor, _text(fields, "currency").upper())
    except MoneyError as error:
        raise OddObject(str(error)) from None


def _instant(fields: Fields) -> datetime:
    seconds = fields.get("created")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 2**40:
        raise OddObject("created is not an instant")
    return datetime.fromtimestamp(seconds, UTC)
