"""Worked cases of real vendors' rules and of the laws beside them: every key that a case expects comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from goodterms.usecases.decide.cases import Policies, decide_line

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


def test_what_a_cancellation_pays_back_may_fail() -> None:
    """It holds all the same; access runs on until the money goes."""
    case = next(case for case in cases("shared.jsonl") if case["id"] == "V24")
    scenario = {**case["scenario"], "gateway_result": "rejected"}
    answer = decide_line(json.dumps({**case, "scenario": scenario}).encode(), 1, CHOSEN)
    assert (answer["eligible"], answer["amount"], answer["decision"]) == (True, "127.68", "approved_payment_failed")
    assert (answer["access"], answer["status_after"]) == ("until:2027-01-15T00:00:00Z", "active_not_renewing")


def test_a_cancellation_holds_while_a_fact_is_asked_for() -> None:
    """Nobody is kept in for want of an answer: what holds at once is said beside the question."""
    case = next(case for case in cases("shared.jsonl") if case["id"] == "L04")
    scenario = {name: value for name, value in case["scenario"].items() if name != "chatel_notice_sent_at"}
    answer = decide_line(json.dumps({**case, "scenario": scenario}).encode(), 1, CHOSEN)
    assert [need["fact"] for need in answer["needs"]] == ["chatel_notice_sent_at"]
    assert (answer["eligible"], answer["access"]) == (False, "unchanged")
    meanwhile = answer["meanwhile"]
    assert (meanwhile["eligible"], meanwhile["access"], meanwhile["auto_renew_after"], meanwhile["next_charge"]) == (
        True, "until:2027-02-01T00:00:00Z", False, "none",
    )  # fmt: skip


@pytest.mark.parametrize(
    "proofs",
    [
        ["consent", "acknowledgement_of_loss", "durable_medium_confirmation"],
        {"prior_consent": "2026-07-01", "acknowledged_loss": True, "confirmation": "2026-07-01T00:05:00Z"},
    ],
)
def test_proofs_are_known_by_many_names(proofs: list[str] | dict[str, object]) -> None:
    """The three proofs of digital content end the right, however a record calls them; each is needed."""
    case = next(case for case in cases("further.jsonl") if case["id"] == "F62")
    for evidence in (proofs, list(proofs)[:2]):
        scenario = {**case["scenario"], "evidence": evidence}
        answer = decide_line(json.dumps({**case, "scenario": scenario}).encode(), 1, CHOSEN)
        assert answer["eligible"] is (len(evidence) < 3)
        assert "remarks" not in answer
