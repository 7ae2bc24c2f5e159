"""Administration: colleagues, the profile, plans and prices; every act is recorded with its actor and time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from goodterms.domain.decision import Message, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.term import Interval
from goodterms.storage import admin_acts, agents, company, plans
from goodterms.storage.messages import post
from goodterms.storage.models import Plan, Price, Role, User
from goodterms.usecases.world import World


def invite(world: World, email: str, role: str, *, name: str, actor: Actor) -> User | Refusal:
    """Give somebody a role at the desk and write to them. Refuses what `invite_agent` refuses."""
    now = world.now()
    with transaction.atomic():
        done = agents.invite_agent(email, role, name=name, now=now)
        if isinstance(done, Refusal):
            return done
        id = world.new_id()
        letter = uuid5(NAMESPACE_URL, f"invitation/{id}")
        said = {"role": Role(done.role).label}
        post([Message(world.draw_bucket(), letter, None, "invitation", id.hex, done.email, now, said)])
        admin_acts.record("agent.invited", done.email, at=now, actor=str(actor), role=role)
    return done


def change_role(world: World, id: int, role: str, *, by: User, actor: Actor) -> Refusal | None:
    """Give a colleague another role. Refuses what `agents.change_role` refuses."""
    with transaction.atomic():
        refusal = agents.change_role(id, role, by=by)
        if refusal is None:
            admin_acts.record("agent.role_changed", _email(id), at=world.now(), actor=str(actor), role=role)
    return refusal


def set_active(world: World, id: int, active: bool, *, by: User, actor: Actor) -> Refusal | None:
    """Let a colleague in, or keep him out with every session ended at once."""
    with transaction.atomic():
        refusal = agents.set_active(id, active, by=by)
        if refusal is None:
            act = "agent.reactivated" if active else "agent.deactivated"
            admin_acts.record(act, _email(id), at=world.now(), actor=str(actor))
    return refusal


def save_company(world: World, values: Mapping[str, str], *, actor: Actor) -> None:
    """Write the company's profile; the record keeps what changed."""
    now = world.now()
    with transaction.atomic():
        before = company.company()
        changed = {name: value for name, value in values.items() if getattr(before, name, value) != value}
        company.save_company(values, now=now)
        if changed:
            admin_acts.record("company.changed", "company", at=now, actor=str(actor), **changed)


def create_plan(
    world: World, code: str, product: str, name: str, interval: Interval, *, policy_name: str, actor: Actor,
    product_class: str = "digital_service",
) -> Plan | Refusal:  # fmt: skip
    """Put a plan on sale; its price comes after. Refuses what `plans.create_plan` refuses."""
    now = world.now()
    with transaction.atomic():
        made = plans.create_plan(
            code, product, name, interval, policy_name=policy_name, now=now, product_class=product_class
        )
        if not isinstance(made, Refusal):
            admin_acts.record("plan.created", code, at=now, actor=str(actor), name=name, policy=policy_name)
    return made


def set_on_sale(world: World, code: str, on_sale: bool, *, actor: Actor) -> bool:
    """Take a plan off sale or put it back."""
    with transaction.atomic():
        known = plans.set_on_sale(code, on_sale)
        if known:
            act = "plan.put_on_sale" if on_sale else "plan.taken_off_sale"
            admin_acts.record(act, code, at=world.now(), actor=str(actor))
    return known


def add_price(
    world: World, code: str, amount: Money, tax_minor: int, effective_at: datetime | None, *, actor: Actor
) -> Price | Refusal:
    """Add a price from an instant on, or from now on (None). Refuses what `plans.add_price` refuses."""
    now = world.now()
    since = effective_at or now
    with transaction.atomic():
        made = plans.add_price(code, amount, tax_minor, since, now=now, by=str(actor))
        if not isinstance(made, Refusal):
            admin_acts.record(
                "price.added", code, at=now, actor=str(actor), amount=amount, tax_minor=tax_minor, from_at=since
            )
    return made


def _email(id: int) -> str:
    found = agents.agent(id)
    return found.email if found else str(id)
