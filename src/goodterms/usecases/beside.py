"""What a case is judged on besides its order and policy: the laws of where the customer lives, and known facts."""

from __future__ import annotations

from datetime import datetime

from goodterms.domain.case import Laws
from goodterms.domain.judging.known_facts import (
    HISTORY,
    NOTICE,
    PRODUCT_CLASS,
    declared_facts,
    fact_named,
    facts_of_history,
    facts_of_order,
    wrong_value,
)
from goodterms.domain.payment import Order, OrderKind
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refundability import Beside
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import Subscription
from goodterms.storage.laws import laws_for
from goodterms.storage.plans import product_class_of
from goodterms.storage.queries.case_facts import history_of, renewal_announced_at

#: What a plan sells that is not here any more.
OTHERWISE = "digital_service"


def beside_of(
    subscription: Subscription, order: Order, policy: Policy, requested_at: datetime, now: datetime,
    request: RefundRequest | None = None,
) -> Beside:  # fmt: skip
    """Laws and facts for judging an order at `requested_at`; only facts that a rule declares are looked up.

    A country that was stated for the request is looked up like one the customer lives in. As long as a request is
    open, what has been paid back meanwhile of other orders counts: who asks for two at once is paid one, where one is
    all there is.
    """
    stated = request.facts["country"].value if request and "country" in request.facts else None
    countries = {country for country in (subscription.buyer_country, stated) if isinstance(country, str)}
    first = min(order.placed_at, requested_at, subscription.created_at)
    laws = laws_for(policy, sorted(countries), first.year - 1, now.year + 2)
    wanted = declared_facts(policy, laws)
    if not wanted:
        return Beside(laws)
    facts: dict[str, FactValue] = facts_of_order(subscription, order, policy)
    if PRODUCT_CLASS in wanted:
        facts[PRODUCT_CLASS] = product_class_of(subscription.plan) or OTHERWISE
    if wanted & HISTORY:
        at = now if request is not None and request.state.open else requested_at
        facts |= facts_of_history(order, history_of(order, subscription.product, at))
    # What was imported may have been announced where we can not see it.
    if NOTICE in wanted and order.kind is OrderKind.RENEWAL and order.charge_id is not None:
        facts[NOTICE] = renewal_announced_at(order.bucket, order.subscription_id, order.term_number)
    fitting = {n: v for n, v in facts.items() if _fits(n, v, wanted, policy, laws, order)}
    return Beside(laws, fitting)


def _fits(name: str, value: FactValue, wanted: frozenset[str], policy: Policy, laws: Laws, order: Order) -> bool:
    """Whether a rule declares the fact, with a type and words that its value is one of; else it stays unknown."""
    fact = fact_named(name, policy, laws) if name in wanted else None
    return fact is not None and wrong_value(fact, value, order.amount.currency) is None


def beside_request(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, now: datetime
) -> Beside:
    """The same for a request, as of its first contact."""
    return beside_of(subscription, order, policy, request.received_at, now, request)
