"""The product's own work, through its use cases: what is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction

from bench.meter import Meter, Run
from bench.seed import NOW, PLAN
from bench.stub import DECLINE_CODE, Stub, answer_for
from goodterms import wiring
from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.decision import Decision
from goodterms.domain.payment import Charge
from goodterms.domain.policy import Policy
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import replace as changed
from goodterms.gateways.protocol import Gateway
from goodterms.storage.claim import LEASE
from goodterms.storage.load_due import claim_due
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.save import save
from goodterms.usecases import renew
from goodterms.usecases.hands import with_hands
from goodterms.usecases.world import World


def world(now: datetime = NOW, gateway: Gateway | None = None) -> World:
    """The world of a measurement: the clock stands still, the gateway is the stub."""
    return replace(wiring.world(), now=lambda: now, gateways={"bank": gateway or Stub()})


def run(batch: int, hands: int, measured: World | None = None) -> Run:
    """Renew everything due: commit intents, charge, record what came of it, in batches, with so many hands."""
    return _timed(hands, partial(renew.renew_and_charge, measured or world(), batch))


def intents(batch: int, hands: int) -> Run:
    """Commit the intents of everything due; nothing is charged."""
    return _timed(hands, partial(renew.renew_due, world(), batch))


def whole(batch: int, hands: int) -> Run:
    """Decide and save everything due at once, the gateway's answers known: each row is written once.

    The product never does this: it commits the intent before it asks the gateway. Its own parts do the work here
    (claim, load, both decisions, save), so that their cost can be held against one statement that writes the same.
    """
    return _timed(hands, partial(_whole_batch, NOW, batch))


def _whole_batch(now: datetime, limit: int) -> int:
    with transaction.atomic():
        subscriptions = claim_due(now, limit)
        policy = policy_of_plan(PLAN, now)
        save([_whole(subscription, policy, now) for subscription in subscriptions])
    return len(subscriptions)


def _whole(subscription: Subscription, policy: Policy, now: datetime) -> Decision:
    """Both decisions of a renewal as one: the charge is written as settled, the subscription once."""
    first = plan_renewal(subscription, policy, now, send_until=now + LEASE)
    (charge,) = (row for row in first.inserts if isinstance(row, Charge))
    intended = _only(first.updates)
    succeeds, ref = answer_for(charge.key)
    result = ChargeResult("succeeded", ref) if succeeds else ChargeResult("declined", ref, DECLINE_CODE)
    second = decide_charge_outcome(intended, charge, result, policy, now)
    assert isinstance(second, Decision)
    (settled,) = (row for row in second.updates if isinstance(row, Charge))
    return Decision(
        inserts=(settled, *second.inserts),
        updates=(changed(_only(second.updates), version=subscription.version + 1),),
        facts=first.facts + second.facts,
        postings=second.postings,
        messages=second.messages,
    )


def _only(rows: tuple[object, ...]) -> Subscription:
    return next(row for row in rows if isinstance(row, Subscription))


def _timed(hands: int, step: Callable[[], int]) -> Run:
    meter = Meter()
    done = with_hands(hands, step)
    return Run(meter.lap(), done)
