"""The schema can be distributed: the rules that cost nothing on one node are kept from the first migration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from goodterms.storage.tables import DISTRIBUTED

LINT = (Path(__file__).parent / "distribution_lint.sql").read_text()
REFERENCE_TABLES = ("plans", "prices", "policies")


def _breaches(connection: psycopg.Connection[Any], tables: tuple[str, ...] = DISTRIBUTED) -> list[tuple[str, str]]:
    return connection.execute(LINT, {"dist": list(tables), "ref": list(REFERENCE_TABLES), "key": "bucket"}).fetchall()  # type: ignore[call-overload]


def test_the_schema_has_no_breach(pg_owner: psycopg.Connection[Any]) -> None:
    """Every customer table carries its bucket first, in every key, without triggers or deferrable keys."""
    assert _breaches(pg_owner) == []


DEFERRABLE_KEY = (
    "ALTER TABLE orders ADD CONSTRAINT planted FOREIGN KEY (bucket, charge_id) REFERENCES charges (bucket, id) "
    "DEFERRABLE INITIALLY DEFERRED"
)
LOCAL_TABLE = (
    "CREATE TABLE planted (bucket smallint, sub uuid, FOREIGN KEY (bucket, sub) REFERENCES subscriptions (bucket, id))"
)
TRIGGER = (
    "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
    "CREATE TRIGGER planted BEFORE INSERT ON terms FOR EACH ROW EXECUTE FUNCTION planted()"
)


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        pytest.param("CREATE UNIQUE INDEX planted ON orders (number)", "unique", id="unique-without-bucket"),
        pytest.param(DEFERRABLE_KEY, "deferrable", id="deferrable-key"),
        pytest.param(LOCAL_TABLE, "local", id="key-from-a-local-table"),
        pytest.param("ALTER TABLE messages ALTER bucket TYPE integer", "type", id="another-type"),
        pytest.param(TRIGGER, "trigger", id="trigger"),
    ],
)
def test_the_lint_finds_a_planted_breach(pg_owner: psycopg.Connection[Any], plant: str, found: str) -> None:
    """The lint can fail: each kind of breach is seen when it is there."""
    with pg_owner.transaction(force_rollback=True):
        pg_owner.execute(plant)  # type: ignore[call-overload]

        assert any(found in breach.lower() for breach, _ in _breaches(pg_owner))


def test_bucket_leads_every_primary_and_foreign_key(pg_owner: psycopg.Connection[Any]) -> None:
    """The first column of each primary and foreign key of a customer table is its bucket."""
    wrong = pg_owner.execute(
        """
        SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype IN ('p', 'f') AND c.conrelid = ANY(%s::regclass[]) AND a.attname <> 'bucket'
        """,
        [list(DISTRIBUTED)],
    ).fetchall()

    assert wrong == []
