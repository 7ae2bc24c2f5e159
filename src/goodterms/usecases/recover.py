"""Making anew what a restored database lost: one line of a gateway's statement at a time."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.public_id import CHARGE, REFUND, decode
from goodterms.domain.recovering import (
    Sent,
    decide_recovered_charge,
    decide_recovered_refund,
    refund_attempt,
    term_and_attempt,
)
from goodterms.domain.refunding import Context
from goodterms.gateways.protocol import Movement
from goodterms.storage.load import load_subscription
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.queries.orders import order_by_gateway_ref
from goodterms.storage.recover import asked_at, next_numbers
from goodterms.storage.save import save
from goodterms.usecases.lost_tries import MOST_CHARGES, MOST_REFUNDS
from goodterms.usecases.pay_back import take_in
from goodterms.usecases.world import World, calendar_for

#: How far ahead of the next term, and how many attempts, are looked through: first what is likely, then far.
_NEAR, _FAR = {"ahead": 0, "attempts": 6}, {"ahead": 60, "attempts": MOST_CHARGES}


class Lost(Exception):
    """It can not be made anew; the text says why, in words for people."""


def recover_line(world: World, gateway: str, line: Movement) -> None:
    """Make the intent behind a line anew, then take the line in as ever, as of its instant. Raises `Lost`.

    Must be called inside a transaction, all of which is taken back when it raises.
    """
    at = min(line.at, world.now())
    as_of = replace(line, at=at)
    if line.kind == "charge":
        _recover_charge(as_of)
    else:
        _recover_refund(gateway, as_of)
    take_in(replace(world, now=lambda: at), gateway, line)


def _recover_charge(line: Movement) -> None:
    bucket, id = decode(CHARGE, line.reference or "")
    found = _owner(bucket, id)
    if found is None:
        raise Lost("its subscription was bought after the backup")
    subscription_id, number, attempt = found
    subscription = load_subscription(bucket, subscription_id, at=line.at, lock=True)
    policy = policy_of_plan(subscription.plan, line.at)
    _save(decide_recovered_charge(subscription, number, Sent(attempt, line.amount, line.at), policy))


def _owner(bucket: int, charge_id: UUID) -> tuple[UUID, int, int] | None:
    """The subscription, term number and attempt that a charge's id was derived from."""
    candidates = next_numbers(bucket)
    for far in (_NEAR, _FAR):
        for subscription_id, number in candidates:
            if found := term_and_attempt(subscription_id, charge_id, number, **far):
                return subscription_id, *found
    return None


def _recover_refund(gateway: str, line: Movement) -> None:
    bucket, id = decode(REFUND, line.reference or "")
    found = order_by_gateway_ref(gateway, line.charge_ref or "")
    if found is None:
        raise Lost("the order that it pays back was made after the backup")
    _, subscription_id, order_id = found
    subscription = load_subscription(bucket, subscription_id, at=line.at, lock=True)
    order = next(o for o in subscription.orders if o.id == order_id)
    attempt = refund_attempt(order, id, attempts=MOST_REFUNDS)
    if attempt is None:
        raise Lost("it is not a refund of the order whose charge it pays back")
    policy = policy_by_digest(order.policy_digest)
    in_force = policy_of_plan(subscription.plan, line.at)
    context = Context(order, None, policy, in_force, calendar_for(policy, line.at))
    asked = asked_at(bucket, order_id, line.at) or line.at
    _save(decide_recovered_refund(subscription, Sent(attempt, line.amount, line.at), context, asked_at=asked))


def _save(decision: Decision | Refusal) -> None:
    if isinstance(decision, Refusal):
        raise Lost(decision.reason)
    save([decision])
