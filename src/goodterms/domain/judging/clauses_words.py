"""The sentences in which findings give reasons: the same for customer, agent and auditor (R36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.counting import date_in_words, plural
from goodterms.domain.judging.fact_values import Length
from goodterms.domain.judging.windows import CountedWindow
from goodterms.domain.money import Money
from goodterms.domain.rules import Test, Window

_SENTENCES: Mapping[str, Mapping[object, str]] = {
    "payment": {
        "initial": "the payment is for a first purchase",
        "renewal": "the payment is for a renewal",
    },
    "latest_paid_term": {
        True: "the payment is for the latest paid term",
        False: "the payment is not for the latest paid term: a later one has been paid for",
    },
    "already_refunded": {
        "none": "nothing of {amount} has been paid back yet",
        "part": "{refunded} of {amount} has been paid back already",
        "all": "{refunded} of {amount} has been paid back already, which is all of it",
    },
    "asks_for": {
        "all": "all of what is left of {amount} is asked for",
        "part": "only {asked} of {amount} is asked for",
    },
    "disputed": {
        True: "the payment is disputed at the bank",
        False: "the payment is not disputed at the bank",
    },
    "term": {
        "upcoming": "the term had not begun: the request came on {requested_at}, it starts on {starts_at}",
        "running": "the term had begun: it started on {starts_at}, the request came on {requested_at}",
        "ended": "the term was over: its access had ended when the request came on {requested_at}",
        "dropped": "the term had been dropped when the request came on {requested_at}",
    },
    "origin": {
        "purchase": "the charge is for a purchase or a renewal",
        "trial_conversion": "the charge followed a trial",
        "upgrade": "the charge is for an upgrade",
        "plan_migration": "the charge came with a move to another plan",
        "instalment": "the charge is an instalment",
    },
    "consumer": {True: "the customer is a consumer", False: "the customer is not a consumer"},
    "used_in_cycle": {
        True: "it has been used in the current billing cycle",
        False: "it has not been used in the current billing cycle",
    },
    "benefits_used_since_charge": {
        True: "benefits have been used since the latest charge",
        False: "no benefit has been used since the latest charge",
    },
    "first_order": {True: "it is the customer's first order", False: "it is not the customer's first order"},
    "express_request_to_start": {
        True: "the customer asked for the service to begin at once",
        False: "the customer did not ask for the service to begin at once",
    },
    "regime_in_force": {
        True: "the announced law is in force for this contract",
        False: "the announced law is not in force for this contract",
    },
    "consent_to_increase": {
        True: "the customer agreed to the higher price",
        False: "the customer did not agree to the higher price",
    },
}
_SUBJECTS: Mapping[str, tuple[str, str]] = {
    "sales_channel": ("the order was sold through: {}", "it is not known through whom the order was sold"),
    "country": ("the customer lives in {}", ""),
    "state": ("the customer lives in the state {}", "the customer lives in no state"),
    "timezone": ("the order was placed in the time zone {}", "the order has no time zone"),
    "term_length": ("the term lasts {}", ""),
    "amount": ("the payment is {}", ""),
    "request": ("the request came on {}", ""),
    "order": ("the order was placed on {}", ""),
    "contract_at": ("the subscription was first bought on {}", "no contract was made"),
    "contract_made_on": ("the contract was made on {}", "no contract was made"),
    "certificate_earned_at": ("the certificate was earned on {}", "no certificate was earned"),
    "information_given_at": (
        "the customer was told of the right to withdraw on {}", "the customer was not told of the right to withdraw",
    ),
    "chatel_notice_sent_at": (
        "the notice of the coming renewal was sent on {}", "no notice of the coming renewal was sent",
    ),
    "prior_refunds_same_service": ("the refunds of this service to the customer before: {}", ""),
    "prior_refunds_user": ("the refunds to the customer before: {}", ""),
}  # fmt: skip
_COMPARED: Mapping[Test, tuple[str, str]] = {
    "at_least": ("at least", "less than"),
    "at_most": ("at most", "more than"),
    "more_than": ("more than", "not more than"),
    "less_than": ("less than", "not less than"),
    "before": ("before", "not before"),
    "on_or_after": ("on or after", "before"),
}
_ANCHORS: Mapping[str, str] = {
    "order": "the order", "term_start": "the start of the term", "term_end": "the end of the term",
    "contract": "the contract",
}  # fmt: skip


def say_fact(fact: str, value: object, spoken: Mapping[str, str], zone: ZoneInfo) -> str:
    """One fact of a case as a clause of a sentence; `spoken` has the amounts and instants it may mention."""
    sentence = _SENTENCES.get(fact, {}).get(value) if value is not None else None
    if sentence is not None:
        return sentence.format_map(spoken)
    known, absent = _SUBJECTS.get(fact, ("", ""))
    if value is None:
        return absent or f"{_name(fact)}: there is none"
    said = value_in_words(value, zone)
    if fact == "sales_channel":
        said = said.replace("_", " ")
    return known.format(said) if known else f"{_name(fact)}: {said}"


def say_comparison(test: Test, wanted: str, *, fits: bool) -> str:
    """How a value compares with that of a condition, to follow the value: "which is at most 1 month"."""
    return f"which is {_COMPARED[test][0 if fits else 1]} {wanted}"


def say_window(
    window: Window, counted: CountedWindow, at: datetime, came: str = "the request came", *, alone: bool = True
) -> str:
    """Whether an instant lies in a window, with the day's number, the last day and the zone (R24, R36).

    Where it is not `alone` in its document, it is told by its length which last day is meant.
    """
    if window.counted_before is not None:
        return _say_before(window, counted, at, came)
    is_open = counted.is_open(at)
    if counted.ended_by is not None and counted.closes_at <= at:
        sentence, _ = _SUBJECTS.get(counted.ended_by, (f"{_name(counted.ended_by)}: {{}}", ""))
        ended = sentence.format(instant_in_words(counted.closes_at, counted.zone))
        return f"{came} on {instant_in_words(at, counted.zone)}; {ended}, which ended the {window.length}"
    if window.length.unit == "hours":
        ends = instant_in_words(counted.closes_at, counted.zone)
        came = f"{came} on {instant_in_words(at, counted.zone)}"
        return f"{came}; the {window.length} {'end' if is_open else 'ended'} on {ends}"
    day = counted.day_of(at)
    on, first = date_in_words(counted.first_on + timedelta(days=day)), date_in_words(counted.first_on)
    came = f"{came} on day {day} ({on})" if day >= 0 else f"{came} on {on}, before the days from {first} are counted"
    verb = "is" if is_open else "was"
    last = "the last day" if alone else f"the last day of {window.length}"
    return f"{came}; {last} {verb} {date_in_words(counted.last_on)}, counted from {first} in {counted.zone_name}"


def say_no_window(window: Window) -> str:
    """Why a window never opened: what it is counted from has not happened."""
    anchor = window.counted_before or window.counted_from
    _, absent = _SUBJECTS.get(anchor, ("", ""))
    return f"{absent or f'{_name(anchor)}: there is none'}, so that no {window.length} are counted"


def say_part(test: Test, length: str, boundary_at: datetime, at: datetime, zone: ZoneInfo) -> str:
    """Where in its term a request lies: before or after the end of its first, or the beginning of its last part."""
    came, turns = instant_in_words(at, zone), instant_in_words(boundary_at, zone)
    past, length = boundary_at <= at, length.removeprefix("1 ")
    if test == "in_first":
        return f"the request came on {came}; the first {length} of the term {'ended' if past else 'end'} on {turns}"
    return f"the request came on {came}; the last {length} of the term {'began' if past else 'begin'} on {turns}"


def say_handling_fee(sums: Mapping[str, Money], currency: str) -> str:
    """What is kept of a refund, or why that can not be told."""
    fee = sums.get(currency)
    if fee is None:
        return f"no handling fee is set in {currency}, so that a person decides"
    return f"a handling fee of {fee} is deducted"


def say_needed(ask: str) -> str:
    """What a clause waits for."""
    return f"needs information: {ask}"


def value_in_words(value: object, zone: ZoneInfo) -> str:
    """A value of a fact as people write it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return instant_in_words(value, zone)
        case date():
            return date_in_words(value)
        case Length():
            return length_in_words(value)
    return str(value)


def value_in_data(value: object) -> str:
    """A value of a fact for those who check by machine: "true", "2026-05-03T18:00:00+00:00"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Length):
        return length_in_words(value)
    return "none" if value is None else str(value)


def length_in_words(length: Length) -> str:
    """A length of time: "1 month", "1 year", "30 days", "48 hours"."""
    if length.months is not None:
        years, months = divmod(length.months, 12)
        return plural(years, "year") if years and not months else plural(length.months, "month")
    assert length.lapse is not None
    days, rest = divmod(length.lapse, timedelta(days=1))
    return plural(days, "day") if not rest else plural(length.lapse // timedelta(hours=1), "hour")


def instant_in_words(at: datetime, zone: ZoneInfo | None) -> str:
    """An instant on the clock of a zone (UTC without one), with the zone's name: "1 May 2026, 12:00 UTC".

    Seconds are named where there are any: they can decide.
    """
    local = at.astimezone(zone or UTC)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{date_in_words(local.date())}, {clock} {zone.key if zone else 'UTC'}"


def sentence(parts: Sequence[str]) -> str:
    """Clauses of a sentence put together, with a capital and a full stop; how each begins is said once."""
    told: list[str] = []
    for part in parts:
        told += [clause for clause in part.split("; ") if clause not in told]
    text = "; ".join(told)
    return text[:1].upper() + text[1:] + ("" if text.endswith("?") else ".")


def _say_before(window: Window, counted: CountedWindow, at: datetime, came: str) -> str:
    on = date_in_words(at.astimezone(counted.zone).date())
    last = date_in_words(counted.last_on)
    opens = f"from {date_in_words(counted.opens_at.astimezone(counted.zone).date())} " if counted.opens_at else ""
    anchor = window.counted_before or ""
    counted_to = f"{_ANCHORS.get(anchor, _name(anchor))}, {date_in_words(counted.first_on)} in {counted.zone_name}"
    inside = "inside" if counted.is_open(at) else "outside"
    return f"{came} on {on}, {inside} the time {opens}to {last} that is counted back from {counted_to}"


def _name(fact: str) -> str:
    return fact.replace("_", " ")
