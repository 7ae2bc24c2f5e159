"""The audit beside gateways whose statement does not reach back to the beginning: what it can not say is no alarm."""

from __future__ import annotations

from dataclasses import replace

from goodterms import wiring
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.gateways.protocol import Movement
from goodterms.storage.models import MessageRow
from goodterms.usecases import review
from goodterms.usecases.audit.run import Report, audit
from tests.support.worlds import Sandbox
from tests.usecases.doctored_statements import Doctored, without_a_charge


def ask(place: Sandbox) -> Report:
    """The audit, with no letter waiting: nobody delivers them here."""
    for row in MessageRow.objects.filter(sent_at=None):
        MessageRow.objects.filter(bucket=row.bucket, id=row.id).update(send_at=None, sent_at=row.at)
    return audit(place.world, wiring.elapsed)


def test_what_stripe_does_not_list_any_more(stripe_sandbox: Sandbox) -> None:
    """A charge of fifty days ago, paid back ten days ago: its event is gone, and that of the refund is still there."""
    place = stripe_sandbox
    sale = place.sell()
    place.live(20)
    request = sale.ask_refund()
    assert isinstance(review.approve(place.world, request.bucket, request.id, actor=Actor("agent", "sam")), Decision)
    place.live(25)
    lines = place.world.gateways["stripe"].movements(after=None)
    assert {line.kind for line in lines} == {"refund"}
    assert ask(place).violations == ()
    assert place.world.gateways["stripe"].abilities.statement_days == 30


def test_what_it_has_to_list_is_missed(stripe_sandbox: Sandbox) -> None:
    """A charge of this week that its statement does not name is an alarm as ever."""
    place = stripe_sandbox
    place.sell()
    place.live(6)
    assert ask(place).violations == ()

    def change(lines: list[Movement]) -> list[Movement]:
        return without_a_charge(lines)

    doctored = Doctored(place.world.gateways["stripe"], change)
    world = replace(place.world, gateways={"stripe": doctored})
    assert {one.invariant for one in audit(world, wiring.elapsed).violations} == {16}
