"""A gateway that hangs slows its own customers only, and nothing is lost when it comes back."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections

from goodterms.domain.public_id import CHARGE, decode
from goodterms.domain.subscription import Subscription
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.process import BankProcess, start_bank
from goodterms.gateways.gate import PROBE, RESTS, Gate
from goodterms.storage.models import ChargeRow, MessageRow, PaidTermRow
from goodterms.usecases.lanes import Lane, Seats, keep_working
from goodterms.usecases.renew import renew_and_charge
from goodterms.usecases.run_due import RENEWALS, kinds_of_work, run_due, run_until_idle
from goodterms.usecases.world import World
from tests.support.bulk import due_renewals
from tests.support.worlds import Sandbox


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


class Pair:
    """Two banks and a world that uses both; the second can be stopped in its tracks."""

    def __init__(self, sandbox: Sandbox, other: BankProcess) -> None:
        self.sandbox, self.other = sandbox, other
        self.seconds = 0
        self.gate = Gate(8, elapsed=lambda: self.seconds)
        self.slow = Bank(other.url, other.key, timeout=1, gate=self.gate)
        self.world: World = replace(
            sandbox.world, gateways={"bank": sandbox.world.gateways["bank"], "other": self.slow}
        )

    def hang(self) -> None:
        """It takes connections and says nothing."""
        os.kill(self.other.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers again, also what it was asked meanwhile."""
        os.kill(self.other.pid, signal.SIGCONT)

    def due(self, count: int) -> list[Subscription]:
        """Renewals that are due, every second one at the other bank."""
        return due_renewals([self.sandbox.now] * count, ["pm_ok"] * count, ("bank", "other"))

    def renewed(self, gateway: str) -> int:
        """How many subscriptions of a gateway have their second term."""
        ids = ChargeRow.objects.filter(gateway=gateway).values_list("subscription_id", flat=True)
        return PaidTermRow.objects.filter(number=2, subscription_id__in=list(ids)).count()

    def charged(self, name: str) -> Counter[Any]:
        """How often each charge stands in a bank's books."""
        lines = self.world.gateways[name].movements(after=None, limit=10_000)
        return Counter(decode(CHARGE, str(line.reference))[1] for line in lines)


@pytest.fixture
def pair(sandbox: Sandbox) -> Iterator[Pair]:
    """The sandbox with a second bank."""
    with (
        tempfile.TemporaryDirectory(prefix="gt-bank-", ignore_cleanup_errors=True) as place,
        start_bank(Path(place) / "bank") as other,
    ):
        made = Pair(sandbox, other)
        yield made
        made.go_on()


def open_charges(**conditions: Any) -> int:
    return ChargeRow.objects.filter(state__in=["intended", "unknown"], **conditions).count()


@pytest.mark.requirement("R1")
def test_a_hanging_gateway_slows_only_its_own(pair: Pair) -> None:
    """The others' renewals all go through while it hangs; then it is tried by a few, and each is charged once."""
    pair.due(240)
    pair.hang()
    began = time.monotonic()
    while renew_and_charge(pair.world, 60):
        pass
    assert time.monotonic() - began < 20
    assert (pair.renewed("bank"), pair.renewed("other")) == (120, 0)
    assert pair.gate.resting
    unknown = open_charges(gateway="other", state="unknown")
    assert 0 < unknown <= 24, "a few had to hang to show it"
    assert open_charges(gateway="other", sent_at=None, check_at=pair.sandbox.now) == 120 - unknown

    assert run_due(pair.world)["charges"] == 0, "it rests, its charges are left alone"
    pair.seconds += RESTS[0]
    assert run_due(pair.world)["charges"] == PROBE, "a few try it"
    assert pair.gate.room(100) == 0
    assert open_charges(gateway="other") == 120

    pair.go_on()
    pair.seconds += RESTS[1]
    run_until_idle(pair.world)
    assert pair.gate.well
    pair.sandbox.advance(hours=1)  # what hung is looked up
    run_until_idle(pair.world)
    assert (pair.renewed("bank"), pair.renewed("other")) == (120, 120)
    assert open_charges() == 0
    for name in ("bank", "other"):
        assert len(pair.charged(name)) == 120
        assert set(pair.charged(name).values()) == {1}


@pytest.mark.requirement("R1")
def test_all_lanes_at_once_beside_a_hanging_gateway(pair: Pair) -> None:
    """Four hands and every other lane: the healthy gateway's customers are renewed and told while the other hangs."""
    pair.due(240)
    pair.hang()
    stop = Event()
    kinds = kinds_of_work(pair.world, seats=Seats(2))
    lanes = [Lane(kind.name, kind.do, 0.05) for kind in kinds for _ in range(4 if kind.name == RENEWALS else 1)]
    worker = Thread(target=keep_working, args=(lanes, stop))
    worker.start()
    try:
        _until(lambda: pair.renewed("bank") == 120, 25)
        _until(lambda: MessageRow.objects.filter(sent_at__isnull=False).count() == 120, 25)
        assert pair.renewed("other") == 0
        _until(lambda: pair.gate.resting)
        pair.go_on()
        pair.seconds += RESTS[0]
        _until(lambda: pair.gate.well)
        _until(lambda: open_charges(gateway="other", state="intended") == 0, 25)
        pair.sandbox.advance(hours=1)  # what hung is looked up
        _until(lambda: pair.renewed("other") == 120, 25)
        _until(lambda: MessageRow.objects.filter(sent_at__isnull=False).count() == 240, 25)
    finally:
        stop.set()
        worker.join()
    assert open_charges() == 0
    for name in ("bank", "other"):
        assert len(pair.charged(name)) == 120
        assert set(pair.charged(name).values()) == {1}


def test_slow_gateways_never_have_all_hands(pair: Pair) -> None:
    """While a hand waits for a gateway, the others go on with the rest and leave its charges to be collected."""
    pair.due(120)
    pair.hang()
    seats, done = Seats(1), Event()
    slow = replace(pair.world, gateways={**pair.world.gateways, "other": Bank(pair.other.url, pair.other.key)})

    def wait() -> None:
        try:
            renew_and_charge(slow, 20, seats)
        finally:
            connections.close_all()
            done.set()

    hand = Thread(target=wait)
    hand.start()
    _until(lambda: not seats.free("other") and pair.renewed("bank") == 10)
    while renew_and_charge(slow, 20, seats):
        pass
    assert not done.is_set(), "the first hand still waits"
    assert pair.renewed("bank") == 60
    assert open_charges(gateway="other", sent_at__isnull=False) == 10
    assert open_charges(gateway="other", sent_at=None) == 50
    pair.go_on()
    hand.join()
    run_until_idle(pair.world)
    assert pair.renewed("other") == 60
    assert set(pair.charged("other").values()) == {1}


class _Late(Seats):
    """Seats of which another hand takes the last between the look and the sending."""

    def free(self, _gateway: str) -> bool:
        """It looked so."""
        return True


def test_no_seat_left_at_the_last_moment(pair: Pair) -> None:
    """A hand that finds the seats taken when it comes to send does not wait: its charges are unsent and due."""
    pair.due(20)
    seats = _Late(1)
    with seats.seat("other"):
        assert renew_and_charge(pair.world, 100, seats) == 20
    assert (pair.renewed("bank"), pair.renewed("other")) == (10, 0)
    assert open_charges(sent_at=None, check_at=pair.sandbox.now) == 10
    assert pair.charged("other") == Counter()


def test_charges_that_were_not_begun_are_due_again_at_once(pair: Pair) -> None:
    """With the lease nearly over nothing is sent: intended, not sent, due now; the next collection sends them."""
    subscriptions = pair.due(6)
    assert pair.world.held() is None  # known for a minute
    late = iter([timedelta(0), timedelta(0), timedelta(minutes=4, seconds=1)])

    def now() -> Any:  # four minutes pass between the commit of the intents and the call
        return pair.sandbox.now + next(late, timedelta(minutes=4, seconds=2))

    assert renew_and_charge(replace(pair.world, now=now), 100) == 6
    assert pair.charged("bank") == Counter()
    assert open_charges(sent_at=None, state="intended") == len(subscriptions)
    pair.sandbox.advance(hours=1)
    run_until_idle(pair.world)
    assert (pair.renewed("bank"), pair.renewed("other")) == (3, 3)
    assert set((pair.charged("bank") + pair.charged("other")).values()) == {1}


def test_charges_of_one_gateway_cost_the_others_nothing(sandbox: Sandbox) -> None:
    """Whatever one gateway has waiting, the claim for another reads its own part of the index only."""
    due_renewals([sandbox.now] * 400, ["pm_ok"] * 400, ("bank", "other"))
    while renew_and_charge(replace(sandbox.world, gateways={}), 500):
        pass
    with connection.cursor() as cursor:
        cursor.execute("UPDATE charges SET gateway = 'other' WHERE state = 'intended' AND attempt = 1")
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) SELECT bucket, id, subscription_id, sent_at IS NOT NULL "
            "FROM charges WHERE gateway = %s AND check_at <= %s AND state IN ('intended', 'unknown') "
            "ORDER BY check_at LIMIT 200 FOR UPDATE SKIP LOCKED",
            ["bank", sandbox.now],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "charges_due" in plan
    assert "Sort" not in plan
    assert "Rows Removed by Filter" not in plan


def _until(true: Any, seconds: int = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)
