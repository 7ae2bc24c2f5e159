"""Sales channels and payment methods: a slip of the pen is caught, a vendor's own word is possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from goodterms import policies
from goodterms.domain.reading.policy_problems import slip_of
from goodterms.domain.reading.policy_words import PAYMENT_METHODS, SALES_CHANNELS
from goodterms.usecases.decide.cases import Policies
from tests.domain.decide_documents import decided
from tests.support.rules_documents import changed, problems_of

_GIFT = """
[[refund.clause]]
id = "GIFT-CARDS"
says = "What was paid with a gift card is not paid back."
when.payment_method = "Gift card"
outcome = "deny"

[[refund.clause]]
"""
_FACT = '[facts.payment_method]\ntype = "text"\nask = "How was it paid?"\n\n[refund]'
_POLICY = changed(policies.read("reference"), ("[refund]", _FACT), ("\n[[refund.clause]]\n", _GIFT))


@pytest.fixture
def gifts(tmp_path: Path) -> Policies:
    """A policy that pays nothing back to a gift card."""
    path = tmp_path / "gifts.toml"
    path.write_text(_POLICY, encoding="utf-8")
    return Policies(str(path))


@pytest.mark.parametrize("word", ["vendor_stor", "vendor_sotre", "VendorStore", "vendor-stores", "wendor_store"])
def test_a_slip_of_the_pen(word: str) -> None:
    """One letter, two swapped, or another way to part the words."""
    assert slip_of(word, SALES_CHANNELS) == "vendor_store"


@pytest.mark.parametrize("word", ["chat", "partner_store", "ios_app_store", "google_play_store", "carrier"])
def test_what_is_only_similar_may_be_meant(word: str) -> None:
    """Orders may have channels of their vendor's own."""
    assert slip_of(word, SALES_CHANNELS) is None


@pytest.mark.parametrize("words", [SALES_CHANNELS, PAYMENT_METHODS])
def test_no_known_word_is_a_slip_of_another(words: tuple[str, ...]) -> None:
    """Each can be told from all others."""
    assert [word for word in words if slip_of(word, [other for other in words if other != word])] == []


def test_a_case_with_a_misspelt_channel_is_not_sent_away(gifts: Policies) -> None:
    """It would be referred to a store that does not exist."""
    error = decided(gifts, sales_channel="vendor_stor")["error"]

    assert (error["code"], error["field"]) == ("invalid_value", "sales_channel")
    assert error["message"] == "sales_channel can not be 'vendor_stor'; did you mean \"vendor_store\"?"


def test_an_unknown_channel_is_remarked_on(gifts: Policies) -> None:
    """It may be one of the vendor's own."""
    answer = decided(gifts, payment_method="card", sales_channel="chat")

    assert answer["refer_to"] == "chat"
    assert answer["remarks"] == [f"sales_channel: 'chat' is not known; known are {', '.join(SALES_CHANNELS)}."]
    assert "remarks" not in decided(gifts, payment_method="card", sales_channel="isp")


@pytest.mark.parametrize("word", ["gift_card", "Gift Card", "GIFT-CARD", " gift  card "])
def test_payment_methods_are_compared_by_their_letters(gifts: Policies, word: str) -> None:
    """Capitals, spaces, hyphens and underscores make no difference, on either side."""
    answer = decided(gifts, payment_method=word)

    assert (answer["clause"], "remarks" in answer) == ("GIFT-CARDS", False)


def test_a_misspelt_payment_method(gifts: Policies) -> None:
    """In a case it is refused, in a document too; an unknown one does not fit."""
    assert decided(gifts, payment_method="giftcards")["error"]["field"] == "payment_method"
    assert decided(gifts, payment_method="barter")["eligible"] is True
    wrong = problems_of(changed(_POLICY, ('"Gift card"', '"gift_crad"')))
    assert [problem.message for problem in wrong] == [
        '"payment_method" can not be "gift_crad"; did you mean "gift_card"?'
    ]


def test_the_guide_lists_the_words() -> None:
    """All of them, where the facts are."""
    guide = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")

    assert ", ".join(f"`{word}`" for word in SALES_CHANNELS) in guide
    assert ", ".join(f"`{word}`" for word in PAYMENT_METHODS) in guide
