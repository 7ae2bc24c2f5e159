"""The contract of every gateway that charges by itself: it reports its sales, and renews until it is told to stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

import pytest

from goodterms.gateways.protocol import Answer, ChargeIntent, Gateway, GatewayUnavailableError, Outcome, RefundIntent
from goodterms.gateways.selling import RenewalIntent, Seller
from tests.gateways.contract_world import PRICE, World, lines_of, newest_cursor

YEAR_LESS_LEAD = timedelta(days=365 - 14)


class SellingWorld(World, Protocol):
    """A world whose far side sells."""

    def agreed(self) -> tuple[str, str]:
        """Somebody buys, and it is reported: what the far side calls the subscription and the charge."""

    def hears(self) -> None:
        """Whatever is on its way arrives, in both directions."""

    def fails_next(self, agreement: str) -> None:
        """The next charge of an agreement is declined, once."""

    def disputed(self, charge_ref: str) -> str:
        """The buyer's bank takes all of it back, and it is won: what the far side calls the dispute."""


def _seller(world: SellingWorld) -> Seller:
    assert isinstance(world.gateway, Seller)
    return world.gateway


def _told(world: SellingWorld, intent: RenewalIntent) -> Answer:
    answer = _seller(world).instruct(intent)
    if answer.outcome is Outcome.DECLINED:
        return answer  # it may keep nothing of what it refused at once
    world.hears()
    return _seller(world).find_instruction(key=intent.key, agreement=intent.agreement)


class SellerContract:
    """What every gateway that charges by itself does."""

    def test_is_never_asked_to_charge(self, world: SellingWorld) -> None:
        """It says that it charges by itself, and a charge of ours is a mistake that is noticed."""
        gateway: Gateway = world.gateway
        assert gateway.abilities.charges_itself
        with pytest.raises(RuntimeError, match="by itself"):
            gateway.charge(ChargeIntent("key-1", "our-1", PRICE, "AG-1", "x"))
        with pytest.raises(RuntimeError, match="by itself"):
            gateway.charge_many([ChargeIntent("key-1", "our-1", PRICE, "AG-1", "x")])
        assert gateway.charge_many([]) == []
        assert gateway.find_charge(key="key-1", reference="our-1").not_found

    @pytest.mark.parametrize("key", ["", "  "])
    def test_empty_key_is_refused(self, world: SellingWorld, key: str) -> None:
        """Nothing is ever told or looked up without a key."""
        seller, gateway = _seller(world), world.gateway
        with pytest.raises(ValueError, match="key"):
            seller.instruct(RenewalIntent(key, "AG-1", "stop", 1))
        with pytest.raises(ValueError, match="key"):
            seller.find_instruction(key=key, agreement="AG-1")
        with pytest.raises(ValueError, match="key"):
            gateway.refund(RefundIntent(key, "our-keyless", "ch_1", PRICE))
        with pytest.raises(ValueError, match="key"):
            gateway.find_refund(key=key, reference="our-keyless")

    def test_a_first_sale_is_reported_with_its_buyer(self, world: SellingWorld) -> None:
        """A first sale names the plan, the buyer, the term and the tax."""
        before = newest_cursor(world)
        agreement, order = world.agreed()
        (line,) = world.gateway.movements(after=before)
        assert (line.kind, line.gateway_ref, line.outcome, line.amount) == ("charge", order, Outcome.SUCCEEDED, PRICE)
        assert line.sale is not None
        assert (line.sale.agreement, line.sale.plan, line.sale.tax_minor) == (agreement, "guard-year", 545)
        assert line.sale.buyer is not None
        assert "@" in line.sale.buyer.email
        assert line.sale.starts_at == line.at
        assert world.gateway.current("charge", order) is not None

    def test_a_renewal_is_reported_before_its_term(self, world: SellingWorld) -> None:
        """It renews ahead by itself; the report names the term, which begins where the first ends."""
        agreement, order = world.agreed()
        before = newest_cursor(world)
        first = world.gateway.current("charge", order)
        assert first is not None
        assert first.sale is not None
        world.advance(YEAR_LESS_LEAD)
        (line,) = [x for x in world.gateway.movements(after=before) if x.sale and x.sale.agreement == agreement]
        assert line.sale is not None
        assert (line.outcome, line.sale.starts_at) == (Outcome.SUCCEEDED, first.sale.ends_at)
        assert line.at < line.sale.starts_at

    def test_a_charge_that_failed_is_reported(self, world: SellingWorld) -> None:
        """A card that says no is reported with a known code; the charge that is paid later has its own line."""
        agreement, _ = world.agreed()
        before = newest_cursor(world)
        world.fails_next(agreement)
        world.advance(YEAR_LESS_LEAD + timedelta(days=4))
        lines = [x for x in world.gateway.movements(after=before) if x.sale and x.sale.agreement == agreement]
        assert [(x.outcome, x.failure) for x in lines] == [
            (Outcome.DECLINED, "insufficient_funds"), (Outcome.SUCCEEDED, None)
        ]  # fmt: skip
        assert lines[0].gateway_ref != lines[1].gateway_ref

    def test_stopped_it_renews_no_more(self, world: SellingWorld) -> None:
        """An instruction is confirmed, the agreement is reported as stopped by us, and no charge follows."""
        agreement, _ = world.agreed()
        before = newest_cursor(world)
        answer = _told(world, RenewalIntent(f"stop-{agreement}", agreement, "stop", 1))
        assert answer.outcome is Outcome.SUCCEEDED
        report = _seller(world).agreement(agreement)
        assert report is not None
        assert (report.renews, report.told) == (False, True)
        world.advance(timedelta(days=400))
        assert [x for x in world.gateway.movements(after=before) if x.sale and x.sale.agreement == agreement] == []

    def test_told_to_go_on_it_renews(self, world: SellingWorld) -> None:
        """The later instruction holds."""
        agreement, _ = world.agreed()
        _told(world, RenewalIntent(f"stop-{agreement}", agreement, "stop", 1))
        answer = _told(world, RenewalIntent(f"on-{agreement}", agreement, "go_on", 2))
        assert answer.outcome is Outcome.SUCCEEDED
        before = newest_cursor(world)
        world.advance(YEAR_LESS_LEAD)
        assert [x for x in world.gateway.movements(after=before) if x.sale and x.sale.agreement == agreement]

    def test_an_older_instruction_changes_nothing(self, world: SellingWorld) -> None:
        """An instruction that arrives after a later one does not undo it."""
        agreement, _ = world.agreed()
        _told(world, RenewalIntent(f"stop-{agreement}", agreement, "stop", 4))
        _told(world, RenewalIntent(f"on-{agreement}", agreement, "go_on", 3))
        report = _seller(world).agreement(agreement)
        assert report is not None
        assert not report.renews

    def test_told_twice_it_acts_once(self, world: SellingWorld) -> None:
        """The same instruction again is answered as the first time."""
        agreement, _ = world.agreed()
        intent = RenewalIntent(f"stop-{agreement}", agreement, "stop", 1)
        first = _told(world, intent)
        assert _told(world, intent) == first

    def test_a_refusal_has_a_code(self, world: SellingWorld) -> None:
        """What it refuses is declined with a code that is known."""
        answer = _told(world, RenewalIntent("stop-nobody", "AG-999999", "stop", 1))
        assert (answer.outcome, answer.code) == (Outcome.DECLINED, "no_such_agreement")

    def test_look_up_of_nothing(self, world: SellingWorld) -> None:
        """What was never told is conclusively not found."""
        answer = _seller(world).find_instruction(key="stop-never", agreement="AG-000001")
        assert (answer.outcome, answer.not_found) == (Outcome.UNKNOWN, True)

    def test_while_down_nothing_is_concluded(self, world: SellingWorld) -> None:
        """When it can not be reached, what was told is unknown, never not found; its statement raises."""
        agreement, _ = world.agreed()
        world.pull_the_plug()
        try:
            told = _seller(world).instruct(RenewalIntent(f"stop-{agreement}", agreement, "stop", 1))
            assert (told.outcome, told.not_found) == (Outcome.UNKNOWN, False)
            found = _seller(world).find_instruction(key=f"stop-{agreement}", agreement=agreement)
            assert (found.outcome, found.not_found) == (Outcome.UNKNOWN, False)
            with pytest.raises(GatewayUnavailableError):
                world.gateway.movements(after=None)
        finally:
            world.start_again()

    def test_a_dispute_is_reported_with_its_states(self, world: SellingWorld) -> None:
        """A dispute has a line for each state; the amount is positive in both directions."""
        _, order = world.agreed()
        before = newest_cursor(world)
        ref = world.disputed(order)
        lines = lines_of(world.gateway.movements(after=before), ref)
        assert [(x.dispute, x.charge_ref, x.amount) for x in lines] == [
            ("opened", order, PRICE),
            ("won", order, PRICE),
        ]
