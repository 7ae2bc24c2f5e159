"""Deciding the cases of the shipped documents: as `goodterms decide` does, and with what it can not be told.

A case may also say that something was paid back before (`already_refunded`) or that only a part is asked for
(`asked`), and a line may pin numbers of a document that no decision shows (`pinned`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from goodterms.domain.case import Verdict
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Act, Span
from goodterms.domain.term import Interval
from goodterms.usecases.decide.build import build
from goodterms.usecases.decide.case import case_of, zone_of
from goodterms.usecases.decide.cases import Policies, decide_line
from goodterms.usecases.decide.facts import read_facts
from goodterms.usecases.decide.scenario import read_scenario

CASES = Path(__file__).parent / "cases"
_NOT_COMPARED = ("reason", "must_state", "needs_facts", "says", "windows")
_ONLY_WHERE_SAID = ("decision", "refer_to", "fee")
_ACTS: Mapping[str, Act] = {"refund": "refund", "cancel": "cancel", "withdraw": "withdraw"}
_BEFORE = ("already_refunded", "asked")


def lines(name: str) -> list[dict[str, Any]]:
    """The lines of a file of cases."""
    text = (CASES / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def differences(line: Mapping[str, Any], chosen: Policies) -> dict[str, Any]:
    """What comes out otherwise than a line expects: by key, what was expected and what came."""
    if "pinned" in line:
        document = _document(line, chosen)
        got = {path: plain(at(document, path)) for path in line["pinned"]}
        return {path: (wanted, got[path]) for path, wanted in line["pinned"].items() if got[path] != wanted}
    answer = _answer(line, chosen)
    expected = line["expected"]
    wrong = {
        key: (wanted, answer.get(key))
        for key, wanted in expected.items()
        if key not in _NOT_COMPARED and answer.get(key) != wanted
    }
    # What a line does not speak of does not happen.
    wrong |= {key: (None, answer[key]) for key in _ONLY_WHERE_SAID if key not in expected and answer.get(key)}
    needs = [need["fact"] for need in answer.get("needs", ())]
    if needs != expected.get("needs_facts", needs):
        wrong["needs_facts"] = (expected["needs_facts"], needs)
    windows = {one["notice"]: [one["opens_at"], one["closes_at"]] for one in answer.get("notices", ())}
    for notice, wanted in expected.get("windows", {}).items():
        if windows.get(notice) != wanted:
            wrong[notice] = (wanted, windows.get(notice))
    unsaid = [words for words in expected.get("says", ()) if words not in answer.get("page_text", "")]
    if unsaid:
        wrong["says"] = (unsaid, answer.get("page_text"))
    return wrong if "error" not in answer else {"error": (None, answer["error"])}


def at(document: object, path: str) -> object:
    """A value inside a document: names of fields, keys and positions, with points between them."""
    value: Any = document
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value[part]
        elif isinstance(value, tuple):
            value = value[int(part)] if part.isdigit() else next(one for one in value if one.id == part)
        else:
            value = getattr(value, part)
    return value


def plain(value: object) -> object:
    """A value as JSON would have it: lengths, dates and amounts in words."""
    if isinstance(value, Interval):
        months = {0: f"{value.days} days"}.get(value.months, f"{value.months} months")
        return "1 year" if value.months == 12 else months
    if isinstance(value, Span):
        return str(value)
    if isinstance(value, Money):
        return value.decimal_str()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)  # type: ignore[type-var]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _document(line: Mapping[str, Any], chosen: Policies) -> Policy | Law:
    if "law" in line:
        return next(law for law in chosen.laws() if law.id == line["law"])
    return chosen.for_vendor(line["vendor"])


def _answer(line: Mapping[str, Any], chosen: Policies) -> dict[str, Any]:
    if not any(name in line["scenario"] for name in _BEFORE):
        return decide_line(json.dumps(line).encode(), 1, chosen)
    verdict = _verdict(line, chosen)
    access = f"until:{verdict.access_until_at}" if verdict.access_until_at else verdict.access
    decisions = {"ask": "needs_information", "review": "manual_review"}
    return {
        "eligible": verdict.outcome == "grant",
        "amount": verdict.amount.decimal_str(),
        "access": access,
        "clause": verdict.clause,
        "decision": decisions.get(verdict.outcome),
        "refer_to": verdict.refer_to,
    }


def _verdict(line: Mapping[str, Any], chosen: Policies) -> Verdict:
    """The verdict on a case with a payment that was paid back before, or of which a part is asked for."""
    scenario = {key: value for key, value in line["scenario"].items() if key not in _BEFORE}
    policy, read = chosen.for_vendor(line["vendor"]), read_scenario(scenario)
    rules = chosen.rules_for(read, policy)
    given = read_facts(scenario, (policy, *rules.laws.laws), read.amount.currency, zone_of(read, policy))
    case = case_of(read, build(read, policy, given.values), policy, _ACTS[read.action])
    said, currency = line["scenario"], read.amount.currency
    before = {name: Money.parse(said[name], currency) for name in _BEFORE if name in said}
    return evaluate(policy, replace(case, **before), rules.laws)
