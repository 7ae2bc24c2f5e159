"""Random weeks through the real journeys: what the database holds is what its facts say, and the books agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from goodterms.domain.facts import Actor
from goodterms.domain.payment import RefundWay
from goodterms.storage.models import FactRow, RefundRequestRow
from goodterms.usecases import cancel, pay_back, request_refund, review
from tests.support.books import assert_books_agree
from tests.support.ends import assert_the_end_decides
from tests.support.fold import fold, state_of
from tests.support.moves import ANNA, BOB, Life
from tests.support.worlds import Sandbox

STEPS = [timedelta(hours=5), timedelta(days=2), timedelta(days=9), timedelta(days=20)]
ANN = Actor("customer", "ann")
CARDS = ["pm_ok", "pm_ok", "pm_declined", "pm_insufficient_funds_1", "pm_answer_lost", "pm_request_lost", "pm_lost"]
FIRST_CARDS = ["pm_ok", "pm_refund_fails", "pm_refund_rejected", "pm_refund_returned", "pm_refund_answer_lost"]


def check(one: Life) -> None:
    """Facts fold to the rows; sequences have no gap; the ledger agrees."""
    rows = FactRow.objects.filter(bucket=one.sale.bucket, stream=one.sale.subscription_id).order_by("seq")
    facts, state = list(rows), one.now
    assert [fact.seq for fact in facts] == list(range(1, state.last_fact + 1))
    assert fold(facts) == state_of(state)
    assert_books_agree(one.sale)
    assert_the_end_decides(one.sale.bucket, one.sale.subscription_id, one.sandbox.now)


def weeks(one: Life, seed: int, number: int) -> None:
    """Some acts, each followed by up to three weeks with the worker running."""
    chance, sale, world = random.Random(seed), one.sale, one.sandbox.world
    key = (sale.bucket, sale.subscription_id)

    def ask() -> None:
        order = sale.order
        request_refund.request_refund(
            world, order.bucket, order.id, sale.facts_told(), actor=ANN, channel="account",
            contact_email=order.buyer_email,
        )  # fmt: skip

    def confirm() -> None:
        for row in RefundRequestRow.objects.filter(bucket=sale.bucket, state__in=["received", "in_review"]):
            review.approve(world, row.bucket, row.id, actor=chance.choice([ANNA, BOB]))

    def by_hand() -> None:
        refund = next((r for r in one.now.refunds if r.state == "failed"), None)
        if refund is not None:
            way = chance.choice([RefundWay.ORIGINAL, RefundWay.BANK_TRANSFER])
            pay_back.try_another_way(world, refund.bucket, refund.id, actor=BOB, way=way, reference="TR")

    def dashboard() -> None:
        said = {"charge": sale.order.gateway_ref, "amount_minor": chance.choice([100, 5995]), "currency": "AUD"}
        httpx.post(f"{one.sandbox.bank.url}/dashboard/refunds", json=said)  # refused when nothing is left

    acts: list[Callable[[], object]] = [
        lambda: cancel.cancel(world, *key, actor=ANN, channel="account"),
        lambda: cancel.undo(world, *key, actor=ANN),
        lambda: cancel.change_payment_method(world, *key, f"{chance.choice(CARDS)}.{seed}", actor=ANN),
        ask, ask, confirm, confirm, by_hand, dashboard,
    ]  # fmt: skip
    for _ in range(number):
        chance.choice(acts)()
        check(one)
        one.to((one.sandbox.now.replace(tzinfo=None) + chance.choice(STEPS)).isoformat())
        check(one)


@pytest.mark.requirement("R1", "R48", "R52")
@pytest.mark.parametrize("seed", range(5))
def test_random_weeks(sandbox: Sandbox, seed: int) -> None:
    """Whatever people, cards and the gateway do, rows, facts and ledger say the same."""
    one = Life(sandbox.sell(plan="shield-month", months=1, card=FIRST_CARDS[seed]))
    weeks(one, seed, 12)
