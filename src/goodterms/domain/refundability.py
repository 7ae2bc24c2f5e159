"""Whether an order can be paid back: the case as policy and laws see it, and the offer a customer is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from uuid import UUID

from goodterms.domain.case import Case, Laws, Verdict
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, OrderKind, Refund, RefundEffect, RefundState, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_words import AFTER_TRIAL
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.rules import Act, FactValue
from goodterms.domain.subscription import Subscription, access_end
from goodterms.domain.term import Term, TermState
from goodterms.domain.value import dataclass, replace

#: Facts that a case holds in a place of its own; what was stated of them fills it.
_PLACES = ("country", "state", "timezone", "contract_at")


@dataclass(frozen=True, slots=True)
class Beside:
    """What a verdict rests on besides the order and its policy: the laws that may apply, and facts that are known.

    `facts` are those that the system itself knows (`known_facts`); what people stated of a case comes before them.
    """

    laws: Laws = field(default_factory=Laws)
    facts: Mapping[str, FactValue] = field(default_factory=dict)


ALONE = Beside()


@dataclass(frozen=True, slots=True)
class RefundOffer:
    """A refund that could be asked for now: of which order, until when (exclusive), and what it would do to access.

    `keeps_until` is the end of access that is left when not all of it would end at once: of the running term when only
    the next one would be dropped (R47), or the later end that the rule sets; None when access would end at once (R42,
    R44).
    """

    order_id: UUID
    order_number: str
    amount: Money
    until_at: datetime | None
    last_day_on: date | None
    effect: RefundEffect
    keeps_until: datetime | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a refund does to access; `until_at` (exclusive) with `END_LATER`, and only then."""

    kind: RefundEffect
    until_at: datetime | None = None


def refund_case(
    subscription: Subscription, order: Order, requested_at: datetime, asked: Money | None = None,
    facts: Mapping[str, FactValue] | None = None, act: Act = "refund",
) -> Case:  # fmt: skip
    """An order as a case for policy and laws, judged at the request's first contact (A4, A7).

    `asked` is the amount asked for when it is not the whole payment. `facts` hold what is known besides.
    """
    known = facts or {}
    term = term_of(subscription, order)
    upcoming = term.state(requested_at) is TermState.UPCOMING
    return Case(
        act=act,
        kind=order.kind.value,
        placed_at=order.placed_at,
        term=term,
        amount=order.amount,
        requested_at=requested_at,
        sales_channel=order.channel,
        is_latest_paid=was_latest_paid(subscription, order, requested_at),
        buyer_timezone=_text(known, "timezone", order.buyer_timezone),
        country=_text(known, "country", subscription.buyer_country),
        state=_text(known, "state", subscription.buyer_state),
        contract_at=_contract_at(subscription, order, known),
        current_term_ends_at=running_end(subscription, term) if upcoming else None,
        next_term_ends_at=subscription.next_term().ends_at if subscription.latest_paid_term else None,
        already_refunded=Money(order.gone(subscription.disputes), order.amount.currency),
        tax=Money(order.tax_minor, order.amount.currency),
        tax_refunded=_tax_of(subscription.refunds, order),
        disputed=order.disputed,
        asked=asked,
        facts=_facts(order, known),
    )


def judge(
    subscription: Subscription, order: Order, policy: Policy, requested_at: datetime, asked: Money | None = None, *,
    beside: Beside = ALONE, stated: Mapping[str, FactValue] | None = None, act: Act = "refund",
    own: UUID | None = None,
) -> Verdict:  # fmt: skip
    """What policy and laws say about refunding an order, every clause with its finding (R34, A27).

    `act` is what is asked for: money back, or to cancel, which may pay something back by itself; what that has paid is
    a part of what a cancellation comes to, and is not paid twice; nor is what another request than the case of the
    cancellation, `own`, has paid since.
    `stated` are facts that people stated of this case; they come before those the system knows.
    """
    case = refund_case(subscription, order, requested_at, asked, {**beside.facts, **(stated or {})}, act)
    paid = [r for r in paid_since_canceled(subscription, order) if own is None or r.request_id != own]
    paid = paid if act == "cancel" else []
    if paid:
        before = sum(r.inside.minor for r in paid)
        others = [refund for refund in subscription.refunds if refund not in paid]
        case = replace(
            case, already_refunded=Money(case.refunded.minor - before, order.amount.currency),
            tax_refunded=_tax_of(others, order),
        )  # fmt: skip
    verdict = evaluate(policy, case, beside.laws)
    lasts = verdict.access == "unchanged"
    if verdict.paid_from_on is not None and (ended := _paid_for_the_end(subscription, order, paid, lasts=lasts)):
        # The unused part is paid back once: what was paid for ending access before is a part of it.
        fresh = evaluate(policy, replace(case, already_refunded=None, tax_refunded=None), beside.laws).amount
        verdict = replace(verdict, amount=min(verdict.amount, max(fresh - ended, Money(0, fresh.currency))))
    less = sum(r.inside.minor for r in paid)
    if not less:
        return verdict
    return replace(verdict, amount=Money(max(verdict.amount.minor - less, 0), verdict.amount.currency))


def keeps_tax(policy: Policy, verdict: Verdict) -> bool:
    """Whether the tax in the price is not paid back (X23): a policy may say so, of what it grants by itself."""
    return policy.refund.tax == "kept" and verdict.outcome == "grant" and verdict.rule in (policy.label, "")


def judge_request(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, beside: Beside = ALONE
) -> Verdict:
    """The verdict on a request, at its first contact and with the facts stated for it."""
    stated = {name: fact.value for name, fact in request.facts.items()}
    return judge(
        subscription, order, policy, request.received_at, beside=beside, stated=stated, act=request.act, own=request.id
    )


def term_of(subscription: Subscription, order: Order) -> Term:
    """The term an order paid for."""
    return next(term for term in subscription.terms if term.number == order.term_number)


def was_latest_paid(subscription: Subscription, order: Order, at: datetime) -> bool:
    """Whether no later term was paid for at an instant and has been kept (R23).

    A renewal that was charged afterwards, while a request waited, does not make the order an old one. A later payment
    that was given back does not count; one of which a part was kept does.
    """
    later = (o for o in subscription.orders if order.term_number < o.term_number and o.placed_at <= at)
    return not any(_kept(term_of(subscription, one), one) for one in later)


def effect_of(subscription: Subscription, order: Order, requested_at: datetime, *, whole: bool) -> RefundEffect:
    """What paying an order back outside the clauses does to its term (R42-R47).

    Only the payment of the latest paid term changes access, and only when nothing of it is left (`whole`, also in
    parts); whether the term has begun is judged at the request (A7), and at exactly its start it has (A8). A term
    that another has followed was lived through while the request waited: it is not dropped from under its successor.
    """
    term = term_of(subscription, order)
    if not whole or subscription.latest_paid_term != term:
        return RefundEffect.MONEY_ONLY
    state = term.state(requested_at)
    if state is TermState.UPCOMING:
        return _never_starts(subscription, term)
    return RefundEffect.REVOKE_TERM if state is TermState.RUNNING else RefundEffect.MONEY_ONLY


def effect_by(subscription: Subscription, order: Order, requested_at: datetime, verdict: Verdict) -> Effect:
    """What paying an order back does to access as the verdict has it, whatever part of the money it grants.

    A term that had not begun at the request is dropped, unless the rule lets access last into it; one that was over
    leaves nothing to end; one that had begun ends at once or at the rule's instant.
    """
    term = term_of(subscription, order)
    until_at = verdict.access_until_at
    if verdict.access == "unchanged":
        return Effect(RefundEffect.MONEY_ONLY)
    state = term.state(requested_at)
    if state is TermState.UPCOMING:
        lasts = verdict.access not in ("ends_now", "keep_current_term") and until_at and term.starts_at < until_at
        return Effect(RefundEffect.END_LATER, until_at) if lasts else Effect(_never_starts(subscription, term))
    if state is not TermState.RUNNING:
        return Effect(RefundEffect.MONEY_ONLY)
    if verdict.access == "ends_now" or until_at is None:
        return Effect(RefundEffect.REVOKE_TERM)
    return Effect(RefundEffect.END_LATER, until_at)


def charged_meanwhile(
    subscription: Subscription, order: Order, requested_at: datetime, effect: Effect
) -> tuple[Order, ...]:
    """Renewals charged after an order was asked back, for terms that its refund leaves no room for.

    Had the answer come at once, they would not have been charged: they are paid back with it, in full. None where the
    refund changes no access, nor for a term in which access still runs; one that the bank disputes is left to it.
    """
    if effect.kind is RefundEffect.MONEY_ONLY:
        return ()
    return tuple(
        later
        for later in subscription.orders
        if order.term_number < later.term_number
        and requested_at < later.placed_at
        and later.refundable.minor > 0
        and not later.disputed
        and term_of(subscription, later).standing
        and (effect.until_at is None or effect.until_at <= term_of(subscription, later).starts_at)
    )


def effect_on_later(subscription: Subscription, order: Order, now: datetime) -> RefundEffect:
    """What paying back a renewal that was charged meanwhile does to its term, whatever else is given back with it."""
    term = term_of(subscription, order)
    state = term.state(now)
    if state is TermState.UPCOMING:
        return _never_starts(subscription, term)
    return RefundEffect.REVOKE_TERM if state is TermState.RUNNING else RefundEffect.MONEY_ONLY


def followed_by_another(subscription: Subscription, order: Order, asked_at: datetime, decided_at: datetime) -> bool:
    """Whether a later term is paid for, so that a refund of this order has no access left to change.

    Renewals that were charged between the request and its decision do not count: they go back with it.
    """
    later = (o for o in subscription.orders if order.term_number < o.term_number)
    return any(_kept(term_of(subscription, one), one) for one in later if not asked_at < one.placed_at <= decided_at)


def running_end(subscription: Subscription, *without: Term) -> datetime | None:
    """The end of access that is left without some terms."""
    gone = {term.number for term in without}
    return access_end(tuple(t for t in subscription.terms if t.number not in gone))


def access_after(subscription: Subscription, order: Order, effect: Effect, *also: Order) -> datetime | None:
    """The end of access (exclusive) once an order, and others with it, have been paid back; None when at once."""
    if effect.kind is RefundEffect.REVOKE_TERM:
        return None
    gone = [term_of(subscription, one) for one in also]
    if effect.kind is RefundEffect.DROP_TERM:
        return running_end(subscription, term_of(subscription, order), *gone)
    end = running_end(subscription, *gone)
    return min(end, effect.until_at) if end and effect.until_at else end


def refund_offer(
    subscription: Subscription, policy: Policy, now: datetime, beside: Beside = ALONE
) -> RefundOffer | None:
    """The latest paid order's way back at `now`; None when neither policy nor law would grant it (R16, R21)."""
    latest = subscription.latest_paid_term
    order = subscription.order_of(latest) if latest else None
    if latest is None or order is None or order.disputed or subscription.open_refund:
        return None
    verdict = judge(subscription, order, policy, now, beside=beside)
    if verdict.outcome != "grant" or not order.refundable or not verdict.amount:
        return None
    effect = effect_by(subscription, order, now, verdict)
    ends_later = effect.kind in (RefundEffect.DROP_TERM, RefundEffect.END_LATER)
    return RefundOffer(
        order_id=order.id,
        order_number=order.number,
        amount=verdict.amount,
        until_at=verdict.refundable_until_at,
        last_day_on=verdict.window_last_day_on,
        effect=effect.kind,
        keeps_until=access_after(subscription, order, effect) if ends_later else None,
    )


def _never_starts(subscription: Subscription, term: Term) -> RefundEffect:
    """A term with a successor can not be dropped from under it."""
    return RefundEffect.DROP_TERM if term == subscription.terms[-1] else RefundEffect.REVOKE_TERM


def paid_since_canceled(subscription: Subscription, order: Order) -> list[Refund]:
    """What counts as paid by cancelling: the refunds of an order that have not failed, committed by it or after it.

    A cancellation commits one by itself; one that a request led to counts when it came after the cancellation.
    """
    canceled = subscription.cancellation
    return [
        refund
        for refund in subscription.refunds
        if refund.order_id == order.id
        and (refund.request_id is None or (canceled is not None and canceled.requested_at <= refund.intended_at))
        and refund.way is not RefundWay.EXTERNAL
        and refund.state is not RefundState.FAILED
    ]


def _tax_of(refunds: Iterable[Refund], order: Order) -> Money:
    """The tax that refunds of an order have paid back."""
    mine = (r for r in refunds if r.order_id == order.id and r.state is not RefundState.FAILED)
    return Money(sum(r.tax_minor for r in mine), order.amount.currency)


def _paid_for_the_end(
    subscription: Subscription, order: Order, without: Sequence[Refund], *, lasts: bool
) -> Money:  # fmt: skip
    """What refunds that ended access, at once or later, have paid back of an order; all of them where access lasts."""
    mine = (r for r in subscription.refunds if r.order_id == order.id and r.state is not RefundState.FAILED)
    ending = (RefundEffect.REVOKE_TERM, RefundEffect.END_LATER)
    minor = sum(r.inside.minor for r in mine if (lasts or r.effect in ending) and r not in without)
    return Money(minor, order.amount.currency)


def _kept(term: Term, order: Order) -> bool:
    return term.standing or (term.revoked_at is not None and order.refundable.minor > 0)


def _facts(order: Order, known: Mapping[str, FactValue]) -> Mapping[str, FactValue]:
    facts = {name: value for name, value in known.items() if name not in _PLACES}
    return {"origin": order.origin, **facts} if order.origin == AFTER_TRIAL else facts


def _contract_at(subscription: Subscription, order: Order, known: Mapping[str, FactValue]) -> datetime | None:
    """When the subscription was first bought; None where that is left to what is known of its day.

    A first charge after a trial does not say when the trial began, and somebody may know better than our oldest order.
    """
    if "contract_at" in known:
        stated = known["contract_at"]
        return stated if isinstance(stated, datetime) else None
    if order.kind is OrderKind.INITIAL and order.origin == AFTER_TRIAL:
        return None
    first = order.placed_at if order.kind is OrderKind.INITIAL else subscription.orders[0].placed_at
    at, made_on = min(subscription.created_at, first), known.get("contract_made_on")
    at = first if order.kind is OrderKind.INITIAL else at
    # The day is counted in the zone of the order, so that it is at most one away from that of UTC.
    return None if isinstance(made_on, date) and abs(made_on - at.date()).days > 1 else at


def _text(known: Mapping[str, FactValue], name: str, otherwise: str | None) -> str | None:
    value = known.get(name)
    return value if isinstance(value, str) else otherwise
