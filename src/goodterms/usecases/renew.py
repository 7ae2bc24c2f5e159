"""The renewal run: announce, commit charge intents, expire; whatever is due, in batches, on any number of workers.

`renew_and_charge` is the whole run of a batch: one transaction commits the intents, the gateways are asked, and a
second transaction records what came of it. What a dying worker leaves behind is found by `collect` after the lease; so
is, at once, what a gateway has no time for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction

from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.decision import Decision
from goodterms.domain.payment import Charge
from goodterms.domain.policy import Policy
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import Gateway
from goodterms.storage.claim import LEASE, due_subscriptions
from goodterms.storage.load import load_subscriptions
from goodterms.storage.load_due import claim_due
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.save import StaleState, save
from goodterms.usecases.collect import charge_all, record_charge_results
from goodterms.usecases.lanes import Seats
from goodterms.usecases.set_aside import DATABASE_TROUBLE, log_failure, work_on_one
from goodterms.usecases.world import World

Policies = Mapping[str, Policy]


@dataclass(frozen=True, slots=True)
class Intended:
    """A charge whose intent was just committed to be sent at once, with its subscription as it was saved."""

    charge: Charge
    subscription: Subscription


def renew_due(world: World, limit: int = 500) -> int:
    """Decide every subscription whose next step is due, up to `limit`; returns how many.

    Claim, load, decide and save are one transaction; what it commits are intents, sent afterwards by `collect`.
    """
    return 0 if world.held() else _plan(world, limit, frozenset())[0]


def renew_and_charge(world: World, limit: int = 500, seats: Seats | None = None) -> int:
    """The same, and send the charges at once and record what came of them; returns how many were decided.

    A gateway that rests, or for which its share of hands (`seats`) waits already, gets its charges later, from
    `collect`: so neither a dead nor a slow one holds up the customers of others. For a while after a restore all do,
    since `collect` looks for each before it sends it.
    """
    if world.held():
        return 0
    ready = frozenset(
        name
        for name, one in world.gateways.items()
        if one.gate.well and (not seats or seats.free(name)) and not world.fence.lately_resumed
    )
    count, intended, policies = _plan(world, limit, ready)
    for mine, results in _answers(world, intended, seats):
        _record(world, mine, results, policies)
    return count


def renew_one(world: World, bucket: int, id: UUID) -> int:
    """Decide one subscription; 0 when it is not due any more or another worker has it."""
    if world.held():
        return 0
    now = world.now()
    with transaction.atomic():
        keys = due_subscriptions(now, 1, only=(bucket, id))
        subscriptions = load_subscriptions(keys, at=now, lock=False)  # the claim holds the locks
        decisions = [plan_renewal(s, policy_of_plan(s.plan, now), now) for s in subscriptions]
        save(decisions)
    world.tally.saved(decisions)
    return len(keys)


def _plan(world: World, limit: int, gateways: frozenset[str]) -> tuple[int, list[Intended], Policies]:
    """Commit what is due; charges of these gateways count as sent and are returned."""
    now = world.now()
    send_until = now + LEASE
    with world.tally.timed("plan"), transaction.atomic():
        subscriptions = claim_due(now, limit)
        policies = {plan: policy_of_plan(plan, now) for plan in dict.fromkeys(s.plan for s in subscriptions)}
        decisions = [
            plan_renewal(s, policies[s.plan], now, send_until=send_until if s.gateway in gateways else None)
            for s in subscriptions
        ]
        save(decisions)
    world.tally.saved(decisions)
    intended = [one for decision in decisions for one in _sent_with(decision)] if gateways else []
    return len(subscriptions), intended, policies


def _sent_with(decision: Decision) -> list[Intended]:
    charges = [row for row in decision.inserts if isinstance(row, Charge) and row.sent_at is not None]
    if not charges:
        return []
    subscription = next(row for row in decision.updates if isinstance(row, Subscription))
    return [Intended(charge, subscription) for charge in charges]


def _answers(
    world: World, intended: Sequence[Intended], seats: Seats | None
) -> Iterator[tuple[list[Intended], dict[UUID, ChargeResult]]]:
    """Ask the gateways side by side; what each said of its charges, in the order in which they are ready."""
    of_gateway: dict[str, list[Intended]] = defaultdict(list)
    for one in intended:
        of_gateway[one.charge.gateway].append(one)
    now = world.now()

    def ask(name: str, gateway: Gateway) -> dict[UUID, ChargeResult]:
        charges = [one.charge for one in of_gateway[name]]
        with seats.seat(name) if seats else nullcontext(True) as seated:
            if not seated:
                return {charge.id: ChargeResult("not_found") for charge in charges}
            with world.tally.timed("ask"):
                results = charge_all(gateway, charges, now)
            world.tally.answered(name, "charge", results.values())
            return results

    gateways = {name: world.gateway(name) for name in of_gateway}
    if len(gateways) == 1:
        ((name, gateway),) = gateways.items()
        yield of_gateway[name], ask(name, gateway)
        return
    failure: BaseException | None = None
    with world.threads(max(1, len(gateways)), "gateway") as pool:
        waiting = {pool.submit(ask, name, gateway): name for name, gateway in gateways.items()}
        for ready in as_completed(waiting):
            failure = failure or ready.exception()
            if ready.exception() is None:
                yield of_gateway[waiting[ready]], ready.result()
    if failure:
        raise failure


def _record(
    world: World, intended: Sequence[Intended], results: Mapping[UUID, ChargeResult], policies: Policies
) -> None:
    """Record outcomes on the strength of what was saved a moment ago; whatever was changed since is loaded anew."""
    now = world.now()
    try:
        with world.tally.timed("record"), transaction.atomic():
            decided = [
                decide_charge_outcome(
                    one.subscription, one.charge, results[one.charge.id], policies[one.subscription.plan], now
                )
                for one in intended
            ]
            decisions = [decision for decision in decided if isinstance(decision, Decision)]
            save(decisions)
        world.tally.saved(decisions)
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        if not isinstance(problem, StaleState):
            log_failure("batch failed, going on under lock", problem, step="renewals")
        _record_anew(world, intended, results)


def _record_anew(world: World, intended: Sequence[Intended], results: Mapping[UUID, ChargeResult]) -> None:
    """Record outcomes under lock, on what is loaded now; one by one where that fails."""
    charges = [one.charge for one in intended]
    try:
        record_charge_results(world, charges, dict(results))
        return
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("batch failed, going on one by one", problem, step="renewals")
    for charge in charges:
        record = partial(record_charge_results, world, [charge], {charge.id: results[charge.id]})
        work_on_one(world, "charges", charge.bucket, charge.id, record)
