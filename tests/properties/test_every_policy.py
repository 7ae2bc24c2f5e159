"""What holds for every policy and every case: money within bounds, reasons given, nothing left to chance."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from goodterms.domain.case import Case, Laws, Verdict
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from tests.properties.cases import cases, fact_values
from tests.properties.documents import FACTS, drawn_policies
from tests.properties.effort import EFFORT
from tests.properties.laws import drawn_laws

_RANK = {"grant": 2, "review": 1, "refer": 0, "deny": 0}


def effect(verdict: Verdict) -> tuple[object, ...]:
    """What a verdict means for the customer."""
    until = verdict.access_until_at or verdict.access
    return verdict.outcome, verdict.amount, verdict.fee or None, until if verdict.outcome == "grant" else None


@EFFORT
@given(drawn_policies(), drawn_laws(), cases())
def test_there_is_a_decision_and_its_reasons(policy: Policy, law: Law, case: Case) -> None:
    """Every case has an outcome, by a clause that is among the findings, each of which says why."""
    verdict = evaluate(policy, case, Laws((law,)))
    assert verdict.outcome in ("grant", "deny", "refer", "review", "ask")
    named = [finding.clause for finding in verdict.findings]
    assert verdict.clause in named
    clauses = policy.cancellation.clauses if case.act == "cancel" else policy.refund.clauses
    assert [one.clause for one in verdict.findings if one.rule in (policy.label, "")] == [one.id for one in clauses]
    assert all(finding.because.endswith((".", "?")) and "{" not in finding.because for finding in verdict.findings)
    assert (verdict.outcome == "ask") == bool(verdict.missing)
    if verdict.outcome != "ask":
        assert verdict.because
        decider = [one for one in verdict.findings if (one.clause, one.rule) == (verdict.clause, verdict.rule)]
        assert any(one.matched for one in decider)


@EFFORT
@given(drawn_policies(), drawn_laws(), cases())
def test_money_stays_within_what_was_paid(policy: Policy, law: Law, case: Case) -> None:
    """Never more is paid back than is left of the payment or was asked for, and no fee is below zero."""
    verdict = evaluate(policy, case, Laws((law,)))
    assert Money(0, case.amount.currency) <= verdict.amount <= case.left
    assert case.asked is None or verdict.amount <= case.asked
    assert verdict.outcome == "grant" or not verdict.amount
    assert verdict.fee is None or verdict.fee.minor >= 0


@EFFORT
@given(drawn_policies(), drawn_laws(), cases())
def test_a_law_never_takes_away(policy: Policy, law: Law, case: Case) -> None:
    """With a law the customer has at least as much: outcome, then money, then access."""
    alone, both = evaluate(policy, case), evaluate(policy, case, Laws((law,)))
    assume("ask" not in (alone.outcome, both.outcome))
    before, after = _worth(case, alone), _worth(case, both)
    assert before <= after, (before, after)
    if both.rule == policy.label:
        assert effect(alone) == effect(both)


def _worth(case: Case, verdict: Verdict) -> tuple[int, int, object]:
    at = case.requested_at
    ends_at = max(verdict.access_until_at or at, at)
    if verdict.outcome != "grant" or verdict.access == "unchanged":
        ends_at = max(case.term.access_ends_at, case.current_term_ends_at or at, at)
    fee = verdict.fee.minor if verdict.fee else 0
    return _RANK[verdict.outcome], verdict.amount.minor - fee, ends_at


@EFFORT
@given(drawn_policies(), drawn_laws(), cases(), st.data())
def test_the_same_case_has_the_same_answer(policy: Policy, law: Law, case: Case, data: st.DataObject) -> None:
    """The answer depends neither on the order of facts nor on facts that no rule knows."""
    names = data.draw(st.permutations(sorted(case.facts)))
    shuffled = replace(case, facts={"unheard_of": 1, **{name: case.facts[name] for name in names}})
    laws = Laws((law,))
    first = evaluate(policy, case, laws)
    assert evaluate(policy, case, laws) == first
    assert evaluate(policy, shuffled, laws) == first


@EFFORT
@given(drawn_policies(), drawn_laws(), cases(), st.data())
def test_a_fact_that_comes_later_changes_no_decision(
    policy: Policy, law: Law, case: Case, data: st.DataObject
) -> None:
    """What is decided without a fact stays so with it, and what waits only for other facts goes on waiting."""
    laws = Laws((law,))
    first = evaluate(policy, case, laws)
    unknown = [name for name in sorted(FACTS) if name not in case.facts and _may_be_told(name, case)]
    assume(unknown)
    unsettled = [name for name in unknown if _has_no_default(name)]
    assume(unsettled)
    name = data.draw(st.sampled_from(unsettled))
    told = replace(case, facts={**case.facts, name: data.draw(fact_values(name, case.amount.currency))})
    second = evaluate(policy, told, laws)
    if first.outcome != "ask":
        assert effect(second) == effect(first)
    elif name not in first.missing:
        assert second.outcome == "ask"


def _may_be_told(name: str, case: Case) -> bool:
    return name != "contract_made_on" or (case.kind == "renewal" and case.contract_at is None)


def _has_no_default(name: str) -> bool:
    return "when_absent" not in FACTS[name]


@EFFORT
@given(drawn_policies(), drawn_laws(), cases(), st.data())
def test_answering_what_is_asked_leads_to_a_decision(
    policy: Policy, law: Law, case: Case, data: st.DataObject
) -> None:
    """Whoever answers each question in turn is not asked the same again and gets a decision."""
    laws, asked = Laws((law,)), set[str]()
    verdict = evaluate(policy, case, laws)
    while verdict.outcome == "ask":
        name = verdict.missing[0]
        assert name not in asked
        asked.add(name)
        if name == "country":
            case = replace(case, country=data.draw(st.sampled_from(["DE", "FR", "GB"])))
        else:
            value = data.draw(fact_values(name, case.amount.currency))
            case = replace(case, facts={**case.facts, name: value})
        verdict = evaluate(policy, case, laws)
