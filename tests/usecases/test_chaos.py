"""Everything goes wrong at once: cards decline, answers get lost, the bank hangs, workers are killed all the time."""

from __future__ import annotations

import random
import signal
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from goodterms.gateways.bank.process import BankProcess
from goodterms.storage.clock import advance
from goodterms.storage.models import ChargeRow, FactRow
from tests.support.bulk import due_renewals, spread
from tests.support.crew import Crew, all_books_agree, facts_agree, until_idle

#: Of a hundred cards: five say no, one loses the bank's answer, one makes the bank hang.
CARDS = {3: "pm_declined", 23: "pm_declined", 43: "pm_declined", 63: "pm_declined", 83: "pm_declined",
         7: "pm_answer_lost", 57: "pm_hangs"}  # fmt: skip
APART = timedelta(minutes=10)  # longer than a lease, so that what a killed worker held is found again


@dataclass(frozen=True)
class Size:
    """How much of it: so many renewals in so many groups, two kills in each; seconds of patience at the end."""

    renewals: int
    groups: int
    patience: int


class Victims:
    """Two workers, of which one or the other is killed and replaced."""

    def __init__(self, crew: Crew, seed: int) -> None:
        self._crew, self._chance = crew, random.Random(seed)
        self._pair = [crew.start("--poll-seconds", "0.1") for _ in range(2)]
        self.kills = self.cut_off = 0
        for worker in self._pair:
            crew.ready(worker)

    def kill_one(self) -> None:
        """After a moment, one of them is gone in the middle of whatever it does; another begins in its place."""
        sleep(self._chance.uniform(0, 1.5))
        victim = self._pair.pop(self._chance.randrange(2))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        self.kills += 1
        self.cut_off += ChargeRow.objects.filter(state="intended", sent_at__isnull=False).count()
        self._pair.append(self._crew.start("--poll-seconds", "0.1"))
        self._crew.ready(self._pair[-1])

    def end(self) -> list[int]:
        """Let both end in order; with which codes they did."""
        for worker in self._pair:
            worker.send_signal(signal.SIGTERM)
        return [worker.wait(15) for worker in self._pair]


@pytest.mark.requirement("R1", "R2")
@pytest.mark.parametrize(
    "size",
    [
        pytest.param(Size(500, 5, 180), id="hundreds"),
        pytest.param(Size(20_000, 25, 1500), id="twenty thousand", marks=pytest.mark.long),
    ],
)
def test_all_books_agree_after_chaos(
    crew: Crew, bank_process: BankProcess, size: Size, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """At the end the bank's books, ledger, terms and facts agree, nobody was charged twice; it says what it met."""
    headers = {"Authorization": f"Bearer {bank_process.key}"}
    httpx.post(f"{bank_process.url}/test/faults", json={"delay_ms": 40}, headers=headers).raise_for_status()
    crew.environment["GOODTERMS_BANK_TIMEOUT"] = "1"
    began, now = monotonic(), datetime.now(UTC).replace(microsecond=0)
    cards = [f"{CARDS.get(n % 100, 'pm_ok')}.{n}" for n in range(size.renewals)]
    subscriptions = due_renewals(
        list(spread(now + APART / 2, size.groups, size.renewals // size.groups, APART)), cards
    )
    declined = {s.id for s in subscriptions if str(s.payment_method).startswith("pm_declined")}
    workers = Victims(crew, seed=size.renewals)
    for _ in range(size.groups):
        advance(int(APART.total_seconds()))
        workers.kill_one()
        workers.kill_one()
    until_idle(size.patience)
    assert workers.end() == [0, 0]
    unknown = Counter(FactRow.objects.filter(name="charge.unknown").values_list("data__code", flat=True))
    met = {
        "renewals": size.renewals, "declines": FactRow.objects.filter(name="charge.declined").count(),
        "answers lost": unknown["connection_broken"], "time-outs": unknown["timeout"],
        "kills": workers.kills, "charges under way at a kill": workers.cut_off, "seconds": round(monotonic() - began),
    }  # fmt: skip
    record_property("met", met)
    with capsys.disabled():
        print("\nmet: " + ", ".join(f"{count} {what}" for what, count in met.items()))
    all_books_agree(bank_process, subscriptions, declined)
    facts_agree(subscriptions)
    assert met["declines"] == len(declined) == size.renewals // 20
    assert workers.cut_off, "no kill hit anything: the test proves nothing"
    assert unknown.total() > 0
    assert "row set aside" not in crew.log()
