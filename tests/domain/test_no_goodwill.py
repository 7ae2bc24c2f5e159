"""A policy may leave no room for goodwill: by saying nothing of it, by no days, or by no share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodterms import policies
from goodterms.domain.approval import Wish, decide_approval
from goodterms.domain.comparing.policy_diff_structure import changes_between
from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.policy import Goodwill, Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.words import statements as say
from goodterms.usecases.policy_page_text import words_in
from tests.domain.test_approval import BOUGHT_AT, NOW, POLICY, _request
from tests.support.rules_documents import changed
from tests.support.samples import AGENT, bought

_GOODWILL = """\
[refund.goodwill]               # how far a person may go where the rules below deny
until_after_order = "60 days"
up_to = "100 percent"
second_person = "always"
"""
_WAYS = {
    "nothing": (_GOODWILL, ""),
    "none": ('up_to = "100 percent"', 'up_to = "none"'),
    "no share": ('up_to = "100 percent"', 'up_to = "0 percent"'),
    "no days": ('until_after_order = "60 days"', 'until_after_order = "0 days"'),
}


def _without(way: str) -> Policy:
    return parse_policy(changed(policies.read("reference"), _WAYS[way]), "p.toml")


@pytest.mark.parametrize("way", _WAYS)
def test_each_way_to_say_so(way: str) -> None:
    """Accepted without a remark, told as gone, and not mentioned in any language."""
    policy = _without(way)

    assert (policy.refund.goodwill.possible, policy.warnings) == (False, ())
    assert [change.says for change in changes_between(POLICY, policy)] == ["Goodwill is not possible any more."]
    for language in ("en", "de", "fr", "es"):
        words = words_in(language)
        assert say.people_sentences(words, policy) == say.people_sentences(words, POLICY)[:1]


def test_nothing_said_is_none() -> None:
    """The default of a document that leaves it out."""
    assert _without("nothing").refund.goodwill == Goodwill(0, 0, "always")


@pytest.mark.parametrize("way", _WAYS)
def test_nobody_may_go_beyond_the_rules(way: str) -> None:
    """Not even on the day of the order, and not for the smallest amount."""
    policy = replace(POLICY, refund=replace(POLICY.refund, goodwill=_without(way).refund.goodwill))
    sub = bought(BOUGHT_AT)

    refusal = decide_approval(
        sub, sub.orders[-1], _request(sub, NOW), policy, policy, NOW, actor=AGENT, wish=Wish(Money(1, "AUD"), "x")
    )

    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.reason) == ("over_goodwill_limit", "The policy leaves no room for goodwill.")
