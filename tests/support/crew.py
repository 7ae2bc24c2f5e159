"""Real workers beside a real bank, as an operator starts them, and whether all books agree after what they did."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from goodterms.domain.public_id import CHARGE, decode
from goodterms.domain.subscription import Subscription
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.process import BankProcess
from goodterms.gateways.protocol import Movement
from goodterms.storage.clock import advance
from goodterms.storage.models import (
    ChargeRow,
    MessageRow,
    OrderRow,
    PaidTermRow,
    PostingRow,
    SubscriptionRow,
)

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


def all_books_agree(bank: BankProcess, subscriptions: list[Subscription]) -> None:
    """The bank's statement, our charges, orders, terms and ledger, and the letters say the same of every renewal."""
    count = len(subscriptions)
    price = {s.id: s.price.minor for s in subscriptions}
    lines = statement(bank)
    charged = Counter(decode(CHARGE, str(line.reference))[1] for line in lines)
    assert {line.kind for line in lines} == {"charge"}
    assert set(charged.values()) == {1}, "charged twice"
    charges = {row.id: row for row in ChargeRow.objects.filter(term_number=2)}
    assert len(charges) == count
    assert charged.keys() == charges.keys()
    assert {row.state for row in charges.values()} == {"succeeded"}
    assert {(str(line.gateway_ref), line.amount.minor) for line in lines} == {
        (str(row.gateway_ref), price[row.subscription_id]) for row in charges.values()
    }
    orders = {row.subscription_id: row for row in OrderRow.objects.filter(term_number=2)}
    assert len(orders) == count == OrderRow.objects.count() - count
    assert all(charges[row.charge_id].gateway_ref == row.gateway_ref for row in orders.values())
    assert all(row.amount_minor == price[row.subscription_id] for row in orders.values())
    terms = {(row.subscription_id, row.number): row for row in PaidTermRow.objects.all()}
    assert len(terms) == 2 * count
    assert all(terms[s.id, 2].starts_at == terms[s.id, 1].ends_at for s in subscriptions)
    paid_through = dict(SubscriptionRow.objects.values_list("id", "paid_through"))
    assert all(paid_through[s.id] == terms[s.id, 2].ends_at for s in subscriptions)
    booked: Counter[Any] = Counter()
    for row in PostingRow.objects.filter(debit="cash"):
        booked[row.order_id] += row.amount_minor
    assert all(booked[orders[s.id].id] == price[s.id] for s in subscriptions)
    assert sum(booked.values()) == 2 * sum(price.values())
    assert sum(line.amount.minor for line in lines) == sum(price.values())
    letters = MessageRow.objects.filter(kind="receipt")
    assert letters.count() == count
    assert not letters.filter(sent_at=None).exists()


def totals(worker: subprocess.Popen[bytes]) -> dict[str, int]:
    """What a worker that has ended says it worked on."""
    assert worker.stdout is not None
    said = worker.stdout.read().decode().strip().splitlines()[-2:]
    return {name: int(count) for line in said for name, count in (part.split(": ") for part in line.split(", "))}


def until_idle() -> None:
    """Let time pass until nothing is due any more, leases and look-ups included."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if not _waiting():
            return
        time.sleep(1)
        if not _moving():
            advance(600)
    pytest.fail(f"still waiting after two minutes: {_waiting()}")


def _moving() -> bool:
    """Whether letters went out or charges were settled within the last second."""
    before = _waiting()
    time.sleep(0.5)
    return before != _waiting()


def _waiting() -> dict[str, int]:
    found = {
        "charges": ChargeRow.objects.filter(state__in=["intended", "unknown"]).count(),
        "mails": MessageRow.objects.filter(sent_at=None).count(),
        "renewals": SubscriptionRow.objects.count() - PaidTermRow.objects.filter(number=2).count(),
    }
    connection.close()  # the next look is a new one
    return {name: count for name, count in found.items() if count}
