"""Sending charges and recording what came of them. Intents are committed rows; the call comes after, never inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import transaction

from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.decision import Decision
from goodterms.domain.payment import Charge
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import CHARGE, encode
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import Answer, ChargeIntent, Gateway, Outcome
from goodterms.storage.claim import Claimed, claim_charges
from goodterms.storage.load import load_charges, load_subscriptions
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.save import save
from goodterms.usecases.world import World

Sent = tuple[Claimed, Charge]


def collect_due(world: World, limit: int = 200) -> int:
    """Send or look up the charges that are due; returns how many were worked on."""
    claimed = claim_charges(world.now(), limit)
    if claimed:
        settle_charges(world, claimed)
    return len(claimed)


def settle_charges(world: World, claimed: Sequence[Claimed]) -> dict[UUID, str]:
    """Ask the gateways about claimed charges and record their answers; returns each charge's state afterwards.

    A charge that was sent before is looked up first and only sent again when the gateway is certain that it never saw
    it: keys expire at gateways, so a repeated request could charge twice.
    """
    charges = {charge.id: charge for charge in load_charges([(c.bucket, c.id) for c in claimed])}
    work = [(c, charges[c.id]) for c in claimed if c.id in charges and charges[c.id].state.open]
    results: dict[UUID, ChargeResult] = {}
    for name in sorted({charge.gateway for _, charge in work}):
        gateway = world.gateway(name)
        mine = [(c, charge) for c, charge in work if charge.gateway == name]
        results.update(_look_up(gateway, [w for w in mine if w[0].sent_before]))
        results.update(_send(gateway, [w for w in mine if not w[0].sent_before]))
    return record_charge_results(world, [charge for _, charge in work], results)


def record_charge_results(
    world: World, charges: Sequence[Charge], results: dict[UUID, ChargeResult]
) -> dict[UUID, str]:
    """Decide and save the outcomes of charges, all in one transaction, each under its subscription's lock."""
    now = world.now()
    states: dict[UUID, str] = {}
    with transaction.atomic():
        keys = [(c.bucket, c.subscription_id) for c in charges if c.id in results]
        decisions = []
        policy_of = cache(lambda plan: policy_of_plan(plan, now))
        for subscription in load_subscriptions(keys, at=now, lock=True):
            decision, state = _decide(subscription, results, policy_of, now)
            states.update(state)
            if decision is not None:
                decisions.append(decision)
        save(decisions)
    return states


def _decide(
    subscription: Subscription, results: dict[UUID, ChargeResult], policy_of: Callable[[str], Policy], now: datetime
) -> tuple[Decision | None, dict[UUID, str]]:
    charge = next((c for c in subscription.charges if c.id in results and c.state.open), None)
    if charge is None:
        return None, {c.id: c.state.value for c in subscription.charges if c.id in results}
    policy = policy_of(subscription.plan)
    decision = decide_charge_outcome(subscription, charge, results[charge.id], policy, now)
    if not isinstance(decision, Decision):
        return None, {charge.id: charge.state.value}
    after = [row for row in decision.updates if isinstance(row, Charge)]
    return decision, {row.id: row.state.value for row in after}


def _send(gateway: Gateway, work: Sequence[Sent]) -> dict[UUID, ChargeResult]:
    intents = [
        ChargeIntent(
            key=charge.key,
            reference=encode(CHARGE, charge.bucket, charge.id),
            amount=charge.amount,
            payment_method=charge.payment_method,
            description=f"Subscription term {charge.term_number}",
        )
        for _, charge in work
    ]
    if not intents:
        return {}
    return _results((charge for _, charge in work), gateway.charge_many(intents))


def _look_up(gateway: Gateway, work: Sequence[Sent]) -> dict[UUID, ChargeResult]:
    answers = [
        gateway.find_charge(key=charge.key, reference=encode(CHARGE, charge.bucket, charge.id)) for _, charge in work
    ]
    return _results((charge for _, charge in work), answers)


def _results(charges: Iterable[Charge], answers: Iterable[Answer]) -> dict[UUID, ChargeResult]:
    return {charge.id: charge_result(charge, answer) for charge, answer in zip(charges, answers, strict=True)}


def charge_result(charge: Charge, answer: Answer) -> ChargeResult:
    """An answer as the domain reads it; an answer about another amount is not believed."""
    if answer.not_found:
        return ChargeResult("not_found")
    if answer.outcome is Outcome.SUCCEEDED and answer.amount is not None and answer.amount != charge.amount:
        return ChargeResult("unknown", answer.gateway_ref, "amount_differs")
    if answer.outcome is Outcome.SUCCEEDED:
        return ChargeResult("succeeded", answer.gateway_ref)
    if answer.outcome is Outcome.DECLINED:
        return ChargeResult("declined", answer.gateway_ref, answer.code, answer.retryable)
    return ChargeResult("unknown", answer.gateway_ref, answer.code)
