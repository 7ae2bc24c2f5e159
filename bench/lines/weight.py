"""Bytes a renewal: of write-ahead log, and of tables and indexes, by which of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median

from django.db import connection

from bench import baseline_sql, product
from bench.meter import Run
from bench.place import Place
from bench.results import Result, Target
from bench.rounds import Contender, Match, Wish
from bench.sets import all_due

Say = Callable[[str], None]
#: Part (log, its full pages, a table, an index) to bytes a renewal, one entry a round.
Weights = Mapping[str, list[float]]
_LOG, _IMAGES, _MAIL = "log", "log: full pages", "messages"
_SIZES = """
    SELECT c.relname, coalesce(t.relname, c.relname), pg_relation_size(c.oid)
    FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
"""
_PAGE = 8192


def bytes_written(place: Place, wish: Wish, say: Say) -> list[Result]:
    """What a run leaves behind when all are due: what stays (packed before and after), and the files right after it.

    The files then hold dead rows too, which vacuum gives to the next run, and half-full pages of indexes. The log
    begins with a checkpoint: the first change of each page writes the whole page.
    """
    lines = []
    for due in wish.due:
        template, policy = all_due(place, due)
        say(f"bytes of a renewal, {due:,} due")
        weights: dict[str, Weights] = {"product": defaultdict(list), "sql": defaultdict(list)}
        contenders = [
            Contender("product", _weighed(partial(product.run, wish.batch, wish.hands), weights["product"])),
            Contender("sql", _weighed(partial(baseline_sql.run, policy, wish.batch), weights["sql"]), "product"),
        ]
        Match(place, template, due).play(contenders, wish.rounds, say)
        lines += _lines(due, weights["product"], weights["sql"], _packed(place, template, wish), say)
    return lines


def _lines(due: int, ours: Weights, theirs: Weights, packed: Mapping[str, float], say: Say) -> list[Result]:
    log = _compared(f"Log, {due:,} due", {_LOG}, ours, theirs, Target(9000, unit="B"))
    mail = {part for part in ours if _table(part) == _MAIL}
    kept = set(ours) - mail - {_LOG, _IMAGES}
    whole = sum(median(ours[part]) for part in kept)
    tight = sum(packed[part] for part in kept)
    files = _compared("- the files right after the run, dead rows included", kept, ours, theirs)
    post = _compared("- stored mail", mail, ours, theirs)
    tables = Result.of(
        f"Tables and indexes that stay, {due:,} due", [tight / whole], value=tight, target=Target(2200, unit="B"),
        baseline=f"files right after the run: {whole:,.0f} B", measured=f"{tight:,.0f} B",
        details={part: round(packed[part], 1) for part in sorted(kept)},
    )  # fmt: skip
    say("  bytes a renewal: product | SQL | product, packed")
    for part in sorted(ours, key=lambda part: -median(ours[part])):
        if median(ours[part]) >= 1:
            say(
                f"    {part:60} {median(ours[part]):8,.0f} | {median(theirs[part]):8,.0f} | "
                f"{packed.get(part, 0) if part in kept | mail else 0:8,.0f}"
            )
    return [log, tables, files, post]


def _packed(place: Place, template: str, wish: Wish) -> Mapping[str, float]:
    """What one more run adds to tables and indexes without a gap and without a dead row."""
    place.copy("packed", template)
    sizes = []
    done = 1
    for number in range(2):
        if number:
            done = product.run(wish.batch, wish.hands).done
        with place.admin("packed") as admin:
            admin.execute("VACUUM FULL")
        sizes.append(_now())
    place.drop("packed")
    return {part: (after - sizes[0].get(part, 0)) / done for part, after in sizes[1].items()}


def _compared(name: str, parts: set[str], ours: Weights, theirs: Weights, target: Target | None = None) -> Result:
    sums = [[sum(one) for one in zip(*(weights[p] for p in parts), strict=True)] for weights in (ours, theirs)]
    middle = median(sums[0])
    return Result.of(
        name, [a / b for a, b in zip(*sums, strict=True)], baseline=f"two-phase SQL: {median(sums[1]):,.0f} B",
        measured=f"{middle:,.0f} B", value=middle, target=target,
        details={part: round(median(ours[part]), 1) for part in sorted(parts)},
    )  # fmt: skip


def _weighed(run: Callable[[], Run], weights: Weights) -> Callable[[], Run]:
    """A run whose growth of log and files is put down, for one renewal."""

    def weigh() -> Run:
        before = _now()
        done = run()
        after = _now()
        for part in after:
            weights[part].append((after[part] - before.get(part, 0)) / done.done)
        return done

    return weigh


def _now() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        log = float(cursor.fetchone()[1])
        cursor.execute("SELECT wal_fpi FROM pg_stat_wal")
        images = float(cursor.fetchone()[0]) * _PAGE
        cursor.execute(_SIZES)
        sizes = {
            f"{table}: {name if name != table else 'rows'}": float(bytes) for name, table, bytes in cursor.fetchall()
        }
    return {_LOG: log, _IMAGES: images, **sizes}


def _table(part: str) -> str:
    return part.partition(":")[0]
