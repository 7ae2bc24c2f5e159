"""Paddle's adapter with the reseller's shop behind Paddle's API as its far side, under one clock."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from goodterms.domain.money import Money
from goodterms.gateways.bank.process import start_bank
from goodterms.gateways.paddle.adapter import Paddle
from goodterms.gateways.paddle.words import dispute_ref
from goodterms.gateways.paddle_face.control import MODULE, RemoteShop
from goodterms.gateways.reseller_shop.shop import Sold
from tests.gateways.contract_world import PRICE, CardKind

MONDAY = datetime.fromisoformat("2026-03-02T10:00:00Z")
SECRET = "pdl_ntfset_made_up_for_tests"
_CARDS: Mapping[CardKind, str] = {"ok": "ok", "refund_fails": "refund_fails", "refund_rejected": "refund_rejected"}
_numbers = itertools.count(1)


class PaddleWorld:
    """A running shop behind Paddle's API with a clock that is moved, and our adapter in front."""

    def __init__(self, directory: Path, *, timeout: int = 15) -> None:
        self._directory = directory
        self.process = start_bank(directory, face=MODULE)
        self.shop = RemoteShop(self.process.url, self.process.key)
        self.shop.work(MONDAY)
        self.gateway = self.connect(timeout)

    def connect(self, timeout: int = 15) -> Paddle:
        """The adapter under test."""
        return Paddle(
            self.process.key, clock=self.now, base_url=self.process.url, timeout=timeout, webhook_secrets=(SECRET,)
        )

    def sell(self, kind: CardKind = "ok", **more: int) -> Sold:
        """Somebody buys."""
        n = next(_numbers)
        return self.shop.sell(
            "guard-year", amount_minor=PRICE.minor, tax_minor=545, currency=PRICE.currency, name=f"Buyer {n}",
            email=f"buyer{n}@example.org", card=_CARDS[kind], country="AU", **more,
        )  # fmt: skip

    def agreed(self) -> tuple[str, str]:
        """A first sale: the subscription and the transaction."""
        sold = self.sell()
        return sold.agreement, sold.order

    def hears(self) -> None:
        """What waits for approval is decided."""
        self.shop.work()

    def fails_next(self, agreement: str) -> None:
        """Its card says no once."""
        self.shop.let_fail(agreement, 1)

    def disputed(self, charge_ref: str) -> str:
        """A warning of a chargeback, and it is taken back."""
        self.shop.decide(self.shop.dispute(charge_ref, PRICE.minor), "won")
        return dispute_ref(charge_ref)

    def card(self, kind: CardKind) -> str:
        """Cards are Paddle's affair."""
        pytest.skip(f"it charges by itself, so no card is ours ({kind})")

    def sold(self, kind: CardKind) -> str:
        """A first sale."""
        return self.sell(kind).order

    def advance(self, span: timedelta) -> None:
        """Let time pass at the shop."""
        self.shop.work(self.shop.now + span)

    def now(self) -> datetime:
        """The shop's clock."""
        return self.shop.now

    def refund_in_dashboard(self, charge_ref: str, amount: Money) -> None:
        """Somebody at the dashboard asks for a refund, and it is approved."""
        self.shop.refund(charge_ref, amount.minor)
        self.shop.work()

    def lose_next_request(self) -> None:
        """The next request that does something never arrives."""
        self.shop.let_go_wrong(drop_requests=1)

    def lose_next_answer(self) -> None:
        """The next request that does something is carried out and its answer lost."""
        self.shop.let_go_wrong(drop_answers=1)

    def fail_after_next(self) -> None:
        """The next request that does something is carried out and answered with a 500."""
        self.shop.let_go_wrong(error_500_after=1)

    def charges_with(self, reference: str) -> int:
        """It never hears of a charge of ours."""
        return len([one for one in self.shop.all("/transactions") if reference in str(one)])

    def slow_down(self, milliseconds: int) -> None:
        """Think that long before each act."""
        self.shop.let_go_wrong(delay_ms=milliseconds)

    def most_at_once(self) -> int:
        """Nothing is sent in bulk."""
        pytest.skip("it charges by itself, so nothing is sent in bulk")

    def pull_the_plug(self) -> None:
        """Kill it."""
        self.process.kill()

    def start_again(self) -> None:
        """Start it again on its books, at the same address."""
        self.process = start_bank(self._directory, port=self.process.port, face=MODULE)

    def close(self) -> None:
        """Stop it."""
        self.shop.close()
        self.process.stop()
