"""What came of a refund: initiated (cancellation and access change with it), refused, credited, failed, late.

Money and access can not drift apart: `_initiate` changes both in one decision (R41, R42, R44, R46).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from goodterms.domain import ledger
from goodterms.domain.approval import intend_refund, next_attempt, refund_intent
from goodterms.domain.business_days import BusinessCalendar, add_business_days
from goodterms.domain.charging import look_up_at
from goodterms.domain.counting import counting_zone, local_date, start_of_day
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.dispute_money import count_disputed_excess
from goodterms.domain.facts import SYSTEM, Actor, FactName
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, Refund, RefundEffect, RefundState, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.refund_effects import change_access
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refundability import effect_of, followed_by_another, term_of
from goodterms.domain.renewal import settle
from goodterms.domain.subscription import Subscription, access_end
from goodterms.domain.value import dataclass, replace

# How often the gateway is asked whether an initiated refund has arrived.
SETTLEMENT_CHECK_EVERY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class RefundResult:
    """What the gateway said of a refund.

    `outcome`: pending or succeeded (initiated), rejected, failed (after it had been accepted), unknown, or not_found
    (look-ups only).
    """

    outcome: str
    gateway_ref: str | None = None
    code: str | None = None
    bank_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What deciding on a refund rests on besides the subscription."""

    order: Order
    request: RefundRequest | None
    policy: Policy  # pinned to the order
    in_force: Policy
    calendar: BusinessCalendar


def decide_refund_outcome(
    subscription: Subscription, refund: Refund, result: RefundResult, context: Context, now: datetime
) -> Decision | Refusal:
    """Record what the gateway said. An answer that says what is known already changes nothing (R48).

    What the gateway never saw is sent again, unless its money has gone another way meanwhile: then it is let go.
    """
    draft = Draft(subscription, now=now, actor=Actor("gateway", refund.gateway), policy_digest=context.policy.digest)
    if result.outcome in ("pending", "succeeded"):
        if refund.state is RefundState.FAILED:
            return Refusal("refund_settled", "The refund has failed before; a person has to look at it.")
        first = refund.state.open
        if first:
            refund = _initiate(draft, refund, result, context)
        if result.outcome == "succeeded" and refund.state is RefundState.PENDING:
            _credit(draft, refund, result, context)
        elif refund.state is RefundState.PENDING and not first:
            _keep_watching(draft, refund, context)
    elif result.outcome in ("rejected", "failed"):
        if refund.state is RefundState.FAILED or (result.outcome == "rejected" and refund.state.initiated):
            return Refusal("refund_settled", "What came of the refund is recorded already.", already=True)
        _fail(draft, refund, result, context)
    elif result.outcome == "not_found" and refund.state.open and paid_back_meanwhile(context.order):
        draft.actor = SYSTEM
        code = "charge_disputed" if context.order.disputed else "exceeds_charge"
        _fail(draft, refund, RefundResult("rejected", code=code), context)
    elif refund.state.open:
        _not_known(draft, refund, result)
    else:
        _keep_watching(draft, refund, context)
    return settle(draft, context.in_force)


def paid_back_meanwhile(order: Order) -> bool:
    """Whether a dispute or a refund in the dashboard took money that a refund of ours was to pay back (R48).

    Both count in full, so that more than the charge is spoken for. Until the gateway has accepted ours, it must not
    be sent: the customer would have the money twice.
    """
    return order.excess_minor > 0


def decide_another_way(
    subscription: Subscription, failed: Refund, context: Context, now: datetime, *, actor: Actor, way: RefundWay,
    reference: str = "", taken_back: bool = False,
) -> Decision | Refusal:  # fmt: skip
    """After a refund failed: try the original method again, or record a bank transfer made by hand with its reference.

    The amount and what happens to the term stay those that were approved, unless a later term has been paid since.
    Refuses `not_failed`, `not_requested` (a refund that somebody made at the gateway was never approved here: R22),
    `not_owed` (the cancellation that was to pay it has been `taken_back`), `charge_under_way`, `disputed`,
    `over_charge`, `reference_missing`, `same_person` (a transfer is recorded by somebody else than who approved
    the request).
    """
    if failed.state is not RefundState.FAILED or any(
        r.order_id == failed.order_id and r.attempt > failed.attempt for r in subscription.refunds
    ):
        return Refusal("not_failed", "Only the latest refund of an order, after it failed, can be tried another way.")
    if failed.way is RefundWay.EXTERNAL:
        return Refusal("not_requested", "This refund was made at the gateway and never approved here; open a request.")
    if taken_back:
        return Refusal("not_owed", "The cancellation that was to pay this back has been taken back.")
    if subscription.open_charge:
        return Refusal("charge_under_way", "A charge is under way; try again when its outcome is known.")
    order = context.order
    if order.disputed:
        return Refusal("disputed", "The bank looks into this payment and holds it; wait until it decides.")
    if order.refundable < failed.amount:
        return Refusal("over_charge", f"At most {order.refundable} of this order can still be refunded.")
    if way is RefundWay.BANK_TRANSFER:
        if not reference.strip():
            return Refusal("reference_missing", "A bank transfer needs the reference of the transfer.")
        if context.request and str(actor) == context.request.decided_by:
            return Refusal("same_person", "A transfer is recorded by somebody else than who approved the refund.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=context.policy.digest)
    attempts = [r for r in subscription.refunds if (r.order_id, r.request_id) == (order.id, failed.request_id)]
    first = min(r.intended_at for r in attempts)
    asked_at = context.request.received_at if context.request else first
    # Access has changed with the first initiation, or the term has been followed by another that is paid.
    settled = failed.initiated_at is not None or not term_of(subscription, order).standing
    settled = settled or followed_by_another(subscription, order, asked_at, first)
    effect = RefundEffect.MONEY_ONLY if settled else failed.effect
    until_at = None if settled else failed.access_until_at
    refund = refund_intent(
        subscription, order, failed.amount, effect, until_at=until_at, tax_kept=not failed.tax_minor,
        attempt=next_attempt(subscription, order), way=way, request=context.request, now=now,
    )  # fmt: skip
    intend_refund(draft, order, refund)
    if way is RefundWay.BANK_TRANSFER:
        moved = replace(context, order=next(o for o in draft.subscription.orders if o.id == order.id))
        result = RefundResult("succeeded", bank_reference=reference.strip())
        _credit(draft, _initiate(draft, refund, result, moved), result, moved)
    return settle(draft, context.in_force, refund)


def decide_external_refund(
    subscription: Subscription, amount: Money, gateway_ref: str, context: Context, now: datetime, *, at: datetime,
    settled: bool,
) -> Decision | Refusal:  # fmt: skip
    """A refund that somebody made in the gateway's dashboard: recorded, and decided like ours (DESIGN 4.1).

    When it leaves nothing of the payment, it cancels and ends access like an approved one; a part only moves money.
    What exceeds the charge is kept in a column of its own, for a person to settle. Refuses `refund_known` and
    `currency_differs`.
    """
    if any(r.gateway_ref == gateway_ref for r in subscription.refunds):
        return Refusal("refund_known", "This refund is recorded already.", already=True)
    order = context.order
    if amount.currency != order.amount.currency:
        return Refusal("currency_differs", f"A refund in {amount.currency} does not fit order {order.number}.")
    draft = Draft(subscription, now=now, actor=Actor("gateway", order.gateway), policy_digest=context.policy.digest)
    inside = min(amount, order.refundable)
    excess = amount - inside
    effect = effect_of(subscription, order, at, whole=bool(inside) and inside == order.refundable)
    external = replace(
        refund_intent(
            subscription, order, amount, effect, attempt=next_attempt(subscription, order),
            way=RefundWay.EXTERNAL, request=None, now=at,
        ),
        gateway_ref=gateway_ref, excess_minor=excess.minor,
        tax_minor=order.tax_in(inside, subscription.refunds, subscription.disputes),
    )  # fmt: skip
    booked = replace(
        order,
        refunded_minor=order.refunded_minor + inside.minor,
        excess_minor=order.excess_minor + excess.minor,
    )
    draft.insert(external)
    draft.subscription = replace(subscription, refunds=(*subscription.refunds, external))
    _put_order(draft, booked)
    draft.fact(
        FactName.REFUND_EXTERNAL, refund_id=external.id, order_id=order.id, amount=amount, inside=inside,
        excess=excess, effect=effect, at=at, tax_minor=external.tax_minor,
    )  # fmt: skip
    if inside:
        draft.post(ledger.owe_refund(inside, external.tax_minor), order)
    moved = replace(context, order=booked)
    pending = _initiate(draft, external, RefundResult("pending", gateway_ref), moved)
    if settled:
        _credit(draft, pending, RefundResult("succeeded", gateway_ref), moved)
    return settle(draft, context.in_force, external)


def _put(draft: Draft, refund: Refund) -> Refund:
    draft.update(refund)
    sub = draft.subscription
    draft.subscription = replace(sub, refunds=tuple(refund if r.id == refund.id else r for r in sub.refunds))
    return refund


def _put_order(draft: Draft, order: Order) -> None:
    draft.update(order)
    sub = draft.subscription
    draft.subscription = replace(sub, orders=tuple(order if o.id == order.id else o for o in sub.orders))


def _initiate(draft: Draft, refund: Refund, result: RefundResult, context: Context) -> Refund:
    """The gateway accepted: promise dates, cancel, and change access, all in this one decision (R39, R41)."""
    zone = counting_zone(context.policy.counting, None)
    today = local_date(draft.now, zone)
    first, last = context.policy.refund.credit_business_days
    due_on = add_business_days(today, last, context.calendar)
    initiated = replace(
        refund, state=RefundState.PENDING, initiated_at=draft.now,
        gateway_ref=result.gateway_ref or refund.gateway_ref,
        credit_from_on=add_business_days(today, first, context.calendar), due_on=due_on,
        due_at=start_of_day(due_on + timedelta(days=1), zone), check_at=draft.now + SETTLEMENT_CHECK_EVERY,
    )  # fmt: skip
    _put(draft, initiated)
    draft.fact(
        FactName.REFUND_INITIATED, refund_id=refund.id, order_id=refund.order_id, amount=refund.amount,
        gateway_ref=initiated.gateway_ref, credit_from_on=initiated.credit_from_on, due_on=due_on,
    )  # fmt: skip
    change_access(draft, refund, context.order)
    end = access_end(draft.subscription.terms)
    draft.message(
        "refund_initiated", refund.id.hex, to=context.request.contact_email if context.request else None,
        order_number=context.order.number, amount=refund.amount, credit_from_on=initiated.credit_from_on,
        due_on=due_on, effect=refund.effect, access_until=end, access_over=end is not None and end <= draft.now,
        request_id=refund.request_id, way=refund.way, paid=context.order.amount,
        charged_meanwhile=context.request is not None and context.request.order_id != context.order.id,
    )  # fmt: skip
    return initiated


def _credit(draft: Draft, refund: Refund, result: RefundResult, context: Context) -> None:
    credited = replace(
        refund, state=RefundState.SUCCEEDED, settled_at=draft.now, check_at=None,
        bank_reference=result.bank_reference or refund.bank_reference,
    )  # fmt: skip
    _put(draft, credited)
    draft.fact(
        FactName.REFUND_SUCCEEDED, refund_id=refund.id, amount=refund.amount, bank_reference=credited.bank_reference
    )
    if refund.inside:
        draft.post(ledger.pay_refund(refund.inside), context.order)
    if refund.excess:
        draft.post(ledger.excess_refund(refund.excess), context.order)
    draft.message(
        "refund_credited", refund.id.hex, to=context.request.contact_email if context.request else None,
        order_number=context.order.number, amount=refund.amount, bank_reference=credited.bank_reference,
        request_id=refund.request_id,
    )  # fmt: skip


def _fail(draft: Draft, refund: Refund, result: RefundResult, context: Context) -> None:
    """No money moved, or it came back. Access that a committed initiation changed stays changed; the debt is open."""
    order = context.order
    failed = replace(
        refund, state=RefundState.FAILED, failure=result.code, settled_at=draft.now, check_at=None,
        gateway_ref=result.gateway_ref or refund.gateway_ref,
    )  # fmt: skip
    freed = replace(
        order,
        refunded_minor=order.refunded_minor - refund.inside.minor,
        excess_minor=order.excess_minor - refund.excess_minor,
    )
    _put(draft, failed)
    _put_order(draft, freed)
    name = FactName.REFUND_FAILED if refund.state.initiated else FactName.REFUND_REJECTED
    draft.fact(name, refund_id=refund.id, order_id=order.id, amount=refund.amount, code=result.code)
    if refund.state is RefundState.SUCCEEDED and refund.inside:
        draft.post(ledger.return_refund(refund.inside), order)
    if refund.state is RefundState.SUCCEEDED and refund.excess:
        draft.post(ledger.return_excess(refund.excess), order)
    draft.post(ledger.withdraw_refund(refund.inside, refund.tax_minor), order)
    draft.message(
        "refund_failed", refund.id.hex, to=context.request.contact_email if context.request else None,
        order_number=order.number, amount=refund.amount, request_id=refund.request_id, due_on=refund.due_on,
        initiated=refund.initiated_at is not None,
    )  # fmt: skip
    count_excess(draft, count_disputed_excess(draft, freed))


def count_excess(draft: Draft, order: Order) -> None:
    """What somebody paid back beyond the charge counts as its refund, as far as there is room for it now."""
    for external in [r for r in draft.subscription.refunds if r.order_id == order.id and r.state.initiated]:
        counted = min(external.excess, order.refundable)
        if not counted:
            continue
        tax_minor = order.tax_in(counted, draft.subscription.refunds, draft.subscription.disputes)
        whole = counted == order.refundable
        effect = effect_of(draft.subscription, order, external.intended_at, whole=whole)
        order = replace(
            order,
            refunded_minor=order.refunded_minor + counted.minor,
            excess_minor=order.excess_minor - counted.minor,
        )
        _put_order(draft, order)
        changed = replace(
            external, effect=effect, excess_minor=external.excess_minor - counted.minor,
            tax_minor=external.tax_minor + tax_minor,
        )  # fmt: skip
        _put(draft, changed)
        draft.fact(
            FactName.REFUND_EXCESS_COUNTED, refund_id=external.id, order_id=order.id, counted=counted,
            effect=effect, tax_minor=tax_minor,
        )  # fmt: skip
        draft.post(ledger.owe_refund(counted, tax_minor), order)
        if external.state is RefundState.SUCCEEDED:
            draft.post(ledger.count_excess(counted), order)
        change_access(draft, changed, order)


def _not_known(draft: Draft, refund: Refund, result: RefundResult) -> None:
    if result.outcome == "not_found":
        _put(draft, replace(refund, state=RefundState.INTENDED, sent_at=None, check_at=draft.now))
        return
    first = refund.state is not RefundState.UNKNOWN
    _put(
        draft,
        replace(
            refund, state=RefundState.UNKNOWN, looked_up=refund.looked_up + (0 if first else 1),
            check_at=look_up_at(draft.now, refund.looked_up),
        ),
    )  # fmt: skip
    if first:
        draft.fact(FactName.REFUND_UNKNOWN, refund_id=refund.id, code=result.code)


def _keep_watching(draft: Draft, refund: Refund, context: Context) -> None:
    """Still pending: ask again later; past the promised day an alert is raised, once (R40)."""
    late = refund.late_at is None and refund.due_at is not None and refund.due_at <= draft.now
    watched = replace(
        refund, check_at=draft.now + SETTLEMENT_CHECK_EVERY, looked_up=refund.looked_up + 1,
        late_at=draft.now if late else refund.late_at,
    )  # fmt: skip
    _put(draft, watched)
    if late:
        draft.actor = SYSTEM
        draft.fact(FactName.REFUND_LATE, refund_id=refund.id, order_id=context.order.id, due_on=refund.due_on)
