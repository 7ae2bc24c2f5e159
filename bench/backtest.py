"""The back test at its promised size: 100,000 orders under another policy, held against a minute."""

from __future__ import annotations

import time

from django.db import connection

from bench import product
from bench.place import Place
from bench.results import Goal, Result
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.policies import shipped_policy
from goodterms.storage.queries.past import everything
from goodterms.usecases.backtest import backtest

MINUTE = 60
_TABLES = ("customers", "subscriptions", "charges", "orders", "terms")
#: Columns that name a row, which every copy of a row gets anew; the rest is copied.
_IDS = ("id", "customer_id", "subscription_id", "order_id", "charge_id")
_NAMES = ("key", "number")


def measure(place: Place, due: int, orders: int) -> Result:
    """Copy the seeded rows until there are enough orders, then replay them all; the baseline is reading them."""
    place.copy("backtest")
    copies = max(1, -(-orders // due))
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(_copies_of(table, cursor), [copies - 1])
        cursor.execute("ANALYZE")
    world = product.world()
    started = time.perf_counter()
    read = sum(len(batch) for batch in everything(world.now()))
    reading = time.perf_counter() - started
    started = time.perf_counter()
    report = backtest(world, _other())
    took = time.perf_counter() - started
    place.drop("backtest")
    assert read == report.subscriptions == due * copies
    assert not report.not_judged, report.not_judged
    scaled = took * orders / report.orders
    return Result.of(
        f"Back test of {orders:,} orders",
        [scaled / MINUTE],
        baseline=f"one minute (only reading them: {reading * orders / report.orders:.0f} s)",
        measured=f"{scaled:.0f} s",
        goal=Goal(1),
    )


def _other() -> Policy:
    """The shipped policy with a window so long that every order comes out differently."""
    text = shipped_policy().replace('length = "30 days"', 'length = "400 days"')
    return parse_policy(text.replace('until_after_order = "60 days"', 'until_after_order = "400 days"'), "other")


def _copies_of(table: str, cursor: object) -> str:
    """The statement that copies a table's rows a number of times, ids and names made anew in the same way."""
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    columns = cursor.fetchall()  # type: ignore[attr-defined]
    made = {
        **{name: f"md5(t.{name}::text || n)::uuid" for name in _IDS},
        **{name: f"t.{name} || '-' || n" for name, type in columns if name in _NAMES and type == "text"},
    }
    names = [name for name, _ in columns]
    values = ", ".join(made.get(name, f"t.{name}") for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} t, generate_series(1, %s) AS n"
