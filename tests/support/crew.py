"""Real workers beside a real bank, as an operator starts them, and whether all books agree after what they did."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from goodterms.domain.public_id import CHARGE, decode
from goodterms.domain.subscription import Subscription
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.process import BankProcess
from goodterms.gateways.protocol import Movement
from goodterms.storage.clock import advance
from goodterms.storage.load import load_subscriptions
from goodterms.storage.models import (
    ChargeRow,
    FactRow,
    MessageRow,
    OrderRow,
    PaidTermRow,
    PostingRow,
    SubscriptionRow,
)
from tests.support.fold import fold, state_of

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


class Crew:
    """Workers as an operator would start them, sharing a database, a bank and a clock."""

    def __init__(self, bank: BankProcess, place: Path) -> None:
        self.place = place
        self.environment = {
            **os.environ, "GOODTERMS_DEMO": "1", "GOODTERMS_BANK_URL": bank.url,
            "GOODTERMS_BANK_KEY": bank.key, "GOODTERMS_SMTP_URL": "",
        }  # fmt: skip
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """One more worker; it works when it has said so."""
        data = self.place / f"worker-{len(self.workers)}"  # machines of their own: no file is shared
        data.mkdir()
        with (self.place / "workers.log").open("ab") as log:
            worker = subprocess.Popen(
                [PROGRAM, "worker", *options], env={**self.environment, "GOODTERMS_DATA": str(data)},
                stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        self.workers.append(worker)
        return worker

    def ready(self, worker: subprocess.Popen[bytes]) -> None:
        """Wait until it works."""
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"The worker is ready.\n", self.log()

    def log(self) -> str:
        """What all workers complained of."""
        return (self.place / "workers.log").read_text()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
            if worker.stdout:
                worker.stdout.close()


def statement(bank: BankProcess) -> list[Movement]:
    """Every line of the bank's books."""
    gateway, lines = Bank(bank.url, bank.key), []
    while page := gateway.movements(after=lines[-1].cursor if lines else None, limit=1000):
        lines += page
    return lines


def all_books_agree(
    bank: BankProcess, subscriptions: list[Subscription], declined: Collection[UUID] = frozenset()
) -> None:
    """The bank's statement, our charges, orders, terms and ledger, and the letters say the same of every renewal.

    `declined` are the subscriptions whose card says no: they have a charge that was declined once, and nothing else.
    """
    paid = [s for s in subscriptions if s.id not in declined]
    price = {s.id: s.price.minor for s in subscriptions}
    lines = statement(bank)
    charged = Counter(decode(CHARGE, str(line.reference))[1] for line in lines)
    assert {line.kind for line in lines} == {"charge"}
    assert set(charged.values()) == {1}, "charged twice"
    every = list(ChargeRow.objects.filter(term_number=2))
    assert len(every) == len(subscriptions)
    assert {row.subscription_id for row in every if row.state == "declined"} == set(declined)
    charges = {row.id: row for row in every if row.state == "succeeded"}
    assert len(charges) == len(paid)
    assert charged.keys() == charges.keys()
    assert {(str(line.gateway_ref), line.amount.minor) for line in lines} == {
        (str(row.gateway_ref), price[row.subscription_id]) for row in charges.values()
    }
    orders = {row.subscription_id: row for row in OrderRow.objects.filter(term_number=2)}
    assert len(orders) == len(paid) == OrderRow.objects.count() - len(subscriptions)
    assert all(charges[row.charge_id].gateway_ref == row.gateway_ref for row in orders.values())
    assert all(row.amount_minor == price[row.subscription_id] for row in orders.values())
    terms = {(row.subscription_id, row.number): row for row in PaidTermRow.objects.all()}
    assert len(terms) == len(subscriptions) + len(paid)
    assert all(terms[s.id, 2].starts_at == terms[s.id, 1].ends_at for s in paid)
    paid_through = dict(SubscriptionRow.objects.values_list("id", "paid_through"))
    assert all(paid_through[s.id] == terms[s.id, 1 if s.id in declined else 2].ends_at for s in subscriptions)
    booked: Counter[Any] = Counter()
    for row in PostingRow.objects.filter(debit="cash"):
        booked[row.order_id] += row.amount_minor
    assert all(booked[orders[s.id].id] == price[s.id] for s in paid)
    assert sum(booked.values()) == sum(price.values()) + sum(price[s.id] for s in paid)
    assert sum(line.amount.minor for line in lines) == sum(price[s.id] for s in paid)
    letters = Counter(MessageRow.objects.values_list("kind", flat=True))
    assert (letters["receipt"], letters["charge_failed"]) == (len(paid), len(declined))
    assert not MessageRow.objects.filter(sent_at=None).exists()


def facts_agree(subscriptions: list[Subscription]) -> None:
    """The facts of every subscription add up to its state."""
    at = datetime.now(UTC)
    for start in range(0, len(subscriptions), 500):
        part = [(s.bucket, s.id) for s in subscriptions[start : start + 500]]
        facts: dict[UUID, list[FactRow]] = defaultdict(list)
        for fact in FactRow.objects.filter(stream__in=[id for _, id in part]).order_by("stream", "seq"):
            facts[fact.stream].append(fact)
        for now in load_subscriptions(part, at=at, lock=False):
            assert fold(facts[now.id]) == state_of(now)


def totals(worker: subprocess.Popen[bytes]) -> dict[str, int]:
    """What a worker that has ended says it worked on."""
    assert worker.stdout is not None
    said = worker.stdout.read().decode().strip().splitlines()[-2:]
    return {name: int(count) for line in said for name, count in (part.split(": ") for part in line.split(", "))}


def until_idle(seconds: int = 120) -> None:
    """Let time pass until nothing is due any more, leases and look-ups included."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _waiting():
            return
        time.sleep(1)
        if not _moving():
            advance(600)
    pytest.fail(f"still waiting after {seconds} seconds: {_waiting()}")


def _moving(seconds: int = 5) -> bool:
    """Whether letters go out or charges are settled within some seconds.

    A batch whose charges are at the bank shows nothing until it is recorded, on a busy machine for seconds: if the
    clock were moved past its lease meanwhile, its charges would rightly be looked up.
    """
    before, ends = _waiting(), time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(0.5)
        if before != _waiting():
            return True
    return False


def _waiting() -> dict[str, int]:
    found = {
        "charges": ChargeRow.objects.filter(state__in=["intended", "unknown"]).count(),
        "mails": MessageRow.objects.filter(sent_at=None).count(),
        "renewals": SubscriptionRow.objects.count() - ChargeRow.objects.filter(term_number=2).count(),
    }
    connection.close()  # the next look is a new one
    return {name: count for name, count in found.items() if count}
