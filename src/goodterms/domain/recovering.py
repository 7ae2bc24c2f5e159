"""What a restored database lost and the gateway still knows: intents of ours, made anew from its statement.

Our references name our ids, and ids are derived from the subscription, the term and the attempt. So what they belong
to can be found again, and what is recovered has the id and the key that it had. What came of it is then recorded as
ever. What only the lost database knew (who asked for a refund and why, a cancellation) is not made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from goodterms.domain.approval import intend_refund, next_attempt, refund_intent, refund_key
from goodterms.domain.charging import with_charge
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.facts import SYSTEM, FactName
from goodterms.domain.money import Money
from goodterms.domain.payment import CANCELED_BEFORE_SENT, Charge, ChargeState, Order, OrderKind, Refund, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import derived_id
from goodterms.domain.refundability import effect_of
from goodterms.domain.refunding import Context
from goodterms.domain.renewal import charge_intent, settle
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sent:
    """A charge or refund of ours as the gateway has it: which attempt it is, how much, and when it was made there."""

    attempt: int
    amount: Money
    at: datetime


def term_and_attempt(
    subscription_id: UUID, charge_id: UUID, next_number: int, *, ahead: int, attempts: int
) -> tuple[int, int] | None:
    """Which term and attempt of a subscription a charge is, by its id; None where it is none of these.

    Looked for are the next term and so many `ahead` of it, each with so many `attempts`.
    """
    for number in range(next_number, next_number + ahead + 1):
        for attempt in range(1, attempts + 1):
            if derived_id(subscription_id, f"charge/{number}/{attempt}") == charge_id:
                return number, attempt
    return None


def refund_attempt(order: Order, refund_id: UUID, *, attempts: int) -> int | None:
    """Which attempt at paying an order back a refund is, by its id; None where it is none of these."""
    names = (f"refund/{order.term_number}/{attempt}" for attempt in range(1, attempts + 1))
    return next((n for n, name in enumerate(names, 1) if derived_id(order.subscription_id, name) == refund_id), None)


def charges_after(charge: Charge, *, attempts: int) -> Iterator[Charge]:
    """The next attempts at a charge's term, up to so many, with the names that a lost history gave them."""
    for attempt in range(charge.attempt + 1, attempts + 1):
        id = derived_id(charge.subscription_id, f"charge/{charge.term_number}/{attempt}")
        yield replace(charge, id=id, attempt=attempt)


def other_refunds(refund: Refund, order: Order, known: frozenset[UUID], *, attempts: int) -> Iterator[Refund]:
    """Other attempts at paying an order back, with the names that a lost history gave them; none that is `known` here.

    Lower numbers are among them: a refund made at the gateway takes a number, and no name that the gateway knows.
    """
    for attempt in range(1, attempts + 1):
        id = derived_id(order.subscription_id, f"refund/{order.term_number}/{attempt}")
        if id not in known:
            yield replace(refund, id=id, attempt=attempt, key=refund_key(order.id, f"{attempt}"))


def decide_recovered_charge(
    subscription: Subscription, term_number: int, sent: Sent, policy: Policy
) -> Decision | Refusal:
    """The intent of a charge that the gateway has and we have not, as of the instant at which it was made there.

    An attempt at the same term that is still open here was let go before this one was made. Refuses `out_of_order` for
    another term than the next, and `currency_differs`.
    """
    if term_number != subscription.next_number:
        return Refusal("out_of_order", f"The next term is {subscription.next_number}, not {term_number}.")
    if sent.amount.currency != subscription.price.currency:
        return Refusal("currency_differs", f"A charge in {sent.amount.currency} does not fit the subscription.")
    draft = Draft(subscription, now=sent.at, actor=SYSTEM, policy_digest=policy.digest)
    for waiting in [c for c in subscription.charges if c.state.open and c.term_number == term_number]:
        _let_go(draft, waiting)
    sub = draft.subscription
    tax_minor = sub.tax_minor
    if sub.price.minor and sent.amount != sub.price:
        tax_minor = Money(sub.tax_minor, sub.price.currency).share(sent.amount.minor, sub.price.minor).minor
    charge = charge_intent(
        sub, sub.next_term(), sent.amount, tax_minor, policy=policy, now=sent.at, send_until=sent.at,
        kind=OrderKind.RENEWAL if sub.terms else OrderKind.INITIAL, attempt=sent.attempt,
    )  # fmt: skip
    draft.insert(charge)
    draft.subscription = replace(sub, charges=(*sub.charges, charge))
    draft.fact(
        FactName.CHARGE_INTENDED,
        charge_id=charge.id, term_number=term_number, attempt=charge.attempt, amount=charge.amount, recovered=True,
    )  # fmt: skip
    return settle(draft, policy, charge)


def decide_recovered_refund(
    subscription: Subscription, sent: Sent, context: Context, *, asked_at: datetime
) -> Decision | Refusal:
    """The intent of a refund that the gateway has and we have not, as of the instant at which it was made there.

    What it does to the term follows from how much of the payment it leaves and from `asked_at`, when it was asked for,
    as for a refund made at the gateway. Refuses `over_charge`, and `currency_differs`.
    """
    order = context.order
    if sent.amount.currency != order.amount.currency:
        return Refusal("currency_differs", f"A refund in {sent.amount.currency} does not fit order {order.number}.")
    if order.refundable < sent.amount:
        return Refusal("over_charge", f"At most {order.refundable} of order {order.number} can still be refunded.")
    draft = Draft(subscription, now=sent.at, actor=SYSTEM, policy_digest=context.policy.digest)
    effect = effect_of(subscription, order, asked_at, whole=sent.amount == order.refundable)
    intent = refund_intent(
        subscription, order, sent.amount, effect, attempt=sent.attempt, way=RefundWay.ORIGINAL, request=None,
        now=sent.at,
    )  # fmt: skip
    taken = any(r.order_id == order.id and r.attempt == sent.attempt for r in subscription.refunds)
    number = next_attempt(subscription, order) if taken else sent.attempt  # its id and key stay those of its name
    refund = replace(intent, sent_at=sent.at, attempt=number)
    intend_refund(draft, order, refund, recovered=True)
    return settle(draft, context.in_force, refund)


def decide_to_announce_anew(subscription: Subscription, policy: Policy, now: datetime) -> Decision | None:
    """A renewal that was announced before the loss is announced once more before it is charged; None without one.

    A cancellation that came after the backup is lost. Its customer hears of the coming charge in time, with the notice
    that the policy gives, and can say so.
    """
    last = subscription.latest_paid_term
    told = subscription.announced
    if told is None or last is None or not subscription.auto_renew or subscription.expired_at is not None:
        return None
    if told.term_number != subscription.next_number or subscription.open_charge or now >= last.ends_at:
        return None
    draft = Draft(subscription, now=now, actor=SYSTEM, policy_digest=policy.digest)
    draft.subscription = replace(subscription, announced=None)
    draft.fact(FactName.SUBSCRIPTION_ANNOUNCEMENT_WITHDRAWN, term_number=told.term_number)
    return settle(draft, policy)


def _let_go(draft: Draft, charge: Charge) -> None:
    gone = replace(
        charge, state=ChargeState.DECLINED, decline_code=CANCELED_BEFORE_SENT, retryable=False,
        settled_at=draft.now, check_at=None,
    )  # fmt: skip
    draft.update(gone)
    draft.subscription = with_charge(draft.subscription, gone)
    draft.fact(
        FactName.CHARGE_DECLINED,
        charge_id=gone.id, term_number=gone.term_number, attempt=gone.attempt, code=gone.decline_code,
        retryable=False,
    )  # fmt: skip
