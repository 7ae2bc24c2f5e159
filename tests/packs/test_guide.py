"""The guide to writing policies: its documents are accepted, and its cases come out as it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.reading.policy_words import CASE_FACTS
from goodterms.usecases.decide.cases import Policies, decide_lines
from goodterms.usecases.decide.scenario import READ

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


_FIRST = {
    "action": "refund", "kind": "initial", "order_at": "2026-03-02T10:00:00Z", "term_start": "2026-03-02T10:00:00Z",
    "term_end": "2027-03-02T10:00:00Z", "amount": "60.00", "currency": "EUR", "requested_at": "2026-03-03T10:00:00Z",
}  # fmt: skip


def _answer(tmp_path: Path, text: str, **fields: str | bool) -> dict[str, object]:
    path = tmp_path / "paperlight.toml"
    path.write_text(text, encoding="utf-8")
    line = json.dumps({"id": 1, "scenario": {**_FIRST, **fields}}).encode()
    answer: dict[str, object] = json.loads(next(iter(decide_lines([line], Policies(str(path))))))
    return answer


def test_the_guide_says_which_field_carries_which_fact() -> None:
    """Every fact that is known from the order is in the table, with fields that a case has."""
    table = GUIDE.read_text(encoding="utf-8").split("| fact | fields of a case |\n|---|---|\n")[1].split("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines()]
    facts = [name for left, _ in rows for name in re.findall(r"`(\w+)`", left)]

    assert set(facts) == set(CASE_FACTS) - {"request", "order", "timezone"}
    assert len(facts) == len(set(facts))
    fields = {name for _, right in rows for name in re.findall(r"`(\w+)`", right)} - {"none", "all"}
    assert fields <= READ


@pytest.mark.parametrize(
    ("fields", "clause"),
    [
        ({"chargeback_opened": True}, "DISPUTED"),
        ({"already_refunded": "60.00"}, "ALREADY-REFUNDED"),
        ({"already_refunded": "10.00"}, "FIRST-PURCHASE"),
        ({"latest_paid_term_start": "2027-03-02T10:00:00Z"}, "TOO-LATE"),
        ({"kind": "renewal", "used_in_cycle": True}, "TOO-LATE"),
        ({"sales_channel": "retail"}, "APP-STORES"),
    ],
)
def test_the_fields_of_the_table_decide(tmp_path: Path, fields: dict[str, str | bool], clause: str) -> None:
    """As the guide says of each."""
    answer = _answer(tmp_path, _documents()["paperlight.toml"], **fields)

    assert answer["clause"] == clause
    assert (answer.get("decision") == "manual_review") is (clause == "DISPUTED")


def test_a_window_from_the_start_of_a_term_is_open_before_it(tmp_path: Path) -> None:
    """As the guide says, and how it is closed."""
    ahead = {"term_start": "2026-03-16T10:00:00Z", "term_end": "2027-03-16T10:00:00Z"}
    counted = _documents()["paperlight.toml"].replace('counted_from = "order"', 'counted_from = "term_start"', 1)
    inside = 'when.inside_window = "cooling_off"'
    running = counted.replace(inside, f'{inside}\nwhen.term = "running"')

    assert _answer(tmp_path, counted, **ahead)["clause"] == "FIRST-PURCHASE"
    assert _answer(tmp_path, running, **ahead)["clause"] == "TOO-LATE"


def test_terms_without_a_schedule_can_not_be_sold(tmp_path: Path) -> None:
    """A case of one is an error, as the guide says."""
    answer = _answer(tmp_path, _documents()["paperlight.toml"], term_end="2026-03-09T10:00:00Z")

    assert answer["error"]["code"] == "term_not_sold"  # type: ignore[index]


def test_a_file_that_is_no_toml_has_one_problem_at_a_time() -> None:
    """The first of two."""
    text = _documents()["paperlight.toml"]
    broken = text.replace("version = 1 ", "version = ", 1).replace('undo = "until_the_end"', "undo = until_the_end", 1)

    with pytest.raises(PolicyError) as refused:
        parse_policy(broken, "p.toml")
    assert len(refused.value.problems) == 1
