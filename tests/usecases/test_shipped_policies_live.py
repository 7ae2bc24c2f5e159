"""Every shipped policy, lived: sold, asked back on several days, answered, decided as its verdict says, paid."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from goodterms import policies
from goodterms.domain.approval import ApprovalOutcome
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.entitlement import entitlement
from goodterms.domain.judging.known_facts import facts_asked
from goodterms.domain.money import Money
from goodterms.domain.refund_request import RefundRequest, RequestState
from goodterms.domain.refundability import judge_request
from goodterms.domain.rules import Fact, FactValue
from goodterms.storage.load import load_subscription
from goodterms.storage.models import FactRow, RefundRow
from goodterms.storage.policies import publish, shipped_policy
from goodterms.usecases import customers, review
from goodterms.usecases.cases import Case, load_case
from tests.support.books import assert_books_agree
from tests.support.fold import fold, state_of
from tests.support.moves import ANNA, BOB
from tests.support.worlds import Sale, Sandbox

DAYS = (2, 45, 100)
BUYERS = (("US", "America/New_York", "USD"), ("DE", "Europe/Berlin", "EUR"))
_NUMBER = count(1)


def _sold(sandbox: Sandbox, name: str, country: str, zone: str, currency: str) -> Sale:
    """A yearly subscription of a new customer under a policy."""
    number = next(_NUMBER)
    buyer = customers.find_or_create_customer(
        sandbox.world, email=f"buyer{number}@example.org", name=f"Buyer {number}", timezone=zone, country=country,
        consumer=True,
    )  # fmt: skip
    code = f"{name}-year"
    plan = sandbox.plan(code, minor=9900, currency=currency)
    plan.policy_name = name
    plan.save()
    return sandbox.sell(buyer, plan=code, minor=9900, currency=currency)


def _answer(fact: Fact, case: Case) -> FactValue:
    """Some value of a fact's type: the least that can be said."""
    values: dict[str, Any] = {
        "yes_or_no": False, "whole_number": 0, "amount": Money(0, case.order.amount.currency),
        "date": case.order.placed_at.date(), "instant": None, "word": fact.words[0] if fact.words else "other",
        "text": "other",
    }  # fmt: skip
    found: FactValue = values[fact.type]
    return found


def _case(sandbox: Sandbox, request: RefundRequest) -> Case:
    return load_case(request.bucket, request.id, sandbox.now, lock=False)


def _answered(sandbox: Sandbox, request: RefundRequest) -> Case:
    """The case once everything that its verdict waits for has been stated."""
    for _ in range(10):
        case = _case(sandbox, request)
        verdict = judge_request(case.subscription, case.order, case.request, case.policy, case.beside)
        if verdict.outcome != "ask":
            return case
        asked = facts_asked(verdict.missing, case.policy, case.beside.laws)
        assert asked, f"nobody can be asked for {verdict.missing}"
        done = review.state_facts(
            sandbox.world, request.bucket, request.id, {fact.name: _answer(fact, case) for fact in asked}, actor=ANNA
        )
        assert isinstance(done, Decision), done
    raise AssertionError("the questions never end")


def _decided_by_itself(sale: Sale, case: Case) -> str:
    """A policy that lets its rules decide has approved the request: what it was judged at is on its way."""
    verdict = case.request.verdict
    assert case.policy.refund.decided_by == "policy"
    assert verdict is not None
    refund = RefundRow.objects.get(bucket=sale.bucket, request_id=case.request.id)
    assert (verdict["outcome"], verdict["amount_minor"]) == ("grant", refund.amount_minor)
    return "grant"


def _decide(sandbox: Sandbox, sale: Sale) -> str:
    """Ask, answer, and do what the verdict says; returns its outcome."""
    told = sale.facts_told()
    asked = sale.ask_refund(purchase_on=told.purchase_on)
    first = _case(sandbox, asked)
    if first.request.state is RequestState.APPROVED:
        return _decided_by_itself(sale, first)
    case = _answered(sandbox, asked)
    request, verdict = case.request, judge_request(
        case.subscription, case.order, case.request, case.policy, case.beside
    )  # fmt: skip
    preview = review.preview_approval(sandbox.world, request.bucket, request.id, actor=ANNA)
    if verdict.outcome != "grant" or not verdict.amount:
        assert isinstance(preview, Refusal)
        assert preview.code in ("not_granted", "nothing_paid")
        note = "" if verdict.outcome == "deny" else "A person has decided."
        assert isinstance(review.decline(sandbox.world, request.bucket, request.id, actor=ANNA, note=note), Decision)
        return verdict.outcome
    assert isinstance(preview, ApprovalOutcome)
    for actor in (ANNA, BOB):
        done = review.approve(sandbox.world, request.bucket, request.id, actor=actor)
        assert isinstance(done, Decision), done
        if isinstance(done.outcome, ApprovalOutcome) and done.outcome.final:
            break
    refund = RefundRow.objects.get(bucket=sale.bucket, request_id=request.id)
    assert refund.amount_minor == verdict.amount.minor == preview.amount.minor
    sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
    if verdict.access != "unchanged":
        assert not sub.auto_renew
        until = entitlement(sub.terms, sandbox.now).until
        assert (until or sandbox.now) == max(preview.access_until or sandbox.now, sandbox.now)
    return verdict.outcome


@pytest.mark.parametrize("name", policies.names())
def test_a_shipped_policy_is_enforced_as_it_is_written(sandbox: Sandbox, name: str) -> None:
    """Money, access and auto-renew follow the verdict on every day, for an American and a German consumer."""
    publish(shipped_policy(name), at=sandbox.now, by="test", effective_at=sandbox.now)
    sales = {
        (days, buyer[0]): _sold(sandbox, name, *buyer)
        for days in DAYS
        for buyer in BUYERS
    }  # fmt: skip
    outcomes = {}
    begun = sandbox.now
    for days in DAYS:
        sandbox.advance(days=days - (sandbox.now - begun).days)
        for country, _, _ in BUYERS:
            outcomes[days, country] = _decide(sandbox, sales[days, country])
    sandbox.live(3)
    for sale in sales.values():
        assert_books_agree(sale)
        rows = FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id).order_by("seq")
        sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
        assert fold(rows) == state_of(sub)
    assert set(outcomes.values()) <= {"grant", "deny", "refer", "review"}, outcomes
