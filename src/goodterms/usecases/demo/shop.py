"""Harborline, the demo's invented vendor: its profile, plans, prices and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.term import Interval
from goodterms.storage.agents import invite_agent
from goodterms.storage.company import save_company
from goodterms.storage.models import Role
from goodterms.storage.plans import add_price, create_plan
from goodterms.storage.policies import publish, shipped_policy

PROFILE = {
    "name": "Harborline",
    "product_name": "Harborline Shield",
    "accent_color": "#1f5f8b",
    "support_email": "help@harborline.example",
    "support_phone": "+44 20 7946 0123",
    "support_url": "https://help.harborline.example/",
    "sender_name": "Harborline",
    "sender_email": "billing@harborline.example",
}
#: Tax contained in a price, in percent on top of the net amount.
TAX_PERCENT = {"AUD": 10, "EUR": 19, "GBP": 20, "JPY": 10, "USD": 0}


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan and what it costs in minor units, tax included."""

    code: str
    product: str
    name: str
    months: int
    prices: dict[str, int]

    @property
    def interval(self) -> Interval:
        """The length of a term."""
        return Interval(months=self.months)


OFFERS = {
    offer.code: offer
    for offer in (
        Offer(
            "shield-1y", "shield", "Harborline Shield, 1 year", 12,
            {"AUD": 7995, "EUR": 5495, "GBP": 4795, "JPY": 7800, "USD": 5995},
        ),
        Offer(
            "family-2y", "family", "Harborline Family, 2 years", 24,
            {"AUD": 33900, "EUR": 21900, "GBP": 20900, "JPY": 29800, "USD": 22900},
        ),
        Offer(
            "vault-1m", "vault", "Harborline Vault, 1 month", 1,
            {"AUD": 999, "EUR": 649, "GBP": 549, "JPY": 980, "USD": 699},
        ),
        Offer(
            "vault-1y", "vault", "Harborline Vault, 1 year", 12,
            {"AUD": 9990, "EUR": 6490, "GBP": 5490, "JPY": 9800, "USD": 6990},
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the desk."""

    email: str
    name: str
    role: str
    does: str


SPECIALIST = Colleague(
    "riley@harborline.example", "Riley Okafor", Role.SPECIALIST, "Works the queue: compares facts, asks, decides."
)
SECOND = Colleague(
    "tomas@harborline.example", "Tomás Vega", Role.SPECIALIST, "Another specialist, for confirming as a second person."
)
SUPERVISOR = Colleague(
    "ingrid@harborline.example", "Ingrid Solberg", Role.SUPERVISOR, "Confirms large refunds and exceptions."
)
ADMINISTRATOR = Colleague(
    "noor@harborline.example", "Noor Haddad", Role.ADMINISTRATOR, "Plans, prices, people, the policy and the books."
)
COLLEAGUES = (SPECIALIST, SECOND, SUPERVISOR, ADMINISTRATOR)


def tax_in(amount: Money) -> Money:
    """The tax contained in a price."""
    percent = TAX_PERCENT[amount.currency]
    return amount.share(percent, 100 + percent)


def open_shop(at: datetime) -> None:
    """Publish the policy, put the plans on sale and let the team in, as of an instant in the past."""
    publish(shipped_policy(), at=at, by="demo", effective_at=at)
    save_company(PROFILE, now=at)
    for offer in OFFERS.values():
        create_plan(offer.code, offer.product, offer.name, offer.interval, policy_name="reference", now=at)
        for currency, minor in offer.prices.items():
            amount = Money(minor, currency)
            add_price(offer.code, amount, tax_in(amount).minor, at, now=at, by="demo")
    for colleague in COLLEAGUES:
        invited = invite_agent(colleague.email, colleague.role, name=colleague.name, now=at)
        if isinstance(invited, Refusal) and not invited.already:
            raise RuntimeError(invited.reason)
