"""The constraints that the audit relies on are missed when they are gone, not valid, or switched off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from goodterms.storage.audit.invariants import NEEDED
from goodterms.storage.audit.rule import Needed
from goodterms.storage.audit.snapshot import missing_constraints
from tests.conftest import _empty_tables
from tests.support.audit_copy import corrupted_at_will, drop_template, keep_as_template


@pytest.fixture(scope="module")
def superuser(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Django's connection as the superuser's, on a copy of the tables, where nothing is changed for good."""
    with django_db_blocker.unblock():
        _empty_tables()
        keep_as_template()
        with corrupted_at_will():
            yield
    drop_template()


@pytest.mark.parametrize("needed", NEEDED, ids=lambda one: f"{one.number}-{one.table}-{one.index or one.definition}")
def test_a_constraint_that_is_missing_is_reported(needed: Needed, superuser: None) -> None:
    """Every constraint and index that the audit relies on is missed when it is gone."""
    with transaction.atomic():
        assert missing_constraints() == []
        with connection.cursor() as cursor:
            if needed.index:
                cursor.execute(f"DROP INDEX {needed.index}")
            else:
                cursor.execute(
                    "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass "
                    "AND pg_get_constraintdef(oid) = %s",
                    [needed.table, needed.definition],
                )
                for (name,) in cursor.fetchall():
                    cursor.execute(f'ALTER TABLE {needed.table} DROP CONSTRAINT "{name}" CASCADE')
        found = missing_constraints()
        transaction.set_rollback(True)
    assert needed.number in {one.invariant for one in found}
    assert {one.table for one in found if one.invariant == needed.number} >= {needed.table}


def test_a_constraint_that_is_there_and_not_in_force_is_reported(superuser: None) -> None:
    """Not valid, an index that is not, and triggers that are switched off."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'charges_one_open'::regclass")
            cursor.execute("UPDATE pg_constraint SET convalidated = false WHERE conname = 'terms_never_overlap'")
            cursor.execute("ALTER TABLE postings DISABLE TRIGGER ALL")
        found = {(one.invariant, one.detail) for one in missing_constraints()}
        transaction.set_rollback(True)
    assert found >= {
        (9, "the index is not valid"), (10, "the index is not valid"), (2, "the constraint is not valid"),
        (30, "foreign keys of the table are switched off"),
    }  # fmt: skip
