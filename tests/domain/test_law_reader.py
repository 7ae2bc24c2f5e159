"""Laws are read from documents of their own, or refused with every problem at its place."""

from __future__ import annotations

from datetime import date

import pytest

from goodterms import policies
from goodterms.domain.law import Notice
from goodterms.domain.policy import BusinessDays, Counting
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.rules import Condition, Payback, Proration, Span
from tests.support.rules_documents import LAW, Mistake, changed, mistakes, problems_of, remarks_on, told

READ = parse_law(LAW, "law.toml")


@pytest.mark.parametrize("mistake", mistakes("mistakes_law"), ids=str)
def test_each_mistake_is_told_at_its_place(mistake: Mistake) -> None:
    """Line, column, the text concerned and what would be right, to the letter."""
    assert told(LAW, mistake, law=True)


def test_where_and_when_a_law_applies() -> None:
    """Countries, dates, consumers; what a law leaves to the policy stays open."""
    assert (READ.label, READ.title["fr"]) == ("eu-example@1", "Droit de rétractation")
    assert (READ.countries, READ.states, READ.consumers_only, READ.status) == (("DE", "FR"), (), True, "in_force")
    assert (READ.applies_from, READ.applies_until, READ.contracts_from) == (
        date(2014, 6, 13),
        None,
        date(2014, 6, 13),
    )
    assert READ.counting == Counting("", "overrides")
    assert READ.business_days == BusinessDays(frozenset({5, 6}), "buyer's country")
    zone = '[counting]\ntimezone = "Europe/Berlin"\nbuyer_timezone = "ignored"\n\n[business_days]'
    assert parse_law(changed(LAW, ("[business_days]", zone)), "x").counting == Counting("Europe/Berlin", "ignored")


def test_rights_and_notices() -> None:
    """A right is a clause with its article and what has to follow; a notice has a stretch of time and conditions."""
    proportionate, not_informed, renewed = READ.rights
    assert (proportionate.acts, proportionate.article) == (("refund", "withdraw"), "art. 14(3)")
    assert (proportionate.pay_within, proportionate.acknowledge) == (
        Span(14, "days"),
        "durable_medium_without_undue_delay",
    )
    assert proportionate.says == {"en": "Within 14 days, paid within 14 days."}
    assert (not_informed.pay_within, not_informed.acknowledge) == (None, None)
    after_notice = Proration(start="after_notice", notice=Span(1, "months"))
    assert (renewed.acts, renewed.payback) == (("cancel",), Payback("unused_part", after_notice))
    assert READ.notices == (
        Notice(
            "RENEWAL-NOTICE",
            {"en": "Between 45 days and 15 days before."},
            "17602",
            "charge",
            Span(45, "days"),
            Span(15, "days"),
            (Condition("term_length", "at_least", ("1 year",)),),
        ),
    )


def test_a_right_for_one_act_hides_none_for_another() -> None:
    """Only a right that applies to all acts of a later one can take its cases."""
    cancel = '[[right]]\nacts = ["cancel"]\nid = "ALL"\narticle = "1"\nwhen = "always"\noutcome = "deny"\n\n'
    first = '[[right]]\nacts = ["refund", "withdraw"]'
    assert problems_of(changed(LAW, (first, cancel + first)), law=True) != []  # hides the right to cancel after it
    withdraw = cancel.replace('"cancel"', '"withdraw"')
    assert problems_of(changed(LAW, (first, withdraw + first)), law=True) == []


def test_a_law_without_rights_and_notices_says_nothing() -> None:
    """Nobody would miss it."""
    text = LAW[: LAW.index("[facts.")]
    (problem,) = problems_of(text, law=True)
    assert problem.message == "a law gives something: add a [[right]] or a [[notice]]"
    assert problems_of(text + LAW[LAW.index("[[notice]]") :], law=True) == []


def test_all_problems_are_told_at_once() -> None:
    """Nobody has to correct one mistake to learn of the next."""
    text = changed(LAW, ('"in_force"', '"now"'), ("version = 1", "version = 0"), ('before = "charge"', "before = 1"))
    with pytest.raises(PolicyError) as caught:
        parse_law(text, "law.toml")
    assert len(caught.value.problems) == 3
    assert str(caught.value).startswith("law.toml:3:11: ")


def test_an_empty_law_is_one_problem_for_each_table() -> None:
    """An empty document lacks its head, not every key of it."""
    assert [p.message for p in problems_of("", law=True)] == [
        '"law" is missing in the document',
        "a law gives something: add a [[right]] or a [[notice]]",
    ]


def test_the_law_has_no_mistake_of_its_own() -> None:
    """What the list changes is accepted unchanged, and nothing in it is doubtful."""
    assert (problems_of(LAW, law=True), remarks_on(LAW, law=True)) == ([], ())


@pytest.mark.parametrize("id", policies.law_names())
def test_every_shipped_law_is_sound(id: str) -> None:
    """No law of the product is refused or doubtful, and its id is that of its file."""
    law = parse_law(policies.read_law(id), policies.law_source(id))
    assert (law.id, [str(remark) for remark in law.warnings]) == (id, [])
