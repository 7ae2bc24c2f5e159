"""How a payment method is called on a screen, and which ones can be chosen where no real money moves."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from goodterms.usecases.world import World, charges_itself

_TEST_CARDS: Mapping[str, str] = {
    "pm_ok": "Test card 4242, works",
    "pm_declined": "Test card 0002, always declined",
    "pm_insufficient_funds_2": "Test card 9995, declined twice and then works",
    "pm_expired": "Test card 0069, expired",
    "pm_lost": "Test card 9987, reported lost",
    "pm_answer_lost": "Test card 0408, works but the answer is lost",
    "pm_refund_instant": "Test card 7726, refunds arrive at once",
    "pm_refund_fails": "Test card 5126, refunds fail after two days",
    "pm_refund_rejected": "Test card 3222, refunds are rejected",
}


def method_label(world: World, gateway: str, method: str | None) -> str:
    """What a customer reads for a stored payment method; its secret part is never shown."""
    if not method:
        return "No payment method"
    if charges_itself(world, gateway):
        return "Paid in the shop where it was bought"
    name = method.split(".", 1)[0]
    if _is_sandbox(world, gateway):
        return _TEST_CARDS.get(name, "Test card")
    return "Card on file"


def sandbox_cards(world: World, gateway: str = "bank") -> list[tuple[str, str]]:
    """Value and label of each test card; none where the gateway moves real money."""
    return list(_TEST_CARDS.items()) if _is_sandbox(world, gateway) else []


def card_of_customer(card: str, customer_id: UUID) -> str | None:
    """A test card as this customer's own (the bank counts tries per card); None for anything else."""
    return f"{card}.{customer_id.hex[:12]}" if card in _TEST_CARDS else None


def _is_sandbox(world: World, gateway: str) -> bool:
    plugged = world.gateways.get(gateway)
    return plugged is not None and plugged.abilities.test_cards
