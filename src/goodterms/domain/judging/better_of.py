"""Laws beside a policy: which of them apply to a case, and what is better for the customer (A27, X44).

A law never takes anything away. A law of another country is passed over at once and costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from goodterms.domain.case import Case
from goodterms.domain.counting import add_span
from goodterms.domain.judging.case_view import CONTRACT, CaseView, Truth
from goodterms.domain.judging.conditions import fits
from goodterms.domain.judging.fact_values import UNKNOWN
from goodterms.domain.judging.payback import Ruling
from goodterms.domain.law import Law
from goodterms.domain.rules import Act, Clause
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides a case: the policy's ruling, the rights that fit, and the better of them.

    `pay_by_on` is the earliest date by which an applying right wants the money paid; `acknowledge` what one of them
    wants to be confirmed.
    """

    policy: Ruling
    rights: tuple[Ruling, ...]
    best: Ruling
    pay_by_on: date | None = None
    acknowledge: str | None = None


def is_of(law: Law, case: Case) -> bool:
    """Whether a law is one of the customer's country and state; never where the country is not known."""
    if law.countries and case.country not in law.countries:
        return False
    return not law.states or case.state in law.states


def applies(law: Law, view: CaseView) -> Truth:
    """Whether a law of the customer's country applies to the case: by dates, by its status, and to consumers.

    The request is dated in the zone in which the law's days are counted. An announced law never applies before its
    date, and after it only where it is known to have come into force. The name of a fact where that is not known.
    """
    on = view.local(view.at)
    if on < law.applies_from or (law.applies_until is not None and law.applies_until <= on):
        return False
    waits_for: Truth = True
    if law.contracts_from is not None:
        made_on = view.value(CONTRACT)
        if made_on is UNKNOWN:
            waits_for = CONTRACT
        elif not isinstance(made_on, date) or made_on < law.contracts_from:
            return False
    needed = [("regime_in_force", law.status == "announced"), ("consumer", law.consumers_only)]
    for name, is_needed in needed:
        value = view.value(name) if is_needed else True
        if value is UNKNOWN:
            waits_for = waits_for if isinstance(waits_for, str) else name
        elif value is not True:
            return False
    return waits_for


def can_not_beat(view: CaseView, policy: Ruling) -> bool:
    """Whether no right of a law can be better than what the policy gives, whatever is not known of them.

    That is so where the policy pays all that can be paid, and the rights end access at once.
    """
    case = view.case
    most = case.left if case.asked is None else min(case.left, case.asked)
    if policy.outcome != "grant" or policy.fee or policy.amount != most:
        return False
    return all(rule.clause.access == "ends_now" for rule in view.rules.rules if rule.clause.outcome == "grant")


def choose(
    act: Act, policy: Ruling, rights: Sequence[tuple[Ruling, CaseView]], possible: Sequence[CaseView] = ()
) -> Choice:
    """The better of a policy's ruling and those of rights that apply: a tie goes to the policy, of a withdrawal to the
    law.

    Where a tie goes to the law, access is said in the policy's words, which come to the same. A right to a refund of
    nothing is none: it does not turn a denial into a grant. `possible` are laws that can not be
    better, and of which it is not known whether they apply: what they want of a payment is done all the same.
    """
    best = policy
    acknowledge = None
    pay_by: list[date] = []
    for view in possible:
        for rule in view.rules.rules:
            if rule.clause.outcome == "grant" and fits(rule, view) is not False:
                acknowledge = acknowledge or rule.clause.acknowledge
                if rule.clause.pay_within is not None:
                    pay_by.append(_pay_by(rule.clause, view))
    for ruling, view in rights:
        if ruling.outcome != "grant" or (act == "refund" and not ruling.amount):
            continue
        is_tie = ruling.rank == best.rank and act == "withdraw" and best is policy
        # What the bank may take back by itself is not paid a second time: a person looks first, the right stays.
        held = view.case.disputed and policy.outcome == "review"
        if (best.rank < ruling.rank or is_tie) and not held:
            best = replace(ruling, access=best.access, access_until_at=best.access_until_at) if is_tie else ruling
        acknowledge = acknowledge or ruling.clause.acknowledge
        if ruling.clause.pay_within is not None:
            pay_by.append(_pay_by(ruling.clause, view))
    return Choice(policy, tuple(ruling for ruling, _ in rights), best, min(pay_by, default=None), acknowledge)


def _pay_by(right: Clause, view: CaseView) -> date:
    """The last date for paying: the day of the request is not counted."""
    span = right.pay_within
    assert span is not None
    return add_span(view.local(view.at), span, view.calendar if span.unit == "business days" else None)
