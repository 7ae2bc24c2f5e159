"""What a customer's pages show of a subscription: values from the domain, in the order they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from babel.numbers import format_currency
from django.utils.translation import get_language

from goodterms.domain.case import Verdict
from goodterms.domain.counting import counting_zone
from goodterms.domain.entitlement import Entitlement, entitlement
from goodterms.domain.money import Money
from goodterms.domain.payment import Charge, Order, Refund, RefundState
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import ORDER, SUBSCRIPTION, encode
from goodterms.domain.refundability import judge, term_of
from goodterms.domain.renewal import RenewalPlan, renewal_plan
from goodterms.domain.subscription import (
    DisplayState,
    EndReason,
    Subscription,
    access_end,
    display_state,
    next_term_given_back,
)
from goodterms.domain.term import Term
from goodterms.portal.words import END_REASONS, decline_words
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.queries.account import RequestLine, plan_names, requests_of, subscriptions_of
from goodterms.usecases.beside import beside_of
from goodterms.usecases.payment_methods import method_label
from goodterms.usecases.wording import written_in
from goodterms.usecases.world import World


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in a list. `refundable` tells whether a refund would be granted now, `depends` that a fact decides."""

    order: Order
    public_id: str
    term: Term
    term_state: str
    refundable: bool
    last_day_on: date | None
    request: RequestLine | None
    refund: Refund | None
    note: str
    depends: bool = False


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription as its pages show it; `ends_at` is exclusive and None when nothing was ever paid."""

    subscription: Subscription
    public_id: str
    name: str
    policy: Policy
    zone: str
    state: str
    ends_at: datetime | None
    plan: RenewalPlan | None
    running: Term | None
    upcoming: Term | None
    entitled: Entitlement
    charge: Charge | None
    declined: str
    payment: str
    orders: Sequence[OrderLine]
    end_reason: str

    @property
    def last_charge(self) -> RenewalPlan | None:
        """The charge that a cancellation came too late for; None where there is none."""
        canceled = self.subscription.cancellation
        return self.plan if canceled is not None and canceled.last_term is not None else None

    @property
    def refundable(self) -> OrderLine | None:
        """The order that could be paid back now and was not asked for yet."""
        return next((line for line in self.orders if line.refundable and line.request is None), None)

    @property
    def waiting(self) -> bool:
        """Bought, but the first payment's outcome is not known yet."""
        return not self.subscription.terms and self.charge is not None

    @property
    def undecided(self) -> bool:
        """No access now, but a payment whose outcome is not known yet may have bought some."""
        return self.state == DisplayState.EXPIRED and self.charge is not None


def views_of(world: World, bucket: int, customer_id: UUID) -> list[SubscriptionView]:
    """All subscriptions of a customer that were paid once or are being paid, newest first."""
    now = world.now()
    names, requests = plan_names(), requests_of(bucket, customer_id)
    found = [view_of(world, s, names, requests) for s in subscriptions_of(bucket, customer_id, now)]
    return [view for view in found if view.subscription.terms or view.charge]


def view_of(
    world: World,
    subscription: Subscription,
    names: Mapping[str, str] | None = None,
    requests: Sequence[RequestLine] | None = None,
) -> SubscriptionView:
    """One subscription, with its name, dates in the zone it is counted in, and its orders."""
    now = world.now()
    policy = policy_of_plan(subscription.plan, now)
    if requests is None:
        requests = requests_of(subscription.bucket, subscription.customer_id)
    latest = subscription.latest_paid_term
    state = display_state(subscription, now)
    declined = subscription.declined_attempts(subscription.next_number)
    return SubscriptionView(
        subscription=subscription,
        public_id=encode(SUBSCRIPTION, subscription.bucket, subscription.id),
        name=(names or plan_names()).get(subscription.plan, subscription.plan),
        policy=policy,
        zone=counting_zone(policy.counting, subscription.buyer_timezone).key,
        state=state.value,
        ends_at=access_end(subscription.terms),
        plan=None if state is DisplayState.EXPIRED else renewal_plan(subscription, policy),
        running=next((t for t in subscription.terms if t.covers(now)), None),
        upcoming=latest if latest is not None and now < latest.starts_at else None,
        entitled=entitlement(subscription.terms, now),
        charge=subscription.open_charge,
        declined=decline_words(declined[-1].decline_code) if declined else "",
        payment=method_label(world, subscription.gateway, subscription.payment_method),
        orders=[order_line(subscription, order, requests, now) for order in reversed(subscription.orders)],
        end_reason=END_REASONS.get(_end_reason(subscription), ""),
    )


def order_line(subscription: Subscription, order: Order, requests: Sequence[RequestLine], now: datetime) -> OrderLine:
    """One order with its way back: until when, why not, or the request that is under way."""
    verdict = _verdict(subscription, order, now, now)
    term = term_of(subscription, order)
    request = next((r for r in requests if r.order_id == order.id and r.state != "retracted"), None)
    refund = next((r for r in reversed(subscription.refunds) if r.order_id == order.id), None)
    granted = (
        verdict.outcome == "grant"
        and bool(verdict.amount)
        and bool(order.refundable.minor)
        and not subscription.open_refund
    )
    return OrderLine(
        order=order,
        public_id=encode(ORDER, order.bucket, order.id),
        term=term,
        term_state="revoked" if cut_short(term, now) else term.state(now).value,
        refundable=granted,
        last_day_on=verdict.window_last_day_on,
        request=request,
        refund=refund if refund and refund.state is not RefundState.FAILED else None,
        note=verdict.because,
        depends=verdict.outcome == "ask" and bool(order.refundable.minor) and not subscription.open_refund,
    )


def _verdict(subscription: Subscription, order: Order, at: datetime, now: datetime) -> Verdict:
    """What policy and laws say of refunding an order, as if it were asked for at an instant."""
    policy = policy_by_digest(order.policy_digest)
    return judge(subscription, order, policy, at, beside=beside_of(subscription, order, policy, at, now))


def cut_short(term: Term, now: datetime) -> bool:
    """Whether a term has ended early with a refund; one that still runs to its earlier end has not."""
    return term.revoked_at is not None and term.access_ends_at <= now


def _end_reason(subscription: Subscription) -> str:
    """Why it ended, also before the worker has written it down; a refund of a term to come ends nothing at once."""
    last = subscription.terms[-1] if subscription.terms else None
    known = subscription.end_reason
    if known is EndReason.REFUNDED or (known is None and last is not None and not last.standing):
        return "next_refunded" if next_term_given_back(subscription.terms) else "refunded"
    if known is not None:
        return known
    return "" if subscription.auto_renew else "canceled"


def timeline_of(view: SubscriptionView, requests: Sequence[RequestLine], now: datetime) -> dict[str, object]:
    """Bars, marks and windows of the picture of terms, for the `timeline` tag."""
    sub = view.subscription
    terms = [
        {
            "label": f"Term {place}", "starts_at": t.starts_at, "ends_at": t.ends_at,
            "cut_at": t.access_ends_at if t.revoked_at else None,
            "state": "revoked" if cut_short(t, now) else t.state(now).value,
        }
        for place, t in enumerate(sub.terms, 1)
    ]  # fmt: skip
    marks: list[dict[str, object]] = []
    marks += [{"at": o.placed_at, "kind": "charge", "label": f"Paid {amount_words(o.amount)}"} for o in sub.orders]
    marks += [
        {"at": c.settled_at or c.intended_at, "kind": "declined", "label": "Declined"}
        for c in sub.charges
        if c.state.value == "declined"
    ]
    marks += [
        {"at": r.initiated_at, "kind": "refund", "label": f"{amount_words(r.amount)} refunded"}
        for r in sub.refunds
        if r.initiated_at and r.state.initiated
    ]
    mine = {o.id for o in sub.orders}
    marks += [
        {"at": r.received_at, "kind": "request", "label": "Refund asked for"} for r in requests if r.order_id in mine
    ]
    if sub.cancellation is not None:
        marks.append({"at": sub.cancellation.requested_at, "kind": "cancellation", "label": "Canceled"})
    if view.plan is not None and view.plan.charge_at is not None and view.plan.charge_at > now and not view.charge:
        marks.append({"at": view.plan.charge_at, "kind": "planned", "label": "Next charge"})
    return {"terms": terms, "marks": marks, "windows": _windows(view, now)}


def amount_words(amount: Money) -> str:
    """An amount inside a label, in the reader's language."""
    return str(format_currency(Decimal(amount.decimal_str()), amount.currency, locale=written_in(get_language())))


def _windows(view: SubscriptionView, now: datetime) -> list[dict[str, object]]:
    line = view.refundable
    verdict_end = None
    if line is not None:
        verdict_end = _verdict(view.subscription, line.order, line.order.placed_at, now).refundable_until_at
    if line is None or verdict_end is None:
        return []
    return [{"label": "Refundable", "starts_at": line.order.placed_at, "ends_at": verdict_end}]
