"""Some things happen in one place only: the clock is read in wiring, rows are written in storage."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, assert_none, docstrings, dotted, in_package, name_of, tree

#: Who may read the clock, and why.
CLOCK_READERS = {
    "src/goodterms/wiring.py": "the one place of the product",
    "src/goodterms/gateways/bank/clock.py": "the bank is another program, and stands for the outside world",
    "src/goodterms/gateways/reseller_shop/__main__.py": "the same of the reseller's shop",
    "src/goodterms/gateways/paddle_face/__main__.py": "the same of that shop behind Paddle's API",
}
#: Who may write rows besides storage, and why.
ROW_WRITERS = {
    "src/goodterms/gateways/bank/": "the bank is another program with a database of its own",
    "src/goodterms/gateways/reseller_shop/": "the reseller's shop is another program with a database of its own",
    "src/goodterms/gateways/paddle_face/": "the same of that shop behind Paddle's API",
}
#: Who may ask the database for the time, and why.
DATABASE_CLOCK_READERS = {
    "src/goodterms/storage/fence.py": "compares the clocks of hosts, and decides nothing by it",
}
SQL_CLOCK = re.compile(
    r"\b((now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)|current_(timestamp|date|time)\b)",
    re.IGNORECASE,
)
CLOCK_CALL = re.compile(
    r"(^|\.)((datetime|date|timezone|dt)(\.datetime|\.date)?\.(now|utcnow|today|localtime|localdate)"
    r"|time\.(time|time_ns|localtime|gmtime|strftime|ctime))$"
)
CLOCK_NAMES = {
    "time": {"time", "time_ns", "localtime", "gmtime"},
    "django.utils.timezone": {"now", "localdate"},
}
ORM_ALWAYS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "abulk_create", "asave"}
ORM_ON_QUERYSET = {"create", "update", "delete"}
QUERYSET = re.compile(r"\b(objects|filter|exclude|all|select_related|using|order_by)\b|_set\b")
SQL_WRITE = re.compile(
    r"\b(INSERT\s+INTO\s+\w|UPDATE\s+[\w.\"]+\s+(AS\s+\w+\s+|\w+\s+)?SET\s|DELETE\s+FROM\s+\w|TRUNCATE\s+\w"
    r"|COPY\s+[\w.\"]+[^;]*\bFROM\s+STDIN|MERGE\s+INTO\s)",
    re.IGNORECASE,
)


def clock_readings(module: ast.Module) -> list[tuple[int, str]]:
    """Return the lines that read the wall clock. Monotonic clocks only measure and are free to use."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call | ast.Attribute):
            name = dotted(node.func if isinstance(node, ast.Call) else node)
            if CLOCK_CALL.search(name):
                found.append((node.lineno, name))
        elif isinstance(node, ast.ImportFrom) and node.module in CLOCK_NAMES:
            names = CLOCK_NAMES[node.module]
            found += [(node.lineno, f"{node.module}.{a.name}") for a in node.names if a.name in names]
    return found


def sql_clock_readings(module: ast.Module) -> list[tuple[int, str]]:
    """Return the lines in which a statement asks the database for the time."""
    prose = docstrings(module)
    return [
        (node.lineno, m.group(0))
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
        for m in SQL_CLOCK.finditer(node.value)
    ]


def row_writes(module: ast.Module) -> list[tuple[int, str]]:
    """Return the lines that write rows, by the ORM or by SQL."""
    found = []
    prose = docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, receiver = node.func.attr, dotted(node.func.value)
            bare_delete = called == "delete" and not node.args and not node.keywords
            on_queryset = called in ORM_ON_QUERYSET and QUERYSET.search(receiver)
            saves = called == "save" and "storage" not in receiver
            if called in ORM_ALWAYS or on_queryset or bare_delete or saves:
                found.append((node.lineno, f"{receiver}.{called}()"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            found += [(node.lineno, " ".join(m.group(0).split())) for m in SQL_WRITE.finditer(node.value)]
    return found


def _allowed(path: Path, places: dict[str, str]) -> bool:
    return any(name_of(path).startswith(place) for place in places)


def test_only_wiring_reads_the_clock() -> None:
    """With one clock, the demo's time travel and the tests move everything together."""
    broken = {
        f"{name_of(path)}:{line}: {what}"
        for path in in_package(".")
        if not _allowed(path, CLOCK_READERS)
        for line, what in clock_readings(tree(path))
    }
    assert_none(broken, "Only wiring.py reads the clock; elsewhere `now` is an argument.")


def test_no_statement_decides_by_the_databases_clock() -> None:
    """`now()` stands still for the length of a transaction and is another clock than the worlds'."""
    asked = {
        f"{name_of(path)}:{line}: {what}"
        for path in in_package(".")
        if not _allowed(path, DATABASE_CLOCK_READERS)
        for line, what in sql_clock_readings(tree(path))
    }
    schema = (PACKAGE / "storage" / "schema.sql").read_text()
    assert_none(asked | {m.group(0) for m in SQL_CLOCK.finditer(schema)}, "Give the statement the instant to use.")
    assert sql_clock_readings(ast.parse("cursor.execute('SELECT 1 WHERE due_at <= now()')"))


def test_only_storage_writes_rows() -> None:
    """State, facts and postings can not drift apart when one function saves them together."""
    broken = [
        f"{name_of(path)}:{line}: {what}"
        for path in in_package(".")
        if "storage" not in path.parts and not _allowed(path, ROW_WRITERS)
        for line, what in row_writes(tree(path))
    ]
    assert_none(broken, "Only storage/ writes rows: give storage a function that does this, and call it.")


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "timezone.now()",
        "date.today()",
        "time.time()",
        "x = field(default_factory=timezone.now)",
        "from django.utils.timezone import now",
    ],
)
def test_clock_reading_is_noticed(code: str) -> None:
    """Each way to read the clock is found by the check above."""
    assert clock_readings(ast.parse(code))


def test_measuring_is_not_reading_the_clock() -> None:
    """A monotonic clock tells no date."""
    assert not clock_readings(ast.parse("started = time.monotonic()\ntime.sleep(1)"))


@pytest.mark.parametrize(
    "code",
    [
        "order.save()",
        "Order.objects.create(x=1)",
        "Order.objects.filter(x=1).update(y=2)",
        "orders.bulk_update(rows)",
        "customer.delete()",
        "cursor.execute('INSERT INTO orders VALUES (1)')",
        "cursor.execute(f'UPDATE {x} SET y = 1 WHERE z')\ncursor.execute('update orders set y = 1')",
        "cursor.execute('DELETE FROM orders')",
        "cursor.copy('COPY facts (a) FROM STDIN')",
    ],
)
def test_row_write_is_noticed(code: str) -> None:
    """Each way to write rows is found by the check above."""
    assert row_writes(ast.parse(code))


def test_plain_calls_are_not_row_writes() -> None:
    """Dictionaries are updated and digests fed everywhere."""
    assert not row_writes(ast.parse("digest.update(b'x')\nstorage.save([decision])\nvalues.update(a=1)"))
