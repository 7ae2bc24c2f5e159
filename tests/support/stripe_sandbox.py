"""The world of a test whose gateway is Stripe: the adapter, and the bank behind Stripe's API as its far side."""

from __future__ import annotations

from goodterms import wiring
from goodterms.gateways.protocol import Gateway
from goodterms.gateways.stripe.adapter import Stripe
from goodterms.gateways.stripe_face.control import save_card
from tests.support.worlds import Sale, Sandbox

STRIPE_SECRET = "whsec_made_up_for_tests"


class StripeSandbox(Sandbox):
    """As the bank's, through Stripe's adapter."""

    gateway = "stripe"

    def connect(self, timeout: int = 30) -> Gateway:
        """Our side of Stripe."""
        return Stripe(self.bank.key, base_url=self.bank.url, timeout=timeout, webhook_secrets=(STRIPE_SECRET,))

    def card(self, name: str) -> str:
        """A card saved for a customer of its own."""
        return save_card(self.bank.url, self.bank.key, f"{name}.{wiring.new_id().hex}")

    def charge_of(self, sale: Sale) -> str:
        """The bank's own name of a payment intent."""
        return str(sale.order.gateway_ref).replace("pi_", "ch_")
