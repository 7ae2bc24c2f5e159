"""Plans and their dated prices."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query

from goodterms.api import told
from goodterms.api.calls import call_of
from goodterms.api.finding import after_code, listed
from goodterms.api.problems import Problem, done, missing
from goodterms.api.routes import read, write
from goodterms.api.shapes import Plan, Plans
from goodterms.api.wishes import Listed, NewPlan, NewPrice, OnSale
from goodterms.domain.money import Money
from goodterms.domain.term import Interval
from goodterms.storage.models import Plan as PlanRow
from goodterms.storage.plans import plan as plan_view
from goodterms.storage.queries.pages import plans_after
from goodterms.usecases import administration
from goodterms.usecases.api_keys import Scope
from goodterms.wiring import world

TAG = "Plans and prices"


@read("/plans", Scope.PLANS_READ, TAG, Plans)
def list_plans(request: HttpRequest, query: Query[Listed]) -> Any:
    """List plans with their prices."""
    rows = plans_after(after_code(query.after), query.limit + 1)
    return listed([dict(told.plan(row)) for row in rows], query.limit)


@read("/plans/{plan}", Scope.PLANS_READ, TAG, Plan)
def get_plan(request: HttpRequest, plan: str) -> Any:
    """One plan."""
    return told.plan(_plan(plan))


@write("/plans", Scope.PLANS_WRITE, TAG, Plan, status=201)
def create_plan(request: HttpRequest, body: NewPlan) -> Any:
    """Put a plan on sale. Its price is added after."""
    call = call_of(request)
    if (body.months > 0) == (body.days > 0):
        wrong = "Either months or days, not both."
        raise Problem("invalid_body", wrong, errors=[{"at": "months", "message": wrong}])
    if not call.acted:
        done(administration.create_plan(
            call.world, body.code, body.product, body.name, Interval(body.months, body.days),
            policy_name=body.policy, actor=call.actor, product_class=body.product_class,
        ))  # fmt: skip
    return told.plan(_plan(body.code))


@write("/plans/{plan}/prices", Scope.PLANS_WRITE, TAG, Plan, status=201)
def add_price(request: HttpRequest, plan: str, body: NewPrice) -> Any:
    """Add a price from an instant on; those before stay as they are."""
    call, row = call_of(request), _plan(plan)
    if not call.acted:
        done(administration.add_price(
            call.world, row.code, Money(body.amount_minor, body.currency), body.tax_minor, body.effective_at,
            actor=call.actor,
        ))  # fmt: skip
    return told.plan(_plan(plan))


@write("/plans/{plan}/on-sale", Scope.PLANS_WRITE, TAG, Plan)
def set_on_sale(request: HttpRequest, plan: str, body: OnSale) -> Any:
    """Take a plan off sale or put it back."""
    call, row = call_of(request), _plan(plan)
    if not call.acted:
        administration.set_on_sale(call.world, row.code, body.on_sale, actor=call.actor)
    return told.plan(_plan(plan))


def _plan(code: str) -> PlanRow:
    view = plan_view(code, world().now()) if "\x00" not in code else None
    if view is None:
        missing("plan")
    return view.plan
