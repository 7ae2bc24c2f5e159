"""What came of a charge: succeeded (an order and a paid term), declined, or unknown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from goodterms.domain.decision import Decision, Draft, Refusal, TermRow
from goodterms.domain.facts import SYSTEM, Actor, FactName
from goodterms.domain.ledger import sale
from goodterms.domain.payment import (
    CANCELED_BEFORE_SENT,
    CHARGED_AT_THE_END_WITHIN,
    TOO_LATE,
    Charge,
    ChargeState,
    Order,
    OrderKind,
)
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.renewal import charge_intent, renewal_plan, settle
from goodterms.domain.subscription import EndReason, Subscription
from goodterms.domain.term import Term, next_term
from goodterms.domain.value import dataclass, replace

# How long after an unknown outcome the gateway is asked again; the last wait repeats.
LOOK_UP_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))


@dataclass(frozen=True, slots=True)
class ChargeResult:
    """What the gateway said of a charge. `outcome`: succeeded, declined, unknown, or not_found (look-ups only)."""

    outcome: str
    gateway_ref: str | None = None
    code: str | None = None
    retryable: bool = True


def look_up_at(now: datetime, looked_up: int) -> datetime:
    """When to ask the gateway again about an unknown outcome."""
    return now + LOOK_UP_AFTER[min(looked_up, len(LOOK_UP_AFTER) - 1)]


def decide_purchase(subscription: Subscription, policy: Policy, now: datetime, actor: Actor) -> Decision | Refusal:
    """A first purchase: the new subscription and the intent of its first charge. The term exists once it is paid.

    `subscription` is new, without terms, its anchor at `now`. Refuses `payment_method_missing`, and `not_covered` for
    a length that the policy can not renew.
    """
    if not policy.renewal.covers(subscription.interval):
        return Refusal("not_covered", f"The policy {policy.label} has no renewal schedule for terms this short.")
    if subscription.payment_method is None:
        return Refusal("payment_method_missing", "A first purchase needs a payment method.")
    term = next_term(subscription.anchor_at, subscription.interval, number=1, starts_at=subscription.anchor_at)
    charge = charge_intent(
        subscription, term, subscription.price, subscription.tax_minor, kind=OrderKind.INITIAL, policy=policy, now=now
    )
    draft = Draft(
        replace(subscription, charges=(charge,)), now=now, actor=actor, policy_digest=policy.digest, new=True
    )
    draft.insert(charge)
    draft.fact(FactName.CHARGE_INTENDED, term_number=1, attempt=1, amount=charge.amount)
    return settle(draft, policy, outcome=charge)


def decide_charge_outcome(
    subscription: Subscription, charge: Charge, result: ChargeResult, policy: Policy, now: datetime
) -> Decision | Refusal:
    """Record what came of an open charge.

    Succeeded makes the order and its term (R1, R2), dated by the committed intent (R25). Declined keeps the term that
    runs and leaves the retry to `plan_renewal`. Unknown is looked up later and blocks everything else for that term.
    A charge that is no longer open is left alone: the first answer won. Except that money is never left unnamed: a
    charge that we hold for declined, or let go, and that was paid after all, makes its order and term. Refuses
    `charge_settled`, and `charged_twice` where another charge of the term stands in the way: a person has to pay back.
    """
    if not charge.state.open:
        if result.outcome != "succeeded" or charge.state is ChargeState.SUCCEEDED:
            return Refusal("charge_settled", f"The charge is {charge.state} already.", already=True)
        if charge.term_number != subscription.next_number or subscription.open_charge:
            return Refusal("charged_twice", f"Term {charge.term_number} was or may be paid by another charge.")
    actor = Actor("gateway", charge.gateway)
    draft = Draft(subscription, now=now, actor=actor, policy_digest=charge.policy_digest)
    if result.outcome == "succeeded":
        return _succeeded(draft, charge, result, policy)
    if result.outcome == "declined":
        return _declined(draft, charge, result, policy)
    if result.outcome == "not_found":
        return _never_arrived(draft, charge, policy)
    return _unknown(draft, charge, result, policy)


def decide_payment_method(
    subscription: Subscription, payment_method: str, policy: Policy, now: datetime, actor: Actor
) -> Decision:
    """The customer gave another payment method; a failing renewal is tried on it at once."""
    draft = Draft(subscription, now=now, actor=actor, policy_digest=policy.digest)
    draft.subscription = replace(subscription, payment_method=payment_method)
    draft.fact(FactName.SUBSCRIPTION_PAYMENT_METHOD_CHANGED)
    return settle(draft, policy)


def still_wanted(charge: Charge, now: datetime, *, auto_renew: bool) -> bool:
    """Whether a charge that the gateway has not seen is to be sent: not once canceled, nor at the end (R10, R14).

    One that was intended at the end, as the policy has it, may come a little later.
    """
    at_the_end = charge.starts_at <= charge.intended_at
    until_at = charge.starts_at + CHARGED_AT_THE_END_WITHIN if at_the_end else charge.starts_at
    return auto_renew and (charge.kind is OrderKind.INITIAL or now < until_at)


def new_order(subscription: Subscription, charge: Charge, gateway_ref: str | None) -> Order:
    """The order that a successful charge makes; one per subscription and term number."""
    order_id = subscription.derived_id(f"order/{charge.term_number}")
    return Order(
        bucket=subscription.bucket,
        id=order_id,
        customer_id=subscription.customer_id,
        subscription_id=subscription.id,
        term_number=charge.term_number,
        number=human_number(subscription.bucket, order_id),
        kind=charge.kind,
        placed_at=charge.intended_at,
        buyer_name=subscription.buyer_name,
        buyer_email=subscription.buyer_email,
        buyer_timezone=subscription.buyer_timezone,
        channel=subscription.channel,
        merchant_of_record=subscription.merchant_of_record,
        amount=charge.amount,
        tax_minor=charge.tax_minor,
        policy_digest=charge.policy_digest,
        charge_id=charge.id,
        gateway=charge.gateway,
        gateway_ref=gateway_ref,
    )


def term_row(subscription: Subscription, term: Term) -> TermRow:
    """A new term's row, chained to the term before it."""
    previous = subscription.terms[-1] if subscription.terms else None
    link = None
    if previous is not None:
        link = (previous.number, previous.starts_at if previous.dropped_at else previous.ends_at)
    return TermRow(subscription.bucket, subscription.id, term, link)


def with_charge(subscription: Subscription, charge: Charge) -> Subscription:
    """The subscription with one of its charges in its new state."""
    return replace(subscription, charges=tuple(charge if c.id == charge.id else c for c in subscription.charges))


def _succeeded(draft: Draft, charge: Charge, result: ChargeResult, policy: Policy) -> Decision:
    paid = replace(
        charge, state=ChargeState.SUCCEEDED, gateway_ref=result.gateway_ref, settled_at=draft.now, check_at=None
    )
    sub = draft.subscription
    order = new_order(sub, charge, result.gateway_ref)
    term = Term(charge.term_number, charge.starts_at, charge.ends_at)
    row = term_row(sub, term)
    canceled = sub.cancellation
    # A cancellation that came too late for this charge holds from here on.
    over = canceled is not None and canceled.last_term is not None and canceled.last_term <= charge.term_number
    # An expiry recorded while the outcome was unknown is undone by the payment: the term was paid for (A23).
    draft.subscription = replace(
        sub, charges=tuple(paid if c.id == paid.id else c for c in sub.charges), terms=(*sub.terms, term),
        orders=(*sub.orders, order), announced=None, expired_at=None, end_reason=None,
        auto_renew=sub.auto_renew and not over,
    )  # fmt: skip
    draft.update(paid)
    draft.insert(order)
    draft.insert(row)
    draft.fact(
        FactName.CHARGE_SUCCEEDED,
        term_number=term.number, attempt=charge.attempt, amount=charge.amount, gateway_ref=result.gateway_ref,
    )  # fmt: skip
    draft.post(sale(order.amount, order.tax_minor), order)
    initial = charge.kind is OrderKind.INITIAL
    last: dict[str, Any] = {"last": True} if over else {}
    draft.fact(
        FactName.SUBSCRIPTION_STARTED if initial else FactName.SUBSCRIPTION_RENEWED,
        order_id=order.id, order_number=order.number, term_number=term.number, placed_at=order.placed_at,
        starts_at=term.starts_at, ends_at=term.ends_at, amount=order.amount, tax_minor=order.tax_minor,
        **last,
    )  # fmt: skip
    draft.message(
        "receipt",
        f"{term.number}",
        order_number=order.number, kind=order.kind, placed_at=order.placed_at, amount=order.amount,
        tax_minor=order.tax_minor, term_starts_at=term.starts_at, term_ends_at=term.ends_at,
        canceled=not draft.subscription.auto_renew,
    )  # fmt: skip
    return settle(draft, policy, outcome=order)


def _declined(draft: Draft, charge: Charge, result: ChargeResult, policy: Policy) -> Decision:
    declined = replace(
        charge, state=ChargeState.DECLINED, gateway_ref=result.gateway_ref, decline_code=result.code,
        retryable=result.retryable, settled_at=draft.now, check_at=None,
    )  # fmt: skip
    draft.update(declined)
    draft.subscription = with_charge(draft.subscription, declined)
    draft.fact(
        FactName.CHARGE_DECLINED,
        term_number=charge.term_number, attempt=charge.attempt, code=result.code,
        retryable=result.retryable,
    )  # fmt: skip
    sub = draft.subscription
    plan = renewal_plan(sub, policy)
    if sub.auto_renew:
        draft.message(
            "charge_failed",
            f"{charge.term_number}/{charge.attempt}",
            amount=charge.amount, code=result.code, retry_at=plan.charge_at if plan else None,
            access_until=charge.starts_at if charge.kind is OrderKind.RENEWAL else None, kind=charge.kind,
        )  # fmt: skip
    if not sub.terms:
        _never_began(draft)
    return settle(draft, policy)


def _never_began(draft: Draft) -> None:
    """The first payment failed, so nothing was bought: the attempt is over and leaves the way to another free."""
    reason = EndReason.PAYMENT_FAILED
    draft.subscription = replace(draft.subscription, auto_renew=False, expired_at=draft.now, end_reason=reason)
    draft.fact(FactName.SUBSCRIPTION_EXPIRED, reason=reason, expired_at=draft.now)


def _unknown(draft: Draft, charge: Charge, result: ChargeResult, policy: Policy) -> Decision:
    first = charge.state is not ChargeState.UNKNOWN
    waiting = replace(
        charge, state=ChargeState.UNKNOWN, looked_up=charge.looked_up + (0 if first else 1),
        check_at=look_up_at(draft.now, charge.looked_up),
    )  # fmt: skip
    draft.update(waiting)
    draft.subscription = with_charge(draft.subscription, waiting)
    if first:
        draft.fact(FactName.CHARGE_UNKNOWN, term_number=charge.term_number, attempt=charge.attempt, code=result.code)
    return settle(draft, policy)


def _never_arrived(draft: Draft, charge: Charge, policy: Policy) -> Decision:
    """The gateway is certain that it never saw this charge: send it again under the same key, or let it go.

    It is let go when the customer has canceled meanwhile or the term it was to follow is over (R10, R14).
    """
    sub = draft.subscription
    if still_wanted(charge, draft.now, auto_renew=sub.auto_renew):
        again = replace(charge, state=ChargeState.INTENDED, sent_at=None, check_at=draft.now)
        draft.update(again)
        draft.subscription = with_charge(sub, again)
        return settle(draft, policy)
    draft.actor = SYSTEM
    code = TOO_LATE if sub.auto_renew else CANCELED_BEFORE_SENT
    return _declined(draft, charge, ChargeResult("declined", code=code, retryable=False), policy)
