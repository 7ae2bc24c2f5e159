"""Worked cases of real vendors' rules and of the laws beside them: every key that a case expects comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from goodterms.usecases.decide_cases import Policies, decide_line

CASES = Path(__file__).parent / "cases"
CHOSEN = Policies("auto")


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file."""
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("case", [*cases("shared.jsonl"), *cases("further.jsonl")], ids=lambda case: case["id"])
def test_a_case_comes_out_as_it_says(case: dict[str, Any]) -> None:
    """Money, access, fees, dates and questions are those that the vendor's rules and the law lead to."""
    answer = decide_line(json.dumps(case).encode(), 1, CHOSEN)
    assert "error" not in answer, answer
    expected = {key: value for key, value in case["expected"].items() if key not in ("reason", "must_state")}
    got = {key: answer.get(key) for key in expected}
    if "needs_facts" in expected:
        got["needs_facts"] = [need["fact"] for need in answer.get("needs", ())]
    assert got == expected, answer
    assert answer["findings"]
    assert sum(1 for found in answer["findings"] if found["matched"]) >= (answer.get("decision") is None)


def test_a_renewal_check_tells_when_laws_want_it_announced() -> None:
    """Early billing keeps California's and Mastercard's windows, and names the mail that is in time for each."""
    scenario = {
        "action": "renewal_check", "kind": "initial", "order_at": "2026-03-02T10:00:00Z",
        "term_start": "2026-03-02T10:00:00Z", "term_end": "2027-03-02T10:00:00Z", "amount": "59.95",
        "currency": "USD", "requested_at": "2026-12-01T00:00:00Z", "country": "US", "state": "CA", "consumer": True,
    }  # fmt: skip
    line = json.dumps({"id": 1, "vendor": "reference", "scenario": scenario}).encode()
    answer = decide_line(line, 1, CHOSEN)
    notices = {one["notice"].split("@")[0]: one for one in answer["notices"]}
    assert "us-ca-renewal-notice" in notices
    for one in notices.values():
        assert one["opens_at"] <= one["mail_at"] < one["closes_at"] <= answer["next_term_start"]
    assert "notices" not in decide_line(line, 1, Policies("auto", shipped=False))
