"""Cancelling under other rules than the plain ones: money back by itself, another end, open questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from goodterms.domain.cancellation import CancellationOutcome
from goodterms.domain.decision import Draft
from goodterms.domain.facts import FactName
from goodterms.domain.folding import SUBSCRIPTION
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect, RefundState
from goodterms.domain.refund_request import RequestState
from goodterms.domain.renewal import plan_renewal, settle
from goodterms.domain.subscription import DisplayState, EndReason, Subscription, display_state
from tests.support import cancel_rules as rules
from tests.support.cancel_life import Life, canceled
from tests.support.fold import fold, state_of
from tests.support.samples import (
    AGENT,
    CUSTOMER,
    SECOND_AGENT,
    at,
    bought,
    reference,
    renewed,
)

BOUGHT_AT = at("2026-01-10T09:00")
END = at("2027-01-10T09:00")
NOW = at("2026-05-20T10:00")
PRICE = Money(7995, "AUD")
DAY = timedelta(days=1)


def test_unused_days_are_paid_back_and_access_ends_with_the_money() -> None:
    """In the first months the unused days go back without anybody asking; access ends when the gateway accepted."""
    life = Life(rules.NEWSPAPER)
    outcome = canceled(life.cancel())
    # 10 January 2026 to 10 January 2027 has 365 days; from 21 May on 234 are not used.
    assert outcome.paid_back == PRICE.share(234, 365)
    assert (life.refund.amount, life.refund.effect) == (outcome.paid_back, RefundEffect.REVOKE_TERM)
    assert (life.refund.request_id, life.sub.auto_renew) == (None, False)
    proof = life.sub.cancellation
    assert proof is not None
    assert (proof.clause, proof.rule, proof.refund_id) == ("FIRST-MONTHS", "second@1", life.refund.id)
    assert display_state(life.sub, life.now) is DisplayState.NON_RENEWING
    assert (life.mail["paid_back_minor"], life.mail["paid_from_on"]) == (outcome.paid_back.minor, "2026-05-21")
    life.hear()
    assert display_state(life.sub, life.now) is DisplayState.EXPIRED
    assert life.sub.end_reason is EndReason.CANCELED
    assert life.undo() == "expired"


def test_the_last_days_run_out_and_pay_nothing() -> None:
    """After the first months the same policy lets the term run out: nothing is paid back, and it can be undone."""
    life = Life(rules.NEWSPAPER, now=at("2026-12-15"))
    outcome = canceled(life.cancel())
    assert (outcome.paid_back, outcome.access_until, life.sub.refunds) == (None, END, ())
    assert (life.sub.cancellation and life.sub.cancellation.clause) == "RUNS-OUT"
    assert life.undo() == "kept"


def test_a_rejected_payback_leaves_access_and_the_cancellation() -> None:
    """When the gateway refuses the refund, access stays as paid for; the debt is open and nothing renews."""
    life = Life(rules.NEWSPAPER)
    life.cancel()
    life.hear("rejected")
    assert (life.refund.state, life.sub.auto_renew) == (RefundState.FAILED, False)
    assert display_state(life.sub, life.now + DAY) is DisplayState.NON_RENEWING
    assert life.sub.paid_through == END


def test_nothing_back_and_an_earlier_end_holds_at_once_and_can_be_undone() -> None:
    """Access ends with the billing month, the ninth of June; taken back in time, the term is whole again."""
    life = Life(rules.BILLING_MONTH)
    outcome = canceled(life.cancel())
    assert (outcome.access_until, outcome.paid_back) == (at("2026-06-10T09:00"), None)
    assert (life.sub.paid_through, life.sub.next_step_at) == (outcome.access_until, outcome.access_until)
    assert life.mail["shortened"] is True
    life.now += DAY
    assert life.undo() == "kept"
    assert (life.sub.paid_through, life.sub.terms[0].standing) == (END, True)


def test_an_earlier_end_that_has_come_can_not_be_undone() -> None:
    """At the end of the month it has expired as canceled, not as refunded; nothing brings it back."""
    life = Life(rules.BILLING_MONTH)
    outcome = canceled(life.cancel())
    life.work(outcome.access_until)
    assert (life.sub.end_reason, life.undo()) == (EndReason.CANCELED, "expired")


def test_access_can_end_at_once_without_money() -> None:
    """A rule that ends access at once does so in the same decision, and the worker has nothing left to do."""
    life = Life(rules.AT_ONCE)
    outcome = canceled(life.cancel())
    assert (outcome.access_until, life.sub.expired_at, life.sub.end_reason) == (NOW, NOW, EndReason.CANCELED)
    assert (life.sub.next_step_at, [kind for kind, _ in life.mails]) == (None, ["cancellation_confirmed"])


def test_too_late_for_the_next_charge_it_is_made_once_more() -> None:
    """In the last month the next term is charged all the same, once; then it ends by itself."""
    life = Life(rules.TOO_LATE, now=END - 20 * DAY)
    life.work(END - 20 * DAY)
    assert life.sub.announced is not None
    outcome = canceled(life.cancel())
    assert (outcome.access_until, outcome.dropped_charge) == (at("2028-01-10T09:00"), None)
    assert outcome.last_charge is not None
    assert (outcome.last_charge.amount, outcome.last_charge.charge_at) == (PRICE, END - 14 * DAY)
    assert (life.mail["last_charge_minor"], life.mail["last_charge_at"]) == (7995, "2026-12-27T09:00:00Z")
    assert (life.sub.auto_renew, life.cancel()) == (True, "already_canceled")
    life.work(at("2027-12-31"))
    assert ([t.number for t in life.sub.terms], life.sub.auto_renew) == ([1, 2], False)
    receipt = next(data for kind, data in life.mails if kind == "receipt")
    assert receipt["canceled"] is True
    life.work(at("2029-01-01"))
    assert (len(life.sub.charges), life.sub.end_reason) == (2, EndReason.CANCELED)
    assert life.sub.expired_at == at("2028-01-10T09:00")


def test_a_late_cancellation_can_be_undone_before_and_after_the_last_charge() -> None:
    """Taken back before the charge it renews as announced; taken back after it, it renews again."""
    early = Life(rules.TOO_LATE, now=END - 20 * DAY)
    early.work(END - 20 * DAY)
    early.cancel()
    told = early.sub.announced
    assert early.undo() == "kept"
    assert (early.sub.announced, early.sub.cancellation, early.sub.next_step_at) == (told, None, END - 14 * DAY)
    late = Life(rules.TOO_LATE, now=END - 20 * DAY)
    late.cancel()
    late.work(END + DAY)
    assert (late.sub.auto_renew, late.undo(), late.sub.auto_renew) == (False, "kept", True)


def test_a_late_cancellation_does_not_charge_when_the_card_fails() -> None:
    """When the last charge fails for good, it ends with the term that was paid."""
    life = Life(rules.TOO_LATE, now=END - 20 * DAY)
    life.cancel()
    while life.sub.open_charge is None:
        assert life.sub.next_step_at is not None
        life.now = life.sub.next_step_at
        life._take(plan_renewal(life.sub, reference(), life.now))
    life.pay("declined")
    life.work(END)
    assert (life.sub.expired_at, len(life.sub.terms)) == (END, 1)


def test_a_second_person_confirms_what_is_much() -> None:
    """Above the policy's amount the cancellation holds at once, and the money waits for two people."""
    sub = bought(BOUGHT_AT, price=Money(90000, "AUD"))
    life = Life(rules.NEWSPAPER, sub)
    outcome = canceled(life.cancel())
    assert (outcome.paid_back, outcome.to_confirm) == (None, Money(90000, "AUD").share(234, 365))
    assert (life.sub.auto_renew, life.sub.refunds) == (False, ())
    assert life.request is not None
    assert (life.request.act, life.request.state) == ("cancel", RequestState.RECEIVED)
    assert (life.mail["to_confirm_minor"], life.mail["follow_up"]) == (outcome.to_confirm.minor, "second_person")
    life.now += 3 * DAY
    assert life.approve().final is False
    assert life.approve(SECOND_AGENT).amount == outcome.to_confirm
    life.hear()
    assert display_state(life.sub, life.now) is DisplayState.EXPIRED
    assert life.sub.end_reason is EndReason.CANCELED


def test_taking_the_cancellation_back_takes_its_case_back() -> None:
    """As long as nothing was paid, undo retracts the case; once it was approved, undo is refused."""
    for approvals, code in ((1, "kept"), (2, "refund_under_way")):
        life = Life(rules.NEWSPAPER, bought(BOUGHT_AT, price=Money(90000, "AUD")))
        life.cancel()
        for actor in (AGENT, SECOND_AGENT)[:approvals]:
            life.approve(actor)
        assert life.undo() == code
        assert life.request is not None
        assert life.request.state is (RequestState.RETRACTED if code == "kept" else RequestState.APPROVED)


def test_a_payback_makes_undo_impossible() -> None:
    """From the committed intent on the money is going back: undo says so, before and after the gateway's answer."""
    life = Life("", renewed(bought(at("2025-05-10"))), now=at("2026-05-12T10:00"), laws=(rules.GERMANY,))
    life.sub = replace(life.sub, buyer_country="DE", buyer_consumer=True)
    life.beside = replace(life.beside, facts={"consumer": True, "contract_made_on": date(2025, 5, 10)})
    life.cancel()
    assert life.undo() == "refund_under_way"
    life.hear()
    assert life.undo() == "refunded"


def test_a_question_never_holds_a_cancellation() -> None:
    """Unknown use: it stops the renewal at once and pays nothing yet; the answer that gives more is paid by a case."""
    life = Life(rules.IF_UNUSED)
    outcome = canceled(life.cancel())
    assert (outcome.paid_back, outcome.to_confirm, outcome.access_until) == (None, None, END)
    assert outcome.effect is not None
    assert (outcome.effect.missing, outcome.effect.follow_up) == (("used_in_cycle",), "facts")
    assert (life.sub.auto_renew, life.sub.paid_through) == (False, END)
    assert life.request is not None
    assert (life.request.state, life.request.act) == (RequestState.NEEDS_INFORMATION, "cancel")
    assert [kind for kind, _ in life.mails] == ["information_needed", "cancellation_confirmed"]
    life.now += 5 * DAY
    life.state(used_in_cycle=False)
    assert life.request.state is RequestState.IN_REVIEW
    assert life.approve().amount == PRICE
    life.hear()
    assert display_state(life.sub, life.now) is DisplayState.EXPIRED


def test_a_question_that_has_no_list_of_answers_gives_the_plain_effect() -> None:
    """The value of what was used can be anything: it just stops, and a specialist finds the value out."""
    life = Life(rules.LESS_USED)
    outcome = canceled(life.cancel())
    assert (outcome.paid_back, outcome.access_until, life.sub.paid_through) == (None, END, END)
    assert life.request is not None
    assert life.request.state is RequestState.RECEIVED
    life.state(value_of_benefits_used=Money(1000, "AUD"))
    assert life.approve().amount == Money(6995, "AUD")


def test_with_a_request_open_already_the_case_waits_for_it() -> None:
    """An order has at most one open request: the cancellation holds, and says that its case comes after that one."""
    life = Life(rules.IF_UNUSED)
    outcome = canceled(life.cancel(open_request=True))
    assert (outcome.case, life.request, life.sub.auto_renew) == (None, None, False)
    assert (outcome.waits, life.mail["waits"]) == (True, True)
    alone = canceled(Life(rules.IF_UNUSED).cancel())
    assert (alone.waits, alone.fingerprint != outcome.fingerprint) == (False, True)
    paid = canceled(Life(rules.NEWSPAPER).cancel(open_request=True))
    assert (paid.waits, bool(paid.paid_back)) == (False, True)


def test_a_charge_under_way_leaves_the_money_to_a_case() -> None:
    """While a payment is undecided nothing is paid back by itself; the cancellation holds and a case is opened."""
    sub = bought(BOUGHT_AT)
    while sub.open_charge is None:
        assert sub.next_step_at is not None
        sub = next(
            row for row in plan_renewal(sub, reference(), sub.next_step_at).updates if isinstance(row, Subscription)
        )
    life = Life("", sub, now=END - 13 * DAY, laws=(rules.GERMANY,))
    life.policy = rules.policy(rules.NEWSPAPER.replace("11 months", "1 year"))
    outcome = canceled(life.cancel())
    assert outcome.effect is not None
    assert (outcome.effect.follow_up, outcome.charge_under_way) == ("charge_under_way", True)
    assert (life.sub.refunds, life.sub.auto_renew, life.request is not None) == ((), False, True)


def test_what_is_sold_elsewhere_is_canceled_there() -> None:
    """A rule that refers refuses here and names the seller."""
    life = Life(rules.ELSEWHERE)
    order = replace(life.sub.orders[0], channel="app_store")
    life.sub = replace(life.sub, orders=(order,))
    assert life.cancel() == "referred"


@pytest.mark.parametrize("document", ["NEWSPAPER", "BILLING_MONTH", "AT_ONCE", "TOO_LATE", "IF_UNUSED"])
def test_what_was_shown_is_what_iscanceled(document: str) -> None:
    """The preview's fingerprint is accepted as long as nothing changed, and refused once the outcome is another."""
    now = END - 20 * DAY if document == "TOO_LATE" else NOW
    shown = canceled(Life(getattr(rules, document), now=now).cancel()).fingerprint
    assert isinstance(
        Life(getattr(rules, document), now=now + timedelta(seconds=9)).cancel(shown), CancellationOutcome
    )
    dearer = bought(BOUGHT_AT, price=Money(5995, "AUD"))
    changed = Life(getattr(rules, document), dearer, now=now).cancel(shown)
    assert changed == "preview_changed"


@pytest.mark.parametrize("document", ["NEWSPAPER", "BILLING_MONTH", "AT_ONCE", "TOO_LATE"])
@pytest.mark.parametrize("undo", [True, False])
def test_the_facts_add_up_to_the_state(document: str, undo: bool) -> None:
    """Folding the journal gives the state after a cancellation, its undo and what follows."""
    sub = bought(BOUGHT_AT)
    life = Life(getattr(rules, document), sub, now=END - 20 * DAY if document == "TOO_LATE" else NOW)
    life.cancel()
    if undo:
        life.undo()
    if life.sub.refunds:
        life.hear()
    life.work(END - DAY)
    folded, state = fold(_as_if_from_the_start(sub, life.facts)), state_of(life.sub)
    terms = {part: values for part, values in folded.items() if part[0] == "term"}
    assert terms == {part: values for part, values in state.items() if part[0] == "term"}
    for told in ("auto_renew", "expired_at"):
        assert folded[SUBSCRIPTION][told] == state[SUBSCRIPTION][told]


def _as_if_from_the_start(sub: Subscription, facts: list[Any]) -> list[Any]:
    draft = Draft(sub, now=BOUGHT_AT, actor=CUSTOMER, policy_digest=None)
    term, order = sub.terms[0], sub.orders[0]
    draft.fact(
        FactName.SUBSCRIPTION_STARTED, term_number=1, starts_at=term.starts_at, ends_at=term.ends_at,
        order_id=order.id, order_number=order.number, placed_at=order.placed_at, amount=order.amount,
        tax_minor=order.tax_minor,
    )  # fmt: skip
    charge = sub.charges[0]
    draft.fact(FactName.CHARGE_INTENDED, term_number=1, attempt=1, amount=charge.amount)
    draft.fact(FactName.CHARGE_SUCCEEDED, term_number=1, attempt=1, gateway_ref="ch_1")
    return [*settle(draft, reference()).facts, *facts]


def test_more_answers_than_anybody_could_go_through_give_the_plain_effect() -> None:
    """Nine questions with ten answers each: a thousand million combinations are not listed first."""
    words = ", ".join(f'"{word}"' for word in "abcdefghij")
    facts = "".join(f'[facts.q{n}]\ntype = "word"\nwords = [{words}]\nask = "Question {n}?"\n' for n in range(9))
    needs = "".join(f'when.q{n} = "a"\n' for n in range(9))
    grant = 'outcome = "grant"\namount = "full"\naccess = "ends_now"\n'
    life = Life(f'{facts}\n[[cancellation.clause]]\nid = "ALL-A"\n{needs}{grant}')
    outcome = canceled(life.cancel())
    assert (outcome.paid_back, outcome.access_until) == (None, END)
    assert outcome.effect is not None
    assert len(outcome.effect.missing) == 9
