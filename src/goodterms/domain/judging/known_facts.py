"""Facts of a case: those the system knows by itself, those that are missing, and whether a stated value is one.

The facts a policy or a law needs are declared in it; well-known ones have a fixed meaning (`policy_words`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from goodterms.domain.case import Laws
from goodterms.domain.counting import counting_zone, known_zone, local_date
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, OrderKind
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_words import AFTER_TRIAL, CASE_FACTS, KNOWN_FACTS, wrong_country
from goodterms.domain.rules import Fact, FactValue
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import dataclass, replace

#: Types of facts that a customer can answer by a choice or a date; the others are for a specialist to find out.
CUSTOMERS_TYPES = ("yes_or_no", "word", "date")
#: Known facts that need a look into the customer's history.
HISTORY = frozenset({"first_order", "prior_refunds_same_service", "prior_refunds_user"})
#: The known fact that a law for consumers rests on without declaring it.
CONSUMER = "consumer"
#: The known fact that the plan says.
PRODUCT_CLASS = "product_class"
#: The known fact that needs a look into the journal.
NOTICE = "chatel_notice_sent_at"

#: Facts about what is sold and which law is in force: never a question to the customer.
_OURS = frozenset({"origin", "product_class", "regime_in_force", "payment", "already_refunded", "disputed", "term"})
_YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class History:
    """What the customer's past says at a request: whether another order came before this one, what was paid back.

    `refunds_of_product` and `refunds` count other orders, of the same product and of any, for which money went back.
    """

    ordered_before: bool
    refunds_of_product: int
    refunds: int


def declared_facts(policy: Policy, laws: Laws) -> frozenset[str]:
    """The names of the facts that the policy or one of the laws looks at: only these are worth looking up."""
    declared = frozenset(policy.facts) | {name for law in laws.laws for name in law.facts}
    return declared | {CONSUMER} if any(law.consumers_only for law in laws.laws) else declared


def facts_of_order(subscription: Subscription, order: Order, policy: Policy) -> dict[str, FactValue]:
    """What the order and its subscription say by themselves of well-known facts; names that are missing: nothing.

    An order that was charged here and says nothing else is a plain purchase or renewal. The day of the contract is
    counted in the zone of the order.
    """
    found: dict[str, FactValue] = {"plan": subscription.plan, "product": subscription.product}
    if order.origin or order.charge_id:
        found["origin"] = order.origin or "purchase"
    if subscription.buyer_consumer is not None:
        found[CONSUMER] = subscription.buyer_consumer
    first = order if order.kind is OrderKind.INITIAL else subscription.orders[0]
    after_trial = order.kind is OrderKind.INITIAL and order.origin == AFTER_TRIAL  # made when the trial began
    if first.kind is OrderKind.INITIAL and not after_trial:
        found["contract_made_on"] = local_date(first.placed_at, counting_zone(policy.counting, first.buyer_timezone))
    before = next((o for o in reversed(subscription.orders) if o.term_number < order.term_number), None)
    if before is not None:
        found["previous_amount"] = before.amount
    elif order.kind is OrderKind.INITIAL:
        found["previous_amount"] = None
    return found


def facts_of_history(order: Order, history: History) -> dict[str, FactValue]:
    """What the customer's past says; a renewal is never a first order."""
    return {
        "first_order": order.kind is OrderKind.INITIAL and not history.ordered_before,
        "prior_refunds_same_service": history.refunds_of_product,
        "prior_refunds_user": history.refunds,
    }


def fact_named(name: str, policy: Policy, laws: Laws) -> Fact | None:
    """The fact as the policy declares it, else a law, else as it is known to everybody; None where nobody does.

    One that the policy never asks for, since it says what holds where nothing is known, may still be what a law needs:
    its question is then the law's.
    """
    laid = [law.facts[name] for law in laws.laws if name in law.facts]
    places = (policy.facts.get(name), *laid, KNOWN_FACTS.get(name), CASE_FACTS.get(name))
    found = [fact for fact in places if fact is not None]
    if not found:
        return None
    return replace(found[0], ask=next((fact.ask for fact in found if fact.ask), ""))


def facts_asked(missing: Iterable[str], policy: Policy, laws: Laws) -> tuple[Fact, ...]:
    """The facts that a case waits for, with their questions."""
    return tuple(fact for name in missing if (fact := fact_named(name, policy, laws)) is not None)


def asked_of_customer(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Those that a customer can answer."""
    return tuple(fact for fact in facts if fact.type in CUSTOMERS_TYPES and fact.name not in _OURS)


def wrong_value(fact: Fact, value: FactValue, currency: str) -> str | None:
    """Why a value can not be one of a fact, in a sentence; None where it can. None itself: known to be absent."""
    if value is None:
        return None
    if fact.type == "yes_or_no":
        return None if isinstance(value, bool) else "Answer yes or no."
    if fact.type == "whole_number":
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
        return None if fits else "Enter a whole number that is not negative."
    if fact.type == "amount":
        fits = isinstance(value, Money) and value.currency == currency and value.minor >= 0
        return None if fits else f"Enter an amount in {currency} that is not negative."
    if fact.type in ("date", "instant"):
        return _wrong_time(fact, value)
    return _wrong_text(fact, value)


def _wrong_time(fact: Fact, value: FactValue) -> str | None:
    if isinstance(value, datetime) != (fact.type == "instant") or not isinstance(value, date):
        return "Enter a date." if fact.type == "date" else "Enter a date and a time."
    if isinstance(value, datetime) and value.tzinfo is None:
        return "The time needs a time zone."
    return None if value.year in _YEARS else "Please check the year."


def _wrong_text(fact: Fact, value: FactValue) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "Enter a text."
    if fact.words and value not in fact.words:
        return f"Choose one of: {', '.join(word.replace('_', ' ') for word in fact.words)}."
    if fact.name == "country":
        problem = wrong_country(value)
        return f"{problem[:1].upper()}{problem[1:]}." if problem else None
    if fact.name == "timezone" and known_zone(value) is None:
        return "There is no such time zone; write it like Europe/Berlin."
    return None
