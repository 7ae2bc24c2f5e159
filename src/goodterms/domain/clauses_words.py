"""The sentences in which findings give reasons: the same for customer, agent and auditor (R36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.counting import CountedWindow, date_in_words
from goodterms.domain.policy import Window

_SENTENCES: Mapping[str, Mapping[str, str]] = {
    "payment": {
        "initial": "the payment is for a first purchase",
        "renewal": "the payment is for a renewal",
    },
    "latest_paid_term": {
        "true": "the payment is for the latest paid term",
        "false": "the payment is not for the latest paid term: a later one has been paid for",
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
        "true": "the payment is disputed at the bank",
        "false": "the payment is not disputed at the bank",
    },
    "term": {
        "upcoming": "the term had not begun: the request came on {requested_at}, it starts on {starts_at}",
        "running": "the term had begun: it started on {starts_at}, the request came on {requested_at}",
        "ended": "the term was over: its access had ended when the request came on {requested_at}",
        "dropped": "the term had been dropped when the request came on {requested_at}",
    },
}


def say_fact(fact: str, value: str, spoken: Mapping[str, str]) -> str:
    """One fact of a case as a clause of a sentence; `spoken` has the amounts and instants it may mention."""
    if fact == "sales_channel":
        return f"the order was sold through: {spoken['sales_channel']}"
    return _SENTENCES[fact][value].format_map(spoken)


def say_window(window: Window, counted: CountedWindow, requested_at: datetime) -> str:
    """Whether a request came inside a window, with the day's number, the last day and the zone (R24, R36)."""
    is_open = counted.is_open(requested_at)
    if window.length.unit == "hours":
        came = instant_in_words(requested_at, counted.zone)
        ends = instant_in_words(counted.closes_at, counted.zone)
        return f"the request came on {came}; the {window.length} {'end' if is_open else 'ended'} on {ends}"
    day = counted.day_of(requested_at)
    came = f"the request came on day {day} ({date_in_words(counted.first_on + timedelta(days=day))})"
    verb = "is" if is_open else "was"
    return (
        f"{came}; the last day {verb} {date_in_words(counted.last_on)}, "
        f"counted from {date_in_words(counted.first_on)} in {counted.zone_name}"
    )


def instant_in_words(at: datetime, zone: ZoneInfo | None) -> str:
    """An instant on the clock of a zone (UTC without one), with the zone's name: "1 May 2026, 12:00 UTC".

    Seconds are named where there are any: they can decide.
    """
    local = at.astimezone(zone or UTC)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{date_in_words(local.date())}, {clock} {zone.key if zone else 'UTC'}"


def sentence(parts: Sequence[str]) -> str:
    """Clauses of a sentence put together, with a capital and a full stop."""
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."
