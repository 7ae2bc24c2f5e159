"""The rows of each kind of file, and what they say: read strictly, so that a file is taken in whole or not at all.

Amounts are signed, in minor units: what comes to the seller is positive, what leaves it negative.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from goodterms.domain.money import Money
from goodterms.gateways.protocol import DisputeWord, Outcome
from goodterms.gateways.reseller.files import BrokenFileError, Row, Written, instant
from goodterms.gateways.selling import Buyer, Sale

_TERM = ("amount_minor", "tax_minor", "currency", "starts_at", "ends_at")
#: The columns of each kind that the reseller writes.
INCOMING: Mapping[str, Sequence[str]] = {
    "orders": (
        "event", "at", "order", "agreement", "plan", "channel", *_TERM, "buyer_name", "buyer_email",
        "country", "timezone",
    ),
    "renewals": ("event", "at", "order", "agreement", "outcome", *_TERM, "code", "tries_again"),
    "refunds": (
        "event", "at", "kind", "ref", "order", "state", "amount_minor", "currency", "reference", "code",
        "bank_reference",
    ),
    "status": ("event", "at", "instruction", "reference", "outcome", "ref", "code"),
    "agreements": ("event", "at", "agreement", "state", "told"),
    "summary": ("event", "at", "kind", "number"),
}  # fmt: skip
#: The columns of each kind that we write.
OUTGOING: Mapping[str, Sequence[str]] = {
    "instruction": (
        "instruction", "what", "number", "agreement", "reference", "order", "amount_minor", "currency",
    ),
    "resend": ("kind", "number"),
}  # fmt: skip

#: Why a charge fails or an instruction is refused; another word is not believed.
CODES = frozenset(
    "card_declined insufficient_funds expired_card lost_card exceeds_charge no_such_charge refund_rejected "
    "card_closed too_old_to_refund gateway_balance no_such_agreement agreement_ended charge_disputed".split()
)
_NAME = re.compile(r"[A-Za-z0-9._:-]{1,100}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
_REFUND_STATES = {"accepted": Outcome.PENDING, "paid": Outcome.SUCCEEDED, "failed": Outcome.DECLINED}
_DISPUTE_STATES = {
    "opened": Outcome.PENDING, "under_review": Outcome.PENDING, "won": Outcome.DECLINED, "lost": Outcome.SUCCEEDED,
    "reversed": Outcome.DECLINED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """A charge, refund or dispute as a row says it stands."""

    event: str
    at: datetime
    kind: Literal["charge", "refund", "dispute"]
    ref: str
    order: str
    amount: Money
    outcome: Outcome
    reference: str | None = None
    code: str | None = None
    bank_reference: str | None = None
    dispute: DisputeWord | None = None
    sale: Sale | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What the reseller says of an instruction: accepted (or done), or refused with a code."""

    event: str
    at: datetime
    instruction: str
    reference: str | None
    accepted: bool
    ref: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Renewing:
    """Whether an agreement is renewed from now on, and whether we said so."""

    event: str
    at: datetime
    agreement: str
    renews: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Latest:
    """Up to which number files of a kind have been written: by it a missing last one is noticed."""

    event: str
    at: datetime
    kind: str
    number: int


Event = Moved | Status | Renewing | Latest


def read_rows(written: Written) -> tuple[Event, ...]:
    """What the rows of a file say. Raises `BrokenFileError` for the first that is not as it should be."""
    read = _READERS[written.kind]
    found: list[Event] = []
    seen: set[str] = set()
    for n, row in enumerate(written.rows, 1):
        try:
            event = read(row)
        except (ValueError, KeyError) as problem:
            raise BrokenFileError(f"row {n}: {problem.args[0] if problem.args else 'can not be read'}") from None
        if event.event in seen:
            raise BrokenFileError(f"row {n}: its event is in the file twice")
        seen.add(event.event)
        found.append(event)
    return tuple(found)


def _name(row: Row, column: str) -> str:
    if not _NAME.match(row[column]):
        raise ValueError(f"{column} is not a name")
    return row[column]


def _name_or_none(row: Row, column: str) -> str | None:
    return _name(row, column) if row[column] else None


def _at(row: Row, column: str) -> datetime:
    try:
        return instant(row[column])
    except ValueError:
        raise ValueError(f"{column} is not an instant in UTC") from None


def _whole(row: Row, column: str) -> int:
    if not _WHOLE.match(row[column]):
        raise ValueError(f"{column} is not a whole number")
    return int(row[column])


def _amount(row: Row, *, sign: int) -> Money:
    """The amount without its sign, which must be the right one."""
    minor = _whole(row, "amount_minor")
    if minor * sign <= 0:
        raise ValueError("amount_minor has the wrong sign, or is nothing")
    if not _CURRENCY.match(row["currency"]):
        raise ValueError("currency is not a code of ISO 4217")
    try:
        return Money(abs(minor), row["currency"])
    except ValueError:
        raise ValueError("currency is not known") from None


def _one_of(row: Row, column: str, words: Sequence[str]) -> str:
    if row[column] not in words:
        raise ValueError(f"{column} is none of {', '.join(words)}")
    return row[column]


def _code(row: Row) -> str | None:
    if row["code"] and row["code"] not in CODES:
        raise ValueError("code is not one that is agreed on")
    return row["code"] or None


def _sale(row: Row, amount: Money, **more: object) -> Sale:
    tax_minor, starts_at, ends_at = _whole(row, "tax_minor"), _at(row, "starts_at"), _at(row, "ends_at")
    if not 0 <= tax_minor <= amount.minor:
        raise ValueError("tax_minor is not a part of the amount")
    if ends_at <= starts_at:
        raise ValueError("the term ends before it begins")
    return Sale(_name(row, "agreement"), tax_minor, starts_at, ends_at, **more)  # type: ignore[arg-type]


def _order(row: Row) -> Moved:
    amount = _amount(row, sign=1)
    if not row["buyer_name"].strip() or "@" not in row["buyer_email"]:
        raise ValueError("the buyer has no name or no e-mail address")
    buyer = Buyer(row["buyer_name"], row["buyer_email"], row["country"] or None, row["timezone"] or None)
    order = _name(row, "order")
    return Moved(
        _name(row, "event"), _at(row, "at"), "charge", order, order, amount, Outcome.SUCCEEDED,
        sale=_sale(row, amount, plan=_name(row, "plan"), channel=_name(row, "channel"), buyer=buyer),
    )  # fmt: skip


def _renewal(row: Row) -> Moved:
    amount, order = _amount(row, sign=1), _name(row, "order")
    paid = _one_of(row, "outcome", ("paid", "failed")) == "paid"
    again = _one_of(row, "tries_again", ("yes", "no")) == "yes"
    code = _code(row)
    if not paid and code is None:
        raise ValueError("a charge that failed needs a code")
    return Moved(
        _name(row, "event"), _at(row, "at"), "charge", order, order, amount,
        Outcome.SUCCEEDED if paid else Outcome.DECLINED, code=None if paid else code,
        sale=_sale(row, amount, retryable=again),
    )  # fmt: skip


def _refund(row: Row) -> Moved:
    event, at, ref, order = _name(row, "event"), _at(row, "at"), _name(row, "ref"), _name(row, "order")
    if _one_of(row, "kind", ("refund", "dispute")) == "dispute":
        state = _one_of(row, "state", tuple(_DISPUTE_STATES))
        amount = _amount(row, sign=1 if state in ("won", "reversed") else -1)
        return Moved(
            event, at, "dispute", ref, order, amount, _DISPUTE_STATES[state], code=_name_or_none(row, "code"),
            dispute=cast(DisputeWord, state),
        )  # fmt: skip
    outcome = _REFUND_STATES[_one_of(row, "state", tuple(_REFUND_STATES))]
    amount = _amount(row, sign=1 if outcome is Outcome.DECLINED else -1)
    code = _code(row)
    if outcome is Outcome.DECLINED and code is None:
        raise ValueError("a refund that failed needs a code")
    return Moved(
        event, at, "refund", ref, order, amount, outcome, _name_or_none(row, "reference"), code,
        _name_or_none(row, "bank_reference"),
    )  # fmt: skip


def _status(row: Row) -> Status:
    accepted = _one_of(row, "outcome", ("accepted", "refused")) == "accepted"
    code = _code(row)
    if not accepted and code is None:
        raise ValueError("a refusal needs a code")
    return Status(
        _name(row, "event"), _at(row, "at"), _name(row, "instruction"), _name_or_none(row, "reference"), accepted,
        _name_or_none(row, "ref"), None if accepted else code,
    )  # fmt: skip


def _renewing(row: Row) -> Renewing:
    renews = _one_of(row, "state", ("renewing", "stopped")) == "renewing"
    told = _one_of(row, "told", ("yes", "no")) == "yes"
    return Renewing(_name(row, "event"), _at(row, "at"), _name(row, "agreement"), renews, told)


def _latest(row: Row) -> Latest:
    kind = _one_of(row, "kind", tuple(INCOMING))
    return Latest(_name(row, "event"), _at(row, "at"), kind, _whole(row, "number"))


_READERS: Mapping[str, Callable[[Row], Event]] = {
    "orders": _order, "renewals": _renewal, "refunds": _refund, "status": _status, "agreements": _renewing,
    "summary": _latest,
}  # fmt: skip
