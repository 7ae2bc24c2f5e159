"""What a cardholder's bank says of a disputed payment: opened, under review, won, lost, reversed.

An open dispute holds the money: it counts against what can be refunded, requests for the order wait, and nothing is
renewed. A lost one is a refund that the card's bank has made: it ends what a refund of the order would end. A won or a
reversed one brings everything back as it was: the money, the term to its own end, the renewal. The order's policy may
say otherwise of renewals and of access.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from goodterms.domain import ledger
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.dispute_money import put_dispute, put_order
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.money import Money
from goodterms.domain.payment import Dispute, DisputeState, Order, RefundEffect
from goodterms.domain.refund_effects import end_term, expire_if_over, give_term_back, revive
from goodterms.domain.refundability import effect_of
from goodterms.domain.refunding import Context, count_excess
from goodterms.domain.renewal import settle
from goodterms.domain.subscription import EndReason, Subscription, access_end
from goodterms.domain.value import dataclass, replace

#: How often the gateway is asked how an open dispute stands, in case it does not tell.
DISPUTE_CHECK_EVERY = timedelta(days=1)
#: A lost dispute can still be reversed; what the gateway tells of that is believed whenever it comes.
_RANK = {
    DisputeState.OPENED: 0,
    DisputeState.UNDER_REVIEW: 1,
    DisputeState.WON: 2,
    DisputeState.LOST: 2,
    DisputeState.REVERSED: 3,
}
_FACTS = {
    DisputeState.WON: FactName.DISPUTE_WON,
    DisputeState.LOST: FactName.DISPUTE_LOST,
    DisputeState.REVERSED: FactName.DISPUTE_REVERSED,
}


@dataclass(frozen=True, slots=True)
class DisputeReport:
    """How a dispute stands at the gateway: its whole present state, not what has changed."""

    gateway_ref: str
    state: DisputeState
    amount: Money
    reason: str
    at: datetime


def decide_dispute(
    subscription: Subscription, report: DisputeReport, context: Context, now: datetime, *, may_revive: bool = True
) -> Decision | Refusal:
    """Take in how a dispute stands; what is known already, or older than what is known, changes nothing.

    One that is heard of late is opened and decided at once; winning what was lost reverses it. `may_revive` is False
    where the customer has bought the product anew: then the money comes back and the old subscription stays ended.
    Refuses `currency_differs`, `amount_differs` (a dispute is of one amount), `dispute_known` (done already) and
    `dispute_decided` (the gateway says the opposite of what it has said: a person has to look).
    """
    known = next((d for d in subscription.disputes if d.gateway_ref == report.gateway_ref), None)
    order = context.order
    if known is not None and known.state is DisputeState.LOST and report.state is DisputeState.WON:
        report = replace(report, state=DisputeState.REVERSED)  # some gateways have no other word for it
    if report.amount.currency != order.amount.currency:
        return Refusal("currency_differs", f"A dispute in {report.amount.currency} does not fit order {order.number}.")
    if known is not None and known.amount != report.amount:
        return Refusal("amount_differs", f"The dispute is of {known.amount}, not of {report.amount}.")
    if known is not None and known.state is not report.state and _RANK[known.state] == _RANK[report.state]:
        return Refusal("dispute_decided", f"The dispute is {known.state.value} already; a person has to look at it.")
    if known is not None and _RANK[report.state] <= _RANK[known.state]:
        return Refusal("dispute_known", "This is known already.", already=True)
    draft = Draft(subscription, now=now, actor=Actor("gateway", order.gateway), policy_digest=context.policy.digest)
    dispute = known or _open(draft, report, context)
    if report.state is DisputeState.UNDER_REVIEW:
        put_dispute(draft, replace(dispute, state=report.state))
        draft.fact(FactName.DISPUTE_UNDER_REVIEW, dispute_id=dispute.id, order_id=order.id)
    elif report.state is DisputeState.LOST:
        _lose(draft, dispute, context)
    elif report.state in (DisputeState.WON, DisputeState.REVERSED):
        _money_back(draft, dispute, report.state, may_revive=may_revive)
    return settle(draft, context.in_force, next(d for d in draft.subscription.disputes if d.id == dispute.id))


def decide_to_watch(subscription: Subscription, dispute: Dispute, context: Context, now: datetime) -> Decision:
    """Nothing new was said of an open dispute: ask again later."""
    draft = Draft(subscription, now=now, actor=Actor("gateway", dispute.gateway), policy_digest=context.policy.digest)
    put_dispute(draft, replace(dispute, check_at=now + DISPUTE_CHECK_EVERY if dispute.state.open else None))
    return settle(draft, context.in_force)


def _open(draft: Draft, report: DisputeReport, context: Context) -> Dispute:
    """The card's bank takes the money: hold it, freeze the order, and stop the renewal where the policy says so."""
    sub, order = draft.subscription, context.order
    stops = context.policy.dispute_rules.renewal == "stops"
    inside = min(report.amount, order.refundable)
    excess = report.amount - inside
    dispute = Dispute(
        bucket=order.bucket,
        id=sub.derived_id(f"dispute/{order.gateway}/{report.gateway_ref}"),
        customer_id=order.customer_id,
        subscription_id=order.subscription_id,
        order_id=order.id,
        gateway=order.gateway,
        gateway_ref=report.gateway_ref,
        state=DisputeState.OPENED,
        amount=report.amount,
        reason=report.reason,
        opened_at=min(report.at, draft.now),
        stopped_renewal=stops and (sub.auto_renew or sub.renewal_held),
        excess_minor=excess.minor,
        check_at=draft.now + DISPUTE_CHECK_EVERY,
    )
    draft.insert(dispute)
    draft.subscription = replace(sub, disputes=(*sub.disputes, dispute))
    put_order(
        draft,
        replace(
            order,
            disputed=True,
            disputed_minor=order.disputed_minor + inside.minor,
            excess_minor=order.excess_minor + excess.minor,
        ),
    )
    draft.fact(
        FactName.DISPUTE_OPENED, dispute_id=dispute.id, order_id=order.id, amount=report.amount, inside=inside,
        excess=excess, reason=report.reason, gateway_ref=report.gateway_ref, at=dispute.opened_at,
    )  # fmt: skip
    if inside:
        draft.post(ledger.hold_disputed(inside), order)
    if excess:
        draft.post(ledger.excess_refund(excess), order)
    if sub.auto_renew and stops:
        draft.subscription = replace(draft.subscription, auto_renew=False, announced=None)
        draft.fact(FactName.SUBSCRIPTION_RENEWAL_STOPPED, dispute_id=dispute.id)
    draft.message(
        "dispute_opened", dispute.id.hex, order_number=order.number, amount=report.amount, opened_at=dispute.opened_at,
        access_until=access_end(draft.subscription.terms), renewal_stopped=dispute.stopped_renewal,
    )  # fmt: skip
    return dispute


def _decided(draft: Draft, dispute: Dispute, state: DisputeState, order: Order) -> tuple[Dispute, Order]:
    """The dispute in its final state, and the order without the question mark."""
    dispute = put_dispute(draft, replace(dispute, state=state, decided_at=draft.now, check_at=None))
    open_ = any(d.order_id == order.id and d.state.open for d in draft.subscription.disputes)
    return dispute, put_order(draft, replace(order, disputed=open_))


def _lose(draft: Draft, dispute: Dispute, context: Context) -> None:
    """The cardholder keeps the money: what a refund of the order would have ended ends, unless the policy keeps it."""
    order = _order_of(draft, dispute)
    tax_minor = order.tax_in(dispute.inside, draft.subscription.refunds, draft.subscription.disputes)
    dispute, order = _decided(draft, replace(dispute, tax_minor=tax_minor), DisputeState.LOST, order)
    whole = bool(dispute.inside) and not order.refundable
    effect = effect_of(draft.subscription, order, dispute.opened_at, whole=whole)
    if context.policy.dispute_rules.lost == "keeps_access":
        effect = RefundEffect.MONEY_ONLY
    if effect is not RefundEffect.MONEY_ONLY:
        dispute = put_dispute(draft, replace(dispute, effect=effect, ended_at=draft.now))
    _say(draft, dispute, order)
    if dispute.inside:
        draft.post(ledger.lose_dispute(dispute.inside, tax_minor), order)
    if effect is not RefundEffect.MONEY_ONLY:
        end_term(draft, order, effect, None, dispute_id=dispute.id)
        expire_if_over(draft, EndReason.DISPUTED)
    _tell(draft, dispute, order)


def _money_back(draft: Draft, dispute: Dispute, state: DisputeState, *, may_revive: bool) -> None:
    """The money is ours again, and all is as it was before the dispute."""
    sub = draft.subscription
    was_lost = dispute.state is DisputeState.LOST
    order = _order_of(draft, dispute)
    order = replace(
        order,
        disputed_minor=order.disputed_minor - dispute.inside.minor,
        excess_minor=order.excess_minor - dispute.excess_minor,
    )
    dispute, order = _decided(draft, dispute, state, order)
    _say(draft, dispute, order)
    if dispute.inside and was_lost:
        draft.post(ledger.reverse_dispute(dispute.inside, dispute.tax_minor), order)
    elif dispute.inside:
        draft.post(ledger.win_dispute(dispute.inside), order)
    if dispute.excess:
        draft.post(ledger.return_excess(dispute.excess), order)
    if may_revive or sub.expired_at is None:
        if was_lost and dispute.ended_at is not None:
            give_term_back(draft, order, dispute.ended_at)
            revive(draft)
        _renew_again(draft, dispute)
    count_excess(draft, order)
    _tell(draft, dispute, order)


def _renew_again(draft: Draft, dispute: Dispute) -> None:
    """Auto-renew as before the dispute, unless somebody has canceled since, access is over, or another one is open."""
    sub = draft.subscription
    late = sub.cancellation is not None and sub.cancellation.last_term is not None
    held = any(d.state.holds and d.stopped_renewal for d in sub.disputes)
    end = access_end(sub.terms)
    over = sub.expired_at is not None or end is None or end <= draft.now or sub.latest_paid_term is None
    canceled = sub.cancellation is not None and not late
    if not dispute.stopped_renewal or sub.auto_renew or held or over or canceled:
        return
    draft.subscription = replace(sub, auto_renew=True, announced=None)
    draft.fact(FactName.SUBSCRIPTION_RENEWAL_RESUMED, dispute_id=dispute.id)


def _say(draft: Draft, dispute: Dispute, order: Order) -> None:
    draft.fact(
        _FACTS[dispute.state], dispute_id=dispute.id, order_id=order.id, amount=dispute.amount,
        inside=dispute.inside, excess=dispute.excess, tax_minor=dispute.tax_minor, effect=dispute.effect,
    )  # fmt: skip


def _tell(draft: Draft, dispute: Dispute, order: Order) -> None:
    sub = draft.subscription
    draft.message(
        "dispute_decided", f"{dispute.id.hex}/{dispute.state.value}", order_number=order.number,
        amount=dispute.amount, state=dispute.state, effect=dispute.effect, renews=sub.auto_renew,
        access_until=access_end(sub.terms),
    )  # fmt: skip


def _order_of(draft: Draft, dispute: Dispute) -> Order:
    return next(o for o in draft.subscription.orders if o.id == dispute.order_id)
