"""How the page is written: signs and spaces, dates of laws and terms, numbers in every translation."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from goodterms import policies
from goodterms.domain.page.policy_page import page_text, policy_page
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.rules import Clause, Payback, Proration
from goodterms.domain.words import CATALOGS
from goodterms.domain.words.catalog import french, french_signs
from goodterms.domain.words.clauses import clause_sentence
from goodterms.storage.laws import shipped_laws
from goodterms.usecases.policy_page_text import text_in, words_in

LANGUAGES = pytest.mark.parametrize("language", CATALOGS)
PACKS = pytest.mark.parametrize("name", policies.names())
OTHERS = [language for language in CATALOGS if language != "en"]


def pack(name: str) -> Policy:
    """A policy that comes along."""
    return parse_policy(policies.read(name), policies.source(name))


@PACKS
def test_french_is_set_as_french(name: str) -> None:
    """No line can begin with a sign, and apostrophes are curved, in sentences of laws too; questions stay as asked."""
    said = text_in(replace(pack(name), sold_in=("FR", "GB", "US-NY")), "fr")
    own = re.sub("«\u00a0.*?\u00a0»", "", said)
    assert re.findall(r".{9} [:;?!»%]|« .{9}|\w:(?!\d)", own) == []
    assert re.findall(r"\w+'\w+", own) == []


def test_what_others_wrote_keeps_its_words() -> None:
    """Only signs are mended in a vendor's sentence: "de le" may stand before a verb."""
    assert french_signs("Nous décidons de le rembourser ; c'est l'usage.") == (
        "Nous décidons de le rembourser\u00a0; c’est l’usage."
    )
    assert french("le prix de le service, «\u00a0Who's it?\u00a0»") == "le prix du service, «\u00a0Who's it?\u00a0»"


@LANGUAGES
def test_a_law_to_come_says_whether_it_is_certain(language: str) -> None:
    """One that is in force from a later day has that day; one that was only announced is called so."""
    words = words_in(language)
    said = text_in(pack("reference"), language, on=date(2026, 1, 1))
    enacted = words.text("law.begins", date=words.writing.day(date(2026, 2, 16)))
    announced = words.text("law.begins.announced", date=words.writing.day(date(2027, 4, 1)))
    assert [line[-len(enacted) :] == enacted for line in said.splitlines() if "Colorado" in line] == [True]
    assert said.count(announced) == 1
    assert enacted not in text_in(pack("reference"), language, on=date(2026, 2, 16))


@LANGUAGES
def test_a_law_to_come_names_those_it_is_for(language: str) -> None:
    """A law for every customer is not said to be for consumers while it is to come."""
    words, sold = words_in(language), replace(pack("reference"), sold_in=("US-CO",))
    said = page_text(policy_page(sold, words, laws=shipped_laws(), on=date(2026, 1, 1)))
    begins = words.text("law.begins", date=words.writing.day(date(2026, 2, 16)))
    place = words.text("place.state", state="Colorado", country=words.writing.country("US"))
    if language == "fr":
        place = "dans l’État du Colorado (États-Unis)"
    heading = words.text("law.each.all", title="§", source="§", places=place, begins=begins)
    assert heading.rpartition("§)")[2] in said


@pytest.mark.parametrize("language", OTHERS)
def test_translations_of_a_law_have_its_numbers(language: str) -> None:
    """What English says by a number, every language says by the same."""
    for law in shipped_laws():
        for right in (*law.rights, *law.notices):
            english, other = right.says.get("en", ""), right.says.get(language, "")
            assert bool(english) == bool(other), (law.id, right.id)
            assert sorted(re.findall(r"\d+", english)) == sorted(re.findall(r"\d+", other)), (law.id, right.id)


@LANGUAGES
@PACKS
def test_no_date_is_left_as_a_computer_writes_it(name: str, language: str) -> None:
    """Terms that are known by their day have it in words; a remark such as "undated copy" is no version."""
    said = text_in(pack(name), language)
    assert not re.search(r"\d{4}-\d\d-\d\d|undated", said)


@LANGUAGES
def test_terms_with_a_number_keep_it(language: str) -> None:
    """A version that is no date stands beside its date."""
    source = replace(pack("reference").legal_source, version="3.1")
    said = text_in(replace(pack("reference"), legal_source=source), language)
    words = words_in(language)
    assert words.text("how.edition", version="3.1", date=words.writing.day(source.dated_on)) in said


@LANGUAGES
@pytest.mark.parametrize("name", ["steam", "expressvpn"])
def test_hours_are_counted_from_a_moment(name: str, language: str) -> None:
    """Where every window is in hours, neither days nor the date of an order are spoken of."""
    said, words = text_in(pack(name), language), words_in(language)
    assert f"{words.text('how.renewal_moment')} {words.text('how.hours')}" in said
    assert words.text("how.renewal_date") not in said
    assert words.text("window.hours") not in said
    assert words.text("count.zone.buyer", zone="UTC") not in said


@LANGUAGES
def test_a_cancellation_is_not_called_a_request(language: str) -> None:
    """The unused part begins after that which a clause is about."""
    words = words_in(language)
    payback = Payback("unused_part", proration=Proration())
    clause = Clause("X", {}, ("cancel",), (), "grant", payback=payback, access="ends_now")
    canceled = clause_sentence(words, pack("reference"), clause)
    asked = clause_sentence(words, pack("reference"), replace(clause, acts=("refund",)))
    assert words.text("act.cancel.of") in canceled
    assert words.text("act.cancel.of") not in asked
    assert words.text("act.refund.of") in asked


def test_german_tells_announcing_from_canceling() -> None:
    """ "Wir kündigen sie Ihnen an" begins like an end of the contract, so that no sentence of the page has it."""
    phrases = CATALOGS["de"].phrases
    assert [key for key in phrases if re.search(r"[Ww]ir kündigen|[Aa]nkündig", phrases[key])] == [
        "after.chatel_notice_sent_at", "before.chatel_notice_sent_at", "fact.chatel_notice_sent_at",
    ]  # fmt: skip
