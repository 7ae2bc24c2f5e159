"""The built-in bank as a world of the gateway contract."""

from __future__ import annotations

import itertools
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from goodterms.domain.money import Money
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.process import start_bank
from goodterms.gateways.protocol import Gateway
from tests.gateways.contract_world import CardKind

MONDAY = "2026-03-02T10:00:00Z"
CHARGE = {
    "amount_minor": 5995,
    "currency": "AUD",
    "payment_method": "pm_ok",
    "reference": "our-1",
    "description": "Antivirus",
}
_CARDS: Mapping[CardKind, str] = {
    "ok": "pm_ok",
    "declined": "pm_declined",
    "poor_once": "pm_insufficient_funds_1",
    "expired": "pm_expired",
    "lost": "pm_lost",
    "undocumented": "pm_odd_code",
    "missing": "pm_nobody_has_this",
    "refund_fails": "pm_refund_fails",
    "refund_rejected": "pm_refund_rejected",
}
_numbers = itertools.count(1)


class BankWorld:
    """A running bank with a frozen clock, its adapter, and plain HTTP to its controls."""

    face = "goodterms.gateways.bank"

    def __init__(self, directory: Path, *, timeout: int = 10) -> None:
        self.directory = directory
        self.bank = start_bank(directory, face=self.face)
        self.gateway: Gateway = self.connect(timeout)
        self.control("/test/clock", {"now": MONDAY})

    def connect(self, timeout: int) -> Gateway:
        """The adapter under test."""
        return Bank(self.bank.url, self.bank.key, timeout=timeout)

    def call(
        self,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        signed: bool = True,
    ) -> tuple[int, Any]:
        """Plain HTTP without the adapter: the status and the JSON (or text) of the answer."""
        sent = {"Content-Type": "application/json"}
        if signed:
            sent["Authorization"] = f"Bearer {self.bank.key}"
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.bank.url + path, data, {**sent, **(headers or {})})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
                status, kind, text = response.status, response.headers.get_content_type(), response.read()
        except urllib.error.HTTPError as error:
            with error:
                status, kind, text = error.code, error.headers.get_content_type(), error.read()
        return status, json.loads(text) if kind == "application/json" else text.decode()

    def control(self, path: str, body: object = None) -> Any:
        """A control endpoint that must work."""
        status, answer = self.call(path, body)
        assert status == 200, answer
        return answer

    def card(self, kind: CardKind) -> str:
        """A card of this kind for one test."""
        return f"{_CARDS[kind]}.{next(_numbers)}"

    def advance(self, span: timedelta) -> None:
        """Move the bank's clock forward."""
        self.control("/test/clock", {"advance_seconds": span // timedelta(seconds=1)})

    def now(self) -> datetime:
        """The bank's clock."""
        return datetime.fromisoformat(self.control("/test/clock")["now"])

    def sold(self, kind: CardKind) -> str:
        """It never charges by itself."""
        raise NotImplementedError(kind)

    def refund_in_dashboard(self, charge_ref: str, amount: Money) -> None:
        """Refund as a person at the dashboard."""
        body = {"charge": charge_ref, "amount_minor": amount.minor, "currency": amount.currency}
        status, answer = self.call("/dashboard/refunds", body, signed=False)
        assert status == 201, answer

    def lose_next_request(self) -> None:
        """Break the next connection before the bank acts."""
        self.control("/test/faults", {"drop_requests": 1})

    def lose_next_answer(self) -> None:
        """Break the next connection after the bank acted."""
        self.control("/test/faults", {"drop_answers": 1})

    def fail_after_next(self) -> None:
        """Answer the next request with a 500 after acting."""
        self.control("/test/faults", {"error_500_after": 1})

    def charges_with(self, reference: str) -> int:
        """Ask the bank itself."""
        return len(self.control(f"/v1/charges?reference={reference}")["data"])

    def slow_down(self, milliseconds: int) -> None:
        """Think that long before each answer."""
        self.control("/test/faults", {"delay_ms": milliseconds})

    def most_at_once(self) -> int:
        """The bank counts them."""
        peak = self.control("/test/faults")["peak_in_flight"]
        assert isinstance(peak, int)
        return peak

    def pull_the_plug(self) -> None:
        """SIGKILL."""
        self.bank.kill()

    def start_again(self) -> None:
        """On the same books and the same port."""
        self.bank = start_bank(self.directory, port=self.bank.port, face=self.face)

    def close(self) -> None:
        """Stop the bank."""
        self.bank.stop()


def post(world: BankWorld, key: str, body: object, path: str = "/v1/charges") -> tuple[int, Any]:
    """A money request by plain HTTP."""
    return world.call(path, body, headers={"Idempotency-Key": key})
