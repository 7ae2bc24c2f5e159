"""Refunds under another policy and under laws, from the request to the bank: rows, books, terms and journal agree."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from goodterms.domain.approval import ApprovalOutcome
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.entitlement import entitlement
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect, RefundWay
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.subscription import DisplayState, Subscription, display_state
from goodterms.storage.load import load_request, load_subscription
from goodterms.storage.models import FactRow, MessageRow, OrderRow, RefundRow
from goodterms.storage.policies import publish, shipped_policy
from goodterms.usecases import customers, pay_back, refund_preview, request_refund, review
from goodterms.usecases.cases import load_case
from tests.support import second_policy as second
from tests.support.books import assert_books_agree
from tests.support.fold import fold, state_of
from tests.support.moves import ANNA, BOB
from tests.support.worlds import Sale, Sandbox


def _now(sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def _agree(sale: Sale) -> None:
    """Books, counters and journal say what the rows say."""
    assert_books_agree(sale)
    rows = FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id).order_by("seq")
    assert fold(rows) == state_of(_now(sale))


def _preview(sale: Sale, request: RefundRequest) -> ApprovalOutcome:
    outcome = review.preview_approval(sale.sandbox.world, request.bucket, request.id, actor=ANNA)
    assert isinstance(outcome, ApprovalOutcome), outcome
    return outcome


def _approve(sale: Sale, request: RefundRequest, actor: Any = ANNA) -> Decision:
    done = review.approve(sale.sandbox.world, request.bucket, request.id, actor=actor)
    assert isinstance(done, Decision), done
    return done


def test_a_deferred_end_from_request_to_expiry(sandbox: Sandbox) -> None:
    """Preview, approval, the bank, the later end and the worker's expiry tell the same story."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH)
    sandbox.advance(days=100)
    shown = refund_preview.preview_refund_request(sandbox.world, sale.bucket, sale.order.id)
    request = sale.ask_refund()
    sandbox.advance(days=1)
    outcome = _preview(sale, request)
    assert (shown.amount, shown.access_until) == (outcome.amount, outcome.access_until)
    assert [line.label for line in shown.reckoning] == ["Unused part"]
    assert f"251 of 365 days of {Money(5995, 'AUD')}" in shown.reckoning[0].text
    _approve(sale, request)
    refund = sale.refund()
    until = datetime(2026, 9, 1, tzinfo=UTC)
    assert (refund.effect, refund.access_until_at) == ("end_later", until)
    assert refund.amount_minor == Money(5995, "AUD").share(251, 365).minor
    sub = _now(sale)
    assert display_state(sub, sandbox.now) is DisplayState.NON_RENEWING
    assert entitlement(sub.terms, sandbox.now).until == until
    _agree(sale)
    sandbox.set_clock(until - timedelta(seconds=1))
    sandbox.work()
    assert entitlement(_now(sale).terms, sandbox.now).may_use
    sandbox.set_clock(until)
    sandbox.work()
    assert _now(sale).expired_at == until
    assert sale.refund().state == "succeeded"
    _agree(sale)


def test_a_deferred_refund_that_fails_keeps_the_later_end(sandbox: Sandbox) -> None:
    """The bank sends it back after two days: the debt is open, the end stays, and a transfer settles the debt."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH, card="pm_refund_fails")
    sandbox.advance(days=100)
    request = sale.ask_refund()
    _approve(sale, request)
    until = sale.refund().access_until_at
    sandbox.live(3)
    assert sale.refund().state == "failed"
    assert _now(sale).terms[-1].revoked_at == until
    _agree(sale)
    done = pay_back.try_another_way(
        sandbox.world, sale.bucket, sale.refund().id, actor=BOB, way=RefundWay.BANK_TRANSFER, reference="BT-1"
    )
    assert isinstance(done, Decision), done
    assert (sale.refund().state, sale.refund().effect) == ("succeeded", "money_only")
    assert _now(sale).terms[-1].revoked_at == until
    _agree(sale)


def test_a_rejected_deferred_refund_changes_nothing(sandbox: Sandbox) -> None:
    """The bank does not take it: access, renewal and money are exactly as before."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH, card="pm_refund_rejected")
    sandbox.advance(days=100)
    before = _now(sale)
    _approve(sale, sale.ask_refund())
    after = _now(sale)
    assert sale.refund().state == "failed"
    assert (after.terms, after.auto_renew, after.next_step_at) == (before.terms, True, before.next_step_at)
    assert after.orders == before.orders
    _agree(sale)


def test_asked_answered_approved(sandbox: Sandbox) -> None:
    """A fact that decides is asked for by mail, answered by the customer, kept with the case, and decides."""
    sale = second.sell_under(sandbox, second.IF_UNUSED)
    request = sale.ask_refund()
    assert request.state is RequestState.NEEDS_INFORMATION
    mail = MessageRow.objects.get(bucket=sale.bucket, kind="information_needed")
    assert mail.data["asked"] == {"used_in_cycle": "Has it been used in the current billing cycle?"}
    blocked = review.preview_approval(sandbox.world, request.bucket, request.id, actor=ANNA)
    assert isinstance(blocked, Refusal)
    assert blocked.code == "facts_missing"
    told = request_refund.give_information(
        sandbox.world, request.bucket, request.id, request.claimed, actor=ANNA, stated={"used_in_cycle": False}
    )
    assert isinstance(told, Decision), told
    kept = load_request(request.bucket, request.id)
    assert kept.state is RequestState.IN_REVIEW
    assert (kept.facts["used_in_cycle"].value, kept.facts["used_in_cycle"].type) == (False, "yes_or_no")
    _approve(sale, request)
    assert sale.refund().amount_minor == 5995
    _agree(sale)


def test_every_type_of_fact_survives_storage(sandbox: Sandbox) -> None:
    """What was stated is read back as it was said, with who said it and when."""
    sale = second.sell_under(sandbox, second.LESS_BENEFITS)
    request = sale.ask_refund()
    said = {
        "value_of_benefits_used": Money(1995, "AUD"),
        "consumer": True,
        "contract_made_on": sandbox.now.date(),
        "information_given_at": sandbox.now,
        "chatel_notice_sent_at": None,
        "country": "AU",
        "prior_refunds_user": 2,
        "product_class": "digital_service",
    }
    done = review.state_facts(sandbox.world, request.bucket, request.id, said, actor=ANNA)
    assert isinstance(done, Decision), done
    kept = load_request(request.bucket, request.id).facts
    assert {name: fact.value for name, fact in kept.items()} == said
    assert {(fact.by, fact.at) for fact in kept.values()} == {(str(ANNA), sandbox.now)}
    _approve(sale, request)
    assert sale.refund().amount_minor == 4000
    lines = [line.text for line in _reckoning(sandbox, request)]
    assert lines == ["59.95 AUD", "value of benefits used, 19.95 AUD"]


def _reckoning(sandbox: Sandbox, request: RefundRequest) -> Any:
    from goodterms.portal.parcel import reckoning_of

    return reckoning_of(load_case(request.bucket, request.id, sandbox.now, lock=False))


def test_history_is_looked_up_where_a_rule_declares_it(sandbox: Sandbox) -> None:
    """The guarantee is for the first order: a second purchase after a refund is told apart without asking anybody."""
    sale = second.sell_under(sandbox, second.FIRST_ORDER_ONLY)
    _approve(sale, sale.ask_refund())
    sandbox.live(8)
    again = sandbox.sell(sale.customer, plan="other-year")
    shown = refund_preview.preview_refund_request(sandbox.world, again.bucket, again.order.id)
    assert (shown.verdict.outcome, shown.verdict.clause) == ("deny", "ONLY-ONCE")
    assert shown.beside.facts == {"first_order": False, "prior_refunds_user": 1}
    stranger = second.sell_under(sandbox, second.FIRST_ORDER_ONLY, buyer=sandbox.customer("zoe@example.org", "Zoe"))
    assert refund_preview.preview_refund_request(sandbox.world, stranger.bucket, stranger.order.id).granted


@pytest.mark.parametrize("first", [0, 1])
def test_who_asks_for_two_at_once_is_paid_one(sandbox: Sandbox, first: int) -> None:
    """The guarantee is used up by whichever is approved first, though both were asked for before."""
    once = second.FIRST_ORDER_ONLY.replace("when.first_order = true", 'when.payment = "initial"')
    one = second.sell_under(sandbox, once)
    other = second.sell_under(sandbox, once, buyer=one.customer, code="third-year")
    sandbox.advance(hours=1)
    asked = [(sale, sale.ask_refund()) for sale in (one, other)]
    sandbox.advance(hours=1)
    _approve(*asked[first])
    sale, request = asked[1 - first]
    refused = review.approve(sandbox.world, sale.bucket, request.id, actor=ANNA)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.values["clause"]) == ("not_granted", "ONLY-ONCE")


def test_a_renewal_charged_while_the_request_waited(sandbox: Sandbox) -> None:
    """Approved after the renewal: both payments go back, the new term never starts, and nothing renews."""
    sale = second.sell_under(sandbox, second.PRORATED, months=1, code="other-month")
    sandbox.advance(days=10)
    request = sale.ask_refund()
    sandbox.live(12)
    sub = _now(sale)
    assert len(sub.orders) == 2
    outcome = _preview(sale, request)
    assert [order.id for order in outcome.also] == [sub.orders[-1].id]
    _approve(sale, request)
    refunds = RefundRow.objects.filter(bucket=sale.bucket, request_id=request.id)
    assert {r.order_id for r in refunds} == {o.id for o in sub.orders}
    sandbox.live(12)
    sub = _now(sale)
    assert all(r.state == "succeeded" for r in refunds.all())
    assert (sub.terms[-1].dropped_at is not None, sub.auto_renew, sub.orders[-1].refundable.minor) == (True, False, 0)
    assert not entitlement(sub.terms, sandbox.now).may_use
    mails = MessageRow.objects.filter(bucket=sale.bucket, kind="refund_initiated")
    assert sorted(m.data["charged_meanwhile"] for m in mails) == [False, True]
    _agree(sale)


def test_the_reference_policy_judges_the_order_as_the_latest_it_was(sandbox: Sandbox) -> None:
    """Under the shipped policy too, a slow answer does not turn the right into a denial."""
    sale = sandbox.sell(plan="shield-month", months=1)
    sandbox.live(16)
    request = sale.ask_refund()
    sandbox.live(3)
    assert len(_now(sale).orders) == 2
    outcome = _preview(sale, request)
    assert (outcome.effect, len(outcome.also), outcome.total.minor) == (RefundEffect.REVOKE_TERM, 1, 2 * 5995)


@pytest.fixture
def berlin(sandbox: Sandbox) -> Sale:
    """A German consumer's yearly subscription under the shipped policy, bought in Berlin."""
    buyer = customers.find_or_create_customer(
        sandbox.world, email="jo@example.org", name="Jo", timezone="Europe/Berlin", country="DE", consumer=True
    )
    return sandbox.sell(buyer, currency="EUR")


def test_a_german_consumer_gets_the_better_of_policy_and_law(sandbox: Sandbox, berlin: Sale) -> None:
    """Inside 30 days the policy gives all of it; the law that is looked at beside it is among the findings."""
    sub = _now(berlin)
    assert (sub.buyer_country, sub.buyer_consumer) == ("DE", True)
    sandbox.advance(days=3)
    request = berlin.ask_refund(purchase_on=berlin.order.placed_at.astimezone().date())
    case = load_case(request.bucket, request.id, sandbox.now, lock=False)
    assert case.beside.laws.laws, "the laws of where the customer lives are looked at"
    kept: Any = request.verdict
    assert (kept["outcome"], kept["rule"]) == ("grant", "reference@1")
    assert {finding["rule"] for finding in kept["findings"]} > {"reference@1"}
    assert kept["pay_by_on"], "the law's day for paying holds although the policy gives more"


def test_a_law_gives_what_a_policy_denies(sandbox: Sandbox) -> None:
    """A vendor without refunds, a German consumer: withdrawn on day 9, the used days are paid for, the rest goes back.

    Which right it is depends on an answer; the law's day for paying is the day that the case is due by.
    """
    buyer = customers.find_or_create_customer(
        sandbox.world, email="jo@example.org", name="Jo", timezone="Europe/Berlin", country="DE", consumer=True
    )
    slow = shipped_policy("no-refunds").replace('within = "2 business days"', 'within = "20 business days"')
    publish(slow, at=sandbox.now, by="test")
    plan = sandbox.plan("other-year", currency="EUR", minor=7300)
    plan.policy_name = "no-refunds"
    plan.save()
    sale = sandbox.sell(buyer, plan="other-year", currency="EUR", minor=7300)
    sandbox.advance(days=9)
    request = sale.ask_refund()
    assert request.state is RequestState.NEEDS_INFORMATION
    kept: Any = request.verdict
    assert kept["missing"] == ["express_request_to_start"]
    told = request_refund.give_information(
        sandbox.world, request.bucket, request.id, request.claimed, actor=ANNA,
        stated={"express_request_to_start": True},
    )  # fmt: skip
    assert isinstance(told, Decision), told
    now = load_request(request.bucket, request.id)
    kept = now.verdict
    assert (kept["rule"], kept["clause"], kept["article"]) == (
        "eu-withdrawal@1",
        "BEGUN-ON-REQUEST",
        "art. 9(1), 14(3)",
    )
    pay_by = sandbox.now.date() + timedelta(days=14)
    assert kept["pay_by_on"] == pay_by.isoformat()
    assert now.due_at == datetime.combine(pay_by, time(22), UTC), "midnight in Berlin, before the policy's promise"
    outcome = _preview(sale, request)
    assert outcome.amount == Money(7300, "EUR").share(355, 365)
    _approve(sale, request)
    assert _now(sale).expired_at == sandbox.now
    _agree(sale)


def test_what_the_rules_grant_is_approved_at_once_where_they_decide(sandbox: Sandbox) -> None:
    """No person is needed: the money is on its way when the customer has asked, in the policy's name."""
    sale = second.sell_under(sandbox, second.PRORATED, decided_by="policy")
    sandbox.advance(days=100)

    request = sale.ask_refund()

    row = load_request(request.bucket, request.id)
    assert (row.state, row.decided_by) == (RequestState.APPROVED, "system:policy")
    assert sale.refund().amount_minor == Money(5995, "AUD").share(264, 365).minor
    _agree(sale)


def test_a_disputed_payment_waits_for_a_person(sandbox: Sandbox) -> None:
    """The rules grant it and say nothing of disputes: what the bank may take back is not paid by itself."""
    sale = second.sell_under(sandbox, second.PRORATED, decided_by="policy")
    OrderRow.objects.filter(bucket=sale.bucket, id=sale.order.id).update(disputed=True)
    request = sale.ask_refund()
    assert load_request(request.bucket, request.id).state is RequestState.RECEIVED
    assert not RefundRow.objects.filter(bucket=sale.bucket).exists()


@pytest.mark.parametrize("rules", [second.PRORATED, second.IF_UNUSED])
def test_the_public_form_and_the_customers_own_word_wait_for_a_person(sandbox: Sandbox, rules: str) -> None:
    """A form that anybody can fill in, and a fact that the customer states, decide nothing by themselves."""
    sale = second.sell_under(sandbox, rules, decided_by="policy")
    sandbox.advance(days=3)
    request = sale.ask_refund(channel="public_form" if rules is second.PRORATED else "account")
    if rules is second.IF_UNUSED:
        said = request_refund.give_information(
            sandbox.world, request.bucket, request.id, Claimed(),
            actor=Actor("customer", sale.customer_public_id), stated={"used_in_cycle": False},
        )  # fmt: skip
        assert isinstance(said, Decision), said

    assert load_request(request.bucket, request.id).state.open
    assert not RefundRow.objects.filter(bucket=request.bucket).exists()
