"""Deciding cases from lines of JSON, without a database: one object in, one out, in the same order.

For tables of cases that people read and check, and for trying a policy before it is published. A line that can not be
decided gets an error of its own, and the next one is decided.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from goodterms import policies
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.policy_page import page_text, policy_page
from goodterms.domain.policy_page_parts import CompanyNames
from goodterms.domain.policy_reader import parse_policy
from goodterms.storage.calendars import business_calendar
from goodterms.usecases.decide_cases_answer import Answer, Rules, answer, finding
from goodterms.usecases.decide_cases_scenario import ScenarioError, read_action, read_amount, read_scenario

AUTO = "auto"
#: Names for a page that is rendered for nobody in particular.
NAMES = CompanyNames("Example Ltd", "Example account", "Example Support", "the Example online store")
_DROPPED = str.maketrans("", "", string.punctuation)


class UnknownPolicyError(LookupError):
    """Neither a shipped policy's name nor a readable file."""


@dataclass(slots=True)
class Policies:
    """Which policy judges a line: one for all, or, with `auto`, the shipped one named like the line's vendor."""

    choice: str
    _parsed: dict[str, Policy] = field(default_factory=dict)

    def for_vendor(self, vendor: object) -> Policy:
        """The policy for a line. LookupError where there is none; PolicyError for a document that is refused."""
        name = self.choice
        if name == AUTO:
            if not isinstance(vendor, str) or not vendor.strip():
                raise ScenarioError("missing_field", "vendor", "Without a vendor there is no policy to choose.")
            name = policy_name(vendor)
        if name not in self._parsed:
            self._parsed[name] = self._read(name)
        return self._parsed[name]

    def _read(self, name: str) -> Policy:
        if name in policies.names():
            return parse_policy(policies.read(name), policies.source(name))
        if self.choice != AUTO and Path(name).is_file():
            return parse_policy(Path(name).read_text(encoding="utf-8"), name)
        raise UnknownPolicyError(f"There is no policy {name!r}; there are: {', '.join(policies.names())}.")


def policy_name(vendor: str) -> str:
    """The name of a vendor's policy: lower case, punctuation dropped, hyphens for spaces."""
    return "-".join(vendor.lower().translate(_DROPPED).split())


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
    if action == "render_page":
        return {**_page(scenario, policy), "policy": policy.label}
    read = read_scenario(scenario)
    try:
        # Promises are counted from the decision and from the initiation, at most some weeks ahead.
        calendar = business_calendar(policy, read.requested_at.year - 1, read.initiated_at.year + 1)
        return {**answer(read, Rules(policy, calendar)), "policy": policy.label}
    except (OverflowError, ValueError, LookupError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError("impossible_scenario", None, f"This can not have happened: {error}.") from None


def _page(scenario: dict[str, Any], policy: Policy) -> Answer:
    currency = read_amount(scenario).currency if scenario.get("currency") is not None else None
    return {
        "eligible": True,
        "amount": Money(0, currency).decimal_str() if currency else "0.00",
        "access": "unchanged",
        "status_after": None,
        "auto_renew_after": None,
        "findings": [finding("page", True, "The page is written from the data that decides.")],
        "page_text": page_text(policy_page(policy, company=NAMES)),
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
