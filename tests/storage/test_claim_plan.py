"""The claim of due subscriptions costs what it claims, whatever the table's size and whatever the planner knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from goodterms.storage.load_due import _DUE
from tests.support.samples import at

NOW = at("2027-01-01")
LIMIT = 500
#: A table of its own, with the indexes of the real one: no other test can have left statistics about it.
_TABLE = """
    CREATE SCHEMA claiming;
    CREATE TABLE claiming.subscriptions (LIKE public.subscriptions INCLUDING ALL) WITH (autovacuum_enabled = false);
    SET search_path = claiming, public;
"""
#: One in `of` is due, anywhere in the table; the others are within the next year.
_ROWS = """
    INSERT INTO subscriptions (bucket, id, customer_id, product, plan, interval_months, interval_days, anchor_at,
        price_minor, tax_minor, currency, buyer_name, buyer_email, channel, merchant_of_record, gateway,
        payment_method, auto_renew, created_at, paid_through, next_step_at, version, last_fact)
    SELECT mod(n, 4096), md5('s' || n)::uuid, md5('c' || n)::uuid, 'shield', 'shield-year', 12, 0, %(now)s,
        7995, 727, 'AUD', 'Ann Buyer', 'ann' || n || '@example.org', 'vendor_store', 'Nexway', 'bank',
        'pm_ok', true, %(now)s, %(now)s,
        %(now)s + CASE WHEN mod(n, %(of)s) = 0 THEN '-1 second' ELSE '1 hour' END::interval * (1 + mod(n, 8000)), 1, 4
    FROM generate_series(1, %(count)s) AS n
"""
_ORDERED = ["Limit", "LockRows", "Index Scan"]
_SORTED = ["Limit", "LockRows", "Sort", "Bitmap Heap Scan", "Bitmap Index Scan"]
_SIZES = [pytest.param(100_000, id="100k"), pytest.param(1_000_000, id="1M", marks=pytest.mark.long)]
_KNOWN = [pytest.param(True, id="fresh statistics"), pytest.param(False, id="no statistics")]
_DUE_OF = [pytest.param(100, id="1 % due"), pytest.param(1, id="all due")]


@pytest.fixture
def table(pg_owner: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """A connection that sees an empty table of subscriptions which nobody vacuums."""
    pg_owner.execute(_TABLE)
    yield pg_owner
    pg_owner.execute("DROP SCHEMA claiming CASCADE")


@pytest.mark.parametrize("count", _SIZES)
@pytest.mark.parametrize("of", _DUE_OF)
@pytest.mark.parametrize("known", _KNOWN)
def test_a_claim_reads_what_it_claims(table: psycopg.Connection[Any], count: int, of: int, known: bool) -> None:
    """The index of due rows is read in its order and left at the limit; nothing else is read.

    Only where hardly more is due than is claimed, the planner may take all of that and sort it.
    """
    table.execute(_ROWS, {"now": NOW, "of": of, "count": count})
    if known:
        table.execute("ANALYZE subscriptions")
    hardly_more = count // of <= 2 * LIMIT
    for mode in ("force_custom_plan", "force_generic_plan"):
        nodes = list(_nodes(_plan(table, mode)))
        kinds = [node["Node Type"] for node in nodes]
        assert kinds == _ORDERED or (hardly_more and kinds == _SORTED), (mode, kinds)
        assert nodes[-1]["Index Name"].startswith("subscriptions_next_step_at"), nodes[-1]
        assert nodes[-1]["Actual Rows"] == (LIMIT if kinds == _ORDERED else count // of)
        assert nodes[-1].get("Rows Removed by Filter", 0) == 0


def _plan(table: psycopg.Connection[Any], mode: str) -> dict[str, Any]:
    """The plan by which the claim has just been carried out, with what it met."""
    table.execute(f"SET plan_cache_mode = {mode}")
    numbered = _DUE.replace("%s", "$1", 1).replace("%s", "$2", 1)
    table.execute(f"PREPARE claim (timestamptz, bigint) AS {numbered}")
    with table.transaction(force_rollback=True):
        explained = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE claim ('{NOW.isoformat()}', {LIMIT})"
        found = table.execute(explained).fetchone()
    table.execute("DEALLOCATE claim")
    assert found is not None
    plan: dict[str, Any] = found[0][0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _nodes(inner)
