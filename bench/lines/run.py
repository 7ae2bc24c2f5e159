"""The whole renewal run, and deciding and saving alone, against hand-written SQL and against an ORM loop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bench import baseline_orm, baseline_sql, product
from bench.place import Place
from bench.results import Result, Target
from bench.rounds import Contender, Match, Wish
from bench.sets import all_due

Say = Callable[[str], None]


def run(place: Place, wish: Wish, say: Say) -> list[Result]:
    """Both phases, the intents committed before the gateway is asked, and in the same rounds the ORM loop, for scale.

    One worker is held against one session of the SQL. A worker works with several hands, threads with a session each:
    that is how it is meant to be run, and it uses both cores. So the same with one hand is a line too, and the SQL
    with as many sessions as the worker has hands, for whoever wants like against like.
    """
    return [line for due in wish.due for line in _run(place, wish, due, say)]


def _run(place: Place, wish: Wish, due: int, say: Say) -> list[Result]:
    template, policy = all_due(place, due)
    hands, alone = wish.hands, wish.asks("run") and wish.hands > 1
    orm = min(wish.orm, due)
    say(f"whole run, {due:,} due")
    contenders = [Contender("product", partial(product.run, wish.batch, hands))]
    if wish.asks("run"):
        contenders.append(Contender("sql", partial(baseline_sql.run, policy, wish.batch), same_as="product"))
    if alone:
        contenders.append(Contender("product_alone", partial(product.run, wish.batch, 1), same_as="product"))
        contenders.append(Contender("sql_together", partial(baseline_sql.run, policy, wish.batch, hands)))
    if wish.asks("orm"):
        contenders.append(Contender("orm", partial(baseline_orm.run, policy, orm), same_as="product", renews=orm))
    laps = Match(place, template, due).play(contenders, wish.rounds, say)
    lines = []
    if "sql" in laps:
        lines.append(
            Result.compared(
                f"Renewal run, {due:,} due", laps["product"], laps["sql"], baseline="two-phase SQL, one session",
                target=Target(1.4),
            )
        )  # fmt: skip
    if alone:
        lines += [
            Result.compared(
                "- with one hand", laps["product_alone"], laps["sql"], baseline="two-phase SQL, one session"
            ),
            Result.compared(
                f"- like with like: {hands} sessions each", laps["product"], laps["sql_together"],
                baseline=f"two-phase SQL, {hands} sessions",
            ),
        ]  # fmt: skip
    if "orm" in laps:
        lines.append(
            Result.compared(
                f"Renewal run, {due:,} due, times as fast", laps["product"], laps["orm"],
                baseline=f"Django ORM by row ({orm:,})", target=Target(20, at_least=True), faster=True,
            )
        )  # fmt: skip
    return lines


def decide(place: Place, wish: Wish, say: Say) -> list[Result]:
    """Deciding and saving without the two-phase protocol, against one statement that writes the same rows.

    A fair pair does the same work. One statement for the intents alone writes three rows a subscription and never
    moves any data out of the server, so what is measured against it is mostly the road there and back, at its worst.
    A whole renewal is ten rows, as much reading, and all of the deciding; and it is the pair that the target was once
    measured with. So here both sides take a subscription from due to renewed in one go, answers of the gateway known,
    every row written once. The product has no such path (it never charges inside a transaction): its own claim,
    decisions and save are put together in `product.whole`. `intents` measures the other pair, without a target.
    """
    lines = []
    for due in wish.due:
        template, policy = all_due(place, due)
        say(f"decide and save, {due:,} due")
        contenders = [
            Contender("product", partial(product.whole, wish.batch, wish.hands)),
            Contender("sql", partial(baseline_sql.whole, policy, due), same_as="product"),
            Contender("product_alone", partial(product.whole, wish.batch, 1), same_as="product"),
        ]
        laps = Match(place, template, due).play(contenders, wish.rounds, say)
        title, baseline = f"Decide and save, {due:,} due", "one SQL statement for all"
        lines += [
            Result.compared(title, laps["product"], laps["sql"], baseline=baseline, target=Target(1.5)),
            Result.compared("- with one hand", laps["product_alone"], laps["sql"], baseline=baseline),
        ]
    return lines


def intents(place: Place, wish: Wish, say: Say) -> list[Result]:
    """The first phase alone, as `renew_due` does it, against one statement for everything; without a target."""
    lines = []
    for due in wish.due:
        template, policy = all_due(place, due)
        say(f"intents alone, {due:,} due")
        contenders = [
            Contender("product", partial(product.intents, wish.batch, wish.hands)),
            Contender("sql", partial(baseline_sql.all_intents, policy, due), same_as="product"),
        ]
        laps = Match(place, template, due, finished=False).play(contenders, wish.rounds, say)
        title, baseline = f"Intents alone, {due:,} due", "one SQL statement for all"
        lines.append(Result.compared(title, laps["product"], laps["sql"], baseline=baseline))
    return lines
