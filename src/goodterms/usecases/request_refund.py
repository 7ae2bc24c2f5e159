"""Asking for the money back: from the account, by the public form, or entered by support (R30, R31, R35).

A request that names an order we can find, with its e-mail address, becomes a case at once. Anything else becomes an
inquiry: it keeps its date and is answered the same way, so that nothing can be probed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import Claimed
from goodterms.domain.requests import (
    Intake,
    decide_information,
    decide_refund_request,
    decide_reopening,
    decide_retraction,
)
from goodterms.domain.rules import FactValue
from goodterms.storage.directory import find_order
from goodterms.storage.inquiries import open_inquiry
from goodterms.storage.load import load_subscription, subscription_of
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.queries.requests import open_request_of
from goodterms.storage.save import refused_by, save
from goodterms.usecases.beside import beside_of
from goodterms.usecases.cases import load_case
from goodterms.usecases.owed_case import open_owed_case
from goodterms.usecases.review import grant_by_policy
from goodterms.usecases.world import World, calendar_for

_ONE_OPEN = "refund_requests_one_open"  # the index that keeps requests of an order one at a time


def request_refund(
    world: World, bucket: int, order_id: UUID, claimed: Claimed, *, actor: Actor, channel: str, contact_email: str,
    received_at: datetime | None = None, route: str | None = None,
) -> Decision | Refusal:  # fmt: skip
    """Open a case for an order; the decision's outcome is the `RefundRequest`.

    `received_at` is the first contact when it came by phone or letter (A4), `route` how it came. Refuses
    `open_request_exists`, and what `decide_refund_request` refuses. Raises `NotFound`.
    """
    now = world.now()
    intake = Intake(world.new_id(), received_at or now, channel, claimed, contact_email, route)
    try:
        with transaction.atomic():
            subscription = load_subscription(bucket, subscription_of("orders", bucket, order_id), at=now, lock=True)
            order = next(o for o in subscription.orders if o.id == order_id)
            open_id = open_request_of(bucket, order_id)
            if open_id is not None:
                return Refusal("open_request_exists", "There is an open request for this order.", {"id": str(open_id)})
            policy = policy_by_digest(order.policy_digest)
            decision = decide_refund_request(
                subscription, order, intake, policy, policy_of_plan(subscription.plan, now), now,
                actor=actor, calendar=calendar_for(policy, now, intake.received_at),
                beside=beside_of(subscription, order, policy, intake.received_at, now),
            )  # fmt: skip
            if isinstance(decision, Decision):
                save([decision])
    except IntegrityError as refused:
        if refused_by(refused) != _ONE_OPEN:
            raise
        return Refusal("open_request_exists", "There is an open request for this order.")
    if isinstance(decision, Decision):
        grant_by_policy(world, bucket, intake.id)
    return decision


def submit_claim(
    world: World, claimed: Claimed, *, actor: Actor, channel: str, received_at: datetime | None = None,
    route: str | None = None,
) -> Decision | Refusal | UUID:  # fmt: skip
    """A request by somebody who is not signed in: four facts, compared with what is known.

    Returns the decision (a case), a refusal for support's eyes, or the id of an inquiry. The public form shows the
    same answer for all of them.
    """
    found = find_order(claimed.order_number) if claimed.order_number else None
    if found is not None:
        bucket, order_id, subscription_id = found
        subscription = load_subscription(bucket, subscription_id, at=world.now(), lock=False)
        order = next(o for o in subscription.orders if o.id == order_id)
        if order.buyer_email.strip().casefold() == claimed.email.strip().casefold():
            return request_refund(
                world, bucket, order_id, claimed, actor=actor, channel=channel, contact_email=claimed.email,
                received_at=received_at, route=route,
            )  # fmt: skip
    now = world.now()
    policy = policy_of_plan("", now)
    return open_inquiry(
        world.new_id(), world.draw_bucket(), claimed, now=now, received_at=received_at or now, channel=channel,
        actor=str(actor), policy=policy, calendar=calendar_for(policy, now, received_at), route=route,
    )  # fmt: skip


def give_information(
    world: World, bucket: int, request_id: UUID, later: Claimed, *, actor: Actor, answer: str = "",
    stated: Mapping[str, FactValue] | None = None,
) -> Decision | Refusal:  # fmt: skip
    """The customer's answer to what was asked, in words, by corrected facts and by stated ones (R35).

    Raises `NotFound`.
    """
    now = world.now()
    with transaction.atomic():
        case = load_case(bucket, request_id, now, lock=True)
        decision = decide_information(
            case.subscription, case.order, case.request, later, case.policy, case.in_force, now,
            actor=actor, calendar=calendar_for(case.policy, now, case.request.received_at), answer=answer,
            stated=stated, beside=case.beside,
        )  # fmt: skip
        if isinstance(decision, Decision):
            save([decision])
    if isinstance(decision, Decision):
        grant_by_policy(world, bucket, request_id)
    return decision


def appeal(world: World, bucket: int, request_id: UUID, reason: str, *, actor: Actor) -> Decision | Refusal:
    """Have a declined request looked at again: the customer once, an agent whenever needed. Raises `NotFound`."""
    now = world.now()
    try:
        with transaction.atomic():
            case = load_case(bucket, request_id, now, lock=True)
            decision = decide_reopening(
                case.subscription, case.order, case.request, case.policy, case.in_force, now,
                actor=actor, reason=reason, calendar=calendar_for(case.policy, now, case.request.received_at),
                beside=case.beside,
            )  # fmt: skip
            if isinstance(decision, Decision):
                save([decision])
    except IntegrityError as refused:
        if refused_by(refused) != _ONE_OPEN:
            raise
        return Refusal("open_request_exists", "There is an open request for this order already.")
    return decision


def retract(world: World, bucket: int, request_id: UUID, *, actor: Actor) -> Decision | Refusal:
    """Take a request back before it is decided. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        case = load_case(bucket, request_id, now, lock=True)
        decision = decide_retraction(case.subscription, case.request, case.in_force, now, actor=actor)
        if isinstance(decision, Decision):
            save([decision])
            open_owed_case(bucket, request_id, now)
    return decision
