"""Stripe's adapter with the bank behind Stripe's API as its far side."""

from __future__ import annotations

import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from goodterms.domain.money import Money
from goodterms.gateways.protocol import Gateway
from goodterms.gateways.stripe.adapter import Stripe
from goodterms.gateways.stripe.words import CHARGE_KEY
from tests.gateways.bank_world import BankWorld
from tests.gateways.contract_world import CardKind

SECRET = "whsec_made_up_for_tests"


class StripeWorld(BankWorld):
    """A running bank behind Stripe's API with a frozen clock, Stripe's adapter, and plain HTTP to the controls."""

    face = "goodterms.gateways.stripe_face"

    def __init__(self, directory: Path, *, timeout: int = 30) -> None:
        super().__init__(directory, timeout=timeout)
        self.customer: str = self.form("/v1/customers", {"email": "ann@example.org"})["id"]

    def connect(self, timeout: int) -> Gateway:
        """The adapter under test."""
        return Stripe(self.bank.key, base_url=self.bank.url, timeout=timeout, webhook_secrets=(SECRET,))

    def form(self, path: str, fields: dict[str, str], key: str = "") -> dict[str, Any]:
        """Plain HTTP with a form body; it must work."""
        data = urllib.parse.urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **({"Idempotency-Key": key} if key else {})}
        status, answer = self.call(path, data, headers=headers)
        assert status == 200, answer
        assert isinstance(answer, dict)
        return answer

    def card(self, kind: CardKind) -> str:
        """A card of this kind that is saved for a customer, or one that is not."""
        method = super().card(kind)
        if kind != "missing":
            self.form(f"/v1/payment_methods/{method}/attach", {"customer": self.customer})
        return f"{self.customer}:{method}"

    def refund_in_dashboard(self, charge_ref: str, amount: Money) -> None:
        """Refund as a person at the dashboard, which speaks of charges."""
        super().refund_in_dashboard(charge_ref.replace("pi_", "ch_"), amount)

    def charges_with(self, reference: str) -> int:
        """Ask the far side itself, page by page."""
        found, after, more = 0, "", True
        while more:
            page = self.control(f"/v1/payment_intents?limit=100{after}")
            found += sum(one["metadata"].get(CHARGE_KEY) == reference for one in page["data"])
            more = page["has_more"]
            after = f"&starting_after={page['data'][-1]['id']}" if page["data"] else ""
        return found
