"""What people do at a shop behind Paddle's API, for stories and tests: the methods of `Shop`, over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from goodterms.gateways.reseller.files import instant, instant_text
from goodterms.gateways.reseller_shop.shop import Sold

MODULE = "goodterms.gateways.paddle_face"


class RemoteShop:
    """A running shop. Subscriptions and sales go by Paddle's ids. Raises httpx.HTTPError."""

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=60
        )

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    @property
    def now(self) -> datetime:
        """The shop's clock."""
        return instant(self._do("look")["now"])

    def sell(self, plan: str, **sale: Any) -> Sold:
        """Somebody buys."""
        made = self._do("sell", plan=plan, **sale)
        return Sold(made["agreement"], made["order"])

    def let_fail(self, agreement: str, times: int) -> None:
        """The card of a subscription is declined so many times."""
        self._do("let_fail", agreement=agreement, times=times)

    def stop(self, agreement: str, *, renews: bool = False) -> None:
        """Somebody turns the renewal off (or on again) at the shop."""
        self._do("stop", agreement=agreement, renews=renews)

    def refund(self, order: str, amount_minor: int) -> str:
        """Somebody at the shop asks for a refund; it waits for approval like others."""
        return str(self._do("refund", order=order, amount_minor=amount_minor)["ref"])

    def dispute(self, order: str, amount_minor: int) -> str:
        """The buyer's bank takes money back."""
        return str(self._do("dispute", order=order, amount_minor=amount_minor)["ref"])

    def decide(self, dispute: str, state: str) -> None:
        """The bank decides."""
        self._do("decide", dispute=dispute, state=state)

    def work(self, to: datetime | None = None) -> None:
        """Let time pass."""
        self._do("work", to=instant_text(to) if to else None)

    def next_due(self) -> datetime | None:
        """When something happens by itself."""
        due = self._do("look")["next_due"]
        return instant(due) if due else None

    def let_go_wrong(self, **faults: int) -> None:
        """Plan faults, by the names of the bank's (`bank.faults.Faults`)."""
        self._http.post("/test/faults", json=faults).raise_for_status()

    def tell(self, url: str, secret: str) -> None:
        """Send webhooks there."""
        self._http.post("/test/webhooks", json={"url": url, "secret": secret}).raise_for_status()

    def all(self, path: str) -> list[dict[str, Any]]:
        """What is listed under an endpoint of the API, at most its largest page."""
        found = self._http.get(path, params={"per_page": 200}).raise_for_status().json()
        data: list[dict[str, Any]] = found["data"]
        return data

    def one(self, path: str) -> dict[str, Any]:
        """One object of the API."""
        found: dict[str, Any] = self._http.get(path).raise_for_status().json()["data"]
        return found

    def patch(self, path: str, body: dict[str, Any]) -> None:
        """Change an object as another program of the vendor's would."""
        self._http.patch(path, json=body).raise_for_status()

    def _do(self, what: str, /, **more: Any) -> dict[str, Any]:
        answer = self._http.post("/test/shop", json={"do": what, **more}).raise_for_status()
        said: dict[str, Any] = answer.json()
        return said
