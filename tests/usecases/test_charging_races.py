"""Charges against time, cancellations and other workers: every payment is named, none is made that nobody wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from goodterms import wiring
from goodterms.domain.charging import ChargeResult
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.payment import Charge
from goodterms.domain.public_id import CHARGE, encode
from goodterms.domain.subscription import Subscription
from goodterms.storage.claim import claim_charges
from goodterms.storage.load import load_subscription
from goodterms.storage.models import Inquiry
from goodterms.usecases import cancel, collect, pay_back, renew
from goodterms.usecases.audit.run import audit
from tests.support.books import assert_books_agree
from tests.support.crew import statement
from tests.support.worlds import Sale, Sandbox

ANN = Actor("customer", "ann")


def _sub(sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def _charge(sale: Sale) -> Charge:
    return _sub(sale).charges[-1]


def _intended(sandbox: Sandbox, card: str = "pm_ok") -> Sale:
    """Sold a year ago, announced, and its renewal charge committed but not sent."""
    sale = sandbox.sell(card=card)
    sandbox.advance(days=365 - 30)
    sandbox.work()
    sandbox.advance(days=16)
    assert renew.renew_due(sandbox.world) == 1
    return sale


def _cancel(sandbox: Sandbox, sale: Sale) -> Any:
    return cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=ANN, channel="account")


def _at_the_bank(sandbox: Sandbox, charge: Charge) -> int:
    headers = {"Authorization": f"Bearer {sandbox.bank.key}"}
    reference = encode(CHARGE, charge.bucket, charge.id)
    found = httpx.get(f"{sandbox.bank.url}/v1/charges", params={"reference": reference}, headers=headers)
    return len(found.raise_for_status().json()["data"])


@pytest.mark.requirement("R10")
def test_a_charge_not_yet_sent_is_dropped_by_a_cancellation(sandbox: Sandbox) -> None:
    """Canceled between the intent and its sending, the charge is let go and the bank never hears of it."""
    sale = _intended(sandbox)
    assert isinstance(_cancel(sandbox, sale), Decision)
    collect.collect_due(sandbox.world)
    charge = _charge(sale)
    assert (charge.state, charge.decline_code) == ("declined", "canceled_before_sent")
    assert _at_the_bank(sandbox, charge) == 0
    assert _sub(sale).next_step_at == _sub(sale).terms[0].ends_at


@pytest.mark.requirement("R14")
def test_a_charge_found_after_the_end_is_not_sent(sandbox: Sandbox) -> None:
    """A worker that stood still over the end of the term lets the charge go: nobody pays after expiry."""
    sale = _intended(sandbox)
    sandbox.advance(days=15)
    sandbox.work()
    charge = _charge(sale)
    assert (charge.state, charge.decline_code) == ("declined", "too_late")
    assert _at_the_bank(sandbox, charge) == 0
    sub = _sub(sale)
    assert (sub.end_reason, sub.expired_at) == ("not_charged", sub.terms[0].ends_at)


@pytest.mark.requirement("R11")
def test_a_charge_sent_before_the_cancellation_stands(sandbox: Sandbox) -> None:
    """Sent first and canceled then: the term is paid, nothing renews after it, and the books agree."""
    sale = _intended(sandbox, "pm_answer_lost")
    collect.collect_due(sandbox.world)
    assert isinstance(_cancel(sandbox, sale), Decision)
    sandbox.set_clock(sandbox.now + timedelta(minutes=2))
    collect.collect_due(sandbox.world)
    sub = _sub(sale)
    assert (len(sub.terms), sub.auto_renew, sub.next_step_at) == (2, False, sub.terms[1].ends_at)
    assert_books_agree(sale)


def test_two_workers_charge_once(sandbox: Sandbox) -> None:
    """A second worker finds nothing to claim; after the lease it looks up and records the same payment once."""
    sale = _intended(sandbox)
    first = claim_charges(sandbox.now, 10, "bank")
    assert claim_charges(sandbox.now, 10, "bank") == []
    sandbox.set_clock(sandbox.now + timedelta(minutes=6))
    second = claim_charges(sandbox.now, 10, "bank")
    assert [c.sent_before for c in (*first, *second)] == [False, True]
    collect.settle_charges(sandbox.world, first)
    collect.settle_charges(sandbox.world, second)
    assert _at_the_bank(sandbox, _charge(sale)) == 1
    assert len(_sub(sale).orders) == 2
    assert_books_agree(sale)


def test_a_charge_that_another_settled_after_the_claim_has_its_state_told(sandbox: Sandbox) -> None:
    """Whoever slept past its lease, a customer's browser waiting behind it, learns what came of the charge."""
    sale = _intended(sandbox)
    claimed = claim_charges(sandbox.now, 10, "bank")
    collect.settle_charges(sandbox.world, claimed)
    assert collect.settle_charges(sandbox.world, claimed) == {_charge(sale).id: "succeeded"}
    assert _at_the_bank(sandbox, _charge(sale)) == 1


def test_a_look_up_from_before_another_sending_is_not_believed(sandbox: Sandbox) -> None:
    """A slow worker's "never saw it" does not let go of a charge that another worker has sent since."""
    sale = _intended(sandbox)
    claim_charges(sandbox.now, 10, "bank")  # a worker that dies
    sandbox.set_clock(sandbox.now + timedelta(minutes=6))
    claim_charges(sandbox.now, 10, "bank")  # two look it up: one is slow, the other is told that it never arrived
    slow = _charge(sale)
    collect.record_charge_results(sandbox.world, [slow], {slow.id: ChargeResult("not_found")})
    claim_charges(sandbox.now, 10, "bank")  # sent again: under way
    assert isinstance(_cancel(sandbox, sale), Decision)
    states = collect.record_charge_results(sandbox.world, [slow], {slow.id: ChargeResult("not_found")})
    assert states == {slow.id: "intended"}
    paid = {slow.id: ChargeResult("succeeded", "ch_1")}
    assert collect.record_charge_results(sandbox.world, [slow], paid) == {slow.id: "succeeded"}
    assert_books_agree(sale)


@pytest.mark.parametrize("card", ["pm_answer_lost", "pm_request_lost"])
@pytest.mark.parametrize("days", [1, 5])
def test_an_outage_longer_than_the_life_of_a_key(sandbox: Sandbox, card: str, days: int) -> None:
    """Gone for longer than the gateway remembers keys: it is looked up by our own id before anything is sent again."""
    sale = _intended(sandbox, card)
    collect.collect_due(sandbox.world)
    assert _charge(sale).state == "unknown"
    sandbox.advance(days=days, hours=1)
    for _ in range(3):
        sandbox.work()
        sandbox.advance(hours=1)
    assert _charge(sale).state == "succeeded"
    assert (_at_the_bank(sandbox, _charge(sale)), len(_sub(sale).orders)) == (1, 2)
    assert_books_agree(sale)


def test_a_card_that_is_replaced_while_its_charge_is_unknown(sandbox: Sandbox) -> None:
    """What became of that charge decides; the other card is not charged for the term as well."""
    sale = _intended(sandbox, "pm_answer_lost")
    collect.collect_due(sandbox.world)
    frozen = _charge(sale).payment_method
    cancel.change_payment_method(sandbox.world, sale.bucket, sale.subscription_id, "pm_ok.another", actor=ANN)
    for _ in range(4):
        sandbox.work()
        sandbox.advance(hours=1)
    sub = _sub(sale)
    assert sub.payment_method == "pm_ok.another"
    assert [charge.payment_method for charge in sub.charges][1:] == [frozen]
    assert (_charge(sale).state, _at_the_bank(sandbox, _charge(sale))) == ("succeeded", 1)
    assert_books_agree(sale)


@pytest.mark.parametrize("days_later", [1, 30])
def test_a_payment_that_comes_to_light_late_is_named(sandbox: Sandbox, days_later: int) -> None:
    """Let go as never seen, but paid after all: the statement brings it to light, and its term and order are made."""
    sale = _intended(sandbox, "pm_answer_lost")
    collect.collect_due(sandbox.world)
    _cancel(sandbox, sale)
    unknown = _charge(sale)
    collect.record_charge_results(sandbox.world, [unknown], {unknown.id: ChargeResult("not_found")})
    assert _charge(sale).decline_code == "canceled_before_sent"
    sandbox.advance(days=days_later)
    renew.renew_due(sandbox.world)
    pay_back.read_statement(sandbox.world, "bank")
    sub = _sub(sale)
    assert _charge(sale).state == "succeeded"
    assert (len(sub.terms), len(sub.orders), sub.expired_at, sub.auto_renew) == (2, 2, None, False)
    assert sub.next_step_at == sub.terms[1].ends_at
    assert_books_agree(sale)
    version = sub.version
    collect.record_charge_results(sandbox.world, [unknown], {unknown.id: ChargeResult("succeeded", "ch_1")})
    assert _sub(sale).version == version


def test_a_payment_that_comes_to_light_after_buying_anew_is_reported(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The same product bought anew meanwhile: nothing is overwritten, and the extra payment waits at the desk."""
    sale = _intended(sandbox, "pm_answer_lost")
    collect.collect_due(sandbox.world)
    _cancel(sandbox, sale)
    unknown = _charge(sale)
    collect.record_charge_results(sandbox.world, [unknown], {unknown.id: ChargeResult("not_found")})
    sandbox.advance(days=20)
    renew.renew_due(sandbox.world)
    anew = sandbox.sell(sale.customer)
    before = _sub(sale)
    with caplog.at_level("ERROR"):
        pay_back.read_statement(sandbox.world, "bank")
    assert "charged_twice" in caplog.text
    assert "paid by another charge" in Inquiry.objects.get().claimed["name"]
    assert _sub(sale) == before
    assert len(_sub(anew).orders) == 1


def test_a_second_payment_under_the_same_name_is_reported_once(sandbox: Sandbox) -> None:
    """A gateway that has charged twice says so in its statement: each line for itself, however often it is read."""
    sale = sandbox.sell()
    reference = encode(CHARGE, sale.bucket, sale.order.charge_id)
    (line,) = [line for line in statement(sandbox.bank) if line.reference == reference]
    for _ in range(2):
        assert collect.record_paid_charge(sandbox.world, line)
        assert collect.record_paid_charge(sandbox.world, replace(line, gateway_ref="ch_again"))
    assert Inquiry.objects.get().claimed["order_number"] == "ch_again"
    assert_books_agree(sale)


def test_what_costs_nothing_is_never_asked_for(sandbox: Sandbox) -> None:
    """A free term is bought and renewed beside others without a call: no gateway takes a charge of nothing."""
    free = sandbox.sell(sandbox.customer("free@example.org"), plan="gift-month", minor=0, months=1)
    paid = sandbox.sell(sandbox.customer("paid@example.org"), plan="shield-month", minor=995, months=1)
    sandbox.live(25)
    for sale, lines in ((free, 0), (paid, 2)):
        sub = _sub(sale)
        assert [charge.state for charge in sub.charges] == ["succeeded"] * 2
        assert (len(sub.terms), len(sub.orders)) == (2, 2)
        assert sum(_at_the_bank(sandbox, charge) for charge in sub.charges) == lines
        assert_books_agree(sale)
    assert [one for one in audit(sandbox.world, wiring.elapsed).violations if one.invariant != 43] == []
