"""Applying a policy's clauses to a case: each yields a finding, the first that fits decides (R34, R36)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from goodterms.domain.clauses_facts import FactCheck, check_facts, facts_confirmed, facts_to_ask
from goodterms.domain.clauses_words import instant_in_words, say_fact, say_window, sentence
from goodterms.domain.counting import CountedWindow, count_window, counting_zone
from goodterms.domain.money import Money
from goodterms.domain.policy import Access, Clause, Condition, Outcome, Policy
from goodterms.domain.term import Term

__all__ = [
    "FactCheck",
    "Finding",
    "RefundCase",
    "Verdict",
    "check_facts",
    "evaluate_refund",
    "facts_confirmed",
    "facts_to_ask",
    "refundable_until",
]

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundCase:
    """What a refund request is judged by: the order, its term as of the request, and the request itself.

    `kind` is "initial" or "renewal"; `placed_at` the order's date, which for a renewal is its charge (R25);
    `requested_at` the first contact, whatever was completed later (A4); `amount` what was paid, tax included;
    `asked` the amount asked for when it is less than all. Instants carry a time zone; ValueError if one does
    not.
    """

    kind: str
    placed_at: datetime
    term: Term
    amount: Money
    requested_at: datetime
    sales_channel: str
    is_latest_paid: bool
    buyer_timezone: str | None = None
    already_refunded: Money | None = None
    disputed: bool = False
    asked: Money | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("initial", "renewal"):
            raise ValueError(f"a payment is initial or renewal, not {self.kind!r}")
        if self.placed_at.tzinfo is None or self.requested_at.tzinfo is None:
            raise ValueError("the instants of a case need a time zone")
        if any(other and other.currency != self.amount.currency for other in (self.already_refunded, self.asked)):
            raise ValueError("the amounts of a case are in one currency")

    @property
    def refunded(self) -> Money:
        """What has been paid back before; zero when nothing was said."""
        return self.already_refunded or Money(0, self.amount.currency)

    @property
    def left(self) -> Money:
        """What can still be paid back, never below zero (R48)."""
        return Money(max(self.amount.minor - self.refunded.minor, 0), self.amount.currency)


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause applied to a case: whether it fits, why in a sentence, and the values that were compared."""

    clause: str
    matched: bool
    because: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says about a case.

    `clause` is the one that decided, `findings` has every clause in order. `amount` is what is paid back
    (zero unless granted), `refer_to` the sales channel to ask instead. `refundable_until_at` (exclusive, UTC)
    and `window_last_day_on` (the local date counted) are the end of the time in which this order is granted a
    refund, also when that is over; None when there is no such time or no end to it.
    """

    outcome: Outcome
    clause: str
    findings: tuple[Finding, ...]
    amount: Money
    access: Access
    refer_to: str | None
    refundable_until_at: datetime | None
    window_last_day_on: date | None

    @property
    def because(self) -> str:
        """The reason of the clause that decided, for customer, agent and auditor alike."""
        return next(finding.because for finding in self.findings if finding.clause == self.clause)


def evaluate_refund(policy: Policy, case: RefundCase) -> Verdict:
    """Apply every clause to a case and decide by the first that fits (R23-R29, R34).

    The last clause of a parsed policy fits every case, so there always is a verdict. Days are counted in the
    buyer's zone where the order has one and the policy lets it, else in the policy's (A2). Pure: the same
    case and policy give the same verdict at any later time (R52).
    """
    judged = _judge(policy, case)
    decider = judged.decider()
    closing = _closing_window(judged)
    return Verdict(
        outcome=decider.outcome,
        clause=decider.id,
        findings=_findings(judged, decider),
        amount=case.left if decider.outcome == "grant" else Money(0, case.amount.currency),
        access=decider.access,
        refer_to=case.sales_channel if decider.outcome == "refer" else None,
        refundable_until_at=closing.closes_at if closing else None,
        window_last_day_on=closing.last_on if closing else None,
    )


def refundable_until(policy: Policy, case: RefundCase) -> datetime | None:
    """The first instant (UTC) at which a refund of this order is no longer granted, also when it is past.

    None when it never was or always is. For labels such as "refundable until": the other facts of the case
    are taken to stay as they are.
    """
    closing = _closing_window(_judge(policy, case))
    return closing.closes_at if closing else None


def case_facts(case: RefundCase) -> dict[str, str]:
    """The facts of a case in the words that conditions use (`policy_words.CASE_FACTS`).

    The state of the term is that at the request (A7); at exactly its start it is running (A8).
    """
    back = "none" if case.refunded.minor <= 0 else "part" if case.left.minor > 0 else "all"
    return {
        "payment": case.kind,
        "sales_channel": case.sales_channel,
        "latest_paid_term": _yes_or_no(case.is_latest_paid),
        "already_refunded": back,
        "asks_for": "part" if case.asked is not None and case.asked < case.left else "all",
        "disputed": _yes_or_no(case.disputed),
        "term": case.term.state(case.requested_at).value,
    }


@dataclass(frozen=True, slots=True)
class _Judged:
    """A case with its facts in the words of conditions and its windows counted."""

    policy: Policy
    case: RefundCase
    facts: Mapping[str, str]
    windows: Mapping[str, CountedWindow]

    def is_open(self, window: str | None) -> bool:
        return window is None or self.windows[window].is_open(self.case.requested_at)

    def holds(self, condition: Condition) -> bool:
        return (self.facts[condition.fact] in condition.any_of) != condition.negated

    def fits(self, clause: Clause) -> bool:
        return self.is_open(clause.window) and all(self.holds(need) for need in clause.conditions)

    def decider(self) -> Clause:
        return next(clause for clause in self.policy.refund.clauses if self.fits(clause))


def _judge(policy: Policy, case: RefundCase) -> _Judged:
    zone = counting_zone(policy.counting, case.buyer_timezone)
    windows = {name: count_window(window, case.placed_at, zone) for name, window in policy.refund.windows.items()}
    return _Judged(policy, case, case_facts(case), windows)


def _closing_window(judged: _Judged) -> CountedWindow | None:
    """The last window at whose last moment this case is granted: what ends the time to ask."""
    for window in sorted(judged.windows.values(), key=lambda one: one.closes_at, reverse=True):
        then = replace(judged.case, requested_at=window.closes_at - _MOMENT)
        at_its_end = replace(judged, case=then, facts=case_facts(then))
        if at_its_end.decider().outcome == "grant":
            return window
    return None


def _findings(judged: _Judged, decider: Clause) -> tuple[Finding, ...]:
    spoken = _spoken_values(judged)
    return tuple(
        _default_finding(judged, clause, decider) if clause.unconditional else _finding(judged, clause, spoken)
        for clause in judged.policy.refund.clauses
    )


def _finding(judged: _Judged, clause: Clause, spoken: Mapping[str, str]) -> Finding:
    """One clause applied: where it fits, everything it rests on; where not, everything that stands against it."""
    matched = judged.fits(clause)
    reasons: list[str] = []
    values: dict[str, str] = {}
    for need in clause.conditions:
        values[need.fact] = judged.facts[need.fact]
        if judged.holds(need) == matched:
            reasons.append(say_fact(need.fact, judged.facts[need.fact], spoken))
    if clause.window is not None:
        values |= _window_values(judged, clause.window)
        if judged.is_open(clause.window) == matched:
            reasons.append(_say_window(judged, clause.window))
    return Finding(clause.id, matched, sentence(reasons), values)


def _default_finding(judged: _Judged, clause: Clause, decider: Clause) -> Finding:
    """The default fits where no other clause does; then it names the windows whose closing led to it (R36)."""
    if clause is not decider:
        return Finding(clause.id, False, f"Applies only where no rule before it does; {decider.id} does.", {})
    reasons: list[str] = []
    values: dict[str, str] = {}
    for name in judged.windows:
        missed = any(
            other.window == name and all(judged.holds(need) for need in other.conditions)
            for other in judged.policy.refund.clauses
        )
        if missed and not judged.is_open(name):
            reasons.append(_say_window(judged, name))
            values |= _window_values(judged, name)
    return Finding(clause.id, True, sentence(reasons or ["no other rule applies"]), values)


def _say_window(judged: _Judged, name: str) -> str:
    return say_window(judged.policy.refund.windows[name], judged.windows[name], judged.case.requested_at)


def _spoken_values(judged: _Judged) -> dict[str, str]:
    """What the sentences about facts may mention."""
    case = judged.case
    zone = next((window.zone for window in judged.windows.values()), None)
    return {
        "sales_channel": case.sales_channel.replace("_", " "),
        "amount": str(case.amount),
        "refunded": str(case.refunded),
        "asked": str(case.asked or case.amount),
        "starts_at": instant_in_words(case.term.starts_at, zone),
        "requested_at": instant_in_words(case.requested_at, zone),
    }


def _window_values(judged: _Judged, name: str) -> dict[str, str]:
    window = judged.windows[name]
    return {
        "counted_from": window.first_on.isoformat(),
        "day": str(window.day_of(judged.case.requested_at)),
        "last_day": window.last_on.isoformat(),
        "closes_at": window.closes_at.isoformat(),
        "timezone": window.zone_name,
    }


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"
