"""Taking a cancellation back, as long as access runs and no money has gone back with it."""

from __future__ import annotations

from datetime import datetime

from goodterms.domain.cancellation import put_term
from goodterms.domain.cancellation_case import retract_case
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.payment import RefundState, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.renewal import RenewalPlan, announce, renewal_plan, settle
from goodterms.domain.subscription import DisplayState, Subscription, access_end, display_state, ended_by_refund
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class UndoOutcome:
    """What keeping the subscription means: the next charge, announced again before it happens."""

    plan: RenewalPlan
    paid_through: datetime


def decide_undo(
    subscription: Subscription, policy: Policy, now: datetime, *, actor: Actor, case: RefundRequest | None = None,
    told_by_seller: bool = False,
) -> Decision | Refusal:  # fmt: skip
    """Keep the subscription after all, at any instant before access ends.

    Charges nothing at once: inside the lead the charge is announced again first, `notice_days` before it (or half of
    what is left of the term). A term that the cancellation has shortened without paying for it is whole again, and the
    `case` that it opened is taken back. A seller that renews by itself is told, unless it said so. Refuses
    `undo_not_offered`, `expired`, `not_canceled`, `disputed`, `refund_under_way`, `refunded`.
    """
    refusal = _not_undoable(subscription, policy, now)
    if refusal is not None:
        return refusal
    draft = Draft(subscription, now=now, actor=actor, policy_digest=policy.digest)
    draft.told_by_seller = told_by_seller
    if case is not None and (refusal := retract_case(draft, case)) is not None:
        return refusal
    undone = subscription.cancellation
    if undone is not None:
        undone = replace(undone, undone_at=now, undone_by=str(actor))
        draft.update(undone)
    # Where it came too late for the next charge, that one is announced as before.
    announced = subscription.announced if subscription.auto_renew else None
    draft.subscription = replace(subscription, auto_renew=True, announced=announced, cancellation=None)
    draft.fact(FactName.SUBSCRIPTION_CANCELLATION_UNDONE, cancellation_id=undone.id if undone else None)
    shortened = _shortened(subscription, now)
    if shortened is not None:
        _restore(draft, shortened)
    plan = renewal_plan(draft.subscription, policy)
    if plan is not None and not plan.announced and plan.announce_at <= now and not subscription.open_charge:
        announce(draft, policy, plan)
        plan = renewal_plan(draft.subscription, policy)
    end = access_end(draft.subscription.terms)
    if plan is None or end is None:
        return Refusal("expired", "The subscription has ended; it can be bought again.")
    draft.message(
        "cancellation_undone",
        f"{subscription.version}",
        charge_at=plan.charge_at,
        amount=plan.amount,
        paid_through=end,
    )
    return settle(draft, policy, UndoOutcome(plan, end))


def _not_undoable(subscription: Subscription, policy: Policy, now: datetime) -> Refusal | None:
    if policy.cancellation.undo == "never":
        return Refusal("undo_not_offered", "A cancellation can not be taken back; it can be bought again.")
    if display_state(subscription, now) is DisplayState.EXPIRED:
        return Refusal("expired", "The subscription has ended; it can be bought again.")
    canceled = subscription.cancellation
    if subscription.auto_renew and (canceled is None or canceled.last_term is None):
        return Refusal("not_canceled", "The subscription renews already.", already=True)
    if any(d.state.open for d in subscription.disputes):
        return Refusal("disputed", "The bank looks into its payment; it can be taken back when that is decided.")
    if subscription.open_refund:
        return Refusal("refund_under_way", "A refund is under way; try again when it has been initiated.")
    # One that failed may have been tried another way since: then it is a later refund that pays.
    by_itself = canceled is not None and canceled.refund_id is not None and any(
        r.request_id is None and r.way is not RefundWay.EXTERNAL and r.state is not RefundState.FAILED
        and r.order_id == paid.order_id and paid.attempt <= r.attempt
        for paid in subscription.refunds if paid.id == canceled.refund_id
        for r in subscription.refunds
    )  # fmt: skip
    if by_itself or (ended_by_refund(subscription.terms) and _shortened(subscription, now) is None):
        return Refusal("refunded", "Its payment was paid back and it ends with that; it can be bought again.")
    return None


def _shortened(subscription: Subscription, now: datetime) -> Term | None:
    """The last term, where cancelling took a part of it away for nothing that has not come yet."""
    last = subscription.terms[-1] if subscription.terms else None
    order = subscription.order_of(last) if last else None
    if subscription.cancellation is None or last is None or order is None or last.standing:
        return None
    paid_back = any(r.order_id == order.id and r.state is not RefundState.FAILED for r in subscription.refunds)
    gone = now >= last.starts_at if last.dropped_at else now >= last.access_ends_at
    return None if paid_back or gone else last


def _restore(draft: Draft, term: Term) -> None:
    order = draft.subscription.order_of(term)
    assert order is not None
    put_term(draft, replace(term, dropped_at=None, revoked_at=None))
    draft.fact(FactName.TERM_RESTORED, term_number=term.number, order_id=order.id)
