"""A case as one document sees it: days in its zone, its windows counted, facts under the names it gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.case import Case
from goodterms.domain.counting import counting_zone, local_date, start_of_day
from goodterms.domain.judging.fact_values import UNKNOWN, Length, checked_value, value_when_absent
from goodterms.domain.judging.ruleset import Ruleset
from goodterms.domain.judging.windows import CountedWindow, count_window
from goodterms.domain.money import Money
from goodterms.domain.policy import Counting
from goodterms.domain.reading.policy_words import AFTER_TRIAL, ANCHORS, BUYERS_CALENDAR, CASE_FACTS, NO_HOLIDAYS
from goodterms.domain.rules import Fact, FactValue, Window
from goodterms.domain.value import replace

CONTRACT = "contract_made_on"
"""The fact that is asked for where it is not known when the subscription was first bought."""

Truth = bool | str
"""Whether something holds; where that rests on a fact nobody knows, the name of the fact."""

Counted = tuple[CountedWindow | None, str | None]
"""A window, None where its anchor is absent; and the fact that has to be known before it can be counted to its end."""


class CaseView:
    """A case under some assumptions about facts that are not known, at an instant of request.

    `at` is the instant of the request, mostly that of the case. `calendars` are closing days by name.
    """

    __slots__ = ("_calendar", "_values", "_windows", "assumed", "at", "calendars", "case", "rules", "truths", "zone")

    def __init__(
        self, rules: Ruleset, case: Case, calendars: Mapping[str, BusinessCalendar], timezone: str,
        assumed: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        counting = rules.counting
        if not counting.timezone:  # a law without a zone of its own takes the policy's
            counting = Counting(timezone, counting.buyer_timezone)
        self.rules, self.case, self.calendars = rules, case, calendars
        self.zone: ZoneInfo = counting_zone(counting, case.buyer_timezone)
        self.at = case.requested_at
        self.assumed: Mapping[str, object] = assumed or {}
        self._values: dict[str, object] = dict(self.assumed)
        self._windows: dict[str, Counted] = {}
        self._calendar: BusinessCalendar | None = None
        self.truths: dict[int, Truth] = {}  # what was found of conditions, by their index: kept by `conditions`

    def assuming(self, assumed: Mapping[str, object]) -> CaseView:
        """The same case, with assumptions about facts instead of those made here."""
        other = CaseView(self.rules, self.case, self.calendars, self.zone.key, assumed)
        other.at, other.zone = self.at, self.zone
        return other

    def requested_at(self, at: datetime) -> CaseView:
        """The same case, asked for at another instant."""
        other = CaseView.__new__(CaseView)
        other.rules, other.case, other.calendars = self.rules, self.case, self.calendars
        other.zone, other.at, other.assumed = self.zone, at, self.assumed
        other._windows, other._calendar = self._windows, self._calendar
        other._values, other.truths = self._values.copy(), self.truths.copy()
        other._values.pop("term", None)
        other._values.pop("request", None)
        for index in self.rules.moving:
            other.truths.pop(index, None)
        return other

    def value(self, name: str) -> object:
        """What is known of a fact: a value of its type, None where it is absent, or UNKNOWN.

        ValueError naming the fact where the case has a value of another type, or where nothing declares it.
        """
        try:
            return self._values[name]
        except KeyError:
            built_in = _BUILT_IN.get(name)
            found = self._values[name] = built_in(self) if built_in is not None else self._stated(name)
            return found

    def is_inside(self, window: str, at: datetime) -> Truth:
        """Whether an instant is inside a window; it never is where the window's anchor is absent."""
        counted, waits_for = self.window(window)
        if counted is None:
            return waits_for or False
        return counted.is_open(at) and (waits_for or True)

    def window(self, name: str) -> Counted:
        """A window of the document, counted for this case."""
        found = self._windows.get(name)
        if found is None:
            found = self._windows[name] = self._count(self.rules.windows[name])
        return found

    def local(self, at: datetime) -> date:
        """The date of an instant in the zone in which the document counts."""
        return local_date(at, self.zone)

    @property
    def calendar(self) -> BusinessCalendar:
        """The document's business days. ValueError where their closing days are not at hand.

        Without a country, "buyer's country" has no closing days but the weekend.
        """
        if self._calendar is None:
            name, weekend = self.rules.business_days.holidays, self.rules.business_days.weekend
            if name == BUYERS_CALENDAR:
                country, state = self.case.country, self.case.state
                both = f"{country}-{state}"
                name = both if state and both in self.calendars else country or NO_HOLIDAYS
            if name == NO_HOLIDAYS:
                self._calendar = BusinessCalendar(weekend, frozenset())
            elif name not in self.calendars:
                raise ValueError(f"the closing days of {name} are not at hand")
            else:
                found = self.calendars[name]
                self._calendar = BusinessCalendar(weekend, found.closing_days, found.first_on, found.last_on)
        return self._calendar

    def calendar_for(self, window: Window) -> BusinessCalendar | None:
        """The business days, where a window needs them."""
        calls = window.closed_last_day == "next_working_day" or any(
            span is not None and span.unit == "business days"
            for span in (window.length, window.opens, window.extended_by)
        )
        return self.calendar if calls else None

    def start_of(self, day: date) -> datetime:
        """The beginning of a local date, in UTC."""
        return start_of_day(day, self.zone)

    def _count(self, window: Window) -> Counted:
        anchor = self._anchor(window.counted_before or window.counted_from)
        if isinstance(anchor, str):
            return None, anchor
        if anchor is None:
            return None, None
        counted = count_window(window, anchor, self.zone, self.calendar_for(window))
        waits_for, instants = None, []
        for name in window.or_until:
            value = self.value(name)
            if value is UNKNOWN:
                waits_for = waits_for or self.asked_for(name)
            elif isinstance(value, datetime):
                instants.append((name, value))
        return counted.until(instants), waits_for

    def _anchor(self, name: str) -> datetime | date | str | None:
        """The instant or date a window is counted from; the name of the fact where it is not known."""
        case = self.case
        match name:
            case "order":
                return case.placed_at
            case "term_start":
                return case.term.starts_at
            case "term_end":
                return case.term.ends_at
            case "contract":
                value = self.value("contract_at")
                return CONTRACT if value is UNKNOWN else _time(value)
        value = self.value(name)
        return self.asked_for(name) if value is UNKNOWN else _time(value)

    def asked_for(self, name: str) -> str:
        """The fact to ask for where one is not known."""
        return CONTRACT if self.is_as_of_contract(name) else name

    def is_as_of_contract(self, name: str) -> bool:
        """Whether a date or an instant is that of the contract, since nothing is said of it."""
        if name in _BUILT_IN or name in self.assumed or not self.rules.knows(name):
            return name == "contract_at"
        fact = self.rules.fact(name)
        said = any(called in self.case.facts for called in (name, *fact.also_called))
        return fact.when_absent == "contract" and fact.type in ("date", "instant") and not said

    def _stated(self, name: str) -> object:
        """A fact of the case that is not one of the order's own."""
        fact = self.rules.fact(name)
        for called in (name, *fact.also_called):
            if called in self.case.facts:
                value = checked_value(fact, self.case.facts[called], self.case.amount.currency, self.zone)
                if value is not None or fact.when_absent is None or fact.type in ("date", "instant"):
                    return value  # of a date, "there is none" is something else than "nothing is said of it"
        derived = _DERIVED.get(name)
        if derived is not None and (value := derived(self)) is not None:
            return value
        if fact.type in ("date", "instant") and fact.when_absent in ANCHORS:
            return self._at_anchor(fact)
        return value_when_absent(fact, self.case.amount.currency)

    def _at_anchor(self, fact: Fact) -> object:
        """A date or an instant of which nothing is said: that of the order or the contract, as its document has it."""
        at = self._anchor(fact.when_absent or "")
        if isinstance(at, str):
            return UNKNOWN
        if fact.type == "instant":
            return at if isinstance(at, datetime) or at is None else self.start_of(at)
        return self.local(at) if isinstance(at, datetime) else at


def no_later_than_order(case: Case, facts: Iterable[Mapping[str, Fact]], zone: ZoneInfo) -> Case:
    """The case with the day of its contract as it can be: no contract is made after its order.

    `facts` are those that each document declares; `zone` is that of the policy, so that the day is one for all.
    """
    if case.contract_at is not None or not case.facts:
        return case
    names = {CONTRACT, *(called for each in facts if CONTRACT in each for called in each[CONTRACT].also_called)}
    latest = local_date(case.placed_at, zone)
    later = {name: latest for name in names if _day(case.facts.get(name), zone) > latest}
    return replace(case, facts={**case.facts, **later}) if later else case


def _day(value: FactValue, zone: ZoneInfo) -> date:
    """The day that is said; long ago, where none is."""
    if isinstance(value, datetime):
        return local_date(value, zone) if value.tzinfo else date.min
    return value if isinstance(value, date) else date.min


def _time(value: object) -> datetime | date | None:
    return value if isinstance(value, date) else None


def _contract_at(view: CaseView) -> object:
    case = view.case
    if case.contract_at is not None:
        return case.contract_at
    made_on, first = view.value(CONTRACT), _made_with_the_order(view)
    if first is not None and made_on == view.local(first):
        return first
    return start_of_day(made_on, view.zone) if isinstance(made_on, date) else made_on


def _contract_made_on(view: CaseView) -> FactValue:
    at = view.case.contract_at or _made_with_the_order(view)
    return view.local(at) if at is not None else None


def _made_with_the_order(view: CaseView) -> datetime | None:
    """The instant of a first order, unless it was charged after a trial: then the contract was made with the trial."""
    case = view.case
    after_trial = _stated_of(view, "origin") == AFTER_TRIAL
    return case.placed_at if case.kind == "initial" and not after_trial else None


def _already_refunded(view: CaseView) -> str:
    case = view.case
    return "none" if case.refunded.minor <= 0 else "part" if case.left.minor > 0 else "all"


def _asks_for(view: CaseView) -> str:
    case = view.case
    return "part" if case.asked is not None and case.asked < case.left else "all"


_BUILT_IN: Mapping[str, Callable[[CaseView], object]] = {
    "payment": lambda view: view.case.kind,
    "sales_channel": lambda view: view.case.sales_channel,
    "latest_paid_term": lambda view: view.case.is_latest_paid,
    "already_refunded": _already_refunded,
    "asks_for": _asks_for,
    "disputed": lambda view: view.case.disputed,
    "term": lambda view: view.case.term.state(view.at).value,
    "term_length": lambda view: Length.of_term(view.case.term, view.zone),
    "amount": lambda view: view.case.amount,
    "contract_at": _contract_at,
    "request": lambda view: view.at,
    "order": lambda view: view.case.placed_at,
    "country": lambda view: view.case.country or UNKNOWN,
    "state": lambda view: view.case.state or UNKNOWN,
    "timezone": lambda view: view.case.buyer_timezone,
}
assert set(_BUILT_IN) == set(CASE_FACTS)


def _stated_of(view: CaseView, name: str) -> object:
    """What is said or assumed of a fact, without following what others say of it."""
    return view.assumed[name] if name in view.assumed else view.case.facts.get(name, UNKNOWN)


def _price_increased(view: CaseView) -> FactValue:
    before = _stated_of(view, "previous_amount")
    if before is None:
        return False
    return view.case.amount > before if isinstance(before, Money) else None


def _benefits_used(view: CaseView) -> FactValue:
    worth = _stated_of(view, "value_of_benefits_used")
    return True if isinstance(worth, Money) and worth.minor > 0 else None


def _value_of_benefits(view: CaseView) -> FactValue:
    used = _stated_of(view, "benefits_used_since_charge")
    return Money(0, view.case.amount.currency) if used is False else None


_DERIVED: Mapping[str, Callable[[CaseView], FactValue]] = {
    CONTRACT: _contract_made_on,
    "price_increased": _price_increased,
    "benefits_used_since_charge": _benefits_used,
    "value_of_benefits_used": _value_of_benefits,
    "installments_billed": lambda view: view.case.instalments[0] if view.case.instalments else None,
    "installments_total": lambda view: view.case.instalments[1] if view.case.instalments else None,
}
