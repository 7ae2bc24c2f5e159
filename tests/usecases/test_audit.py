"""The audit of a live database and of the gateway's statement: clean after journeys, and it names what is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Thread

import psycopg
import pytest

from goodterms import wiring
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.gateways.protocol import GatewayUnavailableError, Movement
from goodterms.storage.audit import statement
from goodterms.storage.audit.results import last_result
from goodterms.storage.audit.snapshot import ask_rule, parameters, snapshot
from goodterms.storage.models import ChargeRow, FenceRow, MessageRow, RefundRow
from goodterms.usecases import cancel, fence, review
from goodterms.usecases.audit.keep import audit_and_keep
from goodterms.usecases.audit.run import Report, audit, line_of
from tests.support.worlds import Sale, Sandbox
from tests.usecases.doctored_statements import DOCTORINGS, Doctored, Doctoring, paid, without_a_charge

AGENT = Actor("agent", "sam@desk.example")


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


@pytest.mark.parametrize("case", DOCTORINGS, ids=lambda case: f"{case.number}-{case.name}")
def test_what_the_statement_says_otherwise_is_named(shop: Sandbox, case: Doctoring) -> None:
    """Money at the gateway that we do not know, and money that we hold for paid and the gateway does not."""
    assert numbers(ask(shop, case.change)) == {case.number, *case.also}
    lines = case.change(shop.world.gateways["bank"].movements(after=None))
    with snapshot(lambda: statement.take_lines(line_of("bank", one) for one in lines)):
        asked = parameters(shop.now)
        assert {rule.name for rule in statement.RULES if ask_rule(rule, asked)} == set(case.rules)


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
            return without_a_charge(lines)
        return [paid(lines)] if after == lines[-1].cursor else []


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


def test_a_gateway_that_is_not_set_where_money_was_moved_is_said(shop: Sandbox) -> None:
    """It could not be asked, so nothing is claimed of it; the worker's own result says so too."""
    ask(shop)
    bare = replace(shop.world, gateways={})
    report = audit_and_keep(bare, wiring.elapsed)
    assert report.violations == ()
    assert (report.unanswered, report.not_set) == (("bank",), ("bank",))
    assert not report.clean
    kept = last_result()
    assert kept is not None
    assert kept.unanswered == ["bank"]


def test_a_gateway_that_nothing_of_ours_is_at_need_not_be_set(sandbox: Sandbox) -> None:
    """Without any money there is nothing to compare."""
    sandbox.plan()
    sandbox.customer()
    assert audit(replace(sandbox.world, gateways={}), wiring.elapsed).clean


def test_a_database_in_another_place_is_named_until_it_is_held_back(sandbox: Sandbox) -> None:
    """Copied into another cluster and not looked at yet, it could send anything (48); with the fence up it can not."""
    sandbox.sell(months=12)
    assert fence.check(sandbox.world) is None
    assert ask(sandbox).violations == ()
    FenceRow.objects.update(system_identifier="7000000000000000000")
    assert numbers(ask(sandbox)) == {48}
    assert fence.check(sandbox.world) is not None
    assert ask(sandbox).violations == ()


def _deadlock(places: tuple[str, str]) -> None:
    """Two sessions want the rows of two plans in opposite order, and the server ends one of them."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as one, psycopg.connect(os.environ["DATABASE_URL"]) as other:
        lock = "SELECT FROM plans WHERE code = %s FOR UPDATE"
        for session, code in ((one, places[0]), (other, places[1])):
            session.execute(lock, [code])
        waiting = Thread(target=_until_it_is_ended, args=(one, lock, places[1]))
        waiting.start()
        _until_it_is_ended(other, lock, places[0])
        waiting.join()


def _until_it_is_ended(session: psycopg.Connection[object], lock: str, code: str) -> None:
    with suppress(psycopg.errors.DeadlockDetected):
        session.execute(lock, [code])  # type: ignore[call-overload]
    session.rollback()


def test_a_deadlock_is_named_once(sandbox: Sandbox) -> None:
    """What the server has counted since the last audit; the next one begins from there (50)."""
    for code in ("shield-month", "shield-year"):
        sandbox.plan(code, 995, months=1)
    assert audit_and_keep(sandbox.world, wiring.elapsed).violations == ()
    _deadlock(("shield-month", "shield-year"))
    (found,) = audit_and_keep(sandbox.world, wiring.elapsed).violations
    assert found.invariant == 50
    assert found.detail.startswith("1 deadlocks since the audit of ")
    assert audit_and_keep(sandbox.world, wiring.elapsed).violations == ()


def test_what_does_not_follow_from_the_facts_is_named(shop: Sandbox, pg_owner: psycopg.Connection[object]) -> None:
    """A value that no assertion compares is found by folding the journals (51)."""
    assert ask(shop).clean
    pg_owner.execute("UPDATE cancellations SET channel = 'account'")
    assert audit(shop.world, wiring.elapsed, journals=0).violations == ()
    found = audit(shop.world, wiring.elapsed).violations
    assert {one.invariant for one in found} == {51}
    assert "channel" in found[0].detail
