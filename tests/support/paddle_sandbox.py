"""The world of a test whose gateway is Paddle: the adapter, and the reseller's shop behind Paddle's API."""

from __future__ import annotations

from typing import Any

from goodterms.gateways.bank.process import BankProcess
from goodterms.gateways.paddle.adapter import Paddle
from goodterms.gateways.paddle_face.control import RemoteShop
from goodterms.gateways.protocol import Gateway
from tests.support.reseller_sandbox import ResellerSandbox

PADDLE_SECRET = "pdl_ntfset_made_up_for_tests"


class PaddleSandbox(ResellerSandbox):
    """As the file reseller's, but that the shop is another program and spoken to over HTTP."""

    gateway = "paddle"
    shop: RemoteShop  # type: ignore[assignment]

    def __init__(self, process: BankProcess) -> None:
        self.process = process
        self.shop = RemoteShop(process.url, process.key)
        self.begin()

    def connect(self, timeout: int = 15) -> Gateway:
        """Our side of Paddle."""
        return Paddle(
            self.process.key, clock=lambda: self.now, base_url=self.process.url, timeout=timeout,
            webhook_secrets=(PADDLE_SECRET,),
        )  # fmt: skip

    def nowhere(self) -> Gateway:
        """Our side of Paddle, while nobody answers there."""
        return Paddle(self.process.key, clock=lambda: self.now, base_url="http://127.0.0.1:9", timeout=2)

    def hours(self, count: int) -> None:
        """Let hours go by, with the worker running."""
        for _ in range(count):
            self.advance(hours=1)
            self.talk()

    def refunds_there(self) -> list[dict[str, Any]]:
        """The refunds that Paddle holds, whatever their state."""
        return [one for one in self.shop.all("/adjustments") if one["action"] == "refund"]

    def subscription_there(self, agreement: str) -> dict[str, Any]:
        """A subscription as Paddle shows it."""
        return self.shop.one(f"/subscriptions/{agreement}")
