"""What a seller that charges by itself reports: sales, renewals, charges that failed, and renewals stopped there.

A reported charge goes through the decisions of one of our own: its intent, as of the instant at which the seller made
it, and then what came of it. So an order, its term and its date (R25), the books and the mails are those of any
renewal, however late, early or often the report comes.
"""

from __future__ import annotations

from datetime import datetime

from goodterms.domain.cancellation import record_cancellation
from goodterms.domain.cancellation_undo import decide_undo
from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.money import Money
from goodterms.domain.payment import Charge, OrderKind
from goodterms.domain.policy import Policy
from goodterms.domain.renewal import charge_intent, settle
from goodterms.domain.subscription import DisplayState, Subscription, access_end, display_state
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass, replace

#: The channel of a cancellation that was made at the seller's.
SELLER = "seller"


@dataclass(frozen=True, slots=True)
class ReportedCharge:
    """A charge as its seller tells it: when it was made there, for which term, and whether it was paid.

    `amount` includes `tax_minor`. `code` says why it was declined, `retryable` whether the seller tries again.
    """

    gateway_ref: str
    amount: Money
    tax_minor: int
    at: datetime
    starts_at: datetime
    ends_at: datetime
    paid: bool
    code: str | None = None
    retryable: bool = True


def decide_reported_charge(
    subscription: Subscription, reported: ReportedCharge, policy: Policy, now: datetime
) -> tuple[Decision, ...] | Refusal:
    """The intent of a reported charge and what came of it, to be saved one after the other.

    `subscription` may be new, without terms: then it is the first sale, and the intent brings the subscription.
    Refuses `reported_before` and `term_paid` (an attempt at what is paid for) as done already; `amount_invalid`,
    `term_empty`, `future_charge`, `currency_differs`, `terms_overlap`, `charge_under_way`; and `gap_in_terms` while
    the subscription lives: the report of the term between may still come.
    """
    refusal = _fault(subscription, reported, now)
    if refusal is not None:
        return refusal
    first = not subscription.terms and not subscription.charges
    term = Term(subscription.next_number, reported.starts_at, reported.ends_at)
    charge = charge_intent(
        subscription, term, reported.amount, reported.tax_minor, policy=policy, now=reported.at,
        kind=OrderKind.RENEWAL if subscription.terms else OrderKind.INITIAL, send_until=reported.at,
    )  # fmt: skip
    draft = Draft(subscription, now=reported.at, actor=_seller(subscription), policy_digest=policy.digest, new=first)
    draft.insert(charge)
    draft.subscription = replace(subscription, charges=(*subscription.charges, charge))
    draft.fact(
        FactName.CHARGE_INTENDED, term_number=term.number, attempt=charge.attempt, amount=charge.amount, reported=True
    )
    intent = settle(draft, policy, charge)
    outcome = _outcome(draft.subscription, charge, reported, policy, now)
    return outcome if isinstance(outcome, Refusal) else (intent, outcome)


def _outcome(
    subscription: Subscription, charge: Charge, reported: ReportedCharge, policy: Policy, now: datetime
) -> Decision | Refusal:
    result = ChargeResult("succeeded", reported.gateway_ref)
    if not reported.paid:
        result = ChargeResult("declined", reported.gateway_ref, reported.code, reported.retryable)
    return decide_charge_outcome(subscription, charge, result, policy, now)


def _fault(subscription: Subscription, reported: ReportedCharge, now: datetime) -> Refusal | None:
    ref = reported.gateway_ref
    known = {order.gateway_ref for order in subscription.orders} | {c.gateway_ref for c in subscription.charges}
    if ref in known:
        return Refusal("reported_before", f"{ref} is recorded already.", already=True)
    if reported.ends_at <= reported.starts_at:
        return Refusal("term_empty", f"The term of {ref} ends before it has begun.")
    if reported.at > now:
        return Refusal("future_charge", f"{ref} lies in the future.")
    if reported.amount.currency != subscription.price.currency:
        return Refusal("currency_differs", f"A charge in {reported.amount.currency} does not fit the subscription.")
    if not 0 <= reported.tax_minor <= reported.amount.minor or not reported.amount:
        return Refusal("amount_invalid", f"The amount of {ref} is nothing, or its tax is not a part of it.")
    if subscription.open_charge:
        return Refusal("charge_under_way", "Another charge of the subscription is under way.")
    return _misplaced(subscription, reported, now)


def _misplaced(subscription: Subscription, reported: ReportedCharge, now: datetime) -> Refusal | None:
    """Why a term does not follow what was paid for; None where it does, or begins anew after the end."""
    latest = subscription.latest_paid_term
    if latest is None:
        return None
    if reported.starts_at < latest.ends_at:
        if not reported.paid and reported.starts_at <= latest.starts_at:
            return Refusal("term_paid", "The term was paid for after this attempt.", already=True)
        return Refusal("terms_overlap", f"The term of {reported.gateway_ref} begins before {latest.ends_at} is over.")
    lives = display_state(subscription, now) is not DisplayState.EXPIRED or subscription.expired_at is None
    if reported.starts_at > latest.ends_at and lives:
        return Refusal("gap_in_terms", f"What was paid from {latest.ends_at} on has not been reported yet.")
    return None


def decide_reported_stop(
    subscription: Subscription, at: datetime, policy: Policy, now: datetime
) -> Decision | Refusal:
    """The seller reports that it renews no more, because somebody canceled there: a cancellation by its channel.

    The seller is not told what it said, and gives its own proof. Refuses `already_canceled` and `expired`.
    """
    if subscription.expired_at is not None:
        return Refusal("expired", "The subscription has ended.", already=True)
    if not subscription.auto_renew:
        return Refusal("already_canceled", "The subscription is canceled already.", already=True)
    draft = Draft(subscription, now=now, actor=_seller(subscription), policy_digest=policy.digest)
    draft.told_by_seller = True
    id = subscription.derived_id(f"cancellation/seller/{subscription.version}")
    record_cancellation(draft, id, SELLER, access_end(subscription.terms) or now, at=min(at, now))
    return settle(draft, policy, draft.subscription.cancellation)


def decide_reported_resumption(subscription: Subscription, policy: Policy, now: datetime) -> Decision | Refusal:
    """The seller reports that it renews again: a cancellation was taken back there. Refuses as `decide_undo`."""
    return decide_undo(subscription, policy, now, actor=_seller(subscription), told_by_seller=True)


def _seller(subscription: Subscription) -> Actor:
    return Actor("gateway", subscription.gateway)
