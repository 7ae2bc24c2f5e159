"""Every invariant that the audit asks for is seen to be reported, in every way in which it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from goodterms.storage.audit import statement
from goodterms.storage.audit.invariants import INVARIANTS, NEEDED, RULES, Invariant
from tests.storage import test_audit_constraints, test_audit_corrupted
from tests.storage.audit_corruptions_money import CASES
from tests.usecases import test_audit
from tests.usecases.doctored_statements import DOCTORINGS

#: What is not one of a list of corruptions: the test that breaks it.
_BY_ITSELF: Final = {
    (50, "server's counters"): test_audit.test_a_deadlock_is_named_once,
    (51, "replay of the journal"): test_audit.test_what_does_not_follow_from_the_facts_is_named,
}


def _corruptions(number: int, way: str) -> list[object]:
    """What breaks an invariant so that it has to be noticed in this way; each of it is run by a test of its own."""
    found: list[object] = [case for case in CASES if case.number == number and (case.way or "assertion") == way]
    if way == "constraint":
        found += [one for one in NEEDED if one.number == number]
    if way == "gateway's statement":
        found += [one for one in DOCTORINGS if one.number == number]
    if (number, way) in _BY_ITSELF:
        found.append(_BY_ITSELF[number, way])
    return found


def _is_tried_with(test: Callable[..., None], cases: object) -> bool:
    """Whether a test is run for each of these."""
    marks = getattr(test, "pytestmark", [])
    return any(mark.name == "parametrize" and mark.args[1] is cases for mark in marks)


@pytest.mark.parametrize("invariant", [one for one in INVARIANTS if one.applies], ids=lambda one: str(one.number))
def test_every_invariant_is_seen_to_be_reported(invariant: Invariant) -> None:
    """However it is asked, there is a corruption by which that is seen to speak."""
    assert invariant.how
    assert [way for way in invariant.how if not _corruptions(invariant.number, way)] == []
    for rule in RULES:
        if invariant.number in rule.numbers:
            assert [case for case in CASES if (case.number, case.rule) == (invariant.number, rule.name)], rule.name
    for rule in statement.RULES:
        if rule.number == invariant.number:
            assert [case for case in DOCTORINGS if case.number == rule.number and rule.name in case.rules], rule.name


def test_every_corruption_is_run() -> None:
    """The lists of corruptions are what the tests that corrupt go through."""
    assert _is_tried_with(test_audit_corrupted.test_what_is_corrupted_is_reported, CASES)
    assert _is_tried_with(test_audit_constraints.test_a_constraint_that_is_missing_is_reported, NEEDED)
    assert _is_tried_with(test_audit.test_what_the_statement_says_otherwise_is_named, DOCTORINGS)


def test_what_is_not_asked_has_its_reason() -> None:
    """Those that a live database can not be asked for are five, and each says why."""
    assert {one.number for one in INVARIANTS if one.reason} == {19, 34, 36, 38, 47}
