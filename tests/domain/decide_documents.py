"""Documents for tests of `decide`: the reference policy with rules that ask for facts, and a law of one country."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from goodterms import policies
from goodterms.usecases.decide.cases import Policies, decide_line

FACTS = """
[facts.used_in_cycle]
type = "yes_or_no"
ask = "Has it been used since the charge?"

[facts.seats]
type = "whole_number"
ask = "How many seats were bought?"
also_called = ["licences"]

[facts.value_of_benefits_used]
type = "amount"
ask = "What were the benefits worth?"

[facts.handed_over_on]
type = "date"
ask = "When was it handed over?"

[facts.opened_at]
type = "instant"
ask = "When was it opened?"

[facts.signed_waiver]
type = "yes_or_no"
ask = "Was the waiver signed?"

[facts.ground]
type = "word"
words = ["defect", "change_of_mind"]
ask = "Why is it asked for?"

[facts.prior_refunds_user]
type = "whole_number"
when_absent = "0"

[facts.plan]
type = "text"
ask = "Which plan is it?"
"""
CLAUSES = """
[[refund.clause]]
id = "TEST-REPEATED"
says = "Once only."
when.prior_refunds_user_at_least = 1
outcome = "deny"

[[refund.clause]]
id = "TEST-SEATS"
says = "Many seats are looked at."
when.plan = "team"
when.seats_at_least = 10
outcome = "review"

[[refund.clause]]
id = "TEST-WAIVED"
says = "What was waived is not paid back."
when.plan = "waivable"
when.signed_waiver = true
outcome = "deny"

[[refund.clause]]
id = "TEST-NEVER-OPENED"
says = "What was never opened is paid back at any time."
when.plan = "boxed"
when.opened_at_given = false
outcome = "grant"
amount = "full"
access = "ends_now"

[[refund.clause]]
id = "TEST-HANDED-OVER"
says = "Handed over after the new year."
when.plan = "boxed"
when.handed_over_on_on_or_after = 2027-01-01
outcome = "review"

[[refund.clause]]
id = "TEST-LESS"
says = "Less what was used."
when.plan = "metered"
when.inside_window = "money_back"
outcome = "grant"
amount = "full"
less = ["value_of_benefits_used"]
access = "ends_now"

[[refund.clause]]
id = "TEST-DEFECT"
says = "A defect is looked at, whenever it shows."
when.plan = "guaranteed"
when.ground = "defect"
outcome = "review"

[[refund.clause]]
id = "TEST-UNUSED"
says = "What was used is not paid back."
when.plan = "flat"
when.used_in_cycle = true
outcome = "deny"
"""
LAW = """
[law]
id = "test-law"
version = 1
title = "A law for tests"
source = "Test Act"
url = "https://law.example/test"
dated_on = 2020-01-01
countries = ["AQ"]
consumers_only = true
status = "in_force"
applies_from = 2020-01-01

[facts.consumer]
type = "yes_or_no"
ask = "Does the customer buy as a consumer?"

[facts.polar_receipt]
type = "yes_or_no"
ask = "Is there a receipt?"

[window.polar]
length = "100 days"
counted_from = "contract"

[[right]]
acts = ["refund", "withdraw"]
id = "TEST-POLAR"
article = "s. 1"
says = "At the pole it is paid back within {polar}."
when.polar_receipt = true
when.inside_window = "polar"
outcome = "grant"
amount = "full"
access = "ends_now"
pay_within = "10 days"
"""
FIRST: dict[str, Any] = {
    "action": "refund",
    "kind": "initial",
    "order_at": "2026-03-02T10:00:00Z",
    "term_start": "2026-03-02T10:00:00Z",
    "term_end": "2027-03-02T10:00:00Z",
    "amount": "59.95",
    "currency": "AUD",
    "requested_at": "2026-03-14T09:00:00Z",
    "plan": "plain",
}


def document(facts: str = FACTS, clauses: str = CLAUSES) -> str:
    """The reference policy with further facts, and with clauses before its own."""
    before = "[[refund.clause]]\n"
    head, own, rest = policies.read("reference").partition(before)
    return head + clauses + "\n" + own + rest + "\n" + facts


def policy_file(folder: Path, text: str | None = None) -> str:
    """The path of a document."""
    path = folder / "test-policy.toml"
    path.write_text(document() if text is None else text, encoding="utf-8")
    return str(path)


def law_file(folder: Path, text: str = LAW) -> str:
    """The path of a law."""
    path = folder / "test-law.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def decided(chosen: Policies, vendor: str = "anybody", **fields: Any) -> dict[str, Any]:
    """The answer to the first order, with some fields changed; `...` leaves one out."""
    scenario = {name: value for name, value in {**FIRST, **fields}.items() if value is not ...}
    return decide_line(json.dumps({"id": "x", "vendor": vendor, "scenario": scenario}).encode(), 1, chosen)
