"""Whether a clause is reached is compared with trying every case there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.reading.rules_logic import Statements
from goodterms.domain.reading.rules_space import CaseSpace
from goodterms.domain.rules import Clause, Condition, Fact

FACTS = {
    "mood": Fact("mood", "word", "?", ("calm", "cross", "gay")),
    "seats": Fact("seats", "whole_number", "?"),
    "signed_on": Fact("signed_on", "date", "?"),
    "used": Fact("used", "yes_or_no", "?"),
}
DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")
#: Every value that the conditions below tell apart, and None for a fact that is known to be absent.
VALUES: Mapping[str, tuple[str | None, ...]] = {
    "mood": ("calm", "cross", "gay"),
    "seats": ("0", "1", "2", "3", "4"),
    "signed_on": ("2025-12-31", *DAYS, "2026-01-04", None),
    "used": ("true", "false"),
}
ORDERED = {"at_least": (0, 1), "on_or_after": (0, 1), "at_most": (-1, 0), "more_than": (1,), "less_than": (-1,)}


def holds(need: Condition, case: Mapping[str, str | None]) -> bool:
    """What a condition means, in the plainest way."""
    value = case[need.fact]
    if need.test == "given":
        return (value is not None) == (need.values == ("true",))
    if value is None:
        return need.test == "is_not"
    if need.test in ("is", "is_not"):
        return (value in need.values) == (need.test == "is")
    sign = (value > need.values[0]) - (value < need.values[0])
    return sign in ORDERED.get(need.test, (-1,))


def fits(clause: Clause, case: Mapping[str, str | None]) -> bool:
    return all(holds(need, case) for need in clause.conditions)


def cases() -> Iterator[dict[str, str | None]]:
    for values in product(*VALUES.values()):
        yield dict(zip(VALUES, values, strict=True))


def condition(fact: str, tests: Sequence[str], values: Sequence[str], most: int = 1) -> st.SearchStrategy[Condition]:
    some = st.lists(st.sampled_from(list(values)), min_size=1, max_size=most, unique=True).map(tuple)
    return st.builds(Condition, st.just(fact), st.sampled_from(list(tests)), some)


CONDITIONS = st.one_of(
    condition("mood", ("is", "is_not"), ("calm", "cross", "gay"), most=2),
    condition("used", ("is",), ("true", "false")),
    condition("seats", ("is", "is_not"), ("0", "1", "2", "3"), most=2),
    condition("seats", ("at_least", "at_most", "more_than", "less_than"), ("0", "1", "2", "3")),
    condition("signed_on", ("before", "on_or_after"), DAYS),
    condition("signed_on", ("is", "is_not"), DAYS, most=2),
    st.just(Condition("signed_on", "given", ("true",))),
    st.just(Condition("signed_on", "given", ("false",))),
)
CLAUSES = st.lists(
    st.builds(
        lambda needs: Clause("X", {}, ("refund",), tuple(needs), "deny"),
        st.lists(CONDITIONS, min_size=1, max_size=3, unique=True),
    ),
    min_size=1,
    max_size=5,
)


@given(CLAUSES)
def test_a_clause_is_reached_where_a_case_reaches_it(clauses: list[Clause]) -> None:
    """Neither is a clause called unreached that some case reaches, nor is one missed that none does."""
    absent = Clause("A", {}, ("refund",), (Condition("signed_on", "given", ("false",)),), "deny")
    space = CaseSpace([*clauses, absent], FACTS, {})
    everything = list(cases())
    for index, clause in enumerate(clauses):
        reached = any(fits(clause, case) and not any(fits(c, case) for c in clauses[:index]) for case in everything)
        assert space.reachable(clause, clauses[:index]) == reached


@given(st.lists(st.lists(st.integers(-5, 5).filter(bool), min_size=1, max_size=3), max_size=14))
def test_the_solver_finds_what_trying_everything_finds(known: list[list[int]]) -> None:
    """For every set of alternatives over five statements."""
    statements = Statements()
    for number in range(1, 6):
        assert statements.named(number) == number
    for alternatives in known:
        statements.one_of(*alternatives)
    worlds = product((False, True), repeat=5)
    expected = any(all(any(world[abs(n) - 1] == (n > 0) for n in one) for one in known) for world in worlds)
    assert statements.possible() == expected


@given(st.integers(2, 14), st.data())
def test_one_of_many_holds_and_no_other(count: int, data: st.DataObject) -> None:
    """However many there are: each alone can hold, no two of them can, nor none."""
    statements = Statements()
    many = [statements.named(("word", number)) for number in range(count)]
    statements.exactly_one(many)
    one, other = data.draw(st.lists(st.sampled_from(many), min_size=2, max_size=2, unique=True))
    assert statements.possible([(one,), *((-rest,) for rest in many if rest != one)])
    assert not statements.possible([(one,), (other,)])
    assert not statements.possible([(-each,) for each in many])
