"""Sending refunds, following them to the account, and taking in what the gateway's statement says (R37-R42, R48)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction

from goodterms.domain.approval import next_attempt
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import SYSTEM, Actor
from goodterms.domain.payment import Refund, RefundState, RefundWay
from goodterms.domain.public_id import REFUND, PublicIdError, decode, encode
from goodterms.domain.refunding import (
    RefundResult,
    decide_external_refund,
    decide_refund_outcome,
    paid_back_meanwhile,
)
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import (
    CALL_ENDS_WITHIN,
    Answer,
    GatewayUnavailableError,
    Movement,
    Outcome,
    RefundIntent,
)
from goodterms.storage.claim import Claimed, claim_refund, claim_refunds
from goodterms.storage.inbox import Told, keep_hints
from goodterms.storage.load import NotFound, load_subscription
from goodterms.storage.queries.orders import imported_after, order_by_gateway_ref
from goodterms.storage.recover import keep_stray
from goodterms.storage.save import save
from goodterms.storage.statement import cursor_of, move_cursor
from goodterms.usecases.another_way import another_way, context_of, loaded
from goodterms.usecases.collect import record_paid_charge
from goodterms.usecases.disputes import record_dispute
from goodterms.usecases.fence import betrayed, known
from goodterms.usecases.lost_tries import find_other_refund, find_refund
from goodterms.usecases.refund_answers import nothing_stands, refund_result, result_of
from goodterms.usecases.selling import WAITS_FOR_SALE, NotTakenIn, take_in_sale
from goodterms.usecases.world import World, charges_itself

log = structlog.get_logger("goodterms.money")


def pay_back_due(world: World, limit: int = 100) -> int:
    """Send, look up or follow the refunds that are due, of every gateway; returns how many were worked on."""
    if world.held():
        return 0
    claimed = [one for gateway in sorted(world.gateways) for one in claim_refunds(world.now(), limit, gateway)]
    for one in claimed:
        work_on_refund(world, one)
    return len(claimed)


def pay_back_now(world: World, bucket: int, refund_id: UUID) -> None:
    """Send one refund right after its intent was committed; a worker does it if this process dies first."""
    claimed = claim_refund(bucket, refund_id, world.now()) if not world.held() else None
    if claimed is not None:
        work_on_refund(world, claimed)


def try_another_way(
    world: World, bucket: int, refund_id: UUID, *, actor: Actor, way: RefundWay, reference: str = ""
) -> Decision | Refusal:
    """After a refund failed: the original method again, or a bank transfer made by hand. Raises `NotFound`.

    For a while after a restore the gateway is asked first whether a lost history has tried again already: then no
    transfer is recorded (refuses `tried_already`, or `gateway_silent` without an answer).
    """
    if way is RefundWay.BANK_TRANSFER and (refusal := _tried_already(world, bucket, refund_id)) is not None:
        return refusal
    with transaction.atomic():
        decision = another_way(world, bucket, refund_id, actor, way, reference)
    if isinstance(decision, Decision) and way is RefundWay.ORIGINAL:
        assert isinstance(decision.outcome, Refund)
        pay_back_now(world, bucket, decision.outcome.id)
    return decision


def _tried_already(world: World, bucket: int, refund_id: UUID) -> Refusal | None:
    if world.held() is None and not world.fence.lately_resumed:
        return None
    subscription, failed, context = loaded(bucket, refund_id, world.now(), lock=False)
    if failed.way is RefundWay.EXTERNAL or failed.gateway not in world.gateways:
        return None
    other = find_other_refund(world.gateway(failed.gateway), subscription, failed, context.order)
    if other is None:
        return None
    if other[1].gateway_ref is None:
        return Refusal("gateway_silent", "The gateway does not say whether it pays already; try anew in a while.")
    return Refusal(
        "tried_already",
        "A refund from before the restore is on its way: make no transfer. To follow it, ask for the refund again.",
    )


def read_statement(
    world: World, gateway_name: str, limit: int = 500, on_failure: Callable[[Movement, Exception], None] | None = None
) -> int:
    """Take in the gateway's statement from where it was read last: refunds made there, what changed, what was paid.

    Every line is decided and committed before the cursor moves past it, and deciding it twice changes nothing.
    Returns how many lines the cursor moved past; an unreachable gateway is simply asked again later. With `on_failure`
    a line that can not be decided is told to it: the lines after it are decided as well, and all are read again. So
    are those after a charge that is just being recorded: who refunds it in the gateway's dashboard at once is heard.
    A line about something of ours that is not known here puts the fence up; while it is up nothing is read.
    """
    gateway = world.gateway(gateway_name)
    if world.held():
        return 0
    start = seen = after = cursor_of(gateway_name)
    done, whole = 0, True
    while True:
        try:
            lines = gateway.movements(after=seen, limit=limit)
        except GatewayUnavailableError:
            break
        for line in lines:
            taken = _taken_in(world, gateway_name, line, on_failure)
            if taken is None:
                lines, whole = [], False
                break
            whole = taken and whole
            done += whole
            after, seen = line.cursor if whole else after, line.cursor
        if whole or len(lines) < limit:
            break
    if done:
        move_cursor(gateway_name, start, str(after))
    return done


def _taken_in(
    world: World, gateway_name: str, line: Movement, on_failure: Callable[[Movement, Exception], None] | None
) -> bool | None:
    """Whether a line was decided; None where it shows that we were restored, and nothing is to be read any more."""
    try:
        taken = take_in(world, gateway_name, line)
        if taken is None:
            return False
        if not taken and not known(gateway_name, line):
            betrayed(world, line)
            return None
    except (OperationalError, InterfaceError):
        raise
    except NotTakenIn as problem:
        # Not now: it is kept, tried again when more has been reported, and shown at the desk.
        log.warning("report kept for later", gateway=gateway_name, kind=line.kind, reason=problem.code)
        event = Told(f"line {line.cursor}", line.kind, line.gateway_ref, line.at)
        return keep_hints(gateway_name, [event], world.now()) >= 0
    except Exception as problem:
        if on_failure is None:
            raise
        on_failure(line, problem)
        return False
    return True


def take_in(world: World, gateway_name: str, line: Movement) -> bool | None:
    """Take in how a charge, refund or dispute stands, from the statement or asked for; False when it is not ours.

    None for a charge that somebody is about to record. Doing it again, or with what is older than what is known,
    changes nothing. A seller that charges by itself reports
    nothing but what is ours: raises `NotTakenIn` for what can not be placed (yet).
    """
    if line.kind != "charge":
        ours = (_take_in_refund if line.kind == "refund" else record_dispute)(world, gateway_name, line)
        if not ours and line.reference is None and charges_itself(world, gateway_name):
            raise NotTakenIn(WAITS_FOR_SALE, f"no sale {line.charge_ref} has been reported yet")
        return ours
    if line.sale is not None:
        return take_in_sale(world, gateway_name, line)
    return record_paid_charge(world, line) if line.outcome is Outcome.SUCCEEDED else True


def record_refund_result(
    world: World, bucket: int, refund_id: UUID, result: RefundResult, *, asked: Refund | None = None
) -> Decision | Refusal:
    """Decide and save what the gateway said of a refund, under the subscription's lock. Raises `NotFound`.

    `asked` is how it was when the gateway was asked. That it never saw a refund is not believed of one that has been
    sent again since (refuses `sent_again`): that request may still be on its way.
    """
    now = world.now()
    with transaction.atomic():
        subscription, refund, context = loaded(bucket, refund_id, now)
        if asked is not None and result.outcome == "not_found" and refund.sent_at != asked.sent_at:
            return Refusal("sent_again", "The refund has been sent again since the gateway was asked.", already=True)
        decision = decide_refund_outcome(subscription, refund, result, context, now)
        if isinstance(decision, Decision):
            save([decision])
    return decision


def work_on_refund(world: World, claimed: Claimed) -> None:
    """Send or look up one claimed refund and record what the gateway says.

    One whose money has gone back in another way before it was sent is not sent. One that was sent before is looked up
    first and only sent again when the gateway is certain that it never saw it: keys expire at gateways. For a while
    after a restore all are: the gateway may have one of the same name, made by a history that is lost, of which its
    statement does not tell yet. One that failed there does not stand in the way of ours, unless it was tried again.
    """
    now = world.now()
    subscription = load_subscription(claimed.bucket, claimed.subscription_id, at=now, lock=False)
    refund = next(r for r in subscription.refunds if r.id == claimed.id)
    if refund.way is not RefundWay.ORIGINAL and refund.state.open:
        return
    gateway = world.gateway(refund.gateway)
    if refund.way is RefundWay.EXTERNAL:
        _follow_external(world, refund)
        return
    order = next(o for o in subscription.orders if o.id == refund.order_id)
    unsent = refund.state.open and not claimed.sent_before
    if unsent and paid_back_meanwhile(order):
        record_refund_result(world, refund.bucket, refund.id, RefundResult("not_found"), asked=refund)
        return
    if _too_late(world, refund):
        return
    lately = world.fence.lately_resumed
    answer = find_refund(gateway, refund) if lately or not unsent else None
    if answer is not None and lately and refund.state.open and nothing_stands(answer):
        other = find_other_refund(gateway, subscription, refund, order)
        if other is not None:
            _leave_it_to(world, subscription, refund, answer, *other)
            return
    if answer is None or (unsent and nothing_stands(answer)):
        if _too_late(world, refund):
            return
        reference = encode(REFUND, refund.bucket, refund.id)
        answer = gateway.refund(RefundIntent(refund.key, reference, refund.charge_ref or "", refund.amount))
    record_refund_result(world, refund.bucket, refund.id, refund_result(refund, answer), asked=refund)


def _too_late(world: World, refund: Refund) -> bool:
    """Whether somebody else may look it up before a call would end: it stood still for too long."""
    return refund.check_at is None or world.now() > refund.check_at - CALL_ENDS_WITHIN


def _leave_it_to(
    world: World, subscription: Subscription, refund: Refund, answer: Answer, other: Refund, said: Answer
) -> None:
    """A lost history has paid it under another number, or the gateway does not say: ours is not sent.

    It fails, as it had there, and is tried again at once where that is the try which was found. Where it is not, the
    statement brings that one.
    """
    if said.gateway_ref is None:
        return  # no answer: asked again when the lease is over
    order = next(o for o in subscription.orders if o.id == refund.order_id)
    with transaction.atomic():
        failed = RefundResult("rejected", answer.gateway_ref, None if answer.not_found else answer.code)
        record_refund_result(world, refund.bucket, refund.id, failed, asked=refund)
        if other.attempt == next_attempt(subscription, order) and said.amount == refund.amount:
            another_way(world, refund.bucket, refund.id, SYSTEM, RefundWay.ORIGINAL)


def _follow_external(world: World, refund: Refund) -> None:
    """Ask how a refund stands that somebody made at the gateway: it has no reference of ours to look for."""
    result, line = RefundResult("unknown"), None
    with suppress(GatewayUnavailableError):
        line = world.gateway(refund.gateway).current("refund", refund.gateway_ref or "")
    if line is not None:
        result = result_of(line.outcome, line.gateway_ref, line.failure, line.bank_reference, True)
    record_refund_result(world, refund.bucket, refund.id, result)


def _take_in_refund(world: World, gateway_name: str, line: Movement) -> bool:
    """One line about a refund: ours (its state may have changed), or made by somebody in the dashboard."""
    now = world.now()
    try:
        bucket, refund_id = decode(REFUND, line.reference or "")
    except PublicIdError:
        return _take_in_external(gateway_name, line, now)
    try:
        subscription, refund, _ = loaded(bucket, refund_id, now, lock=False)
    except NotFound:
        return False  # a reference that looks like ours but is not known here: reconciliation reports it
    another = refund.gateway_ref not in (None, refund.key, line.gateway_ref)  # the key stands in where none was given
    if line.outcome is Outcome.DECLINED and (another or (refund.state.open and world.fence.lately_resumed)):
        return True  # perhaps an earlier one of this name, of a history that is lost: looking ours up tells
    if another or line.amount != refund.amount:
        _differs(refund, line, now)
        return True
    result = result_of(line.outcome, line.gateway_ref, line.failure, line.bank_reference, refund.state.initiated)
    if not _news(refund, result) or _came_back_since(refund, line):
        return True
    decision = record_refund_result(world, subscription.bucket, refund.id, result)
    if isinstance(decision, Refusal) and not decision.already:
        log.error(decision.code, refund=line.reference)  # paid although we hold it for failed: a person has to look
    return True


def _differs(refund: Refund, line: Movement, now: datetime) -> None:
    """The gateway has paid back twice under one name, or another amount: not believed, and somebody has to look."""
    log.error("refund_differs", refund=line.reference)
    what = f"Refund of {line.amount}: we know one of {refund.amount} by its name"
    keep_stray(
        refund.bucket, kind=line.kind, what=what, gateway_ref=line.gateway_ref, on=line.at.date(), now=now
    )  # fmt: skip


def _news(refund: Refund, result: RefundResult) -> bool:
    return result.outcome not in (refund.state.value, "unknown") and not (
        refund.state.value in ("succeeded", "failed") and result.outcome in ("pending", "rejected")
    )


def _came_back_since(refund: Refund, line: Movement) -> bool:
    """Whether a line tells of the arrival of money that has come back since: it was heard of before."""
    failed = refund.state is RefundState.FAILED and refund.initiated_at is not None
    return failed and refund.settled_at is not None and line.at <= refund.settled_at


def _take_in_external(gateway_name: str, line: Movement, now: datetime) -> bool:
    found = order_by_gateway_ref(gateway_name, line.charge_ref or "")
    if found is None:
        return False  # a charge that is not ours
    bucket, subscription_id, order_id = found
    with transaction.atomic():
        subscription = load_subscription(bucket, subscription_id, at=now, lock=True)
        order = next(o for o in subscription.orders if o.id == order_id)
        known = next((r for r in subscription.refunds if r.gateway_ref == line.gateway_ref), None)
        context = context_of(subscription, order, None, now)
        if known is None and line.outcome in (Outcome.DECLINED, Outcome.UNKNOWN):
            return True  # nothing has moved
        if known is None and order.charge_id is None and imported_after(bucket, subscription_id, line.at):
            return True  # in the sum that the import brought
        if known is None:
            decision = decide_external_refund(
                subscription, line.amount, line.gateway_ref, context, now,
                at=min(line.at, now), settled=line.outcome is Outcome.SUCCEEDED,
            )  # fmt: skip
        else:
            result = result_of(line.outcome, line.gateway_ref, line.failure, line.bank_reference, True)
            if not _news(known, result):
                return True
            decision = decide_refund_outcome(subscription, known, result, context, now)
        if isinstance(decision, Decision):
            save([decision])
    return True
