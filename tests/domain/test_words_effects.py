"""What a rule does to access and how months are counted: said to the end, in four languages, on the page as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodterms import policies
from goodterms.domain.page.policy_page import page_text, policy_page
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.rules import Clause, Condition, Payback, Proration
from goodterms.domain.words.clauses import clause_sentence, unused_sentence
from goodterms.usecases.policy_page_text import words_in

LANGUAGES = ("en", "de", "fr", "es")
REFERENCE = parse_policy(policies.read("reference"), "reference.toml")
RENEWAL = replace(REFERENCE.refund.clause("RENEWAL-NOT-BEGUN-30-DAYS"), says={})
EITHER = replace(RENEWAL, conditions=tuple(need for need in RENEWAL.conditions if need.fact != "term"))
SAID = {
    "en": (
        "If the term that was paid for has not begun, it never starts and the current one continues to its end; "
        "if it has begun, access ends at once."
    ),
    "de": (
        "Hat die bezahlte Laufzeit noch nicht begonnen, beginnt sie nicht, und die aktuelle läuft bis zu ihrem Ende "
        "weiter; hat sie begonnen, endet der Zugang sofort."
    ),
    "fr": (
        "Si la période payée n’a pas commencé, elle ne commence pas et la période en cours se poursuit jusqu’à sa fin "
        "; si elle a commencé, l’accès prend fin immédiatement."
    ),
    "es": (
        "Si el periodo pagado no ha comenzado, no comienza y el periodo en curso continúa hasta su final; si ha "
        "comenzado, el acceso termina de inmediato."
    ),
}
APPLIES = {
    "en": "Where this rule applies, the payment is refunded in full; access ends at once.",
    "de": "Gilt diese Regel, wird die Zahlung in voller Höhe erstattet; der Zugang endet sofort.",
    "fr": "Lorsque cette règle s’applique, le paiement est remboursé intégralement ; l’accès prend fin immédiatement.",
    "es": "Cuando se aplica esta regla, el pago se reembolsa íntegramente; el acceso termina de inmediato.",
}


def _plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def _page(policy: Policy, language: str) -> str:
    return _plain(page_text(policy_page(policy, words_in(language))))


def _with(clause: Clause) -> Policy:
    """The reference policy with one more rule at its top, so that more depends on the case."""
    needs = (*clause.conditions, Condition("country", "is", ("NZ",)))
    clause = replace(clause, id="ONE-MORE", conditions=needs)
    return replace(REFERENCE, refund=replace(REFERENCE.refund, clauses=(clause, *REFERENCE.refund.clauses)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_renewal_rule_that_keeps_the_current_term_says_both_halves(language: str) -> None:
    """Where it is for terms that have begun and for those that have not; else only what can happen."""
    words = words_in(language)

    assert _plain(clause_sentence(words, REFERENCE, EITHER)).endswith(SAID[language])
    assert SAID[language] not in _plain(clause_sentence(words, REFERENCE, RENEWAL))
    assert SAID[language] in _page(_with(EITHER), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_money_and_access_beside_a_sentence_of_ones_own(language: str) -> None:
    """A sentence that leaves them out does not leave the customer without."""
    clause = replace(REFERENCE.refund.clause("FIRST-PURCHASE-30-DAYS"), says=dict.fromkeys(LANGUAGES, "Kiwis first."))

    assert f"Kiwis first. {APPLIES[language]}" in _page(_with(clause), language)


def test_a_denial_and_a_simple_policy_get_no_more_words() -> None:
    """Nothing is paid there, and the page of a simple policy tells access in a list."""
    denied = Clause("NO", {"en": "Not for kiwis."}, ("refund", "withdraw"), (), "deny")

    assert "Where this rule applies" not in _page(REFERENCE, "en")
    assert "ONE-MORE: Not for kiwis. - " in _page(_with(denied), "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", ["day", "whole_month"])
def test_it_is_told_whether_the_day_of_the_request_is_used(language: str, by: str) -> None:
    """In days and in months, where a month may begin on that very day."""
    proration = Proration("day" if by == "day" else "whole_month")
    words = words_in(language)

    said = {unused_sentence(words, replace(proration, request_day=day)) for day in ("used", "unused")}

    assert len(said) == 2
    clause = replace(EITHER, payback=Payback("unused_part", proration=proration), access="ends_now")
    assert unused_sentence(words, proration) in clause_sentence(words, REFERENCE, clause)


def test_months_by_local_day_in_words() -> None:
    """The month that begins on the day of the request is the one that turns on it."""
    words, used = words_in("en"), Proration("whole_month")

    assert "with the first billing month that begins after the day of receipt of the request" in unused_sentence(
        words, used
    )
    assert "that begins on the day of receipt of the request or later" in unused_sentence(
        words, replace(used, request_day="unused")
    )


def test_a_renewal_that_has_begun_ends_at_once_on_a_simple_page() -> None:
    """One rule for both halves: the list tells each of them apart."""
    begun = REFERENCE.refund.clause("RENEWAL-NOT-BEGUN-30-DAYS")
    needs = tuple(need for need in begun.conditions if need.fact != "term")
    clauses = tuple(
        replace(one, conditions=needs) if one is begun else one
        for one in REFERENCE.refund.clauses
        if one.id == begun.id or not any(need.values == ("renewal",) for need in one.conditions)
    )

    page = _page(replace(REFERENCE, refund=replace(REFERENCE.refund, clauses=clauses)), "en")

    assert "A renewal whose term has begun: the subscription expires at once." in page
    assert "between its charge and its start: the next term does not start" in page
