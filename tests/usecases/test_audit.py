"""The audit of a live database and of the gateway's statement: clean after journeys, and it names what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from goodterms import wiring
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.public_id import CHARGE, encode
from goodterms.gateways.protocol import Gateway, GatewayUnavailableError, Movement
from goodterms.storage.models import ChargeRow, MessageRow, RefundRow
from goodterms.usecases import cancel, review
from goodterms.usecases.audit.run import Report, audit
from tests.support.worlds import Sale, Sandbox

AGENT = Actor("agent", "sam@desk.example")


class Doctored:
    """The bank, with a statement that says something else."""

    def __init__(self, bank: Gateway, change: Callable[[list[Movement]], list[Movement]]) -> None:
        self._bank, self._change = bank, change

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The bank's statement in one answer, changed."""
        return self._change(self._bank.movements(after=None, limit=limit)) if after is None else []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bank, name)


def ask(sandbox: Sandbox, change: Callable[[list[Movement]], list[Movement]] | None = None) -> Report:
    """The audit, with no letter waiting: nobody delivers them here."""
    for row in MessageRow.objects.filter(sent_at=None):
        MessageRow.objects.filter(bucket=row.bucket, id=row.id).update(send_at=None, sent_at=row.at)
    world = sandbox.world
    if change is not None:
        world = replace(world, gateways={"bank": Doctored(world.gateways["bank"], change)})
    return audit(world, wiring.elapsed)


def numbers(report: Report) -> set[int]:
    """The invariants that are broken."""
    return {one.invariant for one in report.violations}


def refunded(sandbox: Sandbox, sale: Sale) -> None:
    """Asked for and approved."""
    request = sale.ask_refund()
    assert isinstance(review.approve(sandbox.world, request.bucket, request.id, actor=AGENT), Decision)


@pytest.fixture
def shop(sandbox: Sandbox) -> Sandbox:
    """Some weeks of a shop: renewed, canceled, declined, unsure, refunded with and without trouble."""
    cards = "ok refund_instant refund_rejected refund_fails refund_returned declined answer_lost request_lost".split()
    for number, card in enumerate(cards):
        buyer = sandbox.customer(f"c{number}@example.org", f"C {number}")
        sandbox.plan("shield-month", 995, months=1)
        if card == "declined":
            continue
        sale = sandbox.sell(buyer, "shield-month", f"pm_{card}", minor=995, months=1)
        if card.startswith("refund"):
            refunded(sandbox, sale)
    again = sandbox.sell(sandbox.customer("last@example.org"), "shield-month", minor=995, months=1)
    cancel.cancel(sandbox.world, again.bucket, again.subscription_id, actor=AGENT, channel="support")
    sandbox.live(40)
    return sandbox


def test_what_the_journeys_leave_is_clean(shop: Sandbox) -> None:
    """Nothing is found, and the gateway's statement was compared."""
    report = ask(shop)
    assert report.violations == ()
    assert report.clean
    assert report.lines >= 10
    assert {row.state for row in RefundRow.objects.all()} == {"succeeded", "failed"}


def _unknown_charge(lines: list[Movement]) -> list[Movement]:
    return [*lines, replace(_paid(lines), reference=encode(CHARGE, 7, uuid4()), gateway_ref="ch_other")]


def _paid(lines: list[Movement]) -> Movement:
    return next(one for one in lines if one.kind == "charge" and one.outcome == "succeeded")


def _without_a_charge(lines: list[Movement]) -> list[Movement]:
    return [one for one in lines if one is not _paid(lines)]


def _paid_twice(lines: list[Movement]) -> list[Movement]:
    return [*lines, replace(_paid(lines), gateway_ref="ch_again")]


def _back(lines: list[Movement]) -> Movement:
    return next(one for one in lines if one.kind == "refund" and one.outcome == "succeeded")


def _without_a_refund(lines: list[Movement]) -> list[Movement]:
    return [one for one in lines if one.gateway_ref != _back(lines).gateway_ref]


def _unknown_refund(lines: list[Movement]) -> list[Movement]:
    return [*lines, replace(_back(lines), reference=None, gateway_ref="re_other", charge_ref=_paid(lines).gateway_ref)]


def _another_amount(lines: list[Movement]) -> list[Movement]:
    paid = _paid(lines)
    return [replace(one, amount=Money(1, "AUD")) if one is paid else one for one in lines]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_unknown_charge, {15}),
        (_without_a_charge, {16}),
        (_paid_twice, {17}),
        (_without_a_refund, {24, 33}),
        (_unknown_refund, {25, 33}),
        (_another_amount, {15, 16, 33}),
    ],
)  # fmt: skip
def test_what_the_statement_says_otherwise_is_named(
    shop: Sandbox, change: Callable[[list[Movement]], list[Movement]], expected: set[int]
) -> None:
    """Money at the gateway that we do not know, and money that we hold for paid and the gateway does not."""
    assert numbers(ask(shop, change)) == expected


def test_a_charge_that_is_under_way_is_no_alarm(sandbox: Sandbox) -> None:
    """Paid at the gateway and not recorded yet: for an hour that may be, then it is named."""
    sandbox.sell(card="pm_answer_lost", months=1)
    assert ChargeRow.objects.get().state == "unknown"
    assert ask(sandbox).violations == ()
    sandbox.advance(hours=2)
    assert numbers(ask(sandbox)) == {15}
    sandbox.work()
    assert ask(sandbox).violations == ()


class Late(Doctored):
    """The bank, of which the statement names the first payment only when it is read on."""

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """First all but one, then that one."""
        lines = self._bank.movements(after=None, limit=limit)
        if after is None:
            return _without_a_charge(lines)
        return [_paid(lines)] if after == lines[-1].cursor else []


def test_what_was_paid_since_the_statement_was_read_is_no_alarm(shop: Sandbox) -> None:
    """A charge that succeeded between the statement and the snapshot is in the lines that come after."""
    bank = shop.world.gateways["bank"]
    assert ask(shop).clean
    world = replace(shop.world, gateways={"bank": Late(bank, list)})
    assert audit(world, wiring.elapsed).violations == ()


def test_a_gateway_that_does_not_answer_is_said(shop: Sandbox) -> None:
    """The rest is asked, and nothing is claimed of what was not."""

    def down(_lines: Sequence[Movement]) -> list[Movement]:
        raise GatewayUnavailableError

    report = ask(shop, down)
    assert report.violations == ()
    assert report.unanswered == ("bank",)
    assert not report.clean
