"""Real workers, a real bank, real kills: each renewal is charged once, and all books agree afterwards."""

from __future__ import annotations

import random
import signal
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from goodterms.gateways.bank.process import BankProcess
from goodterms.storage.clock import advance
from goodterms.storage.models import ChargeRow
from tests.support.bulk import due_renewals, spread
from tests.support.crew import Crew, all_books_agree, statement, totals, until_idle

KILLS = 20


@pytest.mark.requirement("R1", "R2")
def test_two_workers_charge_each_of_a_thousand_once(crew: Crew, bank_process: BankProcess) -> None:
    """Two workers started together on a thousand due renewals charge each exactly once."""
    now = datetime.now(UTC).replace(microsecond=0)
    subscriptions = due_renewals([now + timedelta(minutes=5)] * 1000, ["pm_ok"] * 1000)
    pair = [crew.start("--poll-seconds", "0.05") for _ in range(2)]
    for worker in pair:
        crew.ready(worker)
    advance(600)
    until_idle()
    for worker in pair:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(10) for worker in pair] == [0, 0]
    done = [totals(worker) for worker in pair]
    assert all(sum(counts.values()) for counts in done), "one worker did nothing"
    assert sum(counts["renewals"] for counts in done) == 1000
    assert sum(counts["charges"] for counts in done) == 0, "a charge had to be found again"
    all_books_agree(bank_process, subscriptions)
    again = crew.start("--once")
    assert again.wait(60) == 0
    counts = totals(again)
    assert (counts["renewals"], counts["charges"], counts["mails"]) == (0, 0, 0)


@pytest.mark.requirement("R1")
def test_killed_workers_leave_nothing_wrong(crew: Crew, bank_process: BankProcess) -> None:
    """One of two workers is killed at a random moment, twenty times; the bank, the ledger and the terms agree."""
    chance = random.Random(17)
    headers = {"Authorization": f"Bearer {bank_process.key}"}
    httpx.post(f"{bank_process.url}/test/faults", json={"delay_ms": 40}, headers=headers).raise_for_status()
    apart = timedelta(minutes=10)  # longer than a lease, so that what a killed worker held is found again
    now = datetime.now(UTC).replace(microsecond=0)
    cards = [f"pm_answer_lost.{n}" if n % 10 == 3 else "pm_ok" for n in range(1000)]
    subscriptions = due_renewals(list(spread(now + apart / 2, KILLS, 1000 // KILLS, apart)), cards)
    pair = [crew.start("--poll-seconds", "0.1") for _ in range(2)]
    cut_off = 0
    for worker in pair:
        crew.ready(worker)
    for _ in range(KILLS):
        advance(int(apart.total_seconds()))
        time.sleep(chance.uniform(0, 0.5))
        victim = pair.pop(chance.randrange(2))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        cut_off += ChargeRow.objects.filter(state="intended", sent_at__isnull=False).count()
        pair.append(crew.start("--poll-seconds", "0.1"))
        crew.ready(pair[-1])
    assert cut_off, "no kill hit anything: the test proves nothing"
    until_idle()
    for worker in pair:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(10) for worker in pair] == [0, 0]
    assert "[error" not in crew.log()
    all_books_agree(bank_process, subscriptions)


def test_a_stopped_worker_ends_in_order(crew: Crew) -> None:
    """A worker that is asked to stop ends within ten seconds, though its bank hangs; by SIGINT too."""
    now = datetime.now(UTC).replace(microsecond=0)
    due_renewals([now - timedelta(hours=1)], ["pm_hangs"])
    for number in (signal.SIGTERM, signal.SIGINT):
        worker = crew.start("--poll-seconds", "0.1")
        crew.ready(worker)
        time.sleep(1)
        worker.send_signal(number)
        assert worker.wait(10) == 0


@pytest.mark.requirement("R1")
def test_a_stopped_worker_begins_no_call_any_more(crew: Crew, bank_process: BankProcess) -> None:
    """In the middle of a batch it finishes the calls under way, records them, and leaves the rest due and unsent."""
    headers = {"Authorization": f"Bearer {bank_process.key}"}
    httpx.post(f"{bank_process.url}/test/faults", json={"delay_ms": 200}, headers=headers).raise_for_status()
    crew.environment["GOODTERMS_BANK_AT_ONCE"] = "4"
    now = datetime.now(UTC).replace(microsecond=0)
    due_renewals([now - timedelta(hours=1)] * 400, ["pm_ok"] * 400)
    worker = crew.start()
    crew.ready(worker)
    deadline = time.monotonic() + 20
    while len(statement(bank_process)) < 20:
        assert time.monotonic() < deadline, crew.log()
        time.sleep(0.05)
    asked_at = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert time.monotonic() - asked_at < 6, "the batch would have taken half a minute"
    charged = len(statement(bank_process))
    assert ChargeRow.objects.filter(term_number=2, state="succeeded").count() == charged < 400
    assert not ChargeRow.objects.filter(state="intended", sent_at__isnull=False).exists()
    assert totals(worker)["renewed"] == charged
    assert "[error" not in crew.log()
