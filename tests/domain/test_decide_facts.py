"""Facts of a scenario: known, absent or unknown; of the right type; under every name; from evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goodterms import policies
from goodterms.usecases.decide.cases import Policies
from tests.domain.decide_documents import decided, law_file, policy_file


@pytest.fixture
def chosen(tmp_path: Path) -> Policies:
    """A policy with rules that ask for facts."""
    return Policies(policy_file(tmp_path))


def _asked(answer: dict[str, Any]) -> list[str]:
    assert answer["decision"] == "needs_information"
    assert (answer["eligible"], answer["amount"], answer["access"]) == (False, "0.00", "unchanged")
    assert all(need["ask"].endswith("?") for need in answer["needs"])
    return [need["fact"] for need in answer["needs"]]


def test_an_absent_fact_is_asked_for_where_it_decides(chosen: Policies) -> None:
    """Inside the window the answer turns on use; outside, it is the same whatever the use was."""
    assert _asked(decided(chosen, plan="flat")) == ["used_in_cycle"]
    late = decided(chosen, plan="flat", requested_at="2026-09-01T00:00:00Z")
    assert "decision" not in late
    assert late["eligible"] is False
    assert decided(chosen, plan="flat", used_in_cycle=False)["eligible"] is True
    assert decided(chosen, plan="flat", used_in_cycle=True)["clause"] == "TEST-UNUSED"


def test_a_fact_no_rule_looks_at_is_not_asked_for(chosen: Policies) -> None:
    """A plain plan is decided without any of the facts."""
    assert decided(chosen)["clause"] == "FIRST-PURCHASE-30-DAYS"


def test_absent_history_is_none(chosen: Policies) -> None:
    """Missing and null are the value the document gives where nothing is known; a number is that number."""
    assert decided(chosen)["eligible"] is True
    assert decided(chosen, prior_refunds_user=None)["eligible"] is True
    assert decided(chosen, prior_refunds_user=0)["eligible"] is True
    assert decided(chosen, prior_refunds_user=1)["clause"] == "TEST-REPEATED"


def test_null_is_known_to_be_absent(chosen: Policies) -> None:
    """Never opened is an answer; saying nothing of it is none."""
    late = {"plan": "boxed", "requested_at": "2026-09-01T00:00:00Z", "handed_over_on": "2026-03-02"}
    assert _asked(decided(chosen, **late)) == ["opened_at"]
    assert decided(chosen, **late, opened_at=None)["clause"] == "TEST-NEVER-OPENED"
    assert decided(chosen, **late, opened_at="2026-03-05T10:00:00Z")["clause"] == "OUTSIDE-WINDOW"


def test_an_amount_that_is_deducted(chosen: Policies) -> None:
    """What is deducted has to be known, in the case's currency; it never makes less than nothing."""
    assert _asked(decided(chosen, plan="metered")) == ["value_of_benefits_used"]
    assert decided(chosen, plan="metered", value_of_benefits_used="9.96")["amount"] == "49.99"
    assert decided(chosen, plan="metered", value_of_benefits_used=None)["amount"] == "59.95"


def test_other_names(chosen: Policies) -> None:
    """A fact is known by every name its document gives it, once."""
    assert decided(chosen, plan="team", licences=10)["decision"] == "manual_review"
    assert decided(chosen, plan="team", seats=9)["eligible"] is True
    assert decided(chosen, plan="team", seats=9, licences=9)["eligible"] is True
    twice = decided(chosen, plan="team", seats=9, licences=10)
    assert (twice["error"]["code"], twice["error"]["field"]) == ("invalid_value", "licences")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("used_in_cycle", "yes"),
        ("used_in_cycle", 1),
        ("used_in_cycle", []),
        ("licences", "3"),
        ("seats", 2.5),
        ("seats", -1),
        ("seats", True),
        ("value_of_benefits_used", 3),
        ("value_of_benefits_used", "three"),
        ("value_of_benefits_used", "1.234"),
        ("value_of_benefits_used", "-1.00"),
        ("handed_over_on", "yesterday"),
        ("handed_over_on", "2026-02-30"),
        ("handed_over_on", 20260301),
        ("opened_at", "2026-03-05T10:00:00"),
        ("opened_at", True),
        ("plan", 5),
        ("plan", " "),
        ("ground", {"why": "defect"}),
        ("evidence", "signed_waiver"),
        ("evidence", [1]),
        ("evidence", {"signed_waiver": "yes"}),
        ("contract_made_on", "long ago"),
        ("installments_billed", "4"),
        ("country", "Germany"),
        ("country", 49),
        ("state", "New York"),
        ("amount_per", "week"),
    ],
)
def test_a_value_of_the_wrong_type(chosen: Policies, field: str, value: Any) -> None:
    """The error names the field as it was given."""
    error = decided(chosen, **{field: value})["error"]
    expected = "signed_waiver" if isinstance(value, dict) and field == "evidence" else field
    assert (error["code"], error["field"]) == ("invalid_value", expected)
    assert error["field"] in error["message"]


def test_dates_and_instants(chosen: Policies) -> None:
    """A day may stand for an instant and an instant for a day; both are counted where the buyer lives."""
    boxed = {"plan": "boxed", "requested_at": "2027-02-01T00:00:00Z", "opened_at": "2026-12-31"}
    assert decided(chosen, **boxed, handed_over_on="2027-01-01")["decision"] == "manual_review"
    instant = {"handed_over_on": "2026-12-31T15:00:00Z"}
    assert decided(chosen, **boxed, **instant)["eligible"] is False
    assert "decision" not in decided(chosen, **boxed, **instant)
    assert decided(chosen, **boxed, **instant, customer_timezone="Asia/Tokyo")["decision"] == "manual_review"


def test_a_word_that_no_rule_knows(chosen: Policies) -> None:
    """It fits no rule that names words, and that is said."""
    answer = decided(chosen, plan="guaranteed", ground="cold_feet")
    assert answer["eligible"] is True
    assert answer["remarks"] == ["ground: no rule knows 'cold_feet'; they know defect, change_of_mind."]
    assert decided(chosen, plan="guaranteed", ground="defect")["decision"] == "manual_review"


@pytest.mark.parametrize(
    ("evidence", "clause"),
    [
        (["signed_waiver"], "TEST-WAIVED"),
        ({"signed_waiver": True}, "TEST-WAIVED"),
        ({"signed_waiver": "2026-03-02T10:00:00Z"}, "TEST-WAIVED"),
        ({"signed_waiver": "2026-03-02"}, "TEST-WAIVED"),
        ({"signed_waiver": False}, "FIRST-PURCHASE-30-DAYS"),
        ({"signed_waiver": None}, "FIRST-PURCHASE-30-DAYS"),
        ([], "FIRST-PURCHASE-30-DAYS"),
        ({}, "FIRST-PURCHASE-30-DAYS"),
    ],
)
def test_evidence(chosen: Policies, evidence: object, clause: str) -> None:
    """A proof on record holds; where evidence is given, one that is not on record does not exist."""
    assert _asked(decided(chosen, plan="waivable")) == ["signed_waiver"]
    assert decided(chosen, plan="waivable", evidence=evidence)["clause"] == clause


def test_evidence_says_nothing_of_use(chosen: Policies) -> None:
    """Whether it was used is no proof that could be missing: it is still asked for."""
    assert _asked(decided(chosen, plan="flat", evidence=[])) == ["used_in_cycle"]
    assert decided(chosen, plan="flat", evidence={"used_in_cycle": True})["clause"] == "TEST-UNUSED"
    assert decided(chosen, evidence=["a_stamp"])["remarks"] == ["evidence: no rule asks for a_stamp."]


def test_unknown_fields(chosen: Policies) -> None:
    """A name that no document has is refused; one of another policy or well known to all is not."""
    error = decided(chosen, colour="red")["error"]
    assert (error["code"], error["field"]) == ("unknown_field", "colour")
    assert decided(Policies("reference"), certificate_earned_at=None)["eligible"] is True
    assert decided(Policies("reference"), seats=3)["error"]["code"] == "unknown_field"


def test_a_law_of_a_file(tmp_path: Path) -> None:
    """A given law holds for those who live there, with facts of its own; it wants the money paid in time."""
    chosen = Policies("reference", (law_file(tmp_path),), shipped=False)
    late = {"requested_at": "2026-05-01T00:00:00Z", "country": "AQ"}
    assert _asked(decided(chosen, **late, consumer=True)) == ["polar_receipt"]
    answer = decided(chosen, **late, consumer=True, polar_receipt=True)
    assert (answer["eligible"], answer["amount"], answer["access"]) == (True, "59.95", "ends_now")
    assert (answer["clause"], answer["rule"], answer["article"]) == ("TEST-POLAR", "test-law@1", "s. 1")
    assert answer["pay_by"] == "2026-05-11"
    assert decided(chosen, **late, consumer=False, polar_receipt=True)["eligible"] is False
    assert decided(chosen, **{**late, "country": "AU"}, consumer=True, polar_receipt=True)["eligible"] is False
    withdrawn = decided(chosen, **late, action="withdraw", consumer=True, evidence=["polar_receipt"])
    assert (withdrawn["eligible"], withdrawn["rule"], withdrawn["status_after"]) == (True, "test-law@1", "expired")
    assert _asked(decided(chosen, **late, polar_receipt=True)) == ["consumer"]


def test_what_a_law_wants_holds_where_the_policy_decides(tmp_path: Path) -> None:
    """Inside the policy's own window the policy decides, and the law's day of payment stands."""
    chosen = Policies("reference", (law_file(tmp_path),))
    answer = decided(chosen, country="AQ", consumer=True, polar_receipt=True)
    assert (answer["rule"], answer["pay_by"]) == ("reference@1", "2026-03-24")


def test_a_law_asks_with_its_own_question_where_the_policy_has_none(tmp_path: Path) -> None:
    """What a policy takes for granted a law may still need; the question then is the law's, never an empty one."""
    facts = '[facts.express_request_to_start]\ntype = "yes_or_no"\nwhen_absent = "false"\n\n'
    text = policies.read("reference").replace("[window.", facts + "[window.", 1)
    chosen = Policies(policy_file(tmp_path, text.replace('length = "30 days"', 'length = "2 days"')))
    by_law = decided(
        chosen, country="DE", consumer=True, product_class="digital_service", requested_at="2026-03-10T00:00:00Z"
    )
    assert "express_request_to_start" in _asked(by_law)
