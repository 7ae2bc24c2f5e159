"""What is Paddle's own: its adjustments and attempts, its locks, and that it has no idempotency keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodterms.domain.money import Money
from goodterms.gateways.loops import run_here
from goodterms.gateways.paddle import statement
from goodterms.gateways.paddle.adapter import Paddle
from goodterms.gateways.paddle.objects import OddObject, charge_line, dispute_line, refund_line
from goodterms.gateways.paddle.words import dispute_ref
from goodterms.gateways.protocol import GatewayUnavailableError, Outcome
from goodterms.gateways.selling import RenewalIntent
from tests.gateways.contract_world import PRICE, refund_intent, refunded
from tests.gateways.paddle_world import PaddleWorld

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
TXN = "txn_01hv8wptq8987qeep44cyrewp9"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaddleWorld]:
    """One far side for all."""
    world = PaddleWorld(tmp_path_factory.mktemp("paddle"))
    yield world
    world.close()


# --- refunds ----------------------------------------------------------------------------------


def refunds_of(world: PaddleWorld, txn: str) -> list[dict[str, Any]]:
    """The refunds of a transaction there, the oldest first."""
    found = [
        one for one in world.shop.all("/adjustments") if one["transaction_id"] == txn and one["action"] == "refund"
    ]
    return found[::-1]


def test_a_refund_waits_for_approval(world: PaddleWorld) -> None:
    """Until Paddle has decided it is unknown, but found: nobody sends it again, and nobody counts it."""
    intent = refund_intent(world.sold("ok"))
    asked = world.gateway.refund(intent)
    assert (asked.outcome, asked.code, asked.not_found, asked.amount) == (
        Outcome.UNKNOWN, "pending_approval", False, PRICE,
    )  # fmt: skip
    found = world.gateway.find_refund(key=intent.key, reference=intent.reference, charge_ref=intent.charge_ref)
    assert found == asked
    stands = world.gateway.current("refund", str(asked.gateway_ref))
    assert stands is not None
    assert stands.outcome is Outcome.UNKNOWN
    assert asked.gateway_ref not in {line.gateway_ref for line in world.gateway.movements(after=None, limit=10_000)}


@pytest.mark.parametrize("lost", ["drop_answers", "error_500_after", "drop_requests", "too_many_requests"])
def test_it_is_looked_for_before_it_is_sent(world: PaddleWorld, lost: str) -> None:
    """The same refund again, after whatever went wrong: there is one, though Paddle knows no keys."""
    intent = refund_intent(world.sold("ok"))
    world.shop.let_go_wrong(**{lost: 1})
    answer = world.gateway.refund(intent)
    assert (answer.outcome, answer.not_found) == (Outcome.UNKNOWN, False)
    world.gateway.refund(intent)
    world.shop.work()
    assert world.gateway.refund(intent).outcome is Outcome.PENDING
    assert len(refunds_of(world, intent.charge_ref)) == 1


def test_another_refund_waits_for_the_first(world: PaddleWorld) -> None:
    """Paddle decides about one at a time: the second is neither refused for good nor taken for absent meanwhile."""
    first = refund_intent(world.sold("ok"), amount=Money(1000, "AUD"))
    second = replace(refund_intent(first.charge_ref, amount=Money(1000, "AUD")))
    world.gateway.refund(first)
    answer = world.gateway.refund(second)
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "adjustment_pending_refund_request")
    look = {"key": second.key, "reference": second.reference, "charge_ref": second.charge_ref}
    assert not world.gateway.find_refund(**look).not_found
    world.shop.work()
    assert world.gateway.find_refund(**look).not_found
    assert refunded(world, second).outcome is Outcome.PENDING
    assert [one["status"] for one in refunds_of(world, first.charge_ref)] == ["approved", "approved"]


def test_parts_are_spread_over_the_items(world: PaddleWorld) -> None:
    """A whole refund names no items; parts name them in order, as far as there is something left of each."""
    txn = world.sold("ok")
    for minor in (5000, 600, 395):
        assert refunded(world, refund_intent(txn, amount=Money(minor, "AUD"))).outcome is Outcome.PENDING
    given = [[int(item["amount"]) for item in one["items"]] for one in refunds_of(world, txn)]
    assert given == [[5000], [495, 105], [395]]
    whole = refund_intent(world.sold("ok"))
    assert refunded(world, whole).outcome is Outcome.PENDING
    assert [item["type"] for item in refunds_of(world, whole.charge_ref)[0]["items"]] == ["full", "full"]


def test_the_same_reference_with_another_amount(world: PaddleWorld) -> None:
    """Nothing is sent: something else was asked for under that name."""
    intent = refund_intent(world.sold("ok"), amount=Money(100, "AUD"))
    refunded(world, intent)
    answer = world.gateway.refund(replace(intent, amount=Money(200, "AUD")))
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "key_reused")
    assert len(refunds_of(world, intent.charge_ref)) == 1


def test_another_currency_is_not_sent(world: PaddleWorld) -> None:
    """An amount alone says nothing: the currency is the transaction's."""
    answer = world.gateway.refund(refund_intent(world.sold("ok"), amount=Money(100, "JPY")))
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "mismatch")


# --- sales and subscriptions ------------------------------------------------------------------


def test_each_object_is_asked_for_by_its_id(world: PaddleWorld) -> None:
    """Of many refunds and sales the right one is shown; of what there is not, none."""
    made = [refunded(world, refund_intent(world.sold("ok"), amount=Money(100 + n, "AUD"))) for n in range(3)]
    for n, one in enumerate(made):
        stands = world.gateway.current("refund", str(one.gateway_ref))
        assert stands is not None
        assert (stands.gateway_ref, stands.amount) == (one.gateway_ref, Money(100 + n, "AUD"))
    for kind in ("charge", "refund", "dispute"):
        for ref in ("txn_00000000000000000099999999", "adj_1", "", "../events", f"{TXN}:nothing"):
            assert world.gateway.current(kind, ref) is None  # type: ignore[arg-type]


def test_attempts_of_one_transaction(world: PaddleWorld) -> None:
    """Each that failed is shown under a name of its own, also after the transaction was paid."""
    agreement, _ = world.agreed()
    world.fails_next(agreement)
    world.advance(timedelta(days=365 - 14 + 4))
    lines = world.gateway.movements(after=None, limit=10_000)
    failed, paid = [line for line in lines if line.sale and line.sale.agreement == agreement][-2:]
    assert failed.gateway_ref.startswith(f"{paid.gateway_ref}:")
    for line in (failed, paid):
        stands = world.gateway.current("charge", line.gateway_ref)
        assert stands is not None
        assert (stands.outcome, stands.at, stands.failure) == (line.outcome, line.at, line.failure)


def test_every_buyer_of_many_pages(world: PaddleWorld) -> None:
    """More sales than one request names, and more events than one page has: each comes with its own buyer."""
    before = world.gateway.movements(after=None, limit=10_000)[-1].cursor
    sold = [world.sell() for _ in range(75)]
    lines = world.gateway.movements(after=before, limit=1000)
    assert [line.gateway_ref for line in lines] == [one.order for one in sold]
    assert len({line.sale.buyer.email for line in lines if line.sale and line.sale.buyer}) == 75
    assert {line.sale.buyer.country for line in lines if line.sale and line.sale.buyer} == {"AU"}


def test_what_a_subscription_holds_besides_stays(world: PaddleWorld) -> None:
    """The vendor's own data is left as it is; what we told is beside it."""
    agreement, _ = world.agreed()
    world.shop.patch(f"/subscriptions/{agreement}", {"custom_data": {"shop": "north"}})
    paddle: Paddle = world.gateway
    assert paddle.instruct(RenewalIntent("stop-1", agreement, "stop", 7)).outcome is Outcome.SUCCEEDED
    kept = world.shop.one(f"/subscriptions/{agreement}")["custom_data"]
    assert kept == {"shop": "north", "goodterms": {"key": "stop-1", "number": 7, "wish": "stop"}}


def test_while_a_refund_waits_a_subscription_is_locked(world: PaddleWorld) -> None:
    """A stop is not lost: it is unknown, then absent, then told again."""
    agreement, txn = world.agreed()
    world.gateway.refund(refund_intent(txn))
    intent = RenewalIntent(f"stop-{agreement}", agreement, "stop", 1)
    assert world.gateway.instruct(intent).code == "subscription_locked_pending_changes"
    assert world.gateway.find_instruction(key=intent.key, agreement=agreement).not_found
    world.shop.work()
    assert world.gateway.instruct(intent).outcome is Outcome.SUCCEEDED


def test_one_that_has_ended_does_not_go_on(world: PaddleWorld) -> None:
    """To stop it once more is done already; to go on is refused with a code that is known."""
    agreement, _ = world.agreed()
    world.gateway.instruct(RenewalIntent(f"stop-{agreement}", agreement, "stop", 1))
    world.advance(timedelta(days=366))
    again = world.gateway.instruct(RenewalIntent(f"stop-again-{agreement}", agreement, "stop", 2))
    assert again.outcome is Outcome.SUCCEEDED
    on = world.gateway.instruct(RenewalIntent(f"on-{agreement}", agreement, "go_on", 3))
    assert (on.outcome, on.code) == (Outcome.DECLINED, "agreement_ended")


def test_a_chargeback_after_one_that_was_taken_back(world: PaddleWorld) -> None:
    """It is another dispute; each stands as its own adjustments say, by its name or by one of them."""
    _, txn = world.agreed()
    before = world.gateway.movements(after=None, limit=10_000)[-1].cursor
    world.disputed(txn)
    second = world.shop.dispute(txn, PRICE.minor)
    for state in ("lost", "reversed"):
        world.shop.decide(second, state)
    lines = world.gateway.movements(after=before)
    assert [(line.gateway_ref, line.dispute) for line in lines] == [
        (dispute_ref(txn), "opened"), (dispute_ref(txn), "won"), (dispute_ref(txn, 1), "opened"),
        (dispute_ref(txn, 1), "lost"), (dispute_ref(txn, 1), "reversed"),
    ]  # fmt: skip
    steps = [one["id"] for one in world.shop.all("/adjustments") if one["transaction_id"] == txn][::-1]
    asked = ((dispute_ref(txn), "won"), (steps[0], "won"), (dispute_ref(txn, 1), "reversed"), (steps[2], "reversed"))
    for ref, word in asked:
        stands = world.gateway.current("dispute", ref)
        assert stands is not None
        assert (stands.dispute, stands.gateway_ref) == (word, dispute_ref(txn, int(word == "reversed")))
    assert world.gateway.current("dispute", dispute_ref(txn, 2)) is None


# --- answers that can not be used -------------------------------------------------------------


def test_a_wrong_key_concludes_nothing(world: PaddleWorld) -> None:
    """It is nobody's refusal, and the statement is not empty."""
    wrong = Paddle("pdl_sdbx_apikey_wrong", clock=world.now, base_url=world.process.url)
    assert wrong.abilities.test_cards
    found = wrong.find_refund(key="k", reference="our-1")
    assert (found.outcome, found.code, found.not_found) == (Outcome.UNKNOWN, "unauthorized", False)
    with pytest.raises(GatewayUnavailableError):
        wrong.movements(after=None)


def test_an_answer_that_comes_too_late(world: PaddleWorld) -> None:
    """It is unknown; and found, once Paddle has acted."""
    hasty = world.connect(timeout=1)
    intent = refund_intent(world.sold("ok"))
    world.slow_down(1500)
    try:
        answer = hasty.refund(intent)
    finally:
        world.slow_down(0)
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "timeout")


ADJUSTMENT: dict[str, Any] = {
    "id": "adj_1", "action": "refund", "transaction_id": TXN, "status": "approved", "reason": "error",
    "currency_code": "USD", "totals": {"total": "100"}, "created_at": "2026-11-01T12:00:00Z",
    "updated_at": "0001-01-01T00:00:00Z",
}  # fmt: skip


def test_an_adjustment_as_it_is_documented() -> None:
    """One that was never changed says year one; a dashboard's reason is no reference of ours; ten days are long."""
    line = refund_line(ADJUSTMENT, cursor="evt_1", now=NOW)
    assert line is not None
    assert (line.outcome, line.reference, line.at, line.amount) == (
        Outcome.PENDING, None, NOW - timedelta(days=1), Money(100, "USD"),
    )  # fmt: skip
    later = refund_line(ADJUSTMENT, cursor="", now=NOW + timedelta(days=9))
    assert later is not None
    assert later.outcome is Outcome.SUCCEEDED
    assert refund_line({**ADJUSTMENT, "action": "credit"}, cursor="") is None


@pytest.mark.parametrize(
    "odd",
    [
        {"status": "forgotten"}, {"totals": {"total": 100}}, {"totals": {"total": "-100"}}, {"totals": None},
        {"currency_code": "usd"}, {"updated_at": "yesterday"}, {"updated_at": "2026-11-01T12:00:00"}, {"id": None},
    ],
)  # fmt: skip
def test_odd_adjustments_are_not_believed(odd: dict[str, Any]) -> None:
    """Amounts are texts of whole minor units; another state may mean anything."""
    with pytest.raises(OddObject):
        refund_line({**ADJUSTMENT, **odd}, cursor="")


def test_sales_that_are_not_ours() -> None:
    """What is about no subscription is no line, nor is a trial that costs nothing."""
    sale: dict[str, Any] = {
        "id": TXN, "subscription_id": "sub_1", "currency_code": "USD", "billed_at": "2026-11-01T12:00:00.5Z",
        "billing_period": {"starts_at": "2026-11-01T12:00:00Z", "ends_at": "2027-11-01T12:00:00Z"},
        "details": {"totals": {"tax": "9", "total": "109", "grand_total": "109"}},
        "items": [{"price": {"id": "pri_1", "custom_data": None}}],
    }  # fmt: skip
    line = charge_line(sale, cursor="", buyer=None)
    assert line is not None
    assert line.sale is not None
    assert (line.amount, line.sale.plan, line.sale.tax_minor) == (Money(109, "USD"), "pri_1", 9)
    assert charge_line({**sale, "subscription_id": None}, cursor="", buyer=None) is None
    free = {"totals": {"tax": "0", "total": "0", "grand_total": "0"}}
    assert charge_line({**sale, "details": free}, cursor="", buyer=None) is None


# --- disputes ---------------------------------------------------------------------------------


class Listing:
    """A far side that lists these adjustments of one transaction, and nothing else."""

    def __init__(self, *actions: str) -> None:
        self.made = [
            {
                "id": f"adj_{n}", "action": action, "transaction_id": TXN, "subscription_id": "sub_1",
                "currency_code": "AUD", "totals": {"total": "5995"}, "created_at": f"2026-11-0{n + 1}T12:00:00Z",
            }
            for n, action in enumerate(actions)
        ]  # fmt: skip

    async def all(self, path: str, **query: str) -> list[dict[str, Any]]:
        """The adjustments, all of them or the one of an id."""
        assert path == "/adjustments"
        return [one for one in self.made if query.get("id") in (None, one["id"])]


@pytest.mark.parametrize(
    ("actions", "word"),
    [
        (("chargeback_warning", "chargeback"), "lost"),
        (("chargeback_warning", "chargeback", "chargeback_warning_reverse"), "lost"),
        (("chargeback_warning", "chargeback", "chargeback_warning_reverse", "chargeback_reverse"), "reversed"),
        (("chargeback_warning", "chargeback", "chargeback_reverse", "chargeback_warning_reverse"), "reversed"),
        (("chargeback_warning", "chargeback_warning_reverse"), "won"),
    ],
)
def test_a_warning_taken_back_takes_back_no_chargeback(actions: tuple[str, ...], word: str) -> None:
    """They are one dispute, and what the bank has decided stands, whichever of them is asked about."""
    listing: Any = Listing(*actions)
    for ref in (dispute_ref(TXN), *(one["id"] for one in listing.made)):
        stands = run_here(statement.current(listing, "dispute", ref, NOW))
        assert stands is not None
        assert (stands.dispute, stands.gateway_ref) == (word, dispute_ref(TXN))
    assert run_here(statement.current(listing, "dispute", dispute_ref(TXN, 1), NOW)) is None


def test_adjustments_of_sales_for_once_are_left_alone() -> None:
    """Their charges are not listed, so neither is what was paid back of them."""
    (made,) = Listing("chargeback").made
    assert dispute_line(made, cursor="c") is not None
    assert dispute_line({**made, "subscription_id": None}, cursor="c") is None
    refund = {**made, "action": "refund", "status": "approved", "reason": "", "updated_at": made["created_at"]}
    assert refund_line(refund, cursor="c") is not None
    assert refund_line({**refund, "subscription_id": None}, cursor="c") is None
