"""Questions about declared facts: each page has them in its own language, or the author is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodterms import policies
from goodterms.domain.page.policy_page import page_text, policy_page
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.words import statements as say
from goodterms.usecases.policy_page_text import words_in
from tests.support.rules_documents import changed, problem_at, problems_of, remarks_on

_FACT = """\
[facts.exported]
type = "yes_or_no"
ask = "Was it exported?"
ask_de = "Wurde exportiert?"
ask_fr = "A-t-il été exporté ?"
ask_es = "¿Se ha exportado?"

[renewal]"""
_CLAUSE = '\n[[refund.clause]]\nid = "EXPORTED"\nwhen.exported = true\noutcome = "deny"\n\n[[refund.clause]]\n'
_TEXT = changed(
    policies.read("reference"),
    ("[renewal]", _FACT),
    ("\n[[refund.clause]]\n", _CLAUSE),
    ('title = "Cancellations and refunds"', 'title = "Refunds"\ntitle_de = "Erstattungen"\ntitle_fr = "Retours"'),
)
_ASKED = {
    "en": "Was it exported?", "de": "Wurde exportiert?", "fr": "A-t-il été exporté ?", "es": "¿Se ha exportado?",
}  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", _ASKED)
def test_each_page_asks_in_its_language(language: str) -> None:
    """On the page and in the explanation, and no other language's question."""
    policy, words = parse_policy(_TEXT, "p.toml"), words_in(language)
    page = _plain(page_text(policy_page(policy, words)))

    assert [asked for asked in _ASKED.values() if asked in page] == [_ASKED[language]]
    assert _ASKED[language] in _plain(say.need_sentence(words, policy.facts["exported"]))


def test_a_question_that_would_stand_untranslated_is_remarked_on() -> None:
    """For the languages of the document's titles, unless every rule has a sentence of its own there."""
    text = changed(_TEXT, ('ask_de = "Wurde exportiert?"\n', ""), ('ask_es = "¿Se ha exportado?"\n', ""))
    wanted = "rules without a sentence of their own name this fact by its question there; add ask_de"
    assert remarks_on(text) == (problem_at(text, '«ask» = "Was it exported?"', wanted),)

    spoken = changed(text, ("when.exported = true", 'says = "No."\nsays_de = "Nein."\nwhen.exported = true'))
    assert remarks_on(spoken) == ()


def test_without_a_translation_it_stands_as_written() -> None:
    """Nothing is left out."""
    policy = parse_policy(_TEXT, "p.toml")
    fact = replace(policy.facts["exported"], translated={})

    assert {fact.question(language) for language in _ASKED} == {"Was it exported?"}


def test_a_translation_needs_the_question() -> None:
    """As with any other text."""
    text = changed(_TEXT, ('ask = "Was it exported?"\n', 'when_absent = "false"\n'))

    assert 'a translation needs the text in English: write "ask"' in [one.message for one in problems_of(text)]
