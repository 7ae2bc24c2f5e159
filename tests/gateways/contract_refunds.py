"""The contract of every gateway: money that goes back, and the statement."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodterms.domain.money import Money
from goodterms.gateways.protocol import (
    Movement,
    Outcome,
)
from tests.gateways.contract_world import (
    PRICE,
    World,
    charge_intent,
    charged,
    lines_of,
    newest_cursor,
    refund_intent,
    refunded,
)


class RefundContract:
    """What every gateway does with money that goes back, and with its statement."""

    def test_refund_is_pending_then_settles(self, world: World) -> None:
        """A refund is accepted at once and settles after business days, with a number to trace it by."""
        before = newest_cursor(world)
        intent = refund_intent(charged(world))
        answer = refunded(world, intent)
        assert (answer.outcome, answer.bank_reference, answer.amount) == (Outcome.PENDING, None, PRICE)
        world.advance(timedelta(days=1))
        found = world.gateway.find_refund(key=intent.key, reference=intent.reference)
        assert found.outcome is Outcome.PENDING
        world.advance(timedelta(days=13))
        settled = world.gateway.find_refund(key=intent.key, reference=intent.reference)
        assert (settled.outcome, settled.gateway_ref) == (Outcome.SUCCEEDED, answer.gateway_ref)
        lines = lines_of(world.gateway.movements(after=before), answer.gateway_ref)
        if not world.gateway.abilities.traces_refunds:
            assert settled.bank_reference is None
            assert [(line.outcome, line.reference) for line in lines] == [(Outcome.PENDING, intent.reference)]
            return
        assert settled.bank_reference
        assert [line.outcome for line in lines] == [Outcome.PENDING, Outcome.SUCCEEDED]
        assert [line.bank_reference for line in lines] == [None, settled.bank_reference]
        assert {line.reference for line in lines} == {intent.reference}
        assert lines[1].at.weekday() < 5

    def test_refund_fails_later(self, world: World) -> None:
        """A refund to a closed card is accepted, fails after days, and may then be made again."""
        charge_ref = charged(world, "refund_fails")
        before = newest_cursor(world)
        intent = refund_intent(charge_ref)
        answer = refunded(world, intent)
        assert answer.outcome is Outcome.PENDING
        world.advance(timedelta(days=14))
        found = world.gateway.find_refund(key=intent.key, reference=intent.reference)
        code = "card_closed" if world.gateway.abilities.traces_refunds else "refund_failed"
        assert (found.outcome, found.code, found.retryable) == (Outcome.DECLINED, code, False)
        lines = lines_of(world.gateway.movements(after=before), answer.gateway_ref)
        assert [(line.outcome, line.failure) for line in lines] == [
            (Outcome.PENDING, None),
            (Outcome.DECLINED, code),
        ]
        assert refunded(world, refund_intent(charge_ref)).outcome is Outcome.PENDING

    def test_refund_rejected_at_once(self, world: World) -> None:
        """A card that takes no refunds rejects it at once, and nothing appears on the statement."""
        charge_ref = charged(world, "refund_rejected")
        before = newest_cursor(world)
        intent = refund_intent(charge_ref)
        answer = refunded(world, intent)
        assert (answer.outcome, answer.code) == (Outcome.DECLINED, "refund_rejected")
        found = world.gateway.find_refund(key=intent.key, reference=intent.reference)
        assert (found.outcome, found.code) == (Outcome.DECLINED, "refund_rejected")
        assert world.gateway.movements(after=before) == []

    def test_refunds_never_exceed_the_charge(self, world: World) -> None:
        """Parts may be refunded up to the charge, and not one minor unit more."""
        charge_ref = charged(world)
        parts = [Money(2000, "AUD"), Money(3995, "AUD")]
        for part in parts:
            assert refunded(world, refund_intent(charge_ref, amount=part)).outcome is Outcome.PENDING
        over = refunded(world, refund_intent(charge_ref, amount=Money(1, "AUD")))
        assert (over.outcome, over.code, over.retryable) == (Outcome.DECLINED, "exceeds_charge", False)
        single = refunded(world, refund_intent(charged(world), amount=PRICE + Money(1, "AUD")))
        assert single.code == "exceeds_charge"

    @pytest.mark.parametrize("charge_ref", ["ch_99999999", "nonsense"])
    def test_refund_of_no_charge(self, world: World, charge_ref: str) -> None:
        """A charge the gateway does not know can not be refunded."""
        answer = refunded(world, refund_intent(charge_ref))
        assert (answer.outcome, answer.code) == (Outcome.DECLINED, "no_such_charge")

    def test_same_refund_twice(self, world: World) -> None:
        """The same refund intent again is the same refund."""
        intent = refund_intent(charged(world), amount=Money(100, "AUD"))
        first, second = refunded(world, intent), refunded(world, intent)
        assert first == second

    def test_expired_refund_key_is_found_by_reference(self, world: World) -> None:
        """After the life of its key a refund is still found, by our reference."""
        intent = refund_intent(charged(world))
        made = refunded(world, intent)
        world.advance(world.gateway.abilities.key_lifetime)
        found = world.gateway.find_refund(key=intent.key, reference=intent.reference)
        assert (found.gateway_ref, found.not_found) == (made.gateway_ref, False)

    # --- statement ---------------------------------------------------------------------------

    def test_dashboard_refund_is_on_the_statement(self, world: World) -> None:
        """A refund made by somebody in the dashboard arrives without a reference of ours, and settles too."""
        charge_ref = charged(world)
        before = newest_cursor(world)
        world.refund_in_dashboard(charge_ref, Money(1500, "AUD"))
        (line,) = world.gateway.movements(after=before)
        assert (line.kind, line.charge_ref, line.reference) == ("refund", charge_ref, None)
        assert (line.amount, line.outcome) == (Money(1500, "AUD"), Outcome.PENDING)
        too_much = refunded(world, refund_intent(charge_ref))
        assert too_much.code == "exceeds_charge"
        world.advance(timedelta(days=14))
        again = lines_of(world.gateway.movements(after=line.cursor), line.gateway_ref)
        told = [Outcome.SUCCEEDED] if world.gateway.abilities.traces_refunds else []
        assert [one.outcome for one in again] == told
        stands = world.gateway.current("refund", line.gateway_ref)
        assert stands is not None
        assert stands.outcome is Outcome.SUCCEEDED

    def test_statement_lists_charges_that_moved_money(self, world: World) -> None:
        """A charge is on the statement with our reference; a declined one is not."""
        if world.gateway.abilities.charges_itself:
            pytest.skip("it makes no charge of ours; its own are in the contract of sellers")
        before = newest_cursor(world)
        good, bad = charge_intent(world.card("ok")), charge_intent(world.card("declined"))
        made = world.gateway.charge(good)
        world.gateway.charge(bad)
        (line,) = world.gateway.movements(after=before)
        assert (line.kind, line.gateway_ref, line.reference) == ("charge", made.gateway_ref, good.reference)
        assert (line.amount, line.outcome, line.charge_ref) == (PRICE, Outcome.SUCCEEDED, None)
        assert line.at == made.at

    @pytest.mark.parametrize("step", [1, 2, 7, 1000])
    def test_cursor_neither_skips_nor_repeats(self, world: World, step: int) -> None:
        """Read in steps of any size while lines are added, every line comes once and in one order."""
        start = newest_cursor(world)
        cursor, seen = start, list[Movement]()
        for _ in range(4):
            refunds = [refund_intent(charged(world)) for _ in range(2)]
            for refund in refunds:
                refunded(world, refund)
            page = world.gateway.movements(after=cursor, limit=step)
            assert len(page) <= step
            seen += page
            cursor = page[-1].cursor
            world.advance(timedelta(days=3))
        while page := world.gateway.movements(after=cursor, limit=step):
            seen += page
            cursor = page[-1].cursor
        assert seen == world.gateway.movements(after=start, limit=1_000_000)
        assert len({line.cursor for line in seen}) == len(seen)
        assert [line.at for line in seen] == sorted(line.at for line in seen)
