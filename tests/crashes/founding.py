"""A program that founds the town: plans, colleagues, customers who bought over a month, through the real journeys.

Run by `test_real_crashes` with the town's environment, before anything is broken. It prints JSON: what there is.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

#: Code, months of a term, price in cents.
PLANS = (("shield-month", 1, 995), ("vault-quarter", 3, 2495), ("tunnel-year", 12, 5995))
AGENTS = (("sam@desk.example", "specialist"), ("kim@desk.example", "specialist"), ("lee@desk.example", "supervisor"))
#: Cards that customers change to after their first payment, so that renewals and refunds go every way there is.
LATER_CARDS = {
    5: "pm_declined", 11: "pm_answer_lost", 17: "pm_insufficient_funds_2", 23: "pm_request_lost",
    29: "pm_error_after", 31: "pm_hangs", 37: "pm_lost",
}  # fmt: skip
FIRST_CARDS = {3: "pm_refund_instant", 7: "pm_refund_fails", 13: "pm_refund_rejected", 19: "pm_refund_answer_lost"}
#: Of ten customers this many buy at once; the others come later, by the website.
BUY_AT_ONCE = 8


def main(customers: int, days: int) -> dict[str, Any]:
    """Found the town: so many customers, buying over so many days up to now."""
    from goodterms.storage.embedded import configure_environment

    configure_environment()
    import django

    django.setup()
    from goodterms import wiring
    from goodterms.gateways.bank.control import BankControl
    from goodterms.storage.clock import advance
    from goodterms.storage.first_run import enlist
    from goodterms.storage.models import Plan, Price

    world = wiring.world()
    control = BankControl(os.environ["GOODTERMS_BANK_URL"], os.environ["GOODTERMS_BANK_KEY"])
    for code, months, minor in PLANS:
        plan = Plan.objects.create(
            code=code, product=code.split("-")[0], name=code.replace("-", " ").title(), interval_months=months,
            created_at=world.now(),
        )  # fmt: skip
        Price.objects.create(
            plan=plan, currency="AUD", amount_minor=minor, tax_minor=minor // 11, effective_at=world.now(),
            created_at=world.now(), created_by="founding",
        )  # fmt: skip
    for email, role in AGENTS:
        enlist(email, role, world.now())
    step = timedelta(days=days) / max(1, customers)
    ahead = 0
    for number in range(customers):
        ahead = advance(int(step.total_seconds()))
        control.run_ahead(ahead)
        _settle(world, number)
    control.close()
    return {"customers": [address(number) for number in range(customers)], "ahead": ahead}


def address(number: int) -> str:
    """The e-mail address of a customer."""
    return f"buyer{number}@example.org"


def _settle(world: Any, number: int) -> None:
    """One customer comes, and most buy something with a card of their own."""
    from goodterms.domain.facts import Actor
    from goodterms.usecases import cancel, customers, purchase

    buyer = customers.find_or_create_customer(world, email=address(number), name=f"Buyer {number}", timezone=None)
    if number % 10 >= BUY_AT_ONCE:
        return
    actor = Actor("customer", f"buyer{number}")
    code = PLANS[0 if number % 4 else number // 4 % 3][0]
    first = FIRST_CARDS.get(number % 40, "pm_ok")
    wish = purchase.Purchase(code, "AUD", f"{first}.{number}")
    bought = purchase.purchase(world, buyer, wish, actor=actor)
    assert isinstance(bought, purchase.Bought), bought
    assert bought.charge_state == "succeeded", bought
    if number % 40 in LATER_CARDS:
        card = f"{LATER_CARDS[number % 40]}.{number}"
        cancel.change_payment_method(world, bought.bucket, bought.subscription_id, card, actor=actor)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
