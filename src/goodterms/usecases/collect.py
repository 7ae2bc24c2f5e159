"""Sending charges and recording what came of them. Intents are committed rows; the call comes after, never inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from goodterms.domain.charging import ChargeResult, decide_charge_outcome, still_wanted
from goodterms.domain.decision import Decision
from goodterms.domain.payment import Charge, ChargeState
from goodterms.domain.public_id import CHARGE, PublicIdError, decode, encode
from goodterms.gateways.protocol import CALL_ENDS_WITHIN, Answer, ChargeIntent, Gateway, Movement, Outcome
from goodterms.storage.claim import LEASE, Claimed, claim_charges
from goodterms.storage.load import canceled_among, load_charges, load_subscriptions
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.recover import keep_stray
from goodterms.storage.save import refused_by, save
from goodterms.usecases.lost_tries import find_charge, find_charge_after
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.money")

LOOKED_UP_AT_ONCE = 8
_IN_NOBODYS_WAY = ("not_found", "declined")
_CLOCKS_DIFFER_BY = timedelta(minutes=5)
ONE_LIVING = "subscriptions_one_living"  # the index that lets a customer hold a product once


def collect_due(world: World, limit: int = 200) -> int:
    """Send or look up the charges that are due, of every gateway; returns how many were worked on."""
    done = 0
    for gateway in sorted(world.gateways) if not world.held() else ():
        claimed = claim_charges(world.now(), limit, gateway)
        if claimed:
            settle_charges(world, claimed)
        done += len(claimed)
    return done


def settle_charges(world: World, claimed: Sequence[Claimed]) -> dict[UUID, str]:
    """Ask the gateways about claimed charges and record their answers; returns each charge's state afterwards.

    A charge that was sent before is looked up first and only sent again when the gateway is certain that it never saw
    it: keys expire at gateways, so a repeated request could charge twice. One that was never sent is let go when its
    subscription was canceled meanwhile or the term it was to follow is over (R10, R14).

    For a while after a restore those are looked up first as well: the gateway may still be deciding about one of the
    same name, which was lost before its statement told of it. What it has declined is no answer to ours, which may be
    for another card, and nothing stands in its way: that is sent. Unless the lost history tried again after it, and
    that may still be paid: then ours has come to its end, and the next try finds the other.
    """
    charges = {charge.id: charge for charge in load_charges([(c.bucket, c.id) for c in claimed])}
    states = {charge.id: charge.state.value for charge in charges.values()}  # some came to their end after the claim
    work = [(c, charges[c.id]) for c in claimed if c.id in charges and charges[c.id].state.open]
    results: dict[UUID, ChargeResult] = {}
    for name in sorted({charge.gateway for _, charge in work}):
        gateway = world.gateway(name)
        unsent = [charge for c, charge in work if charge.gateway == name and not c.sent_before]
        with world.tally.timed("ask"):
            sent_before = [charge for c, charge in work if charge.gateway == name and c.sent_before]
            lost: dict[UUID, ChargeResult] = {}
            if world.fence.lately_resumed:
                found, _ = _standing(world, gateway, sent_before)
                lost, taken = _standing(world, gateway, unsent)
                found |= {id: lost[id] for id in taken}
                unsent = [charge for charge in unsent if charge.id in lost and charge.id not in taken]
            else:
                found = _look_up(world, gateway, sent_before)
            gone = _let_go(unsent, world.now())
            sent = charge_all(gateway, [charge for charge in unsent if charge.id not in gone], world.now())
            sent = {id: _of_today(result, lost.get(id)) for id, result in sent.items()}
        world.tally.answered(name, "charge", sent.values())
        world.tally.answered(name, "look_up", found.values())
        results.update(gone | sent | found)
    return states | record_charge_results(world, [charge for _, charge in work], results)


def _standing(world: World, gateway: Gateway, charges: Sequence[Charge]) -> tuple[dict[UUID, ChargeResult], set[UUID]]:
    """What the gateway knows of charges, soon after a restore: a lost history may have made them, and later tries.

    A charge after which another stands has come to its end if it was declined; else nothing is sure of it yet. Also
    returns for which of them there is something that stands, so that they must not be sent.
    """
    found = _look_up(world, gateway, charges, read=_not_of_a_lost_card)
    free = [c for c in charges if c.id in found and found[c.id].outcome in _IN_NOBODYS_WAY]
    after = _look_up(world, gateway, free, ask=find_charge_after)
    for charge in free:
        later = after.get(charge.id)
        if later is None:
            del found[charge.id]  # there was no time to ask: found again when its lease is over
        elif later.outcome != "not_found":
            tried_again = found[charge.id].outcome == "declined" and later.gateway_ref is not None
            found[charge.id] = _not_for_good(found[charge.id]) if tried_again else ChargeResult("unknown")
    clear = {charge.id for charge in free if charge.id in after and after[charge.id].outcome == "not_found"}
    return found, found.keys() - clear


def _not_of_a_lost_card(charge: Charge, answer: Answer) -> ChargeResult:
    """An answer as the domain reads it; a decline from before our intent says nothing of the card of today."""
    result = charge_result(charge, answer)
    older = answer.at is not None and answer.at < charge.intended_at - _CLOCKS_DIFFER_BY
    return _not_for_good(result) if result.outcome == "declined" and older else result


def _not_for_good(result: ChargeResult) -> ChargeResult:
    """A decline after which the card may be tried again."""
    return replace(result, code="card_declined", retryable=True)


def _of_today(result: ChargeResult, lost: ChargeResult | None) -> ChargeResult:
    """A decline that the gateway has only repeated, since it remembers the key, says nothing of the card of today.

    So it may be tried again, as after any decline that is not for good.
    """
    if lost is None or result.outcome != "declined" or lost.gateway_ref != result.gateway_ref:
        return result
    return _not_for_good(result)


def record_charge_results(
    world: World, charges: Sequence[Charge], results: dict[UUID, ChargeResult]
) -> dict[UUID, str]:
    """Decide and save the outcomes of charges, all in one transaction, each under its subscription's lock.

    `charges` are as they were when the gateway was asked. That it never saw a charge is not believed of one that has
    been sent again since: that request may still be on its way.
    """
    now = world.now()
    states: dict[UUID, str] = {}
    asked = {charge.id: charge.sent_at for charge in charges}
    with world.tally.timed("record"), transaction.atomic():
        keys = [(c.bucket, c.subscription_id) for c in charges if c.id in results]
        decisions = []
        policy_of = cache(lambda plan: policy_of_plan(plan, now))
        for subscription in load_subscriptions(keys, at=now, lock=True):
            charge = next(c for c in subscription.charges if c.id in results)
            states[charge.id] = charge.state.value
            if results[charge.id].outcome == "not_found" and charge.sent_at != asked[charge.id]:
                continue
            decision = decide_charge_outcome(
                subscription, charge, results[charge.id], policy_of(subscription.plan), now
            )
            if isinstance(decision, Decision):
                decisions.append(decision)
                states.update((row.id, row.state.value) for row in decision.updates if isinstance(row, Charge))
            elif not decision.already:
                log.error(decision.code, charge=encode(CHARGE, charge.bucket, charge.id))
        save(decisions)
    world.tally.saved(decisions)
    return states


def record_paid_charge(world: World, line: Movement) -> bool | None:
    """A line of the statement says that a charge of ours was paid: true also where we hold another outcome.

    Returns False when there is no such charge here, and None for one that somebody else is about to record: it has
    no order yet, so that nothing that comes after it can be taken in for good.
    """
    try:
        bucket, id = decode(CHARGE, line.reference or "")
    except PublicIdError:
        return False  # not one of ours
    now = world.now()
    charges = load_charges([(bucket, id)])
    for charge in charges:
        if charge.state is ChargeState.SUCCEEDED and charge.gateway_ref not in (None, line.gateway_ref):
            _paid_twice(charge, line, now)
        if charge.state is ChargeState.SUCCEEDED or line.amount != charge.amount:
            continue
        if _under_way(charge, now):
            return None  # should nobody record it after all, it is looked up after its lease
        try:
            record_charge_results(world, [charge], {charge.id: ChargeResult("succeeded", line.gateway_ref)})
        except IntegrityError as refused:
            if refused_by(refused) != ONE_LIVING:
                raise
            _paid_twice(charge, line, now)  # bought anew meanwhile
    return bool(charges)


def _paid_twice(charge: Charge, line: Movement, now: datetime) -> None:
    """The same was paid by two charges: a person pays this one back."""
    log.error("charged_twice", charge=line.reference)
    what = f"Charge of {line.amount}: paid by another charge as well"
    keep_stray(charge.bucket, kind=line.kind, what=what, gateway_ref=line.gateway_ref, on=line.at.date(), now=now)


def _under_way(charge: Charge, now: datetime) -> bool:
    """Whether somebody holds the lease in which it was sent; one that was only set aside is not under way."""
    if charge.state is not ChargeState.INTENDED or charge.check_at is None or charge.sent_at is None:
        return False
    return now < min(charge.check_at, charge.sent_at + LEASE)


def _let_go(charges: Sequence[Charge], now: datetime) -> dict[UUID, ChargeResult]:
    """Charges that were never sent and are not wanted any more: the gateway certainly never saw them."""
    canceled = canceled_among([(c.bucket, c.subscription_id) for c in charges])
    unwanted = (c for c in charges if not still_wanted(c, now, auto_renew=c.subscription_id not in canceled))
    return {charge.id: ChargeResult("not_found") for charge in unwanted}


def charge_all(gateway: Gateway, charges: Sequence[Charge], now: datetime) -> dict[UUID, ChargeResult]:
    """Send charges that were committed to be sent now; what came of each.

    None is begun so late that it could be on its way when its lease is over and somebody else looks it up: what the
    gateway has no time for is as certainly not there as what it can not find. What costs nothing is paid without
    asking: no gateway takes a charge of nothing.
    """
    free = {charge.id: ChargeResult("succeeded") for charge in charges if not charge.amount}
    charges = [charge for charge in charges if charge.id not in free] if free else charges
    if not charges:
        return free
    intents = [
        ChargeIntent(
            key=charge.key,
            reference=encode(CHARGE, charge.bucket, charge.id),
            amount=charge.amount,
            payment_method=charge.payment_method,
            description=f"Subscription term {charge.term_number}",
        )
        for charge in charges
    ]
    return free | _results(charges, gateway.charge_many(intents, within=_time_left(charges, now)))


def _time_left(charges: Sequence[Charge], now: datetime) -> timedelta | None:
    """How long calls about claimed charges may still begin, so that they end before their lease."""
    leases = [charge.check_at for charge in charges if charge.check_at is not None]
    return min(leases) - CALL_ENDS_WITHIN - now if leases else None


def _look_up(
    world: World,
    gateway: Gateway,
    charges: Sequence[Charge],
    *,
    ask: Callable[[Gateway, Charge], Answer] = find_charge,
    read: Callable[[Charge, Answer], ChargeResult] | None = None,
) -> dict[UUID, ChargeResult]:
    """What the gateway knows of charges; those there was no time for are found again when their lease is over."""
    run = gateway.gate.run(_time_left(charges, world.now()))
    result_of = read or charge_result

    def find(charge: Charge) -> Answer | None:
        return ask(gateway, charge) if gateway.gate.goes_on(run) else None

    if len(charges) < 2:
        found = [(charge, find(charge)) for charge in charges]
    else:
        with world.threads(min(LOOKED_UP_AT_ONCE, len(charges)), "look-up") as pool:
            found = list(zip(charges, pool.map(find, charges), strict=True))
    return {charge.id: result_of(charge, answer) for charge, answer in found if answer is not None}


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
