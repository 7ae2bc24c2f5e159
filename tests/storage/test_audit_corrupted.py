"""Every rule of the audit fires: a copy is corrupted by hand, and its number is reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from goodterms.storage.audit.invariants import INVARIANTS, RULES
from goodterms.storage.audit.rule import Violation
from goodterms.storage.audit.snapshot import (
    ask_all,
    ask_rule,
    audit_rows,
    parameters,
)
from tests.conftest import _empty_tables
from tests.storage.audit_corruptions import Corruption
from tests.storage.audit_corruptions_money import CASES
from tests.support.audit_copy import (
    NOW,
    a_bit_of_everything,
    corrupted_at_will,
    drop_template,
    keep_as_template,
    tried_out,
)


@pytest.fixture(scope="module", autouse=True)
def template(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database that is copied, made once."""
    with django_db_blocker.unblock():
        _empty_tables()
        a_bit_of_everything()
        keep_as_template()
        _empty_tables()
        with corrupted_at_will():
            yield
    drop_template()


def asked() -> list[Violation]:
    """Everything that the audit finds in the database of the moment."""
    return list(ask_all(lambda: NOW))


def test_what_was_not_corrupted_is_clean() -> None:
    """The copy as it is breaks no rule, asked one by one or all at once."""
    with tried_out() as served:
        served()
        assert asked() == []
    assert audit_rows(NOW, lasting=True) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}-{case.name}")
def test_what_is_corrupted_is_reported(case: Corruption) -> None:
    """The number of the invariant that was broken is reported, and no other that is not broken with it."""
    with tried_out() as served:
        with connection.cursor() as cursor:
            for statement in case.statements:
                cursor.execute(statement)
                assert cursor.rowcount != 0, statement
        served()
        found = asked()
        spoke = [rule.name for rule in RULES if rule.name == case.rule and ask_rule(rule, parameters(NOW))]
    assert {one.invariant for one in found} == {case.number, *case.also}, found
    assert spoke == ([case.rule] if case.rule else [])
    assert not any("could not be asked" in one.detail for one in found)
    if case.key:
        assert case.key in {one.key for one in found if one.invariant == case.number}


def test_every_rule_is_broken_by_some_case() -> None:
    """No assertion is without a corruption that makes it speak."""
    assert {rule.number for rule in RULES} <= {case.number for case in CASES}
    spoken = {case.rule for case in CASES if case.rule}
    assert {rule.name for rule in RULES} <= spoken


def test_all_of_the_list_are_named() -> None:
    """51 numbers, each with how it is asked for or why not."""
    assert [one.number for one in INVARIANTS] == list(range(1, 52))
    assert all(bool(one.how) == one.applies for one in INVARIANTS)
    assert len({one.text for one in INVARIANTS}) == 51
