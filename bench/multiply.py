"""Copies of seeded subscriptions with all their rows, made by the database: millions in minutes.

Every copy gets a bucket, ids, keys and numbers of its own and happens some seconds later than its original. It is
written table by table with indexes and foreign keys asleep; then the indexes are built. The JSON of facts keeps the
ids of the original, which nothing reads but a replay of the journal.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from bench.place import Place

TABLES = ("customers", "subscriptions", "charges", "orders", "terms", "facts", "postings", "messages")
#: Copies lie this far apart in buckets; odd, so that no two of 4,096 copies share a bucket.
_BUCKET_STEP = 1361


def multiply(place: Place, dbname: str, copies: int, tables: tuple[str, ...] = TABLES) -> None:
    """Let there be `copies` of everything in a database, the original included."""
    if copies <= 1:
        return
    with place.admin(dbname) as admin:
        ready = [one for one in tables if admin.execute(f"SELECT 1 FROM {one} LIMIT 1").fetchone()]
        for table in ready:
            admin.execute(f"CREATE UNLOGGED TABLE seed_{table} AS SELECT * FROM {table}")
        _sleep(admin, ready)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda table: _copy(place, dbname, table, copies), ready))


def _sleep(admin: psycopg.Connection[Any], tables: list[str]) -> None:
    """Let inserts pass the tables' indexes by, until they are built anew."""
    admin.execute(
        "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = ANY(%s::regclass[])", [tables]
    )


def _copy(place: Place, dbname: str, table: str, copies: int) -> None:
    with place.admin(dbname) as admin:
        admin.execute("SET session_replication_role = replica")  # no foreign key is checked: whole families are copied
        sql = _copy_sql(admin, table)
        for number in range(1, copies):  # one by one, so that a copy lies behind the one before it
            admin.execute(sql, {"n": number})
        admin.execute(f"DROP TABLE seed_{table}")
        admin.execute(f"REINDEX TABLE {table}")  # wakes them too


def _copy_sql(admin: psycopg.Connection[Any], table: str) -> str:
    """The statement that copies a table's first rows once, as copy number n."""
    columns = admin.execute(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    special = _NAMES.get(table, {})
    values = ", ".join(special.get(name) or _value(name, type_) for name, type_ in columns)
    return f"INSERT INTO {table} ({', '.join(name for name, _ in columns)}) SELECT {values} FROM seed_{table} t"


def _value(name: str, type_: str) -> str:
    if name == "bucket":
        return _BUCKET
    if type_ == "uuid":
        return _id(f"t.{name}")
    if type_ == "timestamp with time zone":
        return f"t.{name} + make_interval(secs => %(n)s)"
    return f"t.{name}"


def _id(old: str) -> str:
    """An id made of an old one: its instant is kept, the rest is new."""
    return f"(left({old}::text, 13) || right(md5({old}::text || %(n)s), 20))::uuid"


def _hex(old: str) -> str:
    return f"replace({_id(old)}::text, '-', '')"


_BUCKET = f"((t.bucket + %(n)s * {_BUCKET_STEP}) %% 4096)::smallint"
_NUMBER = f"to_char({_BUCKET}, 'FM0000') || substr(%s, 5)"
# What a fact says of the order it made is what the order says.
_OF_THE_ORDER = f"""CASE WHEN t.data ? 'order_number' THEN t.data || jsonb_build_object(
    'order_number', {_NUMBER.replace("%s", "t.data->>'order_number'")}, 'placed_at',
    to_char((t.data->>'placed_at')::timestamptz + make_interval(secs => %(n)s), 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    ELSE t.data END"""
_NAMES = {
    "charges": {"gateway_ref": f"'ch_first_' || right({_hex('t.subscription_id')}, 12)"},
    "facts": {"data": _OF_THE_ORDER},
    # The letters stay: within a bucket no two come from one original, and two originals differ in them.
    "orders": {
        "number": f"to_char({_BUCKET}, 'FM0000') || substr(t.number, 5)",
        "gateway_ref": f"'ch_first_' || right({_hex('t.subscription_id')}, 12)",
    },
    "messages": {"subject": f"{_hex('left(t.subject, 32)::uuid')} || substr(t.subject, 33)"},
}
