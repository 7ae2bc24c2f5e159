"""Every clause applied to a case, with the reason in words and the values that were compared (R34, R36)."""

from __future__ import annotations

from datetime import date

from goodterms.domain.case import Finding
from goodterms.domain.judging.case_view import CaseView, Truth
from goodterms.domain.judging.clauses_words import (
    instant_in_words,
    say_comparison,
    say_fact,
    say_handling_fee,
    say_needed,
    say_no_window,
    say_part,
    say_window,
    sentence,
    value_in_data,
    value_in_words,
)
from goodterms.domain.judging.conditions import fits, holds, part_boundary
from goodterms.domain.judging.fact_values import UNKNOWN, as_instant
from goodterms.domain.judging.ruleset import Need, Rule
from goodterms.domain.rules import Clause, Fact

Values = dict[str, str]


def findings_of(
    view: CaseView, first: Clause | None, *, waits_for: str | None = None, whatever: bool = False
) -> tuple[Finding, ...]:
    """One finding for each clause of a document, in its order.

    `first` is the one that decides in this document; None where none does, or none can yet. `waits_for` is the fact on
    which it depends whether the document applies at all. `whatever` tells that the decision rests on facts that are
    not known, and that it does not matter.
    """
    teller = _Teller(view, waits_for)
    return tuple(teller.finding(rule, first, whatever=whatever) for rule in view.rules.rules)


class _Teller:
    """Puts the findings on one case into words; what several clauses say alike is put together once."""

    def __init__(self, view: CaseView, waits_for: str | None) -> None:
        self._view = view
        self._waits_for = waits_for
        self._label = view.rules.label
        self._spoken = _Spoken(view)
        self._reasons: dict[int, str] = {}
        self._compared: dict[int, Values] = {}

    def finding(self, rule: Rule, first: Clause | None, *, whatever: bool) -> Finding:
        """One clause applied: where it fits, everything it rests on; where not, everything that stands against it."""
        clause = rule.clause
        if not rule.needs and self._waits_for is None:
            return self._default(clause, first)
        truth = fits(rule, self._view)
        if truth is True:
            lacks = None if clause is first else self._lacks(clause)  # it decides where nothing is left to deduct from
            truth = self._waits_for or lacks or True
        if isinstance(truth, str):
            return self._undecided(rule, truth, whatever=whatever and clause is first)
        reasons: list[str] = []
        values: Values = {}
        for need in rule.needs:
            found = holds(need, self._view)
            values |= self._values(need)
            if found is truth and (reason := self._say(need, found)) not in reasons:
                reasons.append(reason)
        if clause is first:
            reasons += self._deducted(clause)
        return Finding(clause.id, truth, sentence(reasons), values, self._label)

    def _default(self, clause: Clause, first: Clause | None) -> Finding:
        """The default fits where no other clause does; then it names the windows whose closing led to it (R36)."""
        if first is None:
            told = "Applies only where no rule before it does, which is not known yet."
            return Finding(clause.id, False, told, {}, self._label)
        if clause is not first:
            told = f"Applies only where no rule before it does; {first.id} does."
            return Finding(clause.id, False, told, {}, self._label)
        reasons: dict[str, None] = {}
        values: Values = {}
        for rule in self._view.rules.rules:
            for need in self._missed(rule):
                reasons[self._say(need, False)] = None
                values |= self._values(need)
        said = (*(reasons or ("no other rule applies",)), *self._deducted(clause))
        return Finding(clause.id, True, sentence(said), values, self._label)

    def _deducted(self, clause: Clause) -> tuple[str, ...]:
        """The fixed sum that the clause which decides keeps of what it pays back."""
        sums = clause.payback.handling_fee
        return (say_handling_fee(sums, self._view.case.amount.currency),) if sums else ()

    def _missed(self, rule: Rule) -> list[Need]:
        """The windows that were over, where nothing else stands against a rule."""
        missed = []
        for need in rule.needs:
            if holds(need, self._view) is True:
                continue
            if need.test not in ("inside", "in_first") or need.fact != "request":
                return []
            missed.append(need)
        return missed

    def _undecided(self, rule: Rule, waits_for: str, *, whatever: bool) -> Finding:
        ask = _ask(self._view.rules.fact(waits_for))
        values: Values = {}
        for need in rule.needs:
            if holds(need, self._view) is True:
                values |= self._values(need)
        if whatever:
            told = f"whatever the answer may be, the outcome is the same: {ask}"
            return Finding(rule.clause.id, True, sentence((told,)), values, self._label)
        return Finding(rule.clause.id, False, sentence((say_needed(ask),)), values, self._label)

    def _lacks(self, clause: Clause) -> str | None:
        """The amount to be deducted that is not known."""
        return next((name for name in clause.payback.less if self._view.value(name) is UNKNOWN), None)

    def _say(self, need: Need, fits: Truth) -> str:
        """Why a condition holds or does not, in words."""
        said = self._reasons.get(need.index)
        if said is None:
            said = self._reasons[need.index] = self._put(need, fits)
        return said

    def _put(self, need: Need, fits: Truth) -> str:
        view = self._view
        if need.test in ("inside", "outside"):
            said = dict.fromkeys(
                self._say_window(need, str(name)) for name in need.wanted if self._bears(need, name, fits)
            )
            return "; ".join(said)
        if need.test in ("in_first", "in_last"):
            return say_part(need.test, str(need.wanted[0]), part_boundary(need, view), view.at, view.zone)
        value = view.value(need.fact)
        said_value = say_fact(need.fact, value, self._spoken, view.zone)
        if value is None or need.test in ("is", "is_not", "given"):
            return said_value
        limit = need.amount_in(view.case.amount.currency) if need.type == "amount" else need.wanted[0]
        if limit is None:
            return f"{said_value}, and no limit is set in {view.case.amount.currency}"
        return f"{said_value}, {say_comparison(need.test, value_in_words(limit, view.zone), fits=fits is True)}"

    def _bears(self, need: Need, name: object, fits: Truth) -> bool:
        """Whether one of several windows is a reason: all of them where the condition holds, else those that fail."""
        if fits is True or len(need.wanted) == 1:
            return True
        at = self._view.value(need.fact)
        inside = isinstance(at, date) and self._view.is_inside(str(name), as_instant(at, self._view.zone))
        return inside is not (need.test == "inside")

    def _say_window(self, need: Need, name: str) -> str:
        view = self._view
        window = view.rules.windows[name]
        counted, _ = view.window(name)
        at = view.value(need.fact)
        if not isinstance(at, date):
            return say_fact(need.fact, None, {}, view.zone)
        if counted is None:
            return say_no_window(window)
        came = "the request came"
        if need.fact != "request":
            came = say_fact(need.fact, at, {}, view.zone).rsplit(" on ", 1)[0]
        alone = len(view.rules.windows) == 1
        return say_window(window, counted, as_instant(at, view.zone), came, alone=alone)

    def _values(self, need: Need) -> Values:
        """The values that a condition compares, for those who check by machine."""
        found = self._compared.get(need.index)
        if found is None:
            at = self._view.value(need.fact)
            in_window = need.test in ("inside", "outside")
            found = self._compared[need.index] = {}
            if at is not UNKNOWN and not (in_window and need.fact == "request"):
                found[need.fact] = value_in_data(at)
            for name in need.wanted if in_window else ():
                found |= self._window_values(str(name), at)
        return found

    def _window_values(self, name: str, at: object) -> Values:
        window, _ = self._view.window(name)
        if window is None:
            return {}
        values = {
            "counted_from": window.first_on.isoformat(),
            "last_day": window.last_on.isoformat(),
            "closes_at": window.closes_at.isoformat(),
            "timezone": window.zone_name,
        }
        if isinstance(at, date):
            values["day"] = str(window.day_of(as_instant(at, window.zone)))
        if window.opens_at is not None:
            values["opens_at"] = window.opens_at.isoformat()
        return values


def _ask(fact: Fact) -> str:
    return fact.ask or f"{fact.name.replace('_', ' ')}?"


class _Spoken(dict[str, str]):
    """What the sentences about facts may mention, each put into words when it is first needed."""

    def __init__(self, view: CaseView) -> None:
        super().__init__()
        self._view = view

    def __missing__(self, name: str) -> str:
        view, case = self._view, self._view.case
        match name:
            case "amount":
                said = str(case.paid)
            case "refunded":
                said = str(case.refunded)
            case "asked":
                said = str(case.asked or case.amount)
            case "starts_at":
                said = instant_in_words(case.term.starts_at, view.zone)
            case "requested_at":
                said = instant_in_words(view.at, view.zone)
            case _:
                raise KeyError(name)
        self[name] = said
        return said
