"""A planted fault counts as found only as what it breaks; any other end of a world is an error of the search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import goodterms.simulation
from goodterms.simulation.choices import Tape
from goodterms.simulation.gate import MOST_WORLDS, search
from goodterms.simulation.plants import KNOWN
from goodterms.simulation.run import Played
from goodterms.simulation.stage import BrokenRuleError

START = Tape("s", 1.0, 1, (), "a-plant")


def _worlds(ends: dict[str, BaseException]) -> Callable[[Tape], Played]:
    """Worlds of ten events each, some of which end with something."""

    def play(tape: Tape) -> Played:
        return Played(tape, "", 1.0, Counter(), 10, 0, ends.get(tape.seed), [], [], [])

    return play


def test_it_is_found_as_the_rule_that_it_breaks() -> None:
    ends: dict[str, BaseException] = {
        "s-1-3": BrokenRuleError("ledger", "differs"),
        "s-2-1": BrokenRuleError("ledger", "differs"),
    }
    came = search(_worlds(ends), START, 2, frozenset({"ledger"}))
    assert came.found
    assert came.events == [30, 10]
    assert came.median_events == 20


@pytest.mark.parametrize("other", [TypeError("one argument too many"), BrokenRuleError("no end", "round and round")])
def test_what_else_ends_a_world_is_an_error(other: BaseException) -> None:
    ends = {"s-1-1": other, "s-1-2": BrokenRuleError("ledger", "differs")}
    came = search(_worlds(ends), START, 1, frozenset({"ledger"}))
    assert came.events == [20]
    assert not came.found
    assert came.errors[0].startswith("s-1-1: ")


def test_what_no_world_shows_is_missed() -> None:
    came = search(_worlds({f"s-1-{MOST_WORLDS + 1}": BrokenRuleError("ledger", "differs")}), START, 1, {"ledger"})
    assert (came.missed, came.found, came.median_events) == (1, False, None)


def test_each_planted_fault_breaks_rules_that_there_are() -> None:
    code = "".join(path.read_text() for path in Path(goodterms.simulation.__path__[0]).glob("*.py"))
    for plant in KNOWN.values():
        assert plant.rules, plant.name
        assert all(f'"{rule}"' in code for rule in plant.rules), plant.name
