"""Subscriptions sold under other policies or to consumers of other countries, for tests of cancelling them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.worlds import Sale, Sandbox


def sell_under(
    sandbox: Sandbox, text: str, name: str, country: str | None = None, minor: int = 7995, **more: Any
) -> Sale:  # fmt: skip
    """A yearly subscription in euros under a policy, of a consumer in a country."""
    from goodterms.storage.policies import publish
    from goodterms.usecases import customers

    publish(text, at=sandbox.now, by="test")
    plan = sandbox.plan("other-year", minor, "EUR")
    plan.policy_name = name
    plan.save()
    zone = {"DE": "Europe/Berlin", "FR": "Europe/Paris"}.get(country or "")
    buyer = customers.find_or_create_customer(
        sandbox.world, email="jo@example.org", name="Jo Maier", timezone=zone, country=country, consumer=True
    )
    return sandbox.sell(buyer, plan="other-year", currency="EUR", minor=minor, **more)


def renewed_under(sandbox: Sandbox, country: str, *, standstill: bool = False) -> Sale:
    """The shipped policy's customer of a country, two days into a renewed year; no mails go out at a standstill."""
    from goodterms.storage.policies import shipped_policy

    sale = sell_under(sandbox, shipped_policy(), "reference", country)
    sandbox.advance(days=240)
    if standstill:
        sandbox.advance(days=90)
    for _ in range(367 - (330 if standstill else 240)):
        sandbox.advance(days=1)
        sandbox.work()
    return sale
