"""Asking the rules: all of them of one snapshot, which nothing can change meanwhile and which changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from goodterms.domain.public_id import encode
from goodterms.storage.audit.invariants import NEEDED, RULES
from goodterms.storage.audit.rule import Needed, Rule, Violation
from goodterms.storage.fence import read_place, read_row
from goodterms.storage.models import PolicyVersion
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.policy_numbers import policy_number
from goodterms.storage.roles import APPEND_ONLY

#: Of what breaks one rule, at most this many rows are shown.
SHOWN: Final = 100


#: Whole tables are joined: what a statement may keep in memory before it writes to disk.
_WORK_MEM: Final = "128MB"
#: It is many statements in one: planned once a connection, where a pooler does not forbid that.
_PLANNED_ONCE: Final = 0 if settings.PREPARED_STATEMENTS else None


@contextmanager
def snapshot(first: Callable[[], None] = lambda: None) -> Iterator[None]:
    """One snapshot for all statements inside; nothing can be written in it. Not inside another transaction.

    `first` may put what is needed into temporary tables, in the same transaction.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT 1")  # it is taken with the first statement
        first()
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEM}'")
        yield


def audit_rows(at: datetime, *, lasting: bool = False) -> list[Violation]:
    """Ask all assertions in one statement over one snapshot: for small databases, after every commit.

    `at` is now. `lasting` asks those too that hold only once workers have done what was due.
    """
    with snapshot():
        driver: Any = connection.connection
        with connection.cursor() as cursor:
            params = parameters(at)
            before, driver.prepare_threshold = driver.prepare_threshold, _PLANNED_ONCE
            try:
                cursor.execute(_all_rules(lasting), params)
            finally:
                driver.prepare_threshold = before
            rows = cursor.fetchall()
    return [_violation(RULES[place], row) for place, *row in rows]


def ask_rule(rule: Rule, params: dict[str, Any]) -> list[Violation]:
    """What breaks one rule, up to `SHOWN` rows; a statement that fails is a violation itself. In a snapshot."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({rule.sql}) AS found(bucket, key, detail) LIMIT {SHOWN}", params)
            return [_violation(rule, row) for row in cursor.fetchall()]
    except DatabaseError as problem:
        return [Violation(rule.number, rule.table, "", f"it could not be asked: {type(problem).__name__}")]


def parameters(at: datetime) -> dict[str, Any]:
    """What the statements are given: now, and what the published policies say about notice and second people."""
    said = {}
    for digest in PolicyVersion.objects.values_list("digest", flat=True):
        try:
            policy = policy_by_digest(digest)
        except ValueError:  # its text was changed: invariant 46 says so
            continue
        alone = {currency: limit.minor for currency, limit in policy.refund.second_person_above.items()}
        # Rows that every renewal adds name it by its number, the others by its digest.
        said[digest] = said[str(policy_number(digest))] = {"notice_days": policy.renewal.notice_days, "alone": alone}
    return {"now": at, "policies": json.dumps(said)}


def missing_constraints() -> list[Violation]:
    """The constraints and indexes that are needed and not there, not valid, or switched off."""
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS)
        there = {(table, definition): valid for table, definition, valid in cursor.fetchall()}
        cursor.execute(_INDEXES)
        indexes = {(table, index): (definition, valid) for table, index, definition, valid in cursor.fetchall()}
        cursor.execute(_OFF)
        off = {table for (table,) in cursor.fetchall()}
    found = []
    for one in NEEDED:
        because = _because(one, there, indexes, off)
        if because:
            found.append(Violation(one.number, one.table, one.index or one.definition, because))
    return found


def _because(
    one: Needed, there: dict[tuple[str, str], bool], indexes: dict[tuple[str, str], tuple[str, bool]], off: set[str]
) -> str:
    if one.index:
        definition, valid = indexes.get((one.table, one.index), ("", False))
        right = definition.startswith("CREATE UNIQUE") and definition.endswith(one.definition)
        return "" if right and valid else "the index is not valid" if right else "there is no such unique index"
    if (one.table, one.definition) not in there:
        return "there is no such constraint"
    if one.definition.startswith("FOREIGN") and one.table in off:
        return "foreign keys of the table are switched off"
    return "" if there[one.table, one.definition] else "the constraint is not valid"


def excess_privileges() -> list[Violation]:
    """Rights to change what may only be added to; asked as the role that serves."""
    found = []
    with connection.cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(_RIGHTS, [table, table, table, table])
            rights = [name for name, has in zip(_RIGHT_NAMES, cursor.fetchone(), strict=True) if has]
            if rights:
                number = 46 if table in _PUBLISHED else 28
                found.append(Violation(number, table, "", f"this role may {', '.join(rights)}"))
    return found


def deadlocks() -> int:
    """How many deadlocks the server has counted in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def wrong_identity() -> list[Violation]:
    """The database is in another place than its fence says, and nothing holds back what it would send (48)."""
    row, place = read_row(), read_place()
    if row is None or row.fenced_at is not None:
        return []
    said, found = (row.system_identifier, row.timeline), (place.system_identifier, place.timeline)
    if said == found:
        return []
    detail = "it is of cluster {} and timeline {} and runs in {} and {}; nothing is held back".format(*said, *found)
    return [Violation(48, "fence", "1", detail)]


def ask_all(at: Callable[[], datetime], *, said: Callable[[Rule], None] = lambda _: None) -> Iterable[Violation]:
    """Every rule by itself, then constraints, privileges and identity. In a snapshot, after which `at` is read."""
    params = parameters(at())
    for rule in RULES:
        said(rule)
        yield from ask_rule(rule, params)
    yield from missing_constraints()
    yield from excess_privileges()
    yield from wrong_identity()


def _violation(rule: Rule, row: Sequence[Any]) -> Violation:
    bucket, key, detail, *number = row
    if rule.prefix and bucket is not None:
        key = encode(rule.prefix, bucket, UUID(key))
    return Violation(number[0] if number else rule.number, rule.table, str(key), str(detail))


@cache
def _all_rules(lasting: bool) -> str:
    return " UNION ALL ".join(
        f"(SELECT {place}, found.bucket, found.key, found.detail, {'found.number' if rule.also else rule.number} "
        f"FROM ({rule.sql}) AS found(bucket, key, detail) LIMIT {SHOWN})"
        for place, rule in enumerate(RULES)
        if lasting or not rule.lasting
    )


_PUBLISHED = ("policies", "prices")
_CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, regexp_replace(pg_get_constraintdef(c.oid), '( NOT VALID| NOT ENFORCED)+$', ''),
        c.convalidated AND coalesce(i.indisvalid, true)
    FROM pg_constraint c LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u')
    WHERE c.connamespace = 'public'::regnamespace AND c.conrelid <> 0
"""
_INDEXES = r"""
    SELECT i.indrelid::regclass::text, c.relname, regexp_replace(pg_get_indexdef(i.indexrelid), '\s+', ' ', 'g'),
        i.indisvalid AND i.indisready
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace
"""
_OFF = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgisinternal AND tgenabled = 'D'
"""
_RIGHT_NAMES = ("UPDATE", "DELETE", "TRUNCATE", "own it")
_RIGHTS = """
    SELECT has_any_column_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE'), has_table_privilege(%s,
        'TRUNCATE'),
        pg_has_role((SELECT relowner FROM pg_class WHERE oid = %s::regclass), 'USAGE')
"""
