"""From a scenario to the product's own values: a subscription with its terms, orders and charges, as they stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.facts import Actor
from goodterms.domain.law import Law
from goodterms.domain.payment import ChargeState, Order, OrderKind
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refund_request import Claimed
from goodterms.domain.reminders import NoticeRules, notices_for
from goodterms.domain.renewal import charge_intent, next_step_at, renewal_plan
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import Announcement, Cancellation, EndReason, Subscription, access_end
from goodterms.domain.term import Interval, Term, boundary
from goodterms.usecases.decide.scenario import Scenario
from goodterms.usecases.decide.values import ScenarioError

NAME, EMAIL = "Case Buyer", "buyer@case.example"
_ROOT = UUID("6f2f0c1e-2f7b-5d1f-9a53-1f2f4f5d7c10")
_FOUR_YEARS = 48


@dataclass(frozen=True, slots=True)
class Built:
    """A scenario as the product would have it: the subscription at the request, the order it is about, its facts."""

    subscription: Subscription
    order: Order
    facts: Mapping[str, FactValue] = field(default_factory=dict)


def case_id(what: str) -> UUID:
    """An id for a made-up row: the same case always gives the same answer."""
    return uuid5(_ROOT, what)


def build(scenario: Scenario, policy: Policy, facts: Mapping[str, FactValue], laws: Iterable[Law] = ()) -> Built:
    """The subscription at the instant of the request. Raises `ScenarioError` for a state that can not be."""
    terms, number = _terms(scenario)
    interval, anchor_at = _calendar(scenario)
    subscription = _buyer(_subscription(scenario, policy, interval, anchor_at), scenario, facts)
    orders = tuple(_order(subscription, scenario, policy, term, of_case=term.number == number) for term in terms)
    subscription = replace(subscription, terms=terms, orders=orders, paid_through=access_end(terms))
    notices = _notices(subscription, scenario, policy, laws)
    subscription = _at_the_request(replace(subscription, notices=notices), scenario, policy)
    return Built(subscription, next(order for order in orders if order.term_number == number), facts)


def claims(scenario: Scenario, order: Order, *, completed: bool = False) -> Claimed:
    """The four facts as they were given: those that match are the order's own."""
    result = dict.fromkeys(scenario.checks, "match") if completed else scenario.checks
    texts = {"order_number": order.number, "email": order.buyer_email, "name": order.buyer_name}
    wrong = {"order_number": "0000-0000-0000", "email": "else@case.example", "name": "Somebody Else"}
    given = {name: {"match": text, "mismatch": wrong[name]}.get(result[name], "") for name, text in texts.items()}
    on = {"match": order.placed_at, "mismatch": order.placed_at - timedelta(days=100)}.get(result["purchase_date"])
    return Claimed(given["order_number"], given["email"], given["name"], on)


def _terms(s: Scenario) -> tuple[tuple[Term, ...], int]:
    """The paid terms in order, and the number of the one the order in question pays for."""
    start, end = s.term
    terms: list[Term] = []
    if s.kind == "renewal" or s.current[1] is not None:
        before_end = s.current[1] or start
        months = (end.year - start.year) * 12 + end.month - start.month
        one_back = boundary(before_end, Interval(months=months), -1) if months > 0 else before_end - (end - start)
        terms.append(Term(1, s.current[0] or min(one_back, before_end - timedelta(days=1)), before_end))
    terms.append(Term(len(terms) + 1, start, end))
    number = len(terms)
    if s.latest_term_start is not None and s.latest_term_start > start:
        last_end = s.further_end or s.latest_term_start + (end - start)
        if last_end <= s.latest_term_start:
            raise ScenarioError("impossible_scenario", "renewal_term_end", "The latest term ends before it starts.")
        terms.append(Term(number + 1, s.latest_term_start, last_end))
    return tuple(terms), number


def _calendar(s: Scenario) -> tuple[Interval, datetime]:
    """The length of a term and the anchor whose calendar leads to it; months where they fit, else days."""
    start, end = s.term
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0:
        # A term that starts on the last day of a short month keeps the day of its anchor (A29).
        for anchor_at in (s.current[0], start, boundary(end, Interval(months=1), -_FOUR_YEARS)):
            if anchor_at and _begins_at(start, anchor_at, Interval(months), end):
                return Interval(months), anchor_at
    return Interval(days=max(-(-(end - start) // timedelta(days=1)), 1)), start


def _begins_at(start: datetime, anchor_at: datetime, interval: Interval, end: datetime) -> bool:
    """Whether a term from `start` to `end` is one of the anchor's calendar: 30 days from 1 February are no month."""
    terms = ((start.year - anchor_at.year) * 12 + start.month - anchor_at.month) // interval.months
    return boundary(anchor_at, interval, terms) == start and boundary(anchor_at, interval, terms + 1) == end


def _subscription(s: Scenario, policy: Policy, interval: Interval, anchor_at: datetime) -> Subscription:
    if not policy.renewal.covers(interval):
        raise ScenarioError(
            "term_not_sold", "term_end", f"{policy.label} has no rules for terms as short as this one."
        )
    return Subscription(
        bucket=0, id=case_id("subscription"), customer_id=case_id("customer"), product="case", plan="case",
        interval=interval, anchor_at=anchor_at, price=s.amount, tax_minor=0, buyer_name=NAME, buyer_email=EMAIL,
        buyer_timezone=s.timezone, channel=s.sales_channel, merchant_of_record=policy.merchant_of_record,
        gateway="case", payment_method="case", auto_renew=True, created_at=min(s.order_at, s.term[0]),
    )  # fmt: skip


def _buyer(sub: Subscription, s: Scenario, facts: Mapping[str, FactValue]) -> Subscription:
    """Where the buyer lives, and whether as a consumer: what laws are chosen by."""
    consumer = facts.get("consumer")
    consumer = consumer if isinstance(consumer, bool) else None
    return replace(sub, buyer_country=s.country, buyer_state=s.state, buyer_consumer=consumer)


def _notices(sub: Subscription, s: Scenario, policy: Policy, laws: Iterable[Law]) -> NoticeRules | None:
    """The windows in which laws want the renewal announced."""
    zone, made = counting_zone(policy.counting, s.timezone), s.contract_made
    if made is None:
        made = s.order_at if s.kind == "initial" else None
    return notices_for(
        laws, interval=sub.interval, country=s.country, state=s.state, on=local_date(s.requested_at, zone),
        contract_on=local_date(made, zone) if isinstance(made, datetime) else made,
    )  # fmt: skip


def _order(sub: Subscription, s: Scenario, policy: Policy, term: Term, *, of_case: bool) -> Order:
    kind = OrderKind.INITIAL if term.number == 1 else OrderKind.RENEWAL
    if of_case:
        kind = OrderKind(s.kind)
    order_id = sub.derived_id(f"order/{term.number}")
    placed_at = s.order_at if of_case else min(term.starts_at, s.requested_at)
    return Order(
        bucket=sub.bucket, id=order_id, customer_id=sub.customer_id, subscription_id=sub.id, term_number=term.number,
        number=human_number(sub.bucket, order_id), kind=kind, placed_at=placed_at, buyer_name=sub.buyer_name,
        buyer_email=sub.buyer_email, buyer_timezone=sub.buyer_timezone, channel=sub.channel,
        merchant_of_record=sub.merchant_of_record, amount=s.amount, tax_minor=0, policy_digest=policy.digest,
        charge_id=None, gateway=sub.gateway, gateway_ref=f"case-{term.number}", disputed=of_case and s.disputed,
        refunded_minor=s.refunded.minor if of_case else 0,
    )  # fmt: skip


def _at_the_request(sub: Subscription, s: Scenario, policy: Policy) -> Subscription:
    """Bring in what had happened by then: an end, a cancellation, an announcement, a charge that was begun."""
    end = access_end(sub.terms)
    over = end is not None and end <= s.requested_at
    if over and s.action == "renewal_check" and not policy.renewal.lead_days(sub.interval, sub.buyer_country):
        over = end is not None and end < s.requested_at  # charged at the end itself
    if s.status is not None and over != (s.status == "expired"):
        raise ScenarioError("impossible_scenario", "status", f"It can not be {s.status}: its last term ends at {end}.")
    if s.canceled_at is not None or s.status == "canceled":
        sub = _canceled(sub, s, end or s.requested_at)
    if over:
        reason = EndReason.NOT_CHARGED if sub.auto_renew else EndReason.CANCELED
        return replace(sub, auto_renew=False, expired_at=end, end_reason=reason)
    plan = renewal_plan(sub, policy)
    if plan is not None and plan.announce_at <= s.requested_at:
        told_at = max(plan.announce_at, sub.orders[-1].placed_at)
        sub = replace(sub, announced=Announcement(plan.term.number, plan.amount, told_at))
    if s.charge_state != "none":
        sub = _with_charge(sub, s, policy)
    return replace(sub, next_step_at=next_step_at(sub, policy))


def _canceled(sub: Subscription, s: Scenario, end: datetime) -> Subscription:
    at = s.canceled_at or s.requested_at
    id = case_id("cancellation")
    cancellation = Cancellation(
        sub.bucket, id, sub.customer_id, sub.id, human_number(sub.bucket, id, prefix="C-"), at, "customer:case",
        s.channel or "account", end,
    )  # fmt: skip
    return replace(sub, auto_renew=False, announced=None, cancellation=cancellation)


def _with_charge(sub: Subscription, s: Scenario, policy: Policy) -> Subscription:
    """The next term's charge has been begun before the request, or was declined."""
    begun_at = max(sub.orders[-1].placed_at, s.requested_at - timedelta(minutes=1))
    charge = charge_intent(sub, sub.next_term(), sub.price, 0, kind=OrderKind.RENEWAL, policy=policy, now=begun_at)
    if s.charge_state == "declined":
        charge = replace(
            charge, state=ChargeState.DECLINED, decline_code="declined", settled_at=begun_at, check_at=None
        )
    return replace(sub, charges=(*sub.charges, charge))


def actor_of(scenario: Scenario) -> Actor:
    """Who acted: `acted_by` as `kind:name`, else the customer."""
    said = scenario.acted_by
    if said is None:
        return Actor("customer", "case")
    return Actor.parse(said) if ":" in said else Actor("agent", said)
