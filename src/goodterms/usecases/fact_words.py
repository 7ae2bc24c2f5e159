"""Facts that rules ask for, in words: the question as a customer reads it, and values as people write them.

A policy words its own questions. Those of well-known facts are put to whoever can answer, mostly a specialist; a
customer is addressed instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from goodterms.domain.money import Money
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS
from goodterms.domain.rules import Fact, FactValue
from goodterms.usecases import wording

#: Well-known questions as they are put to the customer.
CUSTOMERS: Mapping[str, str] = {
    "consumer": "Did you buy it for yourself, and not for a business?",
    "used_in_cycle": "Have you used it since the current billing period began?",
    "benefits_used_since_charge": "Have you used any of its benefits since the latest charge?",
    "first_order": "Was this your first order with us?",
    "contract_made_on": "On which day did you first buy it?",
    "express_request_to_start": "Did you ask us to begin at once, before the time to withdraw was over?",
    "consent_to_increase": "Did you agree to the higher price?",
    "ground": "Why do you ask for the money back?",
}


def question_for_customer(fact: Fact) -> str:
    """The question of a fact, addressed to the customer; a policy's own wording comes first."""
    return addressed(fact.name, fact.ask)


def addressed(name: str, ask: str) -> str:
    """The same for the name of a fact and the question as its document has it.

    A document that speaks of "the customer" asks somebody else.
    """
    known = KNOWN_FACTS.get(name) or CASE_FACTS.get(name)
    about_them = known is not None and (known.ask == ask or "customer" in ask.lower())
    return CUSTOMERS.get(name, ask) if about_them else ask


def fact_label(name: str) -> str:
    """A short name: "Used in cycle"."""
    return name.replace("_", " ").capitalize()


def word_label(word: str) -> str:
    """A word of a fact as people read it: "Digital service"."""
    return word.replace("_", " ").capitalize()


def value_text(value: FactValue, zone: ZoneInfo | None = None) -> str:
    """A value in words; an instant in a zone, UTC without one; None is known to be absent."""
    if value is None:
        return "There was none"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        local = value.astimezone(zone or ZoneInfo("UTC"))
        return f"{wording.day_text(local.date())}, {wording.clock_text(local)} {wording.zone_text(local)}"
    if isinstance(value, date):
        return wording.day_text(value)
    if isinstance(value, Money):
        return str(value)
    text = str(value)
    return word_label(text) if text.isidentifier() and text.islower() else text
