"""Facts that nobody knows: what they could be, and whether it matters.

A fact that is not known has endlessly many values, but the conditions of policy and laws divide them into a few kinds:
the words they name and any other, the numbers and dates around their limits, the dates with which a window is just
open or just closed. A case is judged once for each kind; where all come to the same, the fact is not needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from goodterms.domain.judging.case_view import CONTRACT, CaseView
from goodterms.domain.judging.fact_values import Length, days_in_months, words_of
from goodterms.domain.judging.ruleset import Need
from goodterms.domain.judging.turning_dates import dates_around
from goodterms.domain.money import Money
from goodterms.domain.rules import Window
from goodterms.domain.value import dataclass

T = TypeVar("T")
OTHER = "something else"
"""Stands for every word and text that no condition names."""

_MOST_JUDGED = 1500
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Settled(Generic[T]):
    """An answer that does not depend on anything that is not known; `ways` are the answers that came to the same."""

    effect: tuple[object, ...]
    ways: tuple[T, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Open(Generic[T]):
    """An answer that depends on a fact: one branch for each kind of value; none where they can not be told apart."""

    fact: str
    branches: tuple[Settled[T] | Open[T], ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts it depends on, in the order in which they are needed."""
        later = (name for branch in self.branches if isinstance(branch, Open) for name in branch.missing)
        return tuple(dict.fromkeys((self.fact, *later)))


def explore(
    judge: Callable[[Mapping[str, object]], Settled[T] | str],
    kinds: Callable[[str, Mapping[str, object]], Sequence[object]],
) -> Settled[T] | Open[T]:
    """Judge under every assumption that is needed, and keep only those facts that make a difference.

    `judge` answers for some assumptions, or names the fact it needs next: one that is assumed where only its own value
    will do. `kinds` are the values worth assuming for it. Where there are too many combinations, the facts that were
    met are needed.
    """
    left = _MOST_JUDGED
    met: dict[str, None] = {}

    def under(assumed: Mapping[str, object]) -> Settled[T] | Open[T]:
        nonlocal left
        left -= 1
        found = judge(assumed)
        if not isinstance(found, str):
            return found
        met[found] = None
        if left < 0 or found in assumed:
            return Open(found, ())
        branches = [under({**assumed, found: value}) for value in kinds(found, assumed)]
        if not branches or any(branch != branches[0] for branch in branches):
            return Open(found, tuple(branches))
        first = branches[0]
        if isinstance(first, Open):
            return first
        ways = tuple(way for branch in branches if isinstance(branch, Settled) for way in branch.ways)
        return Settled(first.effect, ways)

    found = under({})
    if left >= 0 or isinstance(found, Settled):
        return found
    needed, *others = met
    return Open(needed, tuple(Open(name, ()) for name in others))


def needed_first(name: str, views: Sequence[CaseView]) -> str:
    """The fact to assume before another: what a window is counted from, where the other is looked for inside of it.

    Without it nobody can say on which instants it depends whether the other is inside.
    """
    seen = [name]
    while True:
        windows = (
            view.window(str(window))
            for view in views
            for need in _needs(seen[-1], view)
            if need.test in ("inside", "outside")
            for window in need.wanted
        )
        anchor = next((waits_for for counted, waits_for in windows if counted is None and waits_for), None)
        if anchor is None or anchor in seen:
            return seen[-1]
        seen.append(anchor)


def kinds_of(name: str, views: Sequence[CaseView], limits: Iterable[date] = ()) -> tuple[object, ...]:
    """One value of each kind that a fact can have for some documents.

    `limits` are dates from which on other laws apply.
    """
    needs = [(need, view) for view in views for need in _needs(name, view)]
    type = next((view.rules.facts[name].type for view in views if name in view.rules.facts), None)
    type = type or views[0].rules.fact(name).type
    may_be_absent = any(need.test == "given" for need, _ in needs)
    wanted = [one for need, _ in needs if need.test != "given" for one in need.wanted]
    found: list[object]
    match type:
        case "yes_or_no":
            found = [True, False]
        case "word":
            declared = [view.rules.facts[name] for view in views if name in view.rules.facts]
            words = dict.fromkeys(
                word for fact in declared or [views[0].rules.fact(name)] for word in words_of(fact, OTHER)
            )
            untested = [word for word in words if word not in wanted]  # they all come to the same
            found = [*(word for word in words if word in wanted), *untested[:1]]
        case "text":
            found = [*dict.fromkeys(wanted), OTHER]
        case "whole_number":
            numbers = [one for one in wanted if isinstance(one, int)]
            found = [*sorted({0, *(n + step for n in numbers for step in (-1, 0, 1) if n + step >= 0)})]
        case "amount":
            currency = views[0].case.amount.currency
            limit = [one.minor for one in wanted if isinstance(one, Money) and one.currency == currency]
            if name == "previous_amount":  # whether the price has increased follows from it
                limit.append(views[0].case.amount.minor)
            found = [
                Money(m, currency) for m in sorted({0, *(n + step for n in limit for step in (-1, 0, 1))}) if m >= 0
            ]
        case "length":
            found = [kind for one in wanted if isinstance(one, Length) for kind in _lengths(one)]
            found = found or [Length(None, _DAY)]
        case _:
            return _times(name, type == "instant", views, limits)
    return (*found, None) if may_be_absent else tuple(found)


def _needs(name: str, view: CaseView) -> Iterator[Need]:
    return (need for need in view.rules.needs if _is(name, need.fact, view))


def _is(name: str, fact: str, view: CaseView) -> bool:
    """Whether a fact is the one that is asked for, or follows from it."""
    return fact == name or (name == CONTRACT and view.is_as_of_contract(fact))


def _lengths(limit: Length) -> tuple[Length, ...]:
    if limit.months is None:
        assert limit.lapse is not None
        return Length(None, limit.lapse - _DAY), limit, Length(None, limit.lapse + _DAY)
    shortest, longest = days_in_months(limit.months)
    return Length(None, timedelta(days=shortest - 1)), limit, Length(None, timedelta(days=longest + 1))


def _times(name: str, is_instant: bool, views: Sequence[CaseView], limits: Iterable[date]) -> tuple[object, ...]:
    """Dates or instants on both sides of every point at which something changes; and none at all."""
    found: set[datetime] = {views[0].at}
    days: set[date] = {views[0].local(views[0].at)}
    for view in views:
        turns = {*(view.start_of(day) for day in limits), *_turns(name, view)}
        beside = {at - step for at in turns for step in (_MOMENT, _MOMENT * 0)}
        found |= beside
        days.update(view.local(at) for at in beside)  # a turn is at midnight where it is reckoned, nowhere else
    if name == CONTRACT:  # a contract has been made, and not after its order
        latest = views[0].local(views[0].case.placed_at)
        return tuple(sorted({min(day - step, latest) for day in days for step in (_DAY, _DAY * 0)}))
    return (*sorted(found if is_instant else days), None)


def _turns(name: str, view: CaseView) -> Iterator[datetime]:
    """The instants from which on a value of the fact counts otherwise than just before."""
    for need in _needs(name, view):
        for one in need.wanted:
            if need.test in ("inside", "outside"):
                counted, _ = view.window(str(one))
                if counted is not None:
                    yield counted.closes_at
                    if counted.opens_at is not None:
                        yield counted.opens_at
            elif isinstance(one, datetime):
                yield from (one, one + _MOMENT)
            elif isinstance(one, date):
                yield from (view.start_of(one), view.start_of(one + _DAY))
    for window in view.rules.windows.values():
        if any(_is(name, closer, view) for closer in window.or_until):
            for at in _instants(window, view):
                yield from (at, at + _MOMENT)
        anchor = window.counted_before or window.counted_from
        if _is(name, "contract_at" if anchor == "contract" else anchor, view):
            yield from _anchors(window, view)


def _anchors(window: Window, view: CaseView) -> Iterator[datetime]:
    """The anchors with which the window opens or closes just then, for every instant it is asked about."""
    for at in _instants(window, view):
        if window.length.unit == "hours":
            extra = window.extended_by.count if window.extended_by else 0
            yield at - timedelta(hours=window.length.count + extra) + _MOMENT
        else:
            yield from (view.start_of(day) for day in dates_around(window, at, view.zone, view.calendar_for(window)))


def _instants(window: Window, view: CaseView) -> set[datetime]:
    """The instants of which is asked whether they are inside a window, as far as they are known."""
    asked = (view.value(need.fact) for need in view.rules.needs if window.name in need.wanted)
    return {view.at, *(at for at in asked if isinstance(at, datetime))}
