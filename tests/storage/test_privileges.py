"""The application's role can add to journal and ledger and read them; nothing else."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

STATEMENTS = {
    "update": "UPDATE {} SET at = at",
    "delete": "DELETE FROM {}",
    "truncate": "TRUNCATE {} CASCADE",
}


@pytest.mark.requirement("R52")
@pytest.mark.parametrize("table", ["facts", "postings", "admin_acts"])
@pytest.mark.parametrize("act", STATEMENTS)
def test_journal_and_ledger_can_not_be_changed(pg: psycopg.Connection[Any], table: str, act: str) -> None:
    """UPDATE, DELETE and TRUNCATE of journal and ledger are refused by the database."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        pg.execute(STATEMENTS[act].format(table))  # type: ignore[call-overload]


@pytest.mark.parametrize("table", ["facts", "postings", "admin_acts"])
def test_journal_and_ledger_can_be_read(pg: psycopg.Connection[Any], table: str) -> None:
    """Reading is allowed: the screens live on it."""
    assert pg.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # type: ignore[call-overload]


def test_tables_can_not_be_defined(pg: psycopg.Connection[Any]) -> None:
    """The application does not migrate."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        pg.execute("CREATE TABLE planted (id integer)")


def test_no_table_can_be_emptied(pg: psycopg.Connection[Any]) -> None:
    """TRUNCATE belongs to the owner."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        pg.execute("TRUNCATE messages")
