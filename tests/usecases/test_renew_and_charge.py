"""A batch in two transactions: what happens between them is never lost, and nothing is charged twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from goodterms.domain.facts import Actor
from goodterms.domain.payment import Charge, ChargeState
from goodterms.domain.public_id import CHARGE, encode
from goodterms.domain.subscription import DisplayState, Subscription, display_state
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.protocol import Answer, ChargeIntent
from goodterms.storage.claim import LEASE
from goodterms.storage.load import load_subscription
from goodterms.usecases import cancel, collect, pay_back, renew
from goodterms.usecases.run_due import run_until_idle
from tests.support.books import assert_books_agree
from tests.support.ends import assert_the_end_decides
from tests.support.worlds import Sale, Sandbox

ANN = Actor("customer", "ann")


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


class Interrupted(Bank):
    """The bank, and something that happens between the commit of the intents and its answers."""

    def __init__(self, sandbox: Sandbox, before: Callable[[], object], after: Callable[[], object] = int) -> None:
        super().__init__(sandbox.bank.url, sandbox.bank.key)
        self.before, self.after = before, after

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:
        """Let it happen, charge, and let something else happen."""
        self.before()
        answers = super().charge_many(intents, within=within)
        self.after()
        return answers


def due(sandbox: Sandbox, count: int = 3) -> list[Sale]:
    """Subscriptions whose renewal charge is due, announced in time."""
    sales = [sandbox.sell(sandbox.customer(f"buyer{number}@example.org")) for number in range(count)]
    sandbox.advance(days=335)
    while renew.renew_due(sandbox.world):
        pass
    sandbox.advance(days=16)
    return sales


def now_of(sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def charge_of(sale: Sale) -> Charge:
    return now_of(sale).charges[-1]


def run(sandbox: Sandbox, gateway: Any) -> int:
    return renew.renew_and_charge(replace(sandbox.world, gateways={"bank": gateway}))


def at_the_bank(sandbox: Sandbox, sale: Sale) -> int:
    """How many lines of the bank's statement are about the newest charge."""
    charge = charge_of(sale)
    reference = encode(CHARGE, charge.bucket, charge.id)
    lines = Bank(sandbox.bank.url, sandbox.bank.key).movements(after=None)
    return sum(line.reference == reference for line in lines)


@pytest.mark.requirement("R1", "R10")
def test_a_cancellation_between_intent_and_answer(sandbox: Sandbox) -> None:
    """It stands, the charge that was on its way is recorded, and the neighbors of the batch are not disturbed."""
    sales = due(sandbox)
    first = sales[0]

    def leave() -> None:
        cancel.cancel(sandbox.world, first.bucket, first.subscription_id, actor=ANN, channel="account")

    assert run(sandbox, Interrupted(sandbox, leave)) == 3
    assert [charge_of(sale).state for sale in sales] == [ChargeState.SUCCEEDED] * 3
    assert [len(now_of(sale).terms) for sale in sales] == [2, 2, 2]
    assert display_state(now_of(first), sandbox.now) is DisplayState.NON_RENEWING
    assert [now_of(sale).auto_renew for sale in sales] == [False, True, True]
    assert [at_the_bank(sandbox, sale) for sale in sales] == [1, 1, 1]
    for sale in sales:
        assert_books_agree(sale)


@pytest.mark.requirement("R1")
def test_somebody_else_records_first(sandbox: Sandbox) -> None:
    """The bank's statement tells of the charges before their answers are recorded: each has one order and one term."""
    sales = due(sandbox)

    def read() -> None:
        pay_back.read_statement(sandbox.world, "bank")

    assert run(sandbox, Interrupted(sandbox, int, read)) == 3
    assert [len(now_of(sale).orders) for sale in sales] == [2, 2, 2]
    for sale in sales:
        assert_books_agree(sale)


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("heard", [False, True])
def test_a_worker_that_dies_at_the_gateway(sandbox: Sandbox, heard: bool) -> None:
    """Before or after the bank heard of it: nobody sends it again at once; after the lease it is looked up first."""
    sales = due(sandbox)

    def die() -> None:
        raise KeyboardInterrupt

    gateway = Interrupted(sandbox, int, die) if heard else Interrupted(sandbox, die)
    with pytest.raises(KeyboardInterrupt):
        run(sandbox, gateway)
    assert {(charge_of(sale).state, charge_of(sale).sent_at) for sale in sales} == {("intended", sandbox.now)}
    assert renew.renew_and_charge(sandbox.world) == 0
    assert collect.collect_due(sandbox.world) == 0, "it is still in somebody's hands"
    sandbox.set_clock(sandbox.now + LEASE)
    run_until_idle(sandbox.world)
    assert [charge_of(sale).state for sale in sales] == [ChargeState.SUCCEEDED] * 3
    assert [at_the_bank(sandbox, sale) for sale in sales] == [1, 1, 1]


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("which", [1, 2])
def test_the_answer_of_a_commit_is_lost(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, which: int) -> None:
    """Of the intents' or of the outcomes': it is not taken for a failure and done again, but found as it is."""
    sales = due(sandbox)
    assert sandbox.world.held() is None  # what commits a sign of life is not counted below
    commit, count = connection._commit, 0  # type: ignore[attr-defined]

    def losing() -> None:
        nonlocal count
        commit()
        count += 1
        if count == which:
            connection.connection.close()
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "_commit", losing)
    with pytest.raises(OperationalError):
        renew.renew_and_charge(sandbox.world)
    monkeypatch.undo()
    connection.close()
    assert [len(now_of(sale).charges) for sale in sales] == [2] * 3, "it was committed"
    sandbox.set_clock(sandbox.now + LEASE)
    run_until_idle(sandbox.world)
    assert [(len(now_of(sale).charges), charge_of(sale).state) for sale in sales] == [(2, ChargeState.SUCCEEDED)] * 3
    assert [at_the_bank(sandbox, sale) for sale in sales] == [1, 1, 1]
    for sale in sales:
        assert_books_agree(sale)


def test_a_gateway_that_is_not_plugged_in(sandbox: Sandbox) -> None:
    """Its charges are committed and wait; they do not count as sent."""
    (sale,) = due(sandbox, 1)
    assert renew.renew_and_charge(replace(sandbox.world, gateways={})) == 1
    charge = charge_of(sale)
    assert (charge.state, charge.sent_at, charge.check_at) == (ChargeState.INTENDED, None, sandbox.now)
    assert collect.collect_due(sandbox.world) == 1
    assert charge_of(sale).state is ChargeState.SUCCEEDED


@pytest.mark.requirement("R14", "R21")
def test_the_end_of_a_history_decides(sandbox: Sandbox) -> None:
    """After years, a dropped term, a failing card and a cancellation, the last terms decide as the whole history."""
    sale = sandbox.sell(plan="shield-month", months=1)
    key = (sale.bucket, sale.subscription_id)
    for _ in range(5):
        sandbox.live(31)
        assert_the_end_decides(*key, sandbox.now)
    cancel.change_payment_method(sandbox.world, *key, "pm_declined.7", actor=ANN)
    for _ in range(20):
        sandbox.live(1)
        assert_the_end_decides(*key, sandbox.now)
    cancel.cancel(sandbox.world, *key, actor=ANN, channel="account")
    for days in (0, 10, 30):
        assert_the_end_decides(*key, sandbox.now + timedelta(days=days))
