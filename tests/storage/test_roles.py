"""The two database roles: what the application may not do, the database refuses."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from goodterms.storage.roles import APP_ROLE, APPEND_ONLY, OWNER_ROLE, apply_grants, quoted, role_of


@pytest.mark.django_db
def test_the_application_does_not_work_as_the_owner() -> None:
    """Django's default connection has the smaller rights."""
    assert role_of(connection) == APP_ROLE


def test_the_owner_migrates(pg_owner: psycopg.Connection[Any]) -> None:
    """The second connection is the one that may define tables."""
    assert role_of(pg_owner) == OWNER_ROLE


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
@pytest.mark.requirement("R52")
def test_journal_and_ledger_can_not_change(pg: psycopg.Connection[Any], table: str, right: str) -> None:
    """What happened stays written: the application's role has no right to alter it."""
    name = sql.Identifier(table)
    column = pg.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
    ).fetchone()
    assert column is not None
    statement = {
        "UPDATE": sql.SQL("UPDATE {} SET {} = NULL").format(name, sql.Identifier(column[0])),
        "DELETE": sql.SQL("DELETE FROM {}").format(name),
        "TRUNCATE": sql.SQL("TRUNCATE {}").format(name),
    }[right]
    with pytest.raises(InsufficientPrivilege):
        pg.execute(statement)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_journal_and_ledger_can_be_read_and_added_to(pg: psycopg.Connection[Any], table: str) -> None:
    """The two rights that remain."""
    row = pg.execute(
        "SELECT has_table_privilege(%s, 'SELECT') AND has_table_privilege(%s, 'INSERT')", [table, table]
    ).fetchone()
    assert row == (True,)


def test_no_table_can_be_emptied(pg: psycopg.Connection[Any]) -> None:
    """TRUNCATE would pass by every constraint."""
    rows = pg.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND has_table_privilege(oid, 'TRUNCATE')"
    ).fetchall()
    assert rows == []


@pytest.mark.parametrize("statement", ["CREATE TABLE x (a int)", "ALTER TABLE facts ADD x int", "DROP TABLE facts"])
def test_the_application_can_not_define_tables(pg: psycopg.Connection[Any], statement: str) -> None:
    """Only migrations change the schema."""
    with pytest.raises(InsufficientPrivilege):
        pg.execute(statement)


def test_the_application_may_stage_rows(pg: psycopg.Connection[Any]) -> None:
    """Large batches are written through a temporary table."""
    pg.execute("CREATE TEMP TABLE staged (a int)")
    pg.execute("INSERT INTO staged VALUES (1)")

    assert pg.execute("SELECT a FROM staged").fetchall() == [(1,)]


def test_a_table_that_comes_later_is_covered(pg: psycopg.Connection[Any], pg_owner: psycopg.Connection[Any]) -> None:
    """New tables are usable at once, and privileges set again change nothing."""
    pg_owner.execute("CREATE TABLE later (a int)")
    try:
        apply_grants(pg_owner)
        apply_grants(pg_owner)
        pg.execute("INSERT INTO later VALUES (1)")
        pg.execute("UPDATE later SET a = 2")
        with pytest.raises(InsufficientPrivilege):
            pg.execute("TRUNCATE later")
    finally:
        pg_owner.execute("DROP TABLE later")


@pytest.mark.parametrize("name", ["x; DROP TABLE y", 'a"b', "", "Üser", "A"])
def test_strange_names_are_refused(name: str) -> None:
    """Names in privilege statements can not be parameters, so they are restricted instead."""
    with pytest.raises(ValueError, match="not a plain database name"):
        quoted(name)
