"""What cases clauses leave to later ones: conditions as statements, with what every case has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise, permutations

from goodterms.domain.money import Money
from goodterms.domain.reading.policy_tables import read_span
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS, YES_OR_NO
from goodterms.domain.reading.rules_lengths import surely_longer, surely_within
from goodterms.domain.reading.rules_logic import Literal, Statements
from goodterms.domain.rules import Clause, Condition, Fact, Span, Window

_OTHER = "(any other)"
_ABSENT = "(absent)"
_CURRENCY = "(currency of the case)"
_MOST_COMPARED = 60
"""The most windows and lengths held against each other; of more, fewer clauses are found to be unreached."""


class CaseSpace:
    """All cases that a list of clauses may meet, as far as its conditions tell them apart.

    Facts are taken to be known; one that some condition asks to be given may also be absent.
    """

    def __init__(self, clauses: Sequence[Clause], facts: Mapping[str, Fact], windows: Mapping[str, Window]) -> None:
        self._facts = {**CASE_FACTS, **facts}
        self._windows = windows
        self._said = Statements()
        self._holding: dict[Condition, Literal] = {}
        self._conditions = [need for clause in clauses for need in clause.conditions]
        self._may_be_absent = {need.fact for need in self._conditions if need.test == "given"}
        for name in dict.fromkeys(need.fact for need in self._conditions):
            self._describe(name)
        self._describe_request()
        amounts = [
            need for need in self._conditions if self._facts[need.fact].type == "amount" and need.test != "given"
        ]
        currencies = dict.fromkeys(_currency(value) for need in amounts for value in need.values)
        self._said.exactly_one([self._word(_CURRENCY, currency) for currency in (*currencies, _OTHER)])

    def reachable(self, clause: Clause, earlier: Sequence[Clause] = (), **values: str) -> bool:
        """Whether a case fits a clause, none of the earlier ones, and has these words or texts.

        Yes also where that would take too long to find out: a clause is never wrongly called unreached.
        """
        if self._said.spent:
            return True
        needs = [(self._holds(need),) for need in clause.conditions]
        misses = [tuple(-self._holds(need) for need in other.conditions) for other in earlier]
        wanted = [(self._word(name, value),) for name, value in values.items() if name in self._described]
        return self._said.possible([*needs, *misses, *wanted])

    @property
    def _described(self) -> set[str]:
        return {need.fact for need in self._conditions if need.test in ("is", "is_not")}

    def _word(self, fact: str, value: str) -> Literal:
        return self._said.named((fact, value))

    def _describe(self, name: str) -> None:
        """What holds of the values of a fact, whatever the case."""
        fact = self._facts[name]
        needs = [need for need in self._conditions if need.fact == name]
        if fact.type in ("yes_or_no", "word", "text"):
            mentioned = (value for need in needs if need.test != "given" for value in need.values)
            absent = (_ABSENT,) if name in self._may_be_absent else ()
            values = dict.fromkeys((*mentioned, *_words(fact), *absent))
            self._said.exactly_one([self._word(name, value) for value in values])
            return
        compared = [need for need in needs if need.test not in ("given", "inside", "outside", "in_first", "in_last")]
        limits = list(dict.fromkeys(value for need in compared for value in need.values))
        for limit in limits:
            self._said.follows(self._more_than(name, limit), self._at_least(name, limit))
        for one, other in _rising(fact, limits):
            self._said.follows(self._at_least(name, other), self._more_than(name, one))
        self._describe_integers(name, fact, limits)

    def _describe_integers(self, name: str, fact: Fact, limits: Sequence[str]) -> None:
        """Whole numbers and dates have nothing between one and the next; there are no numbers below zero."""
        if fact.type not in ("whole_number", "date"):
            return
        dated = fact.type == "date"
        numbers = {date.fromisoformat(limit).toordinal() if dated else int(limit): limit for limit in limits}
        for number, limit in numbers.items():
            if number == 0:
                self._said.one_of(self._at_least(name, limit))
            if number + 1 in numbers:
                self._said.follows(self._more_than(name, limit), self._at_least(name, numbers[number + 1]))

    def _describe_request(self) -> None:
        """How windows, and how parts of the term, lie in each other."""
        placed = [need for need in self._conditions if need.test in ("inside", "outside")]
        for fact in dict.fromkeys(need.fact for need in placed):
            names = list(dict.fromkeys(value for need in placed if need.fact == fact for value in need.values))
            if fact in self._may_be_absent:
                for one in names:
                    self._said.follows(self._absent(fact), -self._inside(fact, one))
            for one, other in permutations(names[:_MOST_COMPARED], 2):
                if surely_within(self._windows[one], self._windows[other]):
                    self._said.follows(self._inside(fact, one), self._inside(fact, other))
        for test in ("in_first", "in_last"):
            spans = list(dict.fromkeys(need.values[0] for need in self._conditions if need.test == test))
            for one, other in _rising_lengths(spans):
                self._said.follows(self._said.named((test, one)), self._said.named((test, other)))

    def _at_least(self, fact: str, value: str) -> Literal:
        return self._said.named((fact, ">=", value))

    def _more_than(self, fact: str, value: str) -> Literal:
        return self._said.named((fact, ">", value))

    def _inside(self, fact: str, window: str) -> Literal:
        return self._said.named((fact, "inside", window))

    def _holds(self, need: Condition) -> Literal:
        """The statement that a condition holds, made once."""
        if need not in self._holding:
            self._holding[need] = self._stated(need)
        return self._holding[need]

    def _stated(self, need: Condition) -> Literal:
        key = (need.fact, need.test, need.values)
        if need.test == "given":
            absent = self._absent(need.fact)
            return -absent if need.values == ("true",) else absent
        if need.test in ("in_first", "in_last"):
            return self._said.named((need.test, need.values[0]))
        if need.test in ("inside", "outside"):
            inside = [self._inside(need.fact, name) for name in need.values]
            return self._said.all(key, inside if need.test == "inside" else [-one for one in inside])
        if self._facts[need.fact].type in ("yes_or_no", "word", "text"):
            found = self._said.any((need.fact, "is", need.values), [self._word(need.fact, v) for v in need.values])
            return found if need.test == "is" else -found
        return self._compared(need, key)

    def _compared(self, need: Condition, key: object) -> Literal:
        """Comparisons; limits in several currencies all have to hold, each where the case has that currency."""
        present = [-self._absent(need.fact)] if need.fact in self._may_be_absent else []
        if need.test in ("is", "is_not"):
            equal = [
                self._said.all((key, value), [self._at_least(need.fact, value), -self._more_than(need.fact, value)])
                for value in need.values
            ]
            found = self._said.all((key, "here"), [*present, self._said.any((key, "one"), equal)])
            return found if need.test == "is" else -found
        tests = {
            "at_least": (self._at_least, 1),
            "on_or_after": (self._at_least, 1),
            "less_than": (self._at_least, -1),
            "before": (self._at_least, -1),
            "more_than": (self._more_than, 1),
            "at_most": (self._more_than, -1),
        }
        statement, sign = tests[need.test]
        if self._facts[need.fact].type != "amount":
            return self._said.all(key, [*present, sign * statement(need.fact, need.values[0])])
        fitting = [  # an amount in a currency for which there is no limit does not fit
            self._said.all((key, value), [self._word(_CURRENCY, _currency(value)), sign * statement(need.fact, value)])
            for value in need.values
        ]
        return self._said.all((key, "here"), [*present, self._said.any((key, "one"), fitting)])

    def _absent(self, fact: str) -> Literal:
        if self._facts[fact].type in ("yes_or_no", "word", "text"):
            return self._word(fact, _ABSENT)
        return self._said.named((fact, _ABSENT))


def _words(fact: Fact) -> tuple[str, ...]:
    """The values a fact can have besides those that conditions name; of a well-known one whatever cases may say."""
    known = KNOWN_FACTS.get(fact.name)
    if fact.type == "yes_or_no":
        return YES_OR_NO
    if fact.type == "text" or (known is not None and not known.words):
        return (*fact.words, _OTHER)
    return known.words if known is not None else fact.words


def _rising(fact: Fact, limits: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Limits of which the second is surely the greater; of those in a row each with the next only."""
    if fact.type == "length":
        yield from _rising_lengths(limits)
        return
    in_order: dict[str, dict[Money | date | int, str]] = {}  # amounts are never compared in two currencies
    for limit in limits:
        value = _value(fact, limit)
        in_order.setdefault(value.currency if isinstance(value, Money) else "", {}).setdefault(value, limit)
    for found in in_order.values():
        yield from pairwise(found[value] for value in sorted(found))


def _value(fact: Fact, limit: str) -> Money | date | int:
    if fact.type == "amount":
        return Money.parse(*limit.split(" ", 1))
    return int(limit) if fact.type == "whole_number" else date.fromisoformat(limit)


def _rising_lengths(limits: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Lengths of which the second is surely the longer: of "1 month" and "30 days" neither is."""
    spans = [(limit, span) for limit in limits[:_MOST_COMPARED] if isinstance(span := read_span(limit), Span)]
    for (one, this), (other, that) in permutations(spans, 2):
        if surely_longer(that, this):
            yield one, other


def _currency(limit: str) -> str:
    return limit.rpartition(" ")[2]
