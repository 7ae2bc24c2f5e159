"""The file reseller with its shop as the far side, over a folder, under one clock."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from goodterms.domain.money import Money
from goodterms.gateways.reseller.adapter import FileReseller
from goodterms.gateways.reseller_shop.shop import Shop, Sold
from tests.gateways.contract_world import PRICE, CardKind

MONDAY = datetime.fromisoformat("2026-03-02T10:00:00Z")
_CARDS: Mapping[CardKind, str] = {"ok": "ok", "refund_fails": "refund_fails", "refund_rejected": "refund_rejected"}
_numbers = itertools.count(1)


class ResellerWorld:
    """A folder, the shop behind it, and our adapter in front. Files are exchanged whenever time passes."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory / "exchange"
        self.folder.mkdir()
        self.shop = Shop(self.folder, directory / "shop.sqlite")
        self.shop.work(MONDAY)
        self.gateway = self.connect()

    def connect(self) -> FileReseller:
        """An adapter, as another process would have it."""
        return FileReseller(self.folder, clock=self.now)

    def sell(self, kind: CardKind = "ok", **more: int) -> Sold:
        """Somebody buys, and it is reported."""
        n = next(_numbers)
        sold = self.shop.sell(
            "guard-year", amount_minor=PRICE.minor, tax_minor=545, currency=PRICE.currency, name=f"Buyer {n}",
            email=f"buyer{n}@example.org", card=_CARDS[kind], **more,
        )  # fmt: skip
        self.shop.work()
        return sold

    def agreed(self) -> tuple[str, str]:
        """A first sale: the agreement and the order."""
        sold = self.sell()
        return sold.agreement, sold.order

    def hears(self) -> None:
        """The shop looks into the folder."""
        self.shop.work()

    def fails_next(self, agreement: str) -> None:
        """Its card says no once."""
        self.shop.let_fail(agreement, 1)

    def disputed(self, charge_ref: str) -> str:
        """Opened, and won."""
        ref = self.shop.dispute(charge_ref, PRICE.minor)
        self.shop.decide(ref, "won")
        self.shop.work()
        return ref

    def card(self, kind: CardKind) -> str:
        """Cards are the shop's affair."""
        pytest.skip(f"it charges by itself, so no card is ours ({kind})")

    def sold(self, kind: CardKind) -> str:
        """A first sale, as it is reported."""
        return self.sell(kind).order

    def advance(self, span: timedelta) -> None:
        """Let time pass at the shop, which does what it was told."""
        self.shop.work(self.shop.now + span)

    def now(self) -> datetime:
        """The shop's clock."""
        return self.shop.now

    def refund_in_dashboard(self, charge_ref: str, amount: Money) -> None:
        """Somebody at the shop pays back."""
        self.shop.refund(charge_ref, amount.minor)
        self.shop.work()

    def lose_next_request(self) -> None:
        """The next instruction never reaches the shop."""
        self.shop.faults.lose_instructions += 1

    def lose_next_answer(self) -> None:
        """The next status file is lost."""
        self.shop.faults.files.append(("status", "drop"))

    def fail_after_next(self) -> None:
        """Files have no such thing."""
        pytest.skip("files are not answered")

    def charges_with(self, reference: str) -> int:
        """It never hears of a charge of ours."""
        return len([o for o in self.shop.books.rows("SELECT n FROM orders") if str(o["n"]) == reference])

    def slow_down(self, milliseconds: int) -> None:
        """Files have no such thing."""
        pytest.skip(f"files are not answered, not within {milliseconds} ms either")

    def most_at_once(self) -> int:
        """Files have no such thing."""
        pytest.skip("files are not answered")

    def pull_the_plug(self) -> None:
        """The folder is not there."""
        self.folder.rename(self.folder.with_name("gone"))

    def start_again(self) -> None:
        """It is there again."""
        self.folder.with_name("gone").rename(self.folder)

    def close(self) -> None:
        """Close the shop's books."""
        self.shop.books.close()
