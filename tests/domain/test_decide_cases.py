"""Worked cases of the reference policy, and what `decide` does with lines that can not be decided."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from goodterms import policies
from goodterms.usecases.decide.cases import Policies, decide_line, decide_lines, policy_name

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "reference.jsonl").read_text().splitlines()]
PROGRAM = str(Path(sys.executable).with_name("goodterms"))
#: What the page says in its own words for each matter it must state.
OWN_WORDS: dict[str, tuple[str, ...]] = {
    "30 days": ("up to 30 days after the date of the order", "within 30 days of the order"),
    "date of the order": ("For a renewal, the date of the order is the day on which it was charged.",),
    "purchase and automatic renewal payments": ("online store and automatic renewal payments",),
    "5-7 business days": ("within 5-7 business days of the initiation",),
    "2 weeks": ("charged 2 weeks before the current term ends",),
    "1 year and 2 weeks": ("1 year and 2 weeks later",),
    "date of purchase, name and email, order number": (
        "the date of purchase",
        "the name and e-mail address given with the purchase",
        "the order number",
    ),
    "two ways to cancel": ("There are two ways to cancel",),
    "current period continues when the next has not begun": (
        "the next term does not start, and the current term continues in full until its own end",
    ),
}
FIRST = {
    "action": "refund",
    "kind": "initial",
    "order_at": "2026-03-02T10:00:00Z",
    "term_start": "2026-03-02T10:00:00Z",
    "term_end": "2027-03-02T10:00:00Z",
    "amount": "59.95",
    "currency": "AUD",
    "requested_at": "2026-03-14T09:00:00Z",
}
RENEWAL = {
    **FIRST,
    "kind": "renewal",
    "order_at": "2026-04-26T06:00:00Z",
    "current_term_start": "2025-05-10T00:00:00Z",
    "current_term_end": "2026-05-10T00:00:00Z",
    "term_start": "2026-05-10T00:00:00Z",
    "term_end": "2027-05-10T00:00:00Z",
    "amount": "79.95",
    "requested_at": "2026-05-01T12:00:00Z",
}


def decided(scenario: dict[str, Any], chosen: str = "reference", vendor: str = "reference") -> dict[str, Any]:
    """The answer to one scenario."""
    line = json.dumps({"id": "x", "vendor": vendor, "scenario": scenario}).encode()
    return decide_line(line, 1, Policies(chosen))


@pytest.mark.requirement("R10", "R15", "R18", "R24", "R25", "R29", "R35", "R38", "R39", "R42", "R44", "R46", "R47")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_worked_case(case: dict[str, Any]) -> None:
    """Every key that a worked case expects comes out as it says."""
    answer = decide_line(json.dumps(case).encode(), 1, Policies("auto"))
    expected = {key: value for key, value in case["expected"].items() if key not in ("must_state", "covers")}
    assert {key: answer.get(key) for key in expected} == expected


@pytest.mark.requirement("R20", "R49")
@pytest.mark.parametrize("matter", OWN_WORDS)
def test_the_page_states(matter: str) -> None:
    """The rendered page says each matter that the worked case lists."""
    case = next(c for c in CASES if c["scenario"]["action"] == "render_page")
    assert matter in case["expected"]["must_state"]
    text = decide_line(json.dumps(case).encode(), 1, Policies("reference"))["page_text"]
    assert all(words in text for words in OWN_WORDS[matter])


@pytest.mark.requirement("R45")
@pytest.mark.parametrize(
    ("requested_at", "access"),
    [
        ("2026-05-09T23:59:59.999999Z", "until:2026-05-10T00:00:00Z"),
        ("2026-05-10T00:00:00Z", "ends_now"),  # at exactly its start a term has begun (A8)
        ("2026-05-10T02:00:00+02:00", "ends_now"),
    ],
)
def test_begun_is_judged_by_the_start(requested_at: str, access: str) -> None:
    """The term's start decides whether a renewal has begun, to the instant."""
    assert decided({**RENEWAL, "requested_at": requested_at})["access"] == access


def test_a_slow_decision_does_not_hurt() -> None:
    """A request before the start drops the term, even when it is initiated after the running one is over (A7)."""
    late = {"decided_at": "2026-05-11T09:00:00Z", "refund_initiated_at": "2026-05-11T09:00:00Z"}
    answer = decided({**RENEWAL, "requested_at": "2026-05-09T12:00:00Z", **late})
    assert (answer["access"], answer["next_term"], answer["status_after"]) == (
        "until:2026-05-10T00:00:00Z", "voided", "expired",
    )  # fmt: skip


@pytest.mark.requirement("R23")
def test_only_the_latest_paid_term() -> None:
    """With a later term paid, the earlier order is denied inside its window too."""
    month = {**FIRST, "term_end": "2026-04-02T10:00:00Z", "requested_at": "2026-03-25T00:00:00Z"}
    answer = decided({**month, "latest_paid_term_start": "2026-04-02T10:00:00Z"})
    assert (answer["eligible"], answer["clause"]) == (False, "NOT-LATEST-TERM")


@pytest.mark.requirement("R43")
def test_a_term_that_ran_out() -> None:
    """A month that is over is paid back inside the window; there is no access left to change (A22)."""
    month = {**FIRST, "order_at": "2026-02-01T00:00:00Z", "term_start": "2026-02-01T00:00:00Z"}
    month |= {"term_end": "2026-03-01T00:00:00Z", "requested_at": "2026-03-03T23:59:59Z", "status": "expired"}
    answer = decided(month)
    assert (answer["eligible"], answer["access"], answer["status_after"]) == (True, "unchanged", "expired")
    assert answer["auto_renew_after"] is False


@pytest.mark.requirement("R35")
def test_a_completed_request_keeps_its_date() -> None:
    """Asked on day 30 with a fact missing and completed on day 40, it is judged as of day 30."""
    facts = {"order_number": "mismatch", "email": "match", "name": "match", "purchase_date": "missing"}
    asked = {**FIRST, "requested_at": "2026-04-01T12:00:00Z", "provided": facts}
    assert decided(asked)["decision"] == "needs_information"
    assert decided({**asked, "information_completed_at": "2026-04-11T12:00:00Z"})["eligible"] is True


def test_a_disputed_payment_is_looked_at() -> None:
    """While the bank looks into it, a person decides."""
    answer = decided({**FIRST, "chargeback_opened": True})
    assert (answer["eligible"], answer["decision"], answer["access"]) == (False, "manual_review", "unchanged")


def test_a_free_order_has_nothing_to_pay_back() -> None:
    """An order of nothing is inside every window, and still moves nothing."""
    answer = decided({**FIRST, "amount": "0.00"})
    assert (answer["eligible"], answer["refusal"]["code"], answer["access"]) == (False, "nothing_paid", "unchanged")


def test_large_amounts_need_a_colleague() -> None:
    """Above the policy's limit a second person confirms; the one who acted has the last word."""
    answer = decided({**FIRST, "amount": "300.01", "acted_by": "agent:anna", "channel": "support"})
    assert (answer["eligible"], answer["amount"], answer["decided_by"]) == (True, "300.01", "agent:anna")
    assert answer["second_person"] == "needed"
    assert "second_person" not in decided({**FIRST, "amount": "300.00"})


def test_what_takes_two_people_is_not_decided_by_the_policy(tmp_path: Path) -> None:
    """Nor is what came by the public form; the rest is, where the policy lets its rules decide."""
    path = tmp_path / "alone.toml"
    text = policies.read("reference").replace('decided_by = "specialist"', 'decided_by = "policy"', 1)
    path.write_text(text, encoding="utf-8")

    def by(**fields: str) -> tuple[str, str | None]:
        line = json.dumps({"id": 1, "scenario": {**FIRST, **fields}})
        answer = decide_line(line.encode(), 1, Policies(str(path)))
        return answer["decided_by"], answer.get("second_person")

    assert by(amount="300.00") == ("agent:policy", None)
    assert by(amount="300.01") == ("agent:specialist", "needed")
    assert by(amount="300.00", channel="public_form") == ("agent:specialist", None)
    assert by(amount="300.01", acted_by="agent:anna") == ("agent:anna", "needed")


@pytest.mark.requirement("R48")
def test_what_was_paid_back_before() -> None:
    """A payment that went back is not paid back again; of one that went back in part a person looks at the rest."""
    assert decided({**FIRST, "already_refunded": "59.95"})["clause"] == "ALREADY-REFUNDED"
    part = decided({**FIRST, "already_refunded": "10.00"})
    assert (part["clause"], part["decision"]) == ("PARTLY-REFUNDED", "manual_review")
    withdrawn = decided({**FIRST, "already_refunded": "59.95", "action": "withdraw"})
    assert (withdrawn["eligible"], withdrawn["clause"]) == (False, "ALREADY-REFUNDED")


@pytest.mark.requirement("R10", "R11")
def test_cancel_while_a_charge_is_under_way() -> None:
    """A charge that was begun before the cancellation stands, and that is said."""
    running = {**FIRST, "action": "cancel", "requested_at": "2027-02-20T00:00:00Z"}
    assert decided({**running, "charge_state": "scheduled"})["next_charge"] == "none"
    assert decided({**running, "charge_state": "submitted"})["next_charge"] == "under_way"


@pytest.mark.requirement("R4")
def test_cancel_at_the_edges() -> None:
    """Canceling twice changes nothing; when it is over there is nothing to cancel; failing payments do not bar it."""
    cancel = {**FIRST, "action": "cancel"}
    again = decided({**cancel, "cancelled_at": "2026-03-03T00:00:00Z"})
    assert (again["eligible"], again["access"]) == (True, "until:2027-03-02T10:00:00Z")
    over = decided({**cancel, "requested_at": "2027-03-02T10:00:00Z"})
    assert (over["eligible"], over["refusal"]["code"], over["status_after"]) == (False, "expired", "expired")
    failing = decided({**cancel, "requested_at": "2027-02-20T00:00:00Z", "charge_state": "declined"})
    assert (failing["eligible"], failing["status_after"]) == (True, "active_not_renewing")


@pytest.mark.requirement("R14", "R17")
def test_renewal_checks() -> None:
    """Before the lead it is scheduled, from then on charged; canceled or over, it is not."""
    check = {**FIRST, "action": "renewal_check"}
    early = decided({**check, "requested_at": "2027-02-16T09:59:59Z"})
    assert (early["charge_at"], early["next_charge"]) == ("2027-02-16T10:00:00Z", "scheduled")
    assert early["access"] == "until:2027-03-02T10:00:00Z"
    due = decided({**check, "requested_at": "2027-02-16T10:00:00Z"})
    assert (due["next_charge"], due["access"]) == ("charged", "until:2028-03-02T10:00:00Z")
    canceled = decided({**check, "requested_at": "2027-02-16T10:00:00Z", "cancelled_at": "2026-05-01T00:00:00Z"})
    assert (canceled["eligible"], canceled["access"]) == (False, "until:2027-03-02T10:00:00Z")
    over = decided({**check, "requested_at": "2027-03-02T10:00:00Z"})
    assert (over["eligible"], over["next_charge"], over["access"]) == (False, "none", "unchanged")


def test_renewal_of_the_thirty_first() -> None:
    """A monthly term from 28 February whose anchor is the 31st runs to 31 March, and so does the next (A29)."""
    month = {
        **RENEWAL, "action": "renewal_check", "order_at": "2026-02-14T00:00:00Z",
        "current_term_start": "2026-01-31T00:00:00Z", "current_term_end": "2026-02-28T00:00:00Z",
        "term_start": "2026-02-28T00:00:00Z", "term_end": "2026-03-31T00:00:00Z",
        "requested_at": "2026-03-17T00:00:00Z",
    }  # fmt: skip
    answer = decided(month)
    assert (answer["next_term_start"], answer["next_term_end"]) == ("2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z")


def test_withdrawal_under_the_reference_policy() -> None:
    """A withdrawal is a wish for the money back too: the policy's rules grant it in time and deny it afterwards."""
    answer = decided({**FIRST, "action": "withdraw"})
    assert (answer["eligible"], answer["amount"], answer["status_after"]) == (True, "59.95", "expired")
    late = decided({**FIRST, "action": "withdraw", "requested_at": "2026-06-01T00:00:00Z"})
    assert (late["eligible"], late["access"], late["clause"]) == (False, "unchanged", "OUTSIDE-WINDOW")
    assert len(late["findings"]) == len(answer["findings"]) > 5


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"term_end": "2026-03-02T10:00:00Z"}, "impossible_scenario", "term_end"),
        ({"requested_at": "2026-03-02T09:59:59Z"}, "impossible_scenario", "requested_at"),
        ({"order_at": "2028-03-02T09:59:59Z"}, "impossible_scenario", "order_at"),
        ({"charged_at": "2026-03-02T10:00:01Z"}, "impossible_scenario", "charged_at"),
        ({"status": "expired"}, "impossible_scenario", "status"),
        ({"current_term_end": "2026-03-01T00:00:00Z"}, "impossible_scenario", "current_term_end"),
        ({"decided_at": "2026-03-13T00:00:00Z"}, "impossible_scenario", "decided_at"),
        ({"action": "pause"}, "unknown_action", "action"),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"currency": "ZZZ"}, "unknown_currency", "currency"),
        ({"currency": "aud"}, "unknown_currency", "currency"),
        ({"amount": "59.955"}, "invalid_amount", "amount"),
        ({"amount": "-1.00"}, "invalid_amount", "amount"),
        ({"amount": 59}, "invalid_amount", "amount"),
        ({"already_refunded": 10}, "invalid_amount", "already_refunded"),
        ({"already_refunded": "59.96"}, "impossible_scenario", "already_refunded"),
        ({"amount": "NaN"}, "invalid_amount", "amount"),
        ({"requested_at": "2026-03-14T09:00:00"}, "invalid_instant", "requested_at"),
        ({"requested_at": "soon"}, "invalid_instant", "requested_at"),
        ({"requested_at": None}, "missing_field", "requested_at"),
        ({"kind": None}, "missing_field", "kind"),
        ({"action": None}, "missing_field", "action"),
        ({"amount": None}, "missing_field", "amount"),
        ({"currency": None}, "missing_field", "currency"),
        ({"kind": "gift"}, "invalid_value", "kind"),
        ({"customer_timezone": "Mars/Base"}, "invalid_value", "customer_timezone"),
        ({"provided": {"email": "maybe"}}, "invalid_value", "provided"),
        ({"verified": True, "provided": {"email": "mismatch"}}, "impossible_scenario", "verified"),
        ({"term_end": "2026-03-20T10:00:00Z"}, "term_not_sold", "term_end"),
        ({"term_start": "9999-01-01T00:00:00Z", "term_end": "9999-12-31T00:00:00Z"}, "impossible_scenario", None),
    ],
)
def test_a_scenario_that_can_not_be(change: dict[str, Any], code: str, field: str | None) -> None:
    """Each kind of nonsense gets an error that names its field, and nothing is decided."""
    answer = decided({**FIRST, **change})
    assert set(answer) == {"id", "error"}
    assert (answer["error"]["code"], answer["error"]["field"]) == (code, field)


@pytest.mark.parametrize(
    ("id", "code", "says"),
    [(None, "missing_field", "Line 1 has no id."), ({"a": 1}, "invalid_value", "an id is a text or a whole number"),
     (True, "invalid_value", "an id is a text or a whole number")],
)  # fmt: skip
def test_an_id_that_is_none(id: object, code: str, says: str) -> None:
    """A missing id and one of the wrong form are told apart."""
    line = json.dumps({"id": id, "vendor": "reference", "scenario": FIRST}).encode()
    [answer] = [json.loads(text) for text in decide_lines([line], Policies("reference"))]
    assert (answer["id"], answer["error"]["code"], answer["error"]["field"]) == (None, code, "id")
    assert says in answer["error"]["message"]


def test_a_stream_goes_on_after_a_bad_line() -> None:
    """Bad lines get errors with their number, blank ones nothing, and the good ones their answers, in order."""
    good = json.dumps({"id": "g", "vendor": "reference", "scenario": FIRST})
    lines = ["\ufeff" + good, "", "{", '"text"', "\x00", '{"id": "n", "vendor": "v"}', '{"id": 1, "id": 2}', good]
    answers = [json.loads(text) for text in decide_lines(io.BytesIO("\n".join(lines).encode()), Policies("reference"))]
    assert [answer["id"] for answer in answers] == ["g", None, None, None, "n", None, "g"]
    assert "Line 3 " in answers[1]["error"]["message"]
    assert answers[4]["error"]["field"] == "scenario"
    assert answers[0] == answers[6]


def test_the_policy_is_chosen_by_vendor() -> None:
    """`auto` makes a name of the vendor, and says so where no policy has it."""
    assert policy_name("New York Times, Inc.") == "new-york-times-inc"
    assert decided(FIRST, "auto", "Reference")["policy"] == "reference@1"
    assert decided(FIRST, "auto", "Nobody & Sons")["error"]["code"] == "unknown_policy"
    assert decided(FIRST, "auto", "../reference")["policy"] == "reference@1"  # a name, never a path


def test_the_rules_are_the_documents(tmp_path: Path) -> None:
    """A document with another window and lead answers by them: nothing is written in the program."""
    text = policies.read("reference").replace('length = "30 days"', 'length = "10 days"')
    changed = tmp_path / "shorter.toml"
    changed.write_text(text.replace('charge_before_end = "14 days"', 'charge_before_end = "21 days"', 1))
    assert decided(FIRST, str(changed))["eligible"] is False
    check = {**FIRST, "action": "renewal_check", "requested_at": datetime(2027, 1, 1, tzinfo=UTC).isoformat()}
    assert decided(check, str(changed))["charge_at"] == "2027-02-09T10:00:00Z"


def test_the_command() -> None:
    """The program reads standard input and needs no database; an unknown policy is refused at once."""
    line = json.dumps({"id": 7, "vendor": "reference", "scenario": FIRST}) + "\nnonsense\n"
    done = subprocess.run([PROGRAM, "decide"], input=line, capture_output=True, text=True, check=True)
    assert [json.loads(text)["id"] for text in done.stdout.splitlines()] == [7, None]
    wrong = subprocess.run(
        [PROGRAM, "decide", "--policy", "none"], input=line, capture_output=True, text=True, check=False
    )
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "reference" in wrong.stderr
