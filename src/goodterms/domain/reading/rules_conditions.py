"""Reading the conditions of a clause: the tests under `when`, each of one fact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from goodterms.domain.reading.policy_problems import near, one_of, slip_of, suggestion
from goodterms.domain.reading.policy_tables import YEARS, Table
from goodterms.domain.reading.policy_words import (
    CASE_FACTS,
    KNOWN_FACTS,
    OPEN_WORDS,
    YES_OR_NO,
    as_compared,
    wrong_country,
)
from goodterms.domain.reading.rules_reader import SUFFIXES, Rulebook, declare
from goodterms.domain.rules import Condition, Fact, FactType, Test, Unit

_TESTS: Mapping[str, Test] = {
    "": "is",
    "_is_not": "is_not",
    "_at_least": "at_least",
    "_at_most": "at_most",
    "_more_than": "more_than",
    "_less_than": "less_than",
    "_before": "before",
    "_on_or_after": "on_or_after",
    "_given": "given",
    "_inside_window": "inside",
    "_outside_window": "outside",
}
_REQUEST_TESTS: Mapping[str, Test] = {
    "inside_window": "inside",
    "outside_window": "outside",
    "in_first_of_term": "in_first",
    "in_last_of_term": "in_last",
}
_COMPARED: tuple[Test, ...] = ("at_least", "at_most", "more_than", "less_than")
_DATED: tuple[Test, ...] = ("before", "on_or_after")
_WINDOWED: tuple[Test, ...] = ("inside", "outside")
_FITTING: Mapping[FactType, tuple[Test, ...]] = {
    "yes_or_no": ("is", "is_not"),
    "word": ("is", "is_not"),
    "text": ("is", "is_not"),
    "whole_number": ("is", "is_not", *_COMPARED),
    "length": ("is", "is_not", *_COMPARED),
    "amount": _COMPARED,
    "date": ("is", "is_not", *_DATED),
    "instant": (*_DATED, *_WINDOWED),
}
_ENDINGS: Mapping[Test, str] = {test: suffix for suffix, test in _TESTS.items()}
MAY_BE_UNKNOWN: Final = ("contract_at", "country", "state", "timezone")
"""Facts of every case that may nevertheless be unknown, so that a condition may ask whether they are given."""
LENGTH_UNITS: tuple[Unit, ...] = ("days", "months", "years", "hours")


def read_conditions(table: Table, book: Rulebook) -> tuple[Condition, ...]:
    """The conditions under `when`, in their order; `when = "always"` is none, written on purpose."""
    if not isinstance(table.optional("when"), dict):
        table.choice("when", ("always",))
        return ()
    when = table.table("when")
    conditions = [found for key in when if (found := _condition(when, key, book)) is not None]
    if not list(when):
        table.wrong("when", 'no condition is given; for the default write when = "always"')
    for fact in {c.fact for c in conditions if c.test == "is"} & {c.fact for c in conditions if c.test == "is_not"}:
        message = f'"{fact}" and "{fact}_is_not" contradict each other; keep one of the two'
        when.wrong_key(f"{fact}_is_not", message)
    return tuple(conditions)


def _condition(when: Table, key: str, book: Rulebook) -> Condition | None:
    when.may_have(key)
    if key in _REQUEST_TESTS:
        test = _REQUEST_TESTS[key]
        if test in _WINDOWED:
            return Condition("request", test, _window_names(when, key, test, book))
        return Condition("request", test, (str(when.span(key, LENGTH_UNITS, least=1)),))
    name, test = _split(key, book)
    fact = book.fact(name)
    if fact is None:
        _unknown(when, key, name, test, book)
        return None
    if not when.report.is_sound(("facts", name, "type")) or not when.report.is_sound(("facts", name, "words")):
        return None
    if test == "given":
        return _given(when, key, fact)
    if test not in _FITTING[fact.type]:
        _unfitting(when, key, fact, test)
        return None
    return Condition(name, test, _values(when, key, fact, test, book))


def _split(key: str, book: Rulebook) -> tuple[str, Test]:
    """A key as a fact and a test of it."""
    if book.fact(key) is None:
        for suffix in sorted(SUFFIXES, key=len, reverse=True):
            if key.endswith(suffix):
                return key.removesuffix(suffix), _TESTS[suffix]
    return key, "is"


def _unknown(when: Table, key: str, name: str, test: Test, book: Rulebook) -> None:
    """Report a fact that is not declared, with the key that was meant or how to declare it."""
    declared = ("facts", name)
    if when.report.value_at(declared) is not None:
        return  # declared, but not as a table, which has been reported
    facts = {fact + _ENDINGS[test]: fact for fact in book.fact_names}
    meant = near(key, (*_REQUEST_TESTS, *facts))
    meant = facts.get(meant or "", meant)
    if name in KNOWN_FACTS:
        hint = declare(KNOWN_FACTS[name])
    elif meant is not None:
        hint = f'did you mean "{meant}"?'
    elif (known := near(name, tuple(KNOWN_FACTS))) is not None:
        hint = f'did you mean "{known}"? Then {declare(KNOWN_FACTS[known])}'
    else:
        hint = f"declare it as [facts.{name}], or use one of {', '.join(book.fact_names)}"
    when.wrong_key(key, f'no fact is called "{name}"; {hint}')


def _unfitting(when: Table, key: str, fact: Fact, test: Test) -> None:
    fitting = one_of([fact.name + _ENDINGS[other] for other in _FITTING[fact.type]])
    when.wrong_key(key, f'"{fact.name}" is of the type "{fact.type}" and has no test "{test}"; write {fitting}')


def _given(when: Table, key: str, fact: Fact) -> Condition | None:
    if fact.name in CASE_FACTS and fact.name not in MAY_BE_UNKNOWN:
        when.wrong_key(key, f'"{fact.name}" is known of every case; leave this condition out')
        return None
    return Condition(fact.name, "given", ("true" if when.yes_or_no(key) else "false",))


def _values(when: Table, key: str, fact: Fact, test: Test, book: Rulebook) -> tuple[str, ...]:
    if test in _WINDOWED:
        return _window_names(when, key, test, book)
    if fact.type == "amount":
        return _amounts(when, key)
    value = when.optional(key)
    if isinstance(value, list) and test in ("is", "is_not") and fact.type != "yes_or_no":
        if not value:
            when.wrong(key, f'the list of "{key}" is empty; name at least one value')
        return _listed(when, key, fact, value)
    found = _value(when, key, fact, value, None)
    return () if found is None else (found,)


def _listed(when: Table, key: str, fact: Fact, values: list[object]) -> tuple[str, ...]:
    found: list[str] = []
    for index, value in enumerate(values):
        word = _value(when, key, fact, value, index)
        if word is not None and word in found:
            message = f'"{key}" names "{word}" twice; keep one of the two'
            when.report.problem((*when.at(key), index), message)
        elif word is not None:
            found.append(word)
    if fact.words and set(found) == set(fact.words):
        when.wrong(key, f'"{key}" allows everything, so it is no condition; leave it out')
    return tuple(found)


def _value(when: Table, key: str, fact: Fact, value: object, index: int | None) -> str | None:
    """One value in words, checked against the type of its fact; None (reported) for one that does not fit."""
    path = when.at(key) if index is None else (*when.at(key), index)
    if fact.type == "length":
        return str(when.span_of(key, value, LENGTH_UNITS, 0, index))
    if fact.type == "yes_or_no" and isinstance(value, bool):
        return YES_OR_NO[0] if value else YES_OR_NO[1]
    if fact.type == "whole_number" and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value)
    if fact.type in ("date", "instant") and type(value) is date:
        if value.year not in YEARS:
            when.report.problem(path, f'"{key}" must lie in the years {YEARS[0]} to {YEARS[-1]}')
            return None
        return value.isoformat()
    if isinstance(value, str) and value.strip() and fact.type in ("text", "word"):
        word = as_compared(fact.name, value.strip())
        problem = _wrong_word(key, fact, word)
        if problem is not None:
            when.report.problem(path, problem)
            return None
        if word not in OPEN_WORDS.get(fact.name, (word,)):
            when.report.warn(path, _own_word(fact, word))
        return word
    when.report.problem(path, f'"{key}" must be {_expected(fact)}')
    return None


def _wrong_word(key: str, fact: Fact, value: str) -> str | None:
    if fact.name == "country":
        return wrong_country(value)
    if fact.words and value not in fact.words:
        return f'"{key}" can not be "{value}"; {suggestion(value, fact.words)}'
    known = OPEN_WORDS.get(fact.name, ())
    meant = None if value in known else slip_of(value, known)
    return f'"{key}" can not be "{value}"; did you mean "{meant}"?' if meant else None


def _own_word(fact: Fact, value: str) -> str:
    """Remark on a word that nobody knows: an order that is not said to have exactly this one does not fit."""
    name, known = fact.name.replace("_", " "), ", ".join(f'"{word}"' for word in OPEN_WORDS[fact.name])
    return f'the {name} "{value}" is none of those that are known ({known}); keep it only if your orders say so'


def _expected(fact: Fact) -> str:
    expected: Mapping[FactType, str] = {
        "yes_or_no": "true or false, without quotes",
        "word": f"{one_of(fact.words)}, or a list of them",
        "text": "a text in quotes, or a list of texts",
        "whole_number": "a whole number, 0 or more, without quotes",
        "date": "a date, without quotes: 2026-01-31",
        "instant": "a date, without quotes: 2026-01-31",
    }
    return expected[fact.type]


def _amounts(when: Table, key: str) -> tuple[str, ...]:
    """A limit in each currency, as `{ EUR = "10.00" }`; in words "10.00 EUR"."""
    value = when.optional(key)
    if not isinstance(value, dict) or not value:
        when.wrong(key, f'"{key}" must be an amount for each currency: {{ EUR = "10.00" }}')
        return ()
    return tuple(str(amount) for amount in when.table(key).amounts().values())


def _window_names(when: Table, key: str, test: Test, book: Rulebook) -> tuple[str, ...]:
    value = when.optional(key)
    if isinstance(value, list):
        names = when.texts(key)
    elif isinstance(value, str):
        names = (value,)
    else:
        which = "all of which it lies" if test == "inside" else "none of which it lies"
        when.wrong(key, f'"{key}" must be the name of a window in quotes, or a list of windows in {which}')
        return ()
    for index, name in enumerate(names):
        if name not in book.windows:
            path = (*when.at(key), index) if isinstance(value, list) else when.at(key)
            when.report.problem(path, f'no window is called "{name}"; {_window_hint(name, book)}')
    return tuple(name for name in names if name in book.windows)


def _window_hint(name: str, book: Rulebook) -> str:
    return suggestion(name, tuple(book.windows)) if book.windows else f"define it: [window.{name or 'money_back'}]"
