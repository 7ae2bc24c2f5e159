"""The guide to writing policies: its documents are accepted, and its cases come out as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.usecases.decide_cases import Policies, decide_lines

GUIDE = Path(__file__).parents[2] / "docs" / "policies.md"
_DOCUMENT = re.compile(r"^```toml file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CASES = re.compile(r"^```json cases=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _documents() -> dict[str, str]:
    parts: dict[str, list[str]] = {}
    for name, text in _DOCUMENT.findall(GUIDE.read_text(encoding="utf-8")):
        parts.setdefault(name, []).append(text)
    return {name: "\n".join(texts) for name, texts in parts.items()}


def _cases() -> list[tuple[str, str]]:
    found = _CASES.findall(GUIDE.read_text(encoding="utf-8"))
    return [(name, line) for name, lines in found for line in lines.splitlines() if line.strip()]


@pytest.mark.parametrize("name", sorted(_documents()))
def test_the_documents_of_the_guide_are_accepted_without_a_warning(name: str) -> None:
    """What a newcomer copies from the guide is a policy."""
    policy = parse_policy(_documents()[name], name)

    assert policy.name == name.removesuffix(".toml")
    assert [str(warning) for warning in policy.warnings] == []


@pytest.mark.parametrize(("name", "line"), _cases(), ids=[json.loads(line)["id"] for _, line in _cases()])
def test_the_cases_of_the_guide_come_out_as_it_says(name: str, line: str, tmp_path: Path) -> None:
    """Every key that the guide expects is in the answer, with that value."""
    path = tmp_path / name
    path.write_text(_documents()[name], encoding="utf-8")
    expected = json.loads(line)["expected"]

    answer = json.loads(next(iter(decide_lines([line.encode()], Policies(str(path))))))

    assert {key: answer.get(key) for key in expected} == expected


def test_the_guide_has_two_vendors() -> None:
    """The walk through covers two documents, each with cases."""
    assert {name for name, _ in _cases()} == set(_documents())
    assert len(_documents()) == 2
