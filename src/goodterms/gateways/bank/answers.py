"""How the adapter reads the bank's JSON: strictly, by closed tables, and never believing what does not match.

Reads whatever a network can deliver. Every function here either gives a value that was checked field by field
or raises `UnreadableError`, which the adapter turns into `UNKNOWN`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, cast

from goodterms.domain.money import Money, MoneyError
from goodterms.gateways.protocol import Answer, DisputeWord, Hint, Movement, Outcome, WebhookRefusedError

# Declines: code -> whether the same card may be tried again. A code that is not listed is UNKNOWN (a new code
# could mean anything, also that money moved).
DECLINES = {
    "card_declined": True,
    "insufficient_funds": True,
    "expired_card": False,
    "lost_card": False,
    "authentication_required": False,
    "no_such_payment_method": False,
    "refund_rejected": False,
    "card_closed": False,
    "no_such_charge": False,
    "charge_not_refundable": False,
    "exceeds_charge": False,
    "charge_disputed": False,
}
# Which HTTP status each of them comes with when it answers a request. The pair must fit.
_STATUS_OF = {
    "card_declined": 402,
    "insufficient_funds": 402,
    "expired_card": 402,
    "lost_card": 402,
    "authentication_required": 402,
    "refund_rejected": 402,
    "no_such_payment_method": 400,
    "no_such_charge": 404,
    "charge_not_refundable": 422,
    "exceeds_charge": 422,
    "charge_disputed": 422,
}
_OUTCOMES = {
    "charge": {"succeeded": Outcome.SUCCEEDED, "failed": Outcome.DECLINED},
    "refund": {"succeeded": Outcome.SUCCEEDED, "pending": Outcome.PENDING, "failed": Outcome.DECLINED},
    "dispute": {
        "opened": Outcome.PENDING, "under_review": Outcome.PENDING, "lost": Outcome.SUCCEEDED,
        "won": Outcome.DECLINED, "reversed": Outcome.DECLINED,
    },
}  # fmt: skip
_MOST_REF = 200
Kind = Literal["charge", "refund", "dispute"]


class UnreadableError(Exception):
    """The answer is not one of those we know. `code` says in which way."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must be about. `amount` is None for look-ups, `charge_ref` for charges and look-ups."""

    kind: Kind
    reference: str
    amount: Money | None = None
    charge_ref: str | None = None


def unknown(code: str, message: str | None = None) -> Answer:
    """No usable answer, and why."""
    return Answer(Outcome.UNKNOWN, None, code, message, None)


def read_reply(status: int, body: object, expected: Expected) -> Answer:
    """The answer to a charge or refund request."""
    if status in (200, 201):
        answer = read_object(body, expected)
        return answer if answer.outcome is not Outcome.DECLINED else unknown("bad_answer", "201 with a decline")
    fields = _object(body)
    error = _object(fields.get("error"))
    code, message = _text(error, "code"), _text(error, "message")
    if code not in _STATUS_OF or _STATUS_OF[code] != status:
        return unknown(code, message)
    made = fields.get(expected.kind)
    if made is None:
        return Answer(Outcome.DECLINED, None, code, message, None, retryable=DECLINES[code])
    answer = read_object(made, expected)
    if answer.outcome is not Outcome.DECLINED or answer.code != code:
        return unknown("bad_answer", "the error and its object disagree")
    return answer


def read_found(body: object, expected: Expected) -> Answer | None:
    """The answer to a look-up; None when the list is empty. Of several, the bank puts first what counts."""
    found = _list(body)
    return read_object(found[0], expected) if found else None


def read_object(body: object, expected: Expected) -> Answer:
    """A charge or refund, or an UNKNOWN with the code "mismatch" when it is about something else."""
    fields = _object(body)
    if fields.get("object") != expected.kind:
        raise UnreadableError("bad_answer", f"expected a {expected.kind}")
    amount, outcome = _money(fields), _outcome(expected.kind, _text(fields, "status"))
    answer = Answer(
        outcome,
        _text(fields, "id"),
        _text_or_none(fields, "failure_code"),
        _text_or_none(fields, "failure_message"),
        _instant(fields, "created_at"),
        amount=amount,
        bank_reference=_text_or_none(fields, "bank_reference"),
    )
    same = (
        fields.get("reference") == expected.reference
        and expected.amount in (None, amount)
        and (expected.charge_ref is None or fields.get("charge") == expected.charge_ref)
    )
    if not same:
        return replace(answer, outcome=Outcome.UNKNOWN, code="mismatch", message="the answer is about something else")
    if outcome is not Outcome.DECLINED:
        return answer
    if answer.code not in DECLINES:
        return replace(answer, outcome=Outcome.UNKNOWN)
    return replace(answer, retryable=DECLINES[answer.code])


def read_movements(body: object) -> tuple[list[Movement], bool]:
    """A page of the statement, and whether there is more after it."""
    has_more = _object(body).get("has_more")
    if not isinstance(has_more, bool):
        raise UnreadableError("bad_answer", "has_more is missing")
    return [_movement(_object(line)) for line in _list(body)], has_more


def _movement(line: dict[str, Any]) -> Movement:
    kind: Kind
    match line.get("kind"):
        case "charge":
            kind = "charge"
        case "refund":
            kind = "refund"
        case "dispute":
            kind = "dispute"
        case other:
            raise UnreadableError("bad_answer", f"a line of kind {other!r}")
    return Movement(
        kind=kind,
        gateway_ref=_text(line, "id"),
        charge_ref=None if kind == "charge" else _text(line, "charge"),
        reference=_text_or_none(line, "reference"),
        amount=_money(line),
        outcome=_outcome(kind, _text(line, "outcome")),
        at=_instant(line, "at"),
        cursor=_text(line, "cursor"),
        failure=_text_or_none(line, "failure_code"),
        bank_reference=_text_or_none(line, "bank_reference"),
        dispute=cast(DisputeWord, _text(line, "outcome")) if kind == "dispute" else None,
        reason=_text_or_none(line, "reason"),
    )


def read_current(body: object) -> Movement | None:
    """How one object stands; None where there is none."""
    found = _list(body)
    return replace(_movement(_object(found[0])), cursor="") if found else None


def read_hint(event_id: str, body: bytes) -> Hint:
    """What an event of the bank is about. Raises WebhookRefusedError for bytes that are none."""
    try:
        said = _object(json.loads(body))
        about = _object(said.get("data"))
        kind, gateway_ref, at = _text(about, "object"), _text(about, "id"), _instant(said, "created_at")
    except (UnreadableError, ValueError, RecursionError):
        raise WebhookRefusedError("not an event") from None
    if kind not in _OUTCOMES or len(gateway_ref) > _MOST_REF:
        return Hint(event_id, "other", gateway_ref[:_MOST_REF], at)
    return Hint(event_id, cast(Kind, kind), gateway_ref, at)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableError("bad_answer", "not a JSON object")
    return value


def _list(body: object) -> list[Any]:
    data = _object(body).get("data")
    if not isinstance(data, list):
        raise UnreadableError("bad_answer", "data is not a list")
    return data


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableError("bad_answer", f"{name} is not a text")
    return value


def _text_or_none(fields: dict[str, Any], name: str) -> str | None:
    return None if fields.get(name) is None else _text(fields, name)


def _money(fields: dict[str, Any]) -> Money:
    minor = fields.get("amount_minor")
    if not isinstance(minor, int) or isinstance(minor, bool) or minor <= 0:
        raise UnreadableError("bad_answer", "amount_minor is not a positive whole number")
    try:
        return Money(minor, _text(fields, "currency"))
    except MoneyError as error:
        raise UnreadableError("bad_answer", str(error)) from None


def _outcome(kind: Kind, status: str) -> Outcome:
    try:
        return _OUTCOMES[kind][status]
    except KeyError:
        raise UnreadableError("unknown_status", f"a {kind} that is {status}") from None


def _instant(fields: dict[str, Any], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_text(fields, name))
    except ValueError:
        raise UnreadableError("bad_answer", f"{name} is not an instant") from None
    if at.tzinfo is None:
        raise UnreadableError("bad_answer", f"{name} has no time zone")
    return at.astimezone(UTC)
