"""The shipped vendors' rules and laws: hand-reasoned cases around every number and word of each document."""

from __future__ import annotations

from typing import Any

import pytest

from goodterms import policies
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.reading.policy_words import LANGUAGES
from goodterms.usecases.decide.cases import Policies
from tests.packs.deciding import CASES, differences, lines

CHOSEN = Policies("auto")
PACKS = [name for name in policies.names() if name != "reference"]
LAWS = policies.law_names()
ALL = [line for name in (*PACKS, *LAWS) if (CASES / f"{name}.jsonl").exists() for line in lines(f"{name}.jsonl")]


@pytest.mark.parametrize("line", ALL, ids=lambda line: line["id"])
def test_a_case_comes_out_as_reasoned(line: dict[str, Any]) -> None:
    """Every key that a line expects comes out, and every pinned number is the document's."""
    assert differences(line, CHOSEN) == {}


@pytest.mark.parametrize("name", [*PACKS, *LAWS])
def test_every_document_has_cases_of_its_own(name: str) -> None:
    """Each pack has at least eight lines and each law some; ids are not used twice."""
    own = lines(f"{name}.jsonl")
    assert len(own) >= (8 if name in PACKS else 2)
    assert len({line["id"] for line in ALL}) == len(ALL)


@pytest.mark.parametrize("name", PACKS)
def test_packs_are_read_without_a_remark(name: str) -> None:
    """A pack has no warnings, is named like its file, sells months, 30 days and years, and has titles everywhere."""
    policy = parse_policy(policies.read(name), policies.source(name))
    assert [str(warning) for warning in policy.warnings] == []
    assert policy.name == name
    assert policy.legal_source.url.startswith("https://")
    assert set(policy.titles) == set(LANGUAGES)
    assert all(clause.says.get("en") for clause in (*policy.refund.clauses, *policy.cancellation.clauses))


@pytest.mark.parametrize("name", LAWS)
def test_laws_speak_every_language(name: str) -> None:
    """A law has no warnings, and its title and every right and notice is there in each language."""
    law = parse_law(policies.read_law(name), policies.law_source(name))
    assert [str(warning) for warning in law.warnings] == []
    assert law.id == name
    assert set(law.title) == set(LANGUAGES)
    for rule in (*law.rights, *law.notices):
        assert set(rule.says) == set(LANGUAGES), rule.id
        assert rule.article


def test_other_names_lead_to_documents() -> None:
    """Every other name of a policy is one of a shipped document, and no document's own."""
    for other in ("germany-overlay-on-the-reference-policy", "france-overlay", "eu-overlay-on-a-no-refund-vendor"):
        assert policies.resolve(other) in policies.names()
        assert other not in policies.names()
