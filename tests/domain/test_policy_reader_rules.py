"""What a document of the whole language is read into: facts, windows, conditions, paybacks, sentences."""

from __future__ import annotations

import re

import pytest

from goodterms import policies
from goodterms.domain.money import Money
from goodterms.domain.policy import Disputes, PriceChange
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.reading.policy_tables import read_span
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS, wrong_calendar, wrong_country, wrong_region
from goodterms.domain.reading.rules_sentences import say_length
from goodterms.domain.rules import Clause, Condition, Fact, Fee, Payback, Proration, Span, Window
from tests.support.rules_documents import FULL, REFERENCE, changed, problems_of

POLICY = parse_policy(FULL, "full.toml")
CANCELLATIONS = {clause.id: clause for clause in POLICY.cancellation.clauses}


def test_the_head_of_a_policy() -> None:
    """Titles by language, places, the change of a price, where the money goes and what becomes of tax."""
    assert POLICY.titles == {"en": "Cancellations", "de": "Kündigungen"}
    assert (POLICY.title, POLICY.sold_in) == ("Cancellations", ("DE", "US-NY"))
    assert POLICY.price_change == PriceChange(30, "needed")
    assert (POLICY.refund.destinations, POLICY.refund.tax) == (("credit", "original_method"), "kept")
    plain = parse_policy(REFERENCE, "p.toml")
    assert (plain.sold_in, plain.price_change, plain.titles) == ((), None, {"en": plain.title})
    assert (plain.refund.destinations, plain.refund.tax) == (("original_method",), "refunded")


def test_disputes() -> None:
    """What a disputed payment does is optional; without it disputes stop renewals, and losing one ends access."""
    assert parse_policy(REFERENCE, "p.toml").dispute_rules == Disputes("stops", "ends_access")
    other = '[dispute]\nrenewal = "goes_on"\nlost = "keeps_access"\n\n[refund]\n'
    assert parse_policy(REFERENCE.replace("[refund]\n", other), "p.toml").disputes == Disputes(
        "goes_on", "keeps_access"
    )
    for wrong, said in (
        ('renewal = "stop"\nlost = "keeps_access"', 'did you mean "stops"?'),
        ('lost = "keeps_access"', "renewal"),
        ('renewal = "goes_on"\nlost = "ends_access"', "charged again"),
        ('renewal = "stops"\nlost = "ends_access"\nwon = "yes"', "won"),
    ):
        assert said in str(problems_of(REFERENCE.replace("[refund]\n", f"[dispute]\n{wrong}\n\n[refund]\n")))


def test_facts_are_read_with_what_is_known_of_them() -> None:
    """A well-known fact has its words and other names without repeating them."""
    known = KNOWN_FACTS["origin"]
    assert POLICY.facts["origin"] == Fact("origin", "word", "", known.words, "purchase", ("charge_origin",))
    others, german = ("temper", "humor"), {"de": "In welcher Stimmung?"}
    assert POLICY.facts["mood"] == Fact("mood", "word", "In which mood?", ("calm", "cross"), None, others, german)
    assert POLICY.facts["prior_refunds_user"].when_absent == "0"
    assert POLICY.facts["certificate_earned_at"].when_absent == "none"
    text = changed(FULL, ('when_absent = "0"', "when_absent = 0"))
    assert parse_policy(text, "p.toml").facts["prior_refunds_user"].when_absent == "0"


def test_windows_after_and_before_their_anchor() -> None:
    """The last day is the document's unless a window says otherwise; hours have none."""
    assert POLICY.windows == {
        "trial": Window("trial", Span(720, "hours"), or_until=("certificate_earned_at",)),
        "grace": Window(
            "grace",
            Span(1, "months"),
            "contract_made_on",
            extended_by=Span(12, "months"),
            closed_last_day="next_working_day",
        ),
        "before_the_end": Window(
            "before_the_end", Span(1, "months"), "term_end", counted_before="term_end", opens=Span(3, "months")
        ),
    }
    without = changed(FULL, ('last_day = "inclusive"\nextended', "extended"))
    assert parse_policy(without, "p.toml").windows["grace"].last_day == "exclusive"


def test_conditions_are_read_in_their_order() -> None:
    """Values are in the words of the document; the request is what windows and parts of the term are about."""
    assert [clause.conditions for clause in POLICY.refund.clauses] == [
        (Condition("amount", "less_than", ("1.00 EUR", "1.10 USD")),),
        (
            Condition("prior_refunds_user", "at_least", ("2",)),
            Condition("origin", "is_not", ("upgrade", "instalment")),
        ),
        (
            Condition("request", "inside", ("trial", "grace")),
            Condition("used_in_cycle", "is", ("false",)),
            Condition("certificate_earned_at", "given", ("false",)),
        ),
        (
            Condition("payment", "is", ("renewal",)),
            Condition("contract_made_on", "on_or_after", ("2024-11-23",)),
            Condition("certificate_earned_at", "outside", ("grace",)),
        ),
        (Condition("request", "in_last", ("30 days",)),),
        (),
    ]
    assert CANCELLATIONS["IN-TIME"].conditions[1] == Condition("term_length", "more_than", ("1 month",))
    assert CANCELLATIONS["COMMITTED"].conditions[0] == Condition("request", "in_first", ("11 months",))


def test_what_is_paid_back() -> None:
    """Everything less a value and a fee, the unused part by the clause's words over the document's, a share, a sum."""
    clauses = {clause.id: clause for clause in POLICY.refund.clauses}
    handling = {"EUR": Money(200, "EUR"), "USD": Money(250, "USD")}
    assert clauses["UNUSED"].payback == Payback("full", less=("value_of_benefits_used",), handling_fee=handling)
    assert clauses["LATER"].payback == Payback(
        "unused_part", Proration("day", "after_notice", "unused", "down", Span(1, "months"))
    )
    fixed = {"EUR": Money(1000, "EUR"), "USD": Money(1100, "USD")}
    assert clauses["A-TOKEN"].payback == Payback("fixed", fixed=fixed)
    assert CANCELLATIONS["IN-TIME"].payback == Payback("share", percent=50)
    assert CANCELLATIONS["COMMITTED"].payback == Payback()
    at_most = {"USD": Money(10000, "USD"), "EUR": Money(9000, "EUR")}
    assert CANCELLATIONS["COMMITTED"].fee == Fee(50, at_most=at_most)


def test_a_plain_cancellation_is_one_clause() -> None:
    """The two short keys say what one clause does; rules written out replace them."""
    expected = Clause("STANDARD", {}, ("cancel",), (), "grant", access="end_of_last_paid_term")
    assert parse_policy(REFERENCE, "p.toml").cancellation.clauses == (expected,)
    assert CANCELLATIONS["STANDARD"] == expected
    assert {clause.acts for clause in POLICY.refund.clauses} == {("refund", "withdraw")}


def test_sentences_follow_the_data_in_each_language() -> None:
    """Lengths, amounts and fees come from the data, in the language of the sentence."""
    says = {clause.id: clause.says for clause in (*POLICY.refund.clauses, *POLICY.cancellation.clauses)}
    assert says["SMALL"]["en"] == "Less than 1.00 EUR or 1.10 USD is not paid back."
    assert says["UNUSED"] == {
        "en": "Unused and within 720 hours: all of it.",
        "de": "Ungenutzt und innerhalb von 1 Monat: alles.",
    }
    assert says["LATER"]["en"] == "With 1 month of notice, in proportion to the unused days."
    assert says["IN-TIME"]["en"] == "Between 3 months and 1 month before the end half is paid back."
    assert says["COMMITTED"]["en"] == "Leaving costs 50 percent of what is left, at most 100.00 USD or 90.00 EUR."
    assert says["NO"] == {}


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("{trial}", "720 hours"),
        ("{grace.extended_by}", "12 months"),
        ("{before_the_end.opens}", "3 months"),
        ("{merchant_of_record}", "Example Ltd"),
        ("{notice}", "1 month"),
        ("{contract_made_on_on_or_after}", "23 November 2024"),
        ("{proration}", "in proportion to the unused days"),
    ],
)
def test_what_can_be_put_in_braces(placeholder: str, said: str) -> None:
    """Each placeholder is filled from where its number stands."""
    text = changed(FULL, ("With {notice} of notice, {proration}.", f"So: {placeholder}."))
    assert parse_policy(text, "p.toml").refund.clause("LATER").says["en"] == f"So: {said}."


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-01-01", ("1 January 2025", "1. Januar 2025", "1er janvier 2025", "1 de enero de 2025")),
        ("2024-12-31", ("31 December 2024", "31. Dezember 2024", "31 décembre 2024", "31 de diciembre de 2024")),
    ],
)
def test_a_date_in_braces_is_written_as_people_write_it(day: str, said: tuple[str, ...]) -> None:
    """In the language of the sentence, with the month in words."""
    name = "{contract_made_on_on_or_after}"
    says = "\n".join(f'says{key} = "So: {name}."' for key in ("", "_de", "_fr", "_es"))
    text = changed(
        FULL,
        ('says = "With {notice} of notice, {proration}."', says),
        ("on_or_after = 2024-11-23", f"on_or_after = {day}"),
    )
    found = parse_policy(text, "p.toml").refund.clause("LATER").says
    assert [found[language] for language in ("en", "de", "fr", "es")] == [f"So: {written}." for written in said]


@pytest.mark.parametrize(
    ("sentence", "is_refused"),
    [
        ("Within two weeks.", True),
        ("Within 14 calendar days.", True),
        ("A 30-day guarantee.", True),
        ("Half of it, at least 10 EUR.", True),
        ("At most €20.", True),
        ("Innerhalb von vierzehn Tagen.", True),
        ("Dans les 14 jours.", True),
        ("Durante 30 días.", True),
        ("For 12 more reasons.", False),
        ("One of the two owners asks, every day.", False),
        ("The days until then are paid for.", False),
        ("A Series-7 set.", False),
    ],
)
def test_numbers_of_rules_come_only_from_the_data(sentence: str, is_refused: bool) -> None:
    """A number with what it counts would say a second time what a window says; in any language, also in words."""
    text = changed(FULL, ("Unused and within {trial}: all of it.", sentence))
    assert bool(problems_of(text)) == is_refused


def test_what_may_be_unknown_of_a_case_may_be_asked_for() -> None:
    """A country need not be known; whether it is can be a condition."""
    text = changed(FULL, ('when.mood = ["calm"]', 'when.mood = ["calm"]\nwhen.country_given = false'))
    conditions = {clause.id: clause.conditions for clause in parse_policy(text, "p.toml").cancellation.clauses}
    assert conditions["COMMITTED"][-1] == Condition("country", "given", ("false",))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("14 days", Span(14, "days")),
        ("1 day", Span(1, "days")),
        ("2 weeks", Span(14, "days")),
        ("3 business days", Span(3, "business days")),
        ("48 hours", Span(48, "hours")),
        ("11 months", Span(11, "months")),
        ("1 year", Span(1, "years")),
        ("١٤ days", None),
        ("-1 days", None),
        ("1.5 days", None),
        ("14", None),
        ("14 days ", None),
        ("fourteen days", None),
    ],
)
def test_a_length_is_a_whole_number_with_its_unit(text: str, span: Span | None) -> None:
    """Anything else is not guessed at."""
    assert read_span(text) == span


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span(1, "days"), ("1 day", "1 Tag", "1 jour", "1 día")),
        (Span(3, "business days"), ("3 business days", "3 Arbeitstagen", "3 jours ouvrés", "3 días hábiles")),
        (Span(11, "months"), ("11 months", "11 Monaten", "11 mois", "11 meses")),
        (Span(1, "years"), ("1 year", "1 Jahr", "1 an", "1 año")),
        (Span(0, "days"), ("0 days", "0 Tagen", "0 jours", "0 días")),
        (Span(48, "hours"), ("48 hours", "48 Stunden", "48 heures", "48 horas")),
    ],
)
def test_lengths_in_four_languages(span: Span, said: tuple[str, ...]) -> None:
    """As they stand in a sentence."""
    assert tuple(say_length(span, language) for language in ("en", "de", "fr", "es")) == said


def test_places_and_calendars() -> None:
    """What is meant is named where it can be guessed."""
    assert [wrong_country(code) for code in ("DE", "GB", "US")] == [None] * 3
    assert wrong_country("de") == '"de" is no country; did you mean "DE"?'
    assert [wrong_region(code) for code in ("DE", "US-NY", "DE-BY", "GB-SCT")] == [None] * 4
    assert wrong_region("ZZ-A") is not None
    assert [wrong_calendar(name) for name in ("European Central Bank", "none", "buyer's country", "US-NY")] == [
        None
    ] * 4


def test_names_of_facts_can_not_be_mistaken_for_each_other() -> None:
    """No fact of every case is also a well-known one, and no name of one ends like a test of another."""
    assert not CASE_FACTS.keys() & KNOWN_FACTS.keys()
    names = [*CASE_FACTS, *KNOWN_FACTS, *(other for fact in KNOWN_FACTS.values() for other in fact.also_called)]
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.search(r"_(is_not|at_(least|most)|(more|less)_than|before|given)$", name)]
    assert all(fact.ask for fact in (*CASE_FACTS.values(), *KNOWN_FACTS.values()))


def test_policies_and_laws_are_found_by_name_and_other_name() -> None:
    """A name stands for itself, an alias for its policy; anything else is refused with what was meant."""
    assert policies.resolve("reference") == "reference"
    assert {policies.resolve(name) for name in policies.names()} == set(policies.names())
    with pytest.raises(LookupError, match="did you mean 'reference'"):
        policies.resolve("refrence")
    with pytest.raises(LookupError, match="there is no law 'nothing'"):
        policies.read_law("nothing")
    assert "aliases" not in policies.names()
    assert policies.law_source("x") == "policies/law/x.toml"


def test_every_alias_leads_to_a_policy() -> None:
    """No alias leads nowhere, or hides a policy of that name."""
    aliases = policies._aliases()
    assert set(aliases.values()) <= set(policies.names())
    assert not set(aliases) & set(policies.names())
