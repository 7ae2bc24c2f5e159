"""What is there before the first customer comes: a policy, plans with prices, and whom mails come from."""

from __future__ import annotations

from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.term import Interval
from goodterms.storage import policies
from goodterms.usecases import administration
from goodterms.usecases.world import World

_BY = Actor("agent", "setup@desk.example")
#: Plan, months of a term, price in minor units of AUD.
SCENERY = (("shield-year", 12, 5995), ("guard-month", 1, 799), ("care-quarter", 3, 1995))


def build(world: World, plans: tuple[tuple[str, int, int], ...]) -> None:
    """Publish the reference policy and put the plans on sale."""
    now = world.now()
    policies.publish(policies.shipped_policy(), at=now, by="simulation")
    for code, months, minor in plans:
        administration.create_plan(
            world, code, code.split("-")[0], code, Interval(months, 0), policy_name="reference", actor=_BY
        )
        administration.add_price(world, code, Money(minor, "AUD"), minor // 11, now, actor=_BY)
