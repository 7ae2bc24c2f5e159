"""The world of a test whose gateway is the file reseller: the adapter, a folder, and the reseller's shop behind it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from goodterms import wiring
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import Gateway
from goodterms.gateways.reseller.adapter import FileReseller
from goodterms.gateways.reseller_shop.shop import Shop, Sold
from goodterms.storage import policies
from goodterms.storage.directory import AGREEMENT, agreement_key, look_up
from goodterms.storage.load import load_subscription
from goodterms.usecases.customers import find_or_create_customer
from goodterms.usecases.run_due import run_until_idle
from goodterms.usecases.world import World
from tests.support.worlds import START, Sale, Sandbox


class ResellerSandbox(Sandbox):
    """As the bank's, but that the reseller sells. Files go both ways whenever the clock moves or work is done."""

    gateway = "reseller"

    def __init__(self, place: Path) -> None:
        self.folder = place / "exchange"
        self.folder.mkdir()
        self.shop = Shop(self.folder, place / "shop.sqlite")
        self.begin()

    def begin(self) -> None:
        """A world with this gateway alone, its policy and a plan."""
        self.now = START
        self.world = World(
            lambda: self.now, wiring.new_id, wiring.draw_bucket, {self.gateway: self.connect()}, "http://shop.test"
        )
        self.set_clock(START)
        policies.publish(policies.shipped_policy(), at=self.now, by="test")
        self.plan()

    def connect(self, timeout: int = 30) -> Gateway:  # noqa: ARG002
        """Our side of the folder."""
        return FileReseller(self.folder, clock=lambda: self.now)

    def set_clock(self, at: datetime) -> None:
        """Our clock and the shop's; the shop does what is due and what it was told."""
        self.now = at
        self.shop.work(at)

    def work(self) -> None:
        """Do everything that is due now, as the worker does."""
        run_until_idle(self.world)

    def talk(self) -> None:
        """We work, the shop works, and we read what it says."""
        self.work()
        self.shop.work(self.now)
        self.work()

    def live(self, days: int) -> None:
        """Let days pass: from one instant at which something is due, here or there, to the next."""
        end = self.now + timedelta(days=days)
        while self.now < end:
            coming = [at for at in (self.shop.next_due(), _next_due()) if at is not None and at > self.now]
            self.set_clock(min([end, *coming]))
            self.talk()

    def daily(self, days: int) -> None:
        """Let days pass, with files every day."""
        for _ in range(days):
            self.set_clock(self.now + timedelta(days=1))
            self.talk()

    def sold(
        self, email: str = "ann@example.org", name: str = "Ann Lee", *, card: str = "ok", months: int = 12
    ) -> Sold:
        """Somebody buys at the shop; it is not reported yet."""
        return self.shop.sell(
            "shield-year", amount_minor=5995, tax_minor=545, currency="AUD", name=name, email=email, card=card,
            months=months,
        )  # fmt: skip

    def bought(self, email: str = "ann@example.org", name: str = "Ann Lee", *, card: str = "ok") -> tuple[Sold, Sale]:
        """Somebody buys at the shop, and we have heard of it."""
        sold = self.sold(email, name, card=card)
        self.shop.work(self.now)
        self.work()
        return sold, self.sale_of(sold)

    def sale_of(self, sold: Sold) -> Sale:
        """The subscription behind an agreement."""
        found = look_up(AGREEMENT, agreement_key(self.gateway, sold.agreement))
        assert found is not None
        one = load_subscription(*found, at=self.now, lock=False)
        customer = find_or_create_customer(self.world, email=one.buyer_email, name=one.buyer_name)
        return Sale(self, customer, *found)

    def loaded(self, sale: Sale) -> Subscription:
        """The subscription as it stands."""
        return load_subscription(sale.bucket, sale.subscription_id, at=self.now, lock=False)


def _next_due() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(at) FROM (SELECT min(next_step_at) AS at FROM subscriptions"
            " UNION ALL SELECT min(check_at) FROM refunds UNION ALL SELECT min(check_at) FROM instructions"
            " UNION ALL SELECT min(due_at) FROM webhooks_in) AS due"
        )
        row = cursor.fetchone()
    return row[0] if row else None
