"""Deciding cases from lines of JSON, without a database: one object in, one out, in the same order.

For tables of cases that people read and check, and for trying a policy before it is published. A line that can not be
decided gets an error of its own, and the next one is decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.page.policy_page import page_text, policy_page
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.usecases.decide.answer import answer
from goodterms.usecases.decide.case import zone_of
from goodterms.usecases.decide.documents import AUTO, Policies, UnknownPolicyError, policy_name
from goodterms.usecases.decide.facts import read_facts
from goodterms.usecases.decide.report import Answer, finding
from goodterms.usecases.decide.scenario import READ, check_fields, read_action, read_scenario
from goodterms.usecases.decide.values import ScenarioError, instant_or_none, read_amount, word_for
from goodterms.usecases.decide.words import unknown_words
from goodterms.usecases.policy_page_text import LANGUAGES, words_in

__all__ = [
    "AUTO",
    "COMPANY",
    "Policies",
    "UnknownPolicyError",
    "decide_case",
    "decide_line",
    "decide_lines",
    "policy_name",
]

#: For a page that is rendered for nobody in particular.
COMPANY = "Example Ltd"


def decide_lines(lines: Iterable[bytes], chosen: Policies) -> Iterator[str]:
    """The answers to lines of JSON, one by one as they come; blank lines are skipped."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield json.dumps(decide_line(line, number, chosen), ensure_ascii=False)


def decide_line(line: bytes, number: int, chosen: Policies) -> Answer:
    """The answer to one line: what is decided, or `{id, error}`."""
    id: object = None
    try:
        case = _read_json(line, number)
        id = case.get("id")
        if not isinstance(id, str | int) or isinstance(id, bool):
            given, id = id, None
            if given is None:
                raise ScenarioError("missing_field", "id", f"Line {number} has no id.")
            raise ScenarioError("invalid_value", "id", f"Line {number}: an id is a text or a whole number.")
        scenario = case.get("scenario")
        if not isinstance(scenario, dict):
            code = "missing_field" if scenario is None else "invalid_value"
            raise ScenarioError(code, "scenario", "A case has a scenario, which is a JSON object.")
        return {"id": id, **decide_case(scenario, case.get("vendor"), chosen)}
    except ScenarioError as error:
        return {"id": id, "error": {"code": error.code, "field": error.field, "message": error.message}}


def decide_case(scenario: dict[str, Any], vendor: object, chosen: Policies) -> Answer:
    """The answer to one scenario. Raises `ScenarioError`."""
    action = read_action(scenario)
    try:
        policy = chosen.for_vendor(vendor)
    except UnknownPolicyError as error:
        raise ScenarioError("unknown_policy", "vendor", str(error.args[0])) from None
    check_fields(scenario, chosen.known_facts(policy, frozenset(scenario) - READ))
    if action == "render_page":
        return {**_page(scenario, policy, chosen), "policy": policy.label}
    read = read_scenario(scenario)
    try:
        rules = chosen.rules_for(read, policy)
        documents: tuple[Policy | Law, ...] = (policy, *rules.laws.laws)
        given = read_facts(scenario, documents, read.amount.currency, zone_of(read, policy))
        remarks = [*unknown_words(scenario, documents), *given.remarks]
        said = {**answer(read, given, rules), "policy": policy.label}
        return {**said, "remarks": remarks} if remarks else said
    except (OverflowError, ValueError, LookupError) as error:
        if isinstance(error, ScenarioError | PolicyError):
            raise
        raise ScenarioError("impossible_scenario", None, f"This can not have happened: {error}.") from None


def _page(scenario: dict[str, Any], policy: Policy, chosen: Policies) -> Answer:
    currency = read_amount(scenario).currency if scenario.get("currency") is not None else None
    language = word_for(scenario, "lang", {name: name for name in LANGUAGES}) or LANGUAGES[0]
    at = instant_or_none(scenario, "requested_at")
    page = policy_page(
        policy, words_in(language), company=COMPANY, laws=chosen.laws(), on=at.date() if at is not None else None
    )
    return {
        "eligible": True,
        "amount": Money(0, currency).decimal_str() if currency else "0.00",
        "access": "unchanged",
        "status_after": None,
        "auto_renew_after": None,
        "findings": [finding("page", True, "The page is written from the data that decides.")],
        "page_text": page_text(page),
    }


def _read_json(line: bytes, number: int) -> dict[str, Any]:
    try:
        case = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise ScenarioError("malformed_json", None, f"Line {number} is not JSON: {error}.") from None
    if not isinstance(case, dict):
        raise ScenarioError("malformed_json", None, f"Line {number} is not a JSON object.")
    return case


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice in one object")
    return found
