"""When a request comes: the moments at which the answer may change, found in the documents, and their instants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.comparing.case_space_types import Axis, Choice, Document, Moment, Scope
from goodterms.domain.counting import counting_zone, date_in_words
from goodterms.domain.judging.windows import CountedWindow, count_window
from goodterms.domain.policy import Counting
from goodterms.domain.reading.policy_tables import read_span
from goodterms.domain.reading.policy_words import BUYERS_CALENDAR, NO_HOLIDAYS
from goodterms.domain.rules import Span, Window
from goodterms.domain.term import Interval, Term, boundary
from goodterms.domain.value import dataclass

_INSTANT = timedelta(seconds=1)
_ORDINARY = Moment("after_order", Span(2, "days"))
_GENERAL = (
    (Moment("with_order"), "at the instant of the order"),
    (Moment("before_start"), "at the last instant before the term begins"),
    (Moment("at_start"), "at the instant the term begins"),
    (Moment("middle"), "in the middle of the term"),
    (Moment("last"), "at the last instant of the term"),
    (Moment("ended"), "after the term has ended"),
)


def moment_axis(scope: Scope) -> Axis:
    """The moments of a space: general ones, both sides of every edge of a window, of a part of the term, of a date."""
    found: dict[object, Choice] = {}
    for moment, says in _GENERAL:
        found[moment] = Choice(moment, says)
    for index, document in enumerate(scope.documents):
        for name, window in document.windows.items():
            for choice in _edges(index, name, window):
                found.setdefault((_meaning(window, document), _edge_of(choice)), choice)
        for need in document.conditions:
            if need.test in ("in_first", "in_last"):
                found.update({choice.value: choice for value in need.values for choice in _parts(need.test, value)})
            if need.fact == "request" and need.test in ("before", "on_or_after"):
                days = [date.fromisoformat(value) for value in need.values]
                found.update({choice.value: choice for day in days for choice in _days(day)})
    return Axis("moment", (Choice(_ORDINARY), *found.values()))


def _edge_of(choice: Choice) -> str:
    assert isinstance(choice.value, Moment)
    return choice.value.edge


def _meaning(window: Window, document: Document) -> object:
    """What makes two windows of two documents the same, so that its edges are tried once."""
    fields = (
        window.length, window.counted_from, window.last_day, window.extended_by, window.closed_last_day,
        window.or_until, window.counted_before, window.opens,
    )  # fmt: skip
    return (fields, document.counting.timezone, document.counting.buyer_timezone, document.business_days.holidays)


def _edges(index: int, name: str, window: Window) -> list[Choice]:
    said = f"the window {name} of {window.length}"
    edges = [
        Choice(Moment("window", None, index, name, "last"), f"at the last instant of {said}"),
        Choice(Moment("window", None, index, name, "after"), f"at the first instant after {said}"),
    ]
    if window.counted_before is not None:
        edges += [
            Choice(Moment("window", None, index, name, "before"), f"at the last instant before {said}"),
            Choice(Moment("window", None, index, name, "first"), f"at the first instant of {said}"),
        ]
    return edges


def _parts(test: str, value: str) -> list[Choice]:
    span = read_span(value)
    if span is None:
        return []
    if test == "in_first":
        said = f"the first {span} of the term"
        return [
            Choice(Moment("part", span, name=test, edge="last"), f"at the last instant of {said}"),
            Choice(Moment("part", span, name=test, edge="after"), f"at the first instant after {said}"),
        ]
    said = f"the last {span} of the term"
    return [
        Choice(Moment("part", span, name=test, edge="before"), f"at the last instant before {said}"),
        Choice(Moment("part", span, name=test, edge="first"), f"at the first instant of {said}"),
    ]


def _days(day: date) -> list[Choice]:
    return [
        Choice(
            Moment("date", Span(day.toordinal() + shift, "days")), f"asked on {date_in_words(day + timedelta(shift))}"
        )
        for shift in (-1, 0)
    ]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a case before the request: what moments are counted from."""

    placed_at: datetime
    term: Term
    contract_at: datetime | None
    facts: Mapping[str, object]
    timezone: str | None
    country: str | None
    documents: tuple[Document, ...]
    calendars: Mapping[str, BusinessCalendar]

    def instant(self, moment: Moment) -> datetime | None:
        """The instant of a moment (UTC); None where this case has no such moment."""
        starts_at, ends_at = self.term.starts_at, self.term.ends_at
        match moment.kind:
            case "after_order":
                return self.placed_at + timedelta(days=moment.span.count if moment.span else 0)
            case "with_order":
                return self.placed_at
            case "before_start":
                return starts_at - _INSTANT if self.placed_at < starts_at else None
            case "at_start":
                return starts_at if self.placed_at < starts_at else None
            case "middle":
                return starts_at + (ends_at - starts_at) // 2
            case "last":
                return ends_at - _INSTANT
            case "ended":
                return ends_at + timedelta(days=3)
            case "date":
                day = date.fromordinal(moment.span.count if moment.span else 1)
                return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
            case "part":
                return self._part(moment)
            case "window":
                window = self.window(moment)
                return None if window is None else _at_edge(window, moment.edge)

    def _part(self, moment: Moment) -> datetime | None:
        """Measured from the instant the term starts, or back from the one it ends."""
        if moment.span is None:
            return None
        first = moment.name == "in_first"
        anchor_at = self.term.starts_at if first else self.term.ends_at
        at = _shifted(anchor_at, moment.span, 1 if first else -1)
        return at - _INSTANT if moment.edge in ("before", "last") else at

    def window(self, moment: Moment) -> CountedWindow | None:
        """A window of a document as it is counted in this case; None where its anchor is not known."""
        document = self.documents[moment.document]
        window = document.windows[moment.name]
        anchor = self._anchor(window.counted_before or window.counted_from)
        if anchor is None:
            return None
        closers = [(name, at) for name in window.or_until if isinstance(at := self._anchor(name), datetime)]
        calendar = self._calendar(document)
        try:
            return count_window(window, anchor, self.zone(document.counting), calendar).until(closers)
        except (ValueError, OverflowError):
            return None

    def zone(self, counting: Counting) -> ZoneInfo:
        """The zone a document counts in; a law without its own takes the first policy's."""
        timezone = counting.timezone or self.documents[0].counting.timezone
        return counting_zone(Counting(timezone, counting.buyer_timezone), self.timezone)

    def _calendar(self, document: Document) -> BusinessCalendar | None:
        name, weekend = document.business_days.holidays, document.business_days.weekend
        if name == BUYERS_CALENDAR:
            name = self.country or NO_HOLIDAYS
        if name == NO_HOLIDAYS:
            return BusinessCalendar(weekend, frozenset())
        found = self.calendars.get(name)
        return found and BusinessCalendar(weekend, found.closing_days, found.first_on, found.last_on)

    def _anchor(self, name: str) -> datetime | date | None:
        at: object = {
            "order": self.placed_at,
            "term_start": self.term.starts_at,
            "term_end": self.term.ends_at,
            "contract": self.contract_at,
            "contract_at": self.contract_at,
        }.get(name, self.facts.get(name))
        return at if isinstance(at, date) else None


def _shifted(at: datetime, span: Span, sign: int) -> datetime:
    if span.unit == "hours":
        return at + timedelta(hours=sign * span.count)
    months = {"months": 1, "years": 12}.get(span.unit, 0)
    interval = Interval(months=span.count * months) if months else Interval(days=span.count)
    return boundary(at, interval, sign)


def _at_edge(window: CountedWindow, edge: str) -> datetime | None:
    match edge:
        case "last":
            return window.closes_at - _INSTANT
        case "after":
            return window.closes_at
        case "first":
            return window.opens_at
    return None if window.opens_at is None else window.opens_at - _INSTANT
