"""The contract of every gateway: charges, keys, the network and load (refunds: `contract_refunds`).

Subclass the classes here and give them a `world` fixture; `test_bank_contract` shows how.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from goodterms.domain.money import Money
from goodterms.gateways.protocol import (
    NOT_SENT,
    Answer,
    ChargeIntent,
    GatewayUnavailableError,
    Outcome,
    RefundIntent,
)
from tests.gateways.contract_world import (
    PRICE,
    CardKind,
    World,
    charge_intent,
    charged,
    newest_cursor,
    refund_intent,
)


class GatewayContract:
    """What every gateway does. Take it over by inheritance."""

    # --- charges -----------------------------------------------------------------------------

    def test_charge_succeeds(self, world: World) -> None:
        """A good card is charged: the answer names the charge, its amount and the gateway's instant."""
        intent = charge_intent(world.card("ok"))
        answer = world.gateway.charge(intent)
        assert answer.outcome is Outcome.SUCCEEDED
        assert answer.gateway_ref
        assert answer.amount == PRICE
        assert answer.code is None
        assert answer.at is not None
        assert abs(answer.at - world.now()) < timedelta(minutes=1)
        assert world.charges_with(intent.reference) == 1

    @pytest.mark.parametrize(
        ("kind", "code", "retryable"),
        [
            ("declined", "card_declined", True),
            ("poor_once", "insufficient_funds", True),
            ("expired", "expired_card", False),
            ("lost", "lost_card", False),
            ("missing", "no_such_payment_method", False),
        ],
    )
    def test_decline_names_its_code(self, world: World, kind: CardKind, code: str, retryable: bool) -> None:
        """A card that says no is a decline with a known code, and says whether to try it again."""
        answer = world.gateway.charge(charge_intent(world.card(kind)))
        assert (answer.outcome, answer.code, answer.retryable) == (Outcome.DECLINED, code, retryable)

    def test_poor_card_recovers(self, world: World) -> None:
        """A card without funds can be charged later, under the key of another attempt."""
        card = world.card("poor_once")
        first, second = charge_intent(card), charge_intent(card)
        assert world.gateway.charge(first).outcome is Outcome.DECLINED
        assert world.gateway.charge(second).outcome is Outcome.SUCCEEDED

    def test_declined_charge_is_found_as_declined(self, world: World) -> None:
        """A look-up of a declined charge says declined, not unknown and not missing."""
        intent = charge_intent(world.card("expired"))
        world.gateway.charge(intent)
        answer = world.gateway.find_charge(key=intent.key, reference=intent.reference)
        assert (answer.outcome, answer.code, answer.retryable) == (Outcome.DECLINED, "expired_card", False)
        assert not answer.not_found

    def test_undocumented_code_is_unknown(self, world: World) -> None:
        """A decline code outside of the table is not taken for a decline, asked or looked up."""
        intent = charge_intent(world.card("undocumented"))
        assert world.gateway.charge(intent).outcome is Outcome.UNKNOWN
        found = world.gateway.find_charge(key=intent.key, reference=intent.reference)
        assert found.outcome is Outcome.UNKNOWN
        assert not found.not_found

    # --- keys --------------------------------------------------------------------------------

    def test_same_key_gives_the_same_charge(self, world: World) -> None:
        """The same intent again gives the same charge, and there is one at the gateway."""
        intent = charge_intent(world.card("ok"))
        first, second = world.gateway.charge(intent), world.gateway.charge(intent)
        assert first.outcome is Outcome.SUCCEEDED
        assert second == first
        assert world.charges_with(intent.reference) == 1

    def test_same_key_at_the_same_time(self, world: World) -> None:
        """Twenty copies of an intent at once make one charge; each copy hears of it or of nothing certain."""
        intent = charge_intent(world.card("ok"))
        answers = world.gateway.charge_many([intent] * 20)
        refs = {answer.gateway_ref for answer in answers if answer.outcome is Outcome.SUCCEEDED}
        assert len(refs) == 1
        assert {answer.outcome for answer in answers} <= {Outcome.SUCCEEDED, Outcome.UNKNOWN}
        assert world.charges_with(intent.reference) == 1

    def test_same_key_with_another_amount_is_not_charged(self, world: World) -> None:
        """A key used for another amount moves nothing, and is unknown: something did happen under that key."""
        intent = charge_intent(world.card("ok"))
        world.gateway.charge(intent)
        changed = ChargeIntent(
            intent.key, intent.reference, Money(1, "AUD"), intent.payment_method, intent.description
        )
        answer = world.gateway.charge(changed)
        assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "key_reused")
        assert world.charges_with(intent.reference) == 1

    def test_expired_key_is_found_by_reference(self, world: World) -> None:
        """After the life of the key the charge is still found, by our reference."""
        intent = charge_intent(world.card("ok"))
        made = world.gateway.charge(intent)
        world.advance(world.gateway.abilities.key_lifetime + timedelta(hours=1))
        found = world.gateway.find_charge(key=intent.key, reference=intent.reference)
        assert (found.outcome, found.gateway_ref) == (Outcome.SUCCEEDED, made.gateway_ref)

    def test_success_counts_among_charges_of_one_reference(self, world: World) -> None:
        """Of several charges under one reference, the one that took the money is found, not the latest."""
        paid = charge_intent(world.card("ok"))
        made = world.gateway.charge(paid)
        declined = replace(paid, key=f"{paid.key}-again", payment_method=world.card("declined"))
        assert world.gateway.charge(declined).outcome is Outcome.DECLINED
        found = world.gateway.find_charge(key=f"{paid.key}-lost", reference=paid.reference)
        assert (found.outcome, found.gateway_ref) == (Outcome.SUCCEEDED, made.gateway_ref)

    @pytest.mark.parametrize("key", ["", "  "])
    def test_empty_key_is_refused(self, world: World, key: str) -> None:
        """Nothing is ever sent or looked up without a key."""
        gateway, card = world.gateway, world.card("ok")
        with pytest.raises(ValueError, match="key"):
            gateway.charge(ChargeIntent(key, "our-keyless", PRICE, card, "x"))
        with pytest.raises(ValueError, match="key"):
            gateway.charge_many([charge_intent(card), ChargeIntent(key, "our-keyless", PRICE, card, "x")])
        with pytest.raises(ValueError, match="key"):
            gateway.refund(RefundIntent(key, "our-keyless", "ch_1", PRICE))
        with pytest.raises(ValueError, match="key"):
            gateway.find_charge(key=key, reference="our-keyless")
        with pytest.raises(ValueError, match="key"):
            gateway.find_refund(key=key, reference="our-keyless")
        assert world.charges_with("our-keyless") == 0

    # --- the network -------------------------------------------------------------------------

    def test_lost_answer_is_unknown_then_found(self, world: World) -> None:
        """The money moved and the answer is lost: unknown, and found by key afterwards."""
        intent = charge_intent(world.card("ok"))
        world.lose_next_answer()
        answer = world.gateway.charge(intent)
        assert (answer.outcome, answer.not_found) == (Outcome.UNKNOWN, False)
        found = world.gateway.find_charge(key=intent.key, reference=intent.reference)
        assert (found.outcome, found.amount) == (Outcome.SUCCEEDED, PRICE)
        assert world.gateway.charge(intent).gateway_ref == found.gateway_ref
        assert world.charges_with(intent.reference) == 1

    def test_error_after_acting_is_unknown_then_found(self, world: World) -> None:
        """The money moved and the answer is a 500: unknown, and found by a look-up although the 500 stays."""
        intent = charge_intent(world.card("ok"))
        world.fail_after_next()
        assert world.gateway.charge(intent).outcome is Outcome.UNKNOWN
        found = world.gateway.find_charge(key=intent.key, reference=intent.reference)
        assert found.outcome is Outcome.SUCCEEDED
        world.gateway.charge(intent)
        assert world.charges_with(intent.reference) == 1

    def test_lost_request_is_unknown_then_conclusively_absent(self, world: World) -> None:
        """The request never arrived: unknown, then not found, and the same key may be sent again."""
        intent = charge_intent(world.card("ok"))
        world.lose_next_request()
        assert world.gateway.charge(intent).outcome is Outcome.UNKNOWN
        found = world.gateway.find_charge(key=intent.key, reference=intent.reference)
        assert (found.outcome, found.not_found) == (Outcome.UNKNOWN, True)
        assert world.charges_with(intent.reference) == 0
        assert world.gateway.charge(intent).outcome is Outcome.SUCCEEDED

    def test_lost_refund_answer_is_unknown_then_found(self, world: World) -> None:
        """A refund whose answer is lost is found by its key, and not made twice."""
        refund = refund_intent(charged(world))
        world.lose_next_answer()
        assert world.gateway.refund(refund).outcome is Outcome.UNKNOWN
        found = world.gateway.find_refund(key=refund.key, reference=refund.reference)
        assert (found.outcome, found.amount) == (Outcome.PENDING, PRICE)
        assert world.gateway.refund(refund).gateway_ref == found.gateway_ref

    def test_look_up_of_nothing(self, world: World) -> None:
        """What was never sent is conclusively not found, and looking creates nothing."""
        found = world.gateway.find_charge(key="key-never", reference="our-never")
        assert (found.outcome, found.not_found) == (Outcome.UNKNOWN, True)
        assert world.gateway.find_refund(key="key-never", reference="our-never").not_found
        assert world.charges_with("our-never") == 0

    def test_look_up_while_down_concludes_nothing(self, world: World) -> None:
        """A gateway that is down is unknown, never not found; its statement raises instead of being empty."""
        intent = charge_intent(world.card("ok"))
        world.pull_the_plug()
        try:
            found = world.gateway.find_charge(key=intent.key, reference=intent.reference)
            assert (found.outcome, found.not_found) == (Outcome.UNKNOWN, False)
            assert world.gateway.charge(intent).outcome is Outcome.UNKNOWN
            with pytest.raises(GatewayUnavailableError):
                world.gateway.movements(after=None)
        finally:
            world.start_again()


class LoadContract:
    """What every gateway does under load and when it dies."""

    def test_many_keep_their_order(self, world: World) -> None:
        """Answers come in the order of the intents, good and bad mixed."""
        good, bad = world.card("ok"), world.card("declined")
        intents = [charge_intent(bad if n % 7 == 3 else good, amount=Money(100 + n, "AUD")) for n in range(300)]
        answers = world.gateway.charge_many(intents)
        assert [answer.amount for answer in answers] == [intent.amount for intent in intents]
        assert [n for n, one in enumerate(answers) if one.outcome is Outcome.DECLINED] == list(range(3, 300, 7))
        assert world.gateway.charge_many([]) == []

    def test_many_are_bounded(self, world: World) -> None:
        """Many charges go side by side, but never more at once than there are places."""
        world.slow_down(40)
        try:
            intents = [charge_intent(world.card("ok")) for _ in range(300)]
            assert all(answer.outcome is Outcome.SUCCEEDED for answer in world.gateway.charge_many(intents))
        finally:
            world.slow_down(0)
        assert 16 <= world.most_at_once() <= world.gateway.gate.pace.at_once

    def test_many_share_the_places(self, world: World) -> None:
        """Two threads that charge at the same time have the places of one gate between them."""
        world.slow_down(20)
        intents = [[charge_intent(world.card("ok")) for _ in range(150)] for _ in range(2)]
        threads = [threading.Thread(target=world.gateway.charge_many, args=(mine,)) for mine in intents]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            world.slow_down(0)
        assert world.most_at_once() <= world.gateway.gate.pace.at_once
        assert all(world.charges_with(intent.reference) == 1 for mine in intents for intent in mine[::10])

    def test_many_keep_the_rate(self, world: World) -> None:
        """With so many calls a second, one more than that takes a second; what would come too late is not sent."""
        pace, intents = world.gateway.gate.pace, [charge_intent(world.card("ok")) for _ in range(30)]
        pace.per_second = 50
        try:
            began = time.monotonic()
            answers = world.gateway.charge_many(intents[:26])
            assert time.monotonic() - began >= 0.5
            assert {one.outcome for one in answers} == {Outcome.SUCCEEDED}
            pace.per_second = 1
            late = world.gateway.charge_many(intents[26:], within=timedelta(milliseconds=500))
            assert late.count(NOT_SENT) >= 3
        finally:
            pace.per_second = None

    def test_what_does_not_begin_in_time_is_not_sent(self, world: World) -> None:
        """Calls that could only begin too late are answered as not sent, which is certain; all can be sent again."""
        world.slow_down(100)
        intents = [charge_intent(world.card("ok")) for _ in range(300)]
        try:
            answers = world.gateway.charge_many(intents, within=timedelta(milliseconds=150))
        finally:
            world.slow_down(0)
        sent = [n for n, one in enumerate(answers) if one.outcome is Outcome.SUCCEEDED]
        assert 0 < len(sent) < 300
        assert {one for n, one in enumerate(answers) if n not in sent} == {NOT_SENT}
        late = next(n for n in range(300) if n not in sent)
        assert world.charges_with(intents[late].reference) == 0
        assert all(one.outcome is Outcome.SUCCEEDED for one in world.gateway.charge_many(intents))

    def test_nothing_is_sent_when_the_time_is_over(self, world: World) -> None:
        """A batch that comes too late is not begun at all."""
        intents = [charge_intent(world.card("ok")) for _ in range(3)]
        assert world.gateway.charge_many(intents, within=timedelta(seconds=-1)) == [NOT_SENT] * 3
        assert [world.charges_with(intent.reference) for intent in intents] == [0, 0, 0]

    def test_a_dead_gateway_breaks_the_batch_off(self, world: World) -> None:
        """After a row of broken connections the rest of a batch is not sent; the gateway rests until it answers."""
        intents = [charge_intent(world.card("ok")) for _ in range(1000)]
        world.pull_the_plug()
        try:
            answers = world.gateway.charge_many(intents)
            assert world.gateway.gate.resting
            assert world.gateway.gate.room(500) == 0
        finally:
            world.start_again()
        assert sum(one == NOT_SENT for one in answers) >= 1000 - 3 * world.gateway.gate.pace.at_once
        assert {one.outcome for one in answers} == {Outcome.UNKNOWN}
        assert world.gateway.charge(intents[0]).outcome is Outcome.SUCCEEDED, "what people ask for is never kept back"
        assert world.gateway.gate.well

    def test_one_lost_answer_among_many(self, world: World) -> None:
        """One lost answer is one unknown; the others keep theirs."""
        intents = [charge_intent(world.card("ok")) for _ in range(100)]
        world.lose_next_answer()
        answers = world.gateway.charge_many(intents)
        (lost,) = [intent for intent, one in zip(intents, answers, strict=True) if one.outcome is Outcome.UNKNOWN]
        assert world.gateway.find_charge(key=lost.key, reference=lost.reference).outcome is Outcome.SUCCEEDED

    def test_killed_in_the_middle(self, world: World) -> None:
        """Killed under load and started again, it knows every charge it confirmed and makes none twice."""
        before = newest_cursor(world)
        intents = [charge_intent(world.card("ok")) for _ in range(3000)]
        answers: list[Answer] = []
        load = threading.Thread(target=lambda: answers.extend(world.gateway.charge_many(intents)))
        load.start()
        while load.is_alive() and len(world.gateway.movements(after=before, limit=400)) < 400:
            pass
        world.pull_the_plug()
        load.join()
        world.start_again()

        confirmed = [n for n, one in enumerate(answers) if one.outcome is Outcome.SUCCEEDED]
        assert 0 < len(confirmed) < len(intents), "the plug was pulled too early or too late"
        assert {one.outcome for one in answers} == {Outcome.SUCCEEDED, Outcome.UNKNOWN}
        kept = {line.reference: line.gateway_ref for line in world.gateway.movements(after=before, limit=10_000)}
        for n in confirmed:
            assert kept[intents[n].reference] == answers[n].gateway_ref
        again = world.gateway.charge_many(intents)
        assert {one.outcome for one in again} == {Outcome.SUCCEEDED}
        lines = world.gateway.movements(after=before, limit=10_000)
        assert sorted(line.reference or "" for line in lines) == sorted(intent.reference for intent in intents)
