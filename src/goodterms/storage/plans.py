"""Plans and their dated prices. A price is never changed, only followed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.numbers import is_currency
from django.db import IntegrityError, transaction

from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.term import Interval
from goodterms.storage.models import Plan, PolicyVersion, Price
from goodterms.storage.policies import NoPolicy, policy_in_force
from goodterms.storage.prices import prices_in_force


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with the prices in force and those to come or past, newest first."""

    plan: Plan
    current: tuple[tuple[Money, int], ...]
    history: tuple[Price, ...]


def plans(now: datetime) -> list[PlanView]:
    """Every plan, those on sale first."""
    in_force = prices_in_force(now)
    return [_view(plan, in_force) for plan in Plan.objects.order_by("-on_sale", "product", "code")]


def plan(code: str, now: datetime) -> PlanView | None:
    """One plan with its prices."""
    found = Plan.objects.filter(code=code).first()
    return _view(found, prices_in_force(now)) if found else None


def policy_names() -> list[str]:
    """The names of published policies."""
    return sorted(set(PolicyVersion.objects.values_list("name", flat=True)))


def product_class_of(code: str) -> str | None:
    """What the law calls what a plan sells; None for a plan that is not here."""
    return Plan.objects.filter(code=code).values_list("product_class", flat=True).first()


def product_classes() -> dict[str, str]:
    """The same of every plan, by its code."""
    return dict(Plan.objects.values_list("code", "product_class"))


def create_plan(
    code: str, product: str, name: str, interval: Interval, *, policy_name: str, now: datetime,
    product_class: str = "digital_service",
) -> Plan | Refusal:  # fmt: skip
    """Put a plan on sale. Refuses `code_taken`, `no_policy`, and `not_covered`: a length the policy can not renew."""
    try:
        policy = policy_in_force(now, policy_name)
    except NoPolicy:
        return Refusal("no_policy", f"No version of the policy {policy_name!r} is in force.")
    if not policy.renewal.covers(interval):
        return Refusal("not_covered", f"The policy {policy.label} has no renewal schedule for terms this short.")
    try:
        with transaction.atomic():
            return Plan.objects.create(
                code=code, product=product, name=name, interval_months=interval.months, interval_days=interval.days,
                policy_name=policy_name, product_class=product_class, created_at=now,
            )  # fmt: skip
    except IntegrityError:
        return Refusal("code_taken", f"There is a plan {code!r} already.")


def add_price(
    code: str, amount: Money, tax_minor: int, effective_at: datetime, *, now: datetime, by: str
) -> Price | Refusal:
    """Add a price from an instant on. Refuses `currency_unknown`, `in_the_past`, `tax_too_high`, `price_exists`."""
    if not is_currency(amount.currency):
        return Refusal("currency_unknown", f"There is no currency {amount.currency}.")
    if effective_at < now:
        return Refusal("in_the_past", "A price can not begin in the past: renewals were charged by the old one.")
    if not 0 <= tax_minor <= amount.minor:
        return Refusal("tax_too_high", "The tax is a part of the price: between zero and the price.")
    try:
        with transaction.atomic():
            return Price.objects.create(
                plan_id=code, currency=amount.currency, amount_minor=amount.minor, tax_minor=tax_minor,
                effective_at=effective_at, created_at=now, created_by=by,
            )  # fmt: skip
    except IntegrityError:
        return Refusal("price_exists", "There is a price for this currency and date already; it stays as it is.")


def set_on_sale(code: str, on_sale: bool) -> bool:
    """Take a plan off sale or put it back; running subscriptions renew either way. False when there is none."""
    return Plan.objects.filter(code=code).update(on_sale=on_sale) == 1


def _view(found: Plan, in_force: object) -> PlanView:
    assert isinstance(in_force, dict)
    current = tuple(
        (Money(amount, currency), tax)
        for (code, currency), (amount, tax) in sorted(in_force.items())
        if code == found.code
    )
    return PlanView(found, current, tuple(found.prices.order_by("currency", "-effective_at")))
