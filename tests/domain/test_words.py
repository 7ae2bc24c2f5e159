"""The languages: the same phrases in each, nothing left in English, and every rule said in good order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from string import Formatter

import pytest

from goodterms import policies
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS
from goodterms.domain.rules import Clause, Condition, Fact, Span, Window
from goodterms.domain.term import Interval
from goodterms.domain.words import CATALOGS, Words
from goodterms.domain.words import statements as say
from goodterms.domain.words.clauses import clause_sentence
from goodterms.domain.words.conditions import Context, condition_phrase, window_phrase
from goodterms.domain.words.lengths import business_days_length, days_length, interval_length
from goodterms.domain.words.places import in_places
from goodterms.usecases.policy_page_text import words_in
from tests.support.every_rule import FACTS, WINDOWS, clauses, conditions, with_everything

REFERENCE = parse_policy(policies.read("reference"), "reference")
EVERYTHING = with_everything(REFERENCE)
OTHERS = [language for language in CATALOGS if language != "en"]
LANGUAGES = pytest.mark.parametrize("language", CATALOGS)
#: Words that only English has.
ENGLISH = re.compile(r"\b(the|of|is|are|and|with|within|after|before|refund|request|payment|been|has|not|to)\b")
#: Phrases that are the same in two languages: names, signs, and words they share.
SHARED = re.compile(r"^[^a-z]*$|^(plan|contact|support|document|consumer|produit|motif)$", re.IGNORECASE)


def placeholders(phrase: str) -> set[str]:
    """The names that are filled in."""
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_phrases(language: str) -> None:
    """A phrase that one language lacks, or whose values differ, would break the page of that language alone."""
    english, other = CATALOGS["en"].phrases, CATALOGS[language].phrases
    assert set(other) == set(english)
    assert {key for key in english if placeholders(english[key]) != placeholders(other[key])} == set()
    assert set(CATALOGS[language].units) == set(CATALOGS["en"].units)


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    """No phrase of another language is the English one or has English words in it."""
    english, other = CATALOGS["en"].phrases, CATALOGS[language].phrases
    filled = {key: re.sub(r"\{[^}]*\}", "", phrase) for key, phrase in other.items()}
    assert {key: phrase for key, phrase in filled.items() if ENGLISH.search(phrase)} == {}
    same = {key for key, phrase in other.items() if phrase == english[key] and not SHARED.match(filled[key])}
    assert same <= {"value.sales_channel.google_play", "place.in", "place.state"}


@LANGUAGES
def test_every_known_fact_has_words(language: str) -> None:
    """What goodterms knows of every case is said in words of the language, not by its key."""
    words = words_in(language)
    for fact in (*CASE_FACTS.values(), *KNOWN_FACTS.values()):
        tests = ("true", "false") if fact.type == "yes_or_no" else ("is",) if fact.type == "word" else ()
        assert all(words.has(f"cond.{fact.name}.{test}") or words.has(f"fact.{fact.name}") for test in tests), (
            fact.name
        )
        assert words.has(f"name.{fact.name}") or fact.name in CASE_FACTS or fact.type == "instant", fact.name
        for word in fact.words:
            assert words.has(f"value.{fact.name}.{word}"), (fact.name, word)


@LANGUAGES
def test_every_clause_is_a_good_sentence(language: str) -> None:
    """Whatever its conditions, payback, access and fee: a capital, a full stop, no hole, no double space or sign."""
    words = words_in(language)
    for clause in clauses():
        said = clause_sentence(words, EVERYTHING, clause)
        assert said[0].isupper(), said
        assert said.endswith("."), said
        assert not re.search(r"[{}_]|  |,,|\.\.|, \.| ,|,\.|,;|\( |None", said), said


def of_each(words: Words) -> Iterator[tuple[Clause, str]]:
    """Each clause with its sentence."""
    for clause in clauses():
        yield clause, clause_sentence(words, EVERYTHING, clause)


@pytest.mark.parametrize("language", OTHERS)
def test_languages_tell_apart_what_english_does(language: str) -> None:
    """Two rules have one sentence in a language if, and only if, they have one in English."""
    english = [said for _, said in of_each(words_in("en"))]
    other = [said for _, said in of_each(words_in(language))]
    there, back = defaultdict(set), defaultdict(set)
    for one, two in zip(english, other, strict=True):
        there[one].add(two)
        back[two].add(one)
    assert {one: two for one, two in there.items() if len(two) > 1} == {}
    assert {two: one for two, one in back.items() if len(one) > 1} == {}


@LANGUAGES
def test_a_condition_and_its_opposite_differ(language: str) -> None:
    """ "Not" is never lost: opposite tests of one fact have different words."""
    words, context = words_in(language), Context(WINDOWS, FACTS)
    opposites = {"inside": "outside", "at_least": "less_than", "at_most": "more_than", "before": "on_or_after"}
    for need in conditions():
        if need.test in opposites:
            other = Condition(need.fact, opposites[need.test], need.values)  # type: ignore[arg-type]
        elif need.values[0] in ("true", "false"):
            other = Condition(need.fact, need.test, ("false" if need.values[0] == "true" else "true",))
        else:
            continue
        assert condition_phrase(words, need, context) != condition_phrase(words, other, context), need


@LANGUAGES
def test_numbers_and_units_are_kept(language: str) -> None:
    """A window says its numbers; one more is another sentence."""
    words, context = words_in(language), Context(WINDOWS, FACTS)
    for window in WINDOWS.values():
        said = window_phrase(words, window, context)
        for span in (window.length, window.opens, window.extended_by):
            assert span is None or re.search(rf"\b{span.count}\b", said), said
        longer = replace(window, length=Span(window.length.count + 1, window.length.unit))
        assert window_phrase(words, longer, context) != said


PHRASES = {
    "en": (
        "within 31 days of the order",
        "1 year and 2 weeks",
        "5-7 business days",
        "in the Netherlands or in France",
    ),
    "de": (
        "innerhalb von 31 Tagen nach der Bestellung",
        "1 Jahr und 2 Wochen",
        "5 bis 7 Arbeitstagen",
        "in den Niederlanden oder in Frankreich",
    ),
    "fr": (
        "dans un délai de 31 jours à compter de la commande",
        "1 an et 2 semaines",
        "5 à 7 jours ouvrés",
        "aux Pays-Bas ou en France",
    ),
    "es": (
        "en un plazo de 31 días a partir del pedido",
        "1 año y 2 semanas",
        "5 a 7 días hábiles",
        "en los Países Bajos o en Francia",
    ),
}


@LANGUAGES
def test_lengths_and_places(language: str) -> None:
    """Cases, plurals and prepositions are those of the language."""
    words = words_in(language)
    assert (
        window_phrase(words, WINDOWS["days"], Context(WINDOWS, FACTS)),
        str(interval_length(words, Interval(months=12), 14)),
        format(business_days_length(words, 5, 7), "dat"),
        in_places(words, ["NL", "FR"]),
    ) == PHRASES[language]


def test_singular_and_plural() -> None:
    """One is one; none is many, except in French."""
    assert [str(days_length(words_in(code), 1)) for code in CATALOGS] == ["1 day", "1 Tag", "1 jour", "1 día"]
    assert [str(days_length(words_in(code), 0)) for code in CATALOGS] == ["0 days", "0 Tage", "0 jour", "0 días"]
    assert str(interval_length(words_in("fr"), Interval(months=30))) == "2 ans et 6 mois"


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("US-NY",), ("in New York (Vereinigte Staaten)", "dans l’État de New York (États-Unis)")),
        (("US-CO",), ("in Colorado (Vereinigte Staaten)", "dans l’État du Colorado (États-Unis)")),
        (("GB", "CH"), ("im Vereinigten Königreich oder in der Schweiz", "au Royaume-Uni ou en Suisse")),
        ((), ("überall", "partout")),
    ],
)
def test_places_of_all_kinds(codes: tuple[str, ...], said: tuple[str, str]) -> None:
    """Countries with and without an article, states, and everywhere."""
    assert (in_places(words_in("de"), codes), in_places(words_in("fr"), codes)) == said


def test_the_whole_union_has_a_name() -> None:
    """Twenty-seven countries are said in two words."""
    members = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
    assert in_places(words_in("en"), [*members, "GB"]) == "in the European Union or in the United Kingdom"
    assert in_places(words_in("de"), [*members, "IS", "LI", "NO"]) == "im Europäischen Wirtschaftsraum"


JOINED = {
    "en": "If the payment is for a renewal and the term is running at the time of the request, no refund is given.",
    "de": "Wenn die Zahlung eine Verlängerung betrifft und die Laufzeit beim Eingang des Antrags läuft, wird nichts "
    "erstattet.",
    "fr": "Lorsque le paiement concerne une reconduction et que la période est en cours au moment de la demande, "
    "aucun remboursement n’est accordé.",
    "es": "Si el pago corresponde a una renovación y el periodo está en curso en el momento de la solicitud, "
    "no se concede ningún reembolso.",
}


@LANGUAGES
def test_conditions_are_joined(language: str) -> None:
    """Two conditions and what follows make a sentence of the language, its order of words included."""
    needs = (Condition("payment", "is", ("renewal",)), Condition("term", "is", ("running",)))
    assert (
        clause_sentence(words_in(language), REFERENCE, Clause("X", {}, ("refund",), needs, "deny")) == JOINED[language]
    )


@LANGUAGES
def test_a_default_says_whether_it_is_all(language: str) -> None:
    """The last of several clauses speaks of the other cases; one that stands alone, of all."""
    clause, words = Clause("X", {}, ("refund",), (), "deny"), words_in(language)
    among, alone = (clause_sentence(words, REFERENCE, clause, alone=alone) for alone in (False, True))
    assert (among.split()[0], among == alone) == ({"en": "In", "de": "In", "fr": "Dans", "es": "En"}[language], False)


@LANGUAGES
def test_a_renewals_date_is_that_of_its_charge(language: str) -> None:
    """Where a clause is for renewals alone, its window is counted from the charge by name."""
    window = Condition("request", "inside", ("days",))
    renewal = Condition("payment", "is", ("renewal",))
    words = words_in(language)
    both = Clause("X", {}, ("refund",), (window,), "deny")
    only = Clause("X", {}, ("refund",), (renewal, window), "deny")
    assert words.text("after.order") in clause_sentence(words, EVERYTHING, both)
    assert words.text("after.charge") in clause_sentence(words, EVERYTHING, only)


@LANGUAGES
def test_facts_say_what_holds_without_them(language: str) -> None:
    """A question is quoted as the document has it; what is taken for granted is said as a condition."""
    words = words_in(language)
    for fact in (*FACTS.values(), replace(FACTS["information_given_at"], when_absent="contract")):
        said = say.need_sentence(words, fact)
        assert not fact.ask or fact.ask in said
        assert not re.search(r"[{}]|None", said)
    assert "0" in say.need_sentence(words, Fact("hours", "whole_number", "How many?", when_absent="0"))


def test_a_window_up_to_its_anchor() -> None:
    """A stretch that lasts to the anchor itself has no zero in it."""
    window = Window("w", Span(0, "days"), "term_end", counted_before="term_end", opens=Span(3, "months"))
    context = Context({}, {})
    assert window_phrase(words_in("en"), window, context) == "at most 3 months before the end of the term"
    assert window_phrase(words_in("de"), window, context) == "höchstens 3 Monate vor Ende der Laufzeit"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "the cancellation is made less than 14 days before the end of the term"),
        ("de", "die Kündigung weniger als 14 Tage vor Ende der Laufzeit eingeht"),
        ("fr", "la demande de résiliation est présentée moins de 14 jours avant la fin de la période"),
        ("es", "la solicitud de cancelación se presenta menos de 14 días antes del final del periodo"),
    ],
)
def test_exactly_the_length_before_the_end_is_not_in_the_last_stretch(language: str, said: str) -> None:
    """The sentence leaves out the instant that the condition leaves out."""
    need = Condition("request", "in_last", ("14 days",))
    assert condition_phrase(words_in(language), need, Context({}, {}, "cancel")) == said


def test_a_fact_in_german_needs_no_comma() -> None:
    """What a window is counted from stands before its noun, so that the sentence can go on after it."""
    window = Window("w", Span(7, "days"), "delivered_at")
    context = Context({}, {"delivered_at": Fact("delivered_at", "instant", "When?")})
    assert window_phrase(words_in("de"), window, context) == (
        "innerhalb von 7 Tagen nach dem zu „When?“ angegebenen Zeitpunkt"
    )
