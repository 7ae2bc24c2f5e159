"""Whether a condition holds in a case: yes, no, or it rests on a fact that nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

from goodterms.domain.judging.case_view import CaseView, Truth
from goodterms.domain.judging.fact_values import UNKNOWN, as_instant, compare
from goodterms.domain.judging.ruleset import Need, Rule
from goodterms.domain.rules import Span
from goodterms.domain.term import Interval, boundary

_COMPARES: Mapping[str, Callable[[int], bool]] = {
    "at_least": lambda sign: sign >= 0,
    "at_most": lambda sign: sign <= 0,
    "more_than": lambda sign: sign > 0,
    "less_than": lambda sign: sign < 0,
    "before": lambda sign: sign < 0,
    "on_or_after": lambda sign: sign >= 0,
}
_MOMENT = timedelta(microseconds=1)
_PLAIN = ("word", "text", "yes_or_no", "whole_number")


def holds(need: Need, view: CaseView) -> Truth:
    """Whether one condition holds; the name of a fact where that has to be known first.

    What is absent is not any value, and neither more nor less than one; it is outside every window. An amount is
    compared with the one in the currency of the case; where there is none, the condition does not hold.
    """
    truth = view.truths.get(need.index)
    if truth is None:
        truth = view.truths[need.index] = _truth(need, view)
    return truth


def fits(rule: Rule, view: CaseView) -> Truth:
    """Whether all conditions of a rule hold; one that fails settles it, whatever is not known of the others."""
    waits_for: Truth = True
    truths = view.truths
    for need in rule.needs:
        truth = truths.get(need.index)
        if truth is None:
            truth = truths[need.index] = _truth(need, view)
        if truth is False:
            return False
        if truth is not True and waits_for is True:
            waits_for = truth
    return waits_for


def can_fit(rule: Rule, view: CaseView) -> bool:
    """Whether a rule may fit at another instant of request: nothing that stays as it is stands against it."""
    return all(need.moving or holds(need, view) is not False for need in rule.needs)


def part_boundary(need: Need, view: CaseView) -> datetime:
    """The end of the first part of the order's term that a condition names, or the beginning of the last part.

    What comes exactly that long before the end still comes in time: the last part begins just after.
    """
    span, term = need.wanted[0], view.case.term
    assert isinstance(span, Span)
    first = need.test == "in_first"
    anchor_at = term.starts_at if first else term.ends_at
    if span.unit == "hours":
        return anchor_at + timedelta(hours=span.count) if first else anchor_at - timedelta(hours=span.count) + _MOMENT
    months = {"months": 1, "years": 12}.get(span.unit, 0)
    interval = Interval(months=span.count * months) if months else Interval(days=span.count)
    return boundary(anchor_at, interval, 1) if first else boundary(anchor_at, interval, -1) + _MOMENT


def _truth(need: Need, view: CaseView) -> Truth:
    test = need.test
    if test in ("is", "is_not") and need.type in _PLAIN:
        value = view.value(need.fact)
        if value is UNKNOWN:
            return view.asked_for(need.fact)
        return (value is not None and value in need.wanted) == (test == "is")
    if test in ("inside", "outside"):
        return _all(_in_window(need, name, view) for name in need.wanted)
    if test in ("in_first", "in_last"):
        return _in_part(need, view)
    value = view.value(need.fact)
    if value is UNKNOWN:
        return view.asked_for(need.fact)
    if test == "given":
        return (value is not None) == need.wanted[0]
    if value is None:
        return test == "is_not"
    if test in ("is", "is_not"):
        return any(compare(value, one, view.zone) == 0 for one in _comparable(need, view)) == (test == "is")
    fits = _COMPARES[test]
    return any(fits(compare(value, one, view.zone)) for one in _comparable(need, view))


def _all(truths: Iterable[Truth]) -> Truth:
    waits_for: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is not True and waits_for is True:
            waits_for = truth
    return waits_for


def _in_window(need: Need, name: object, view: CaseView) -> Truth:
    at: object = view.at if need.fact == "request" else view.value(need.fact)
    inside: Truth = False
    if at is UNKNOWN:
        counted, waits_for = view.window(str(name))  # its anchor is needed before what it is compared with
        if counted is None and waits_for is None:
            return need.test == "outside"
        return (waits_for if counted is None and waits_for else None) or view.asked_for(need.fact)
    if isinstance(at, date):
        inside = view.is_inside(str(name), as_instant(at, view.zone))
    return inside if isinstance(inside, str) else inside == (need.test == "inside")


def _in_part(need: Need, view: CaseView) -> Truth:
    """A request before the term is in its first part, one after it in its last."""
    if need.test == "in_first":
        return view.at < part_boundary(need, view)
    return part_boundary(need, view) <= view.at


def _comparable(need: Need, view: CaseView) -> tuple[object, ...]:
    if need.type != "amount":
        return need.wanted
    amount = need.amount_in(view.case.amount.currency)
    return () if amount is None else (amount,)
