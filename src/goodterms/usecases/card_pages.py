"""Cards that are saved on a page of the gateway's own: opening it, and what comes back. No card data reaches us."""

from __future__ import annotations

from goodterms.domain.decision import Refusal
from goodterms.gateways.protocol import CardPages, GatewayUnavailableError
from goodterms.usecases.world import World

_NOW_NOT = Refusal("gateway_unavailable", "The payment service does not answer. Please try again in a few minutes.")


def has_card_page(world: World, gateway: str) -> bool:
    """Whether cards for this gateway are saved on a page of its own."""
    adapter = world.gateways.get(gateway)
    return adapter is not None and adapter.abilities.card_page


def seller(world: World) -> str | None:
    """The gateway through which a visitor can buy by saving a card there; None where there is none."""
    return next((name for name in world.gateways if has_card_page(world, name)), None)


def open_card_page(
    world: World, gateway: str, *, reference: str, email: str, payment_method: str | None, back_url: str
) -> str | Refusal:
    """Open a page and return its address. Refuses `gateway_unavailable`."""
    try:
        page = _pages(world, gateway).open_card_page(
            reference=reference, email=email, payment_method=payment_method, back_url=back_url
        )
    except GatewayUnavailableError:
        return _NOW_NOT
    return page.url


def saved_card(world: World, gateway: str, page_ref: str, *, reference: str) -> str | Refusal:
    """The payment method saved on a page that was opened for the same reference.

    Refuses `card_not_saved` and `gateway_unavailable`.
    """
    try:
        method = _pages(world, gateway).card_saved(page_ref, reference=reference)
    except GatewayUnavailableError:
        return _NOW_NOT
    return method or Refusal("card_not_saved", "No card was saved on that page.")


def _pages(world: World, gateway: str) -> CardPages:
    adapter = world.gateway(gateway)
    if not isinstance(adapter, CardPages):  # it has none, or stands behind the fence of a restored database
        raise GatewayUnavailableError(f"{gateway} opens no page for cards now")
    return adapter
