"""A fixed sum that is kept of a refund: in each currency, never below zero, and said wherever the rule is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from goodterms import policies
from goodterms.domain.comparing.policy_diff_structure import changes_between
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.words.clauses import clause_sentence
from goodterms.usecases.decide.cases import Policies
from goodterms.usecases.policy_page_text import words_in
from tests.domain.decide_documents import decided
from tests.support.rules_documents import changed

_ID = "FIRST-PURCHASE-30-DAYS"
_FEE = 'amount = "full"\nhandling_fee = { EUR = "10.00", JPY = "1200" }'
_PLAIN = policies.read("reference")
_AT = _PLAIN.index(f'id = "{_ID}"')
_KEPT = _PLAIN[:_AT] + changed(_PLAIN[_AT:], ('amount = "full"', _FEE))


@pytest.fixture
def kept(tmp_path: Path) -> Policies:
    """The reference policy, with a fee on first purchases."""
    path = tmp_path / "kept.toml"
    path.write_text(_KEPT, encoding="utf-8")
    return Policies(str(path))


@pytest.mark.parametrize(
    ("paid", "currency", "back", "fee"),
    [
        ("59.95", "EUR", "49.95", "10.00 EUR"),
        ("10.01", "EUR", "0.01", "10.00 EUR"),
        ("6000", "JPY", "4800", "1200 JPY"),
    ],
)
def test_what_is_paid_back(kept: Policies, paid: str, currency: str, back: str, fee: str) -> None:
    """What is left after the sum of the currency; the finding says so."""
    answer = decided(kept, amount=paid, currency=currency)

    assert (answer["eligible"], answer["amount"]) == (True, back)
    because = next(found["because"] for found in answer["findings"] if found["clause"] == _ID)
    assert because.endswith(f"; a handling fee of {fee} is deducted.")


@pytest.mark.parametrize("paid", ["10.00", "9.99"])
def test_never_less_than_nothing(kept: Policies, paid: str) -> None:
    """Where the fee takes all there is nothing to pay back."""
    answer = decided(kept, amount=paid, currency="EUR")

    assert (answer["eligible"], answer["amount"], answer["access"]) == (False, "0.00", "unchanged")
    assert (answer["clause"], answer["findings"][0]["clause"]) == (_ID, "nothing_paid")


def test_a_currency_that_is_not_listed_is_for_a_person(kept: Policies) -> None:
    """Nothing is guessed and nothing is paid without it."""
    answer = decided(kept, amount="59.95", currency="GBP")

    assert (answer["decision"], answer["clause"], answer["amount"]) == ("manual_review", _ID, "0.00")
    because = next(found["because"] for found in answer["findings"] if found["clause"] == _ID)
    assert because.endswith("; no handling fee is set in GBP, so that a person decides.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "less a handling fee of €10.00 or "),
        ("de", "abzüglich einer Bearbeitungsgebühr von 10,00"),
        ("fr", "déduction faite de frais de dossier de 10,00"),
        ("es", "menos unos gastos de gestión de 10,00"),
    ],
)
def test_it_is_said_in_four_languages(language: str, said: str) -> None:
    """On the page and in the explanation, made from the data."""
    policy = parse_policy(_KEPT, "kept.toml")
    clause = replace(policy.refund.clause(_ID), says={})

    assert said in clause_sentence(words_in(language), policy, clause)


def test_a_sentence_of_ones_own_takes_it_from_the_data() -> None:
    """Under its own name in braces."""
    text = _KEPT[:_AT] + changed(_KEPT[_AT:], ('says = "', 'says = "Less {handling_fee}: '))

    says = parse_policy(text, "kept.toml").refund.clause(_ID).says["en"]

    assert says.startswith("Less 10.00 EUR or 1200 JPY: ")


def test_a_comparison_names_it() -> None:
    """What came, with the amounts."""
    old, new = parse_policy(_PLAIN, "old.toml"), parse_policy(_KEPT, "new.toml")

    (change,) = changes_between(old, new)

    assert "less a handling fee of 10.00 EUR or 1200 JPY, where all that was paid is paid back before" in change.says
