"""Reading what the rules of a policy or a law refer to: facts, windows, and how unused parts are reckoned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Literal, cast

from goodterms.domain.money import Rounding
from goodterms.domain.reading.policy_problems import near, one_of, suggestion
from goodterms.domain.reading.policy_tables import Table, read_span
from goodterms.domain.reading.policy_words import (
    ABSENT,
    ANCHORS,
    CASE_FACTS,
    FACT_TYPES,
    KNOWN_FACTS,
    ROUNDINGS,
    YES_OR_NO,
)
from goodterms.domain.reading.rules_lengths import surely_longer
from goodterms.domain.reading.texts_reader import read_texts
from goodterms.domain.rules import Fact, FactType, Proration, Unit, Window
from goodterms.domain.value import dataclass

LastDay = Literal["inclusive", "exclusive"]

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_NOUNS = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
#: How the keys of conditions end: a fact of such a name could not be told from a test of another.
SUFFIXES = (
    *("_is_not", "_at_least", "_at_most", "_more_than", "_less_than", "_before", "_on_or_after", "_given"),
    *("_inside_window", "_outside_window"),
)
_RESERVED = ("inside_window", "outside_window", "in_first_of_term", "in_last_of_term", "always")
_CALENDAR_UNITS: tuple[Unit, ...] = ("days", "months", "years")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What the clauses of one document may refer to.

    `proration` holds the document's defaults; `spoken` the words for placeholders that are the same everywhere.
    """

    facts: Mapping[str, Fact]
    windows: Mapping[str, Window]
    proration: Proration = field(default_factory=Proration)
    spoken: Mapping[str, str] = field(default_factory=dict)

    def fact(self, name: str) -> Fact | None:
        """A fact of every case or a declared one; None where there is no such fact."""
        return CASE_FACTS.get(name) or self.facts.get(name)

    @property
    def fact_names(self) -> tuple[str, ...]:
        """The names of all facts that conditions may test."""
        return (*CASE_FACTS, *self.facts)


def read_facts(table: Table) -> dict[str, Fact]:
    """The declared facts under `[facts.<name>]`."""
    facts = {}
    for name in table:
        entry = table.table(name)
        if not _NAME.fullmatch(name):
            table.wrong_key(name, f'the name "{name}" must be in small letters, digits and underscores: "my_fact"')
        elif name in CASE_FACTS:
            table.wrong_key(name, f'"{name}" is known of every case; leave this table out')
        elif name in _RESERVED or name.endswith(SUFFIXES):
            ending = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), name)
            table.wrong_key(name, f'a fact can not be called "{name}": conditions end in "{ending}"; rename it')
        facts[name] = _fact(name, entry)
    _check_other_names(table, facts)
    return facts


def _fact(name: str, table: Table) -> Fact:
    known = KNOWN_FACTS.get(name)
    type = cast(FactType, table.choice("type", FACT_TYPES))
    if known is not None and type != known.type and table.report.is_sound(table.at("type")):
        table.wrong("type", f'"{name}" is a well-known fact of the type "{known.type}", not "{type}"; write that type')
    words = _words(table, type, known)
    absent = _when_absent(table, type, words) if "when_absent" in table else None
    asks = read_texts(table, "ask", required=absent is None)
    others = table.texts("also_called") if "also_called" in table else ()
    table.may_have("words", "when_absent", "ask", "also_called")
    table.no_more()
    others = tuple(dict.fromkeys((*others, *(known.also_called if known else ()))))
    return Fact(name, type, asks.pop("en", ""), words, absent, others, asks)


def _words(table: Table, type: FactType, known: Fact | None) -> tuple[str, ...]:
    """The words of a fact of the type "word"; those of a well-known fact need not be repeated."""
    if type != "word":
        if "words" in table and table.report.is_sound(table.at("type")):
            table.may_have("words")
            table.wrong_key("words", f'only a fact of the type "word" has "words", and this one is "{type}"')
        return ()
    if known is not None and known.words:
        return table.choices("words", known.words) if "words" in table else known.words
    words = table.texts("words")
    for index, word in enumerate(words):
        if not _NOUNS.fullmatch(word):
            message = f'the word "{word}" must be in small letters, digits and underscores: "like_this"'
            table.report.problem((*table.at("words"), index), message)
    return words


def _when_absent(table: Table, type: FactType, words: tuple[str, ...]) -> str:
    """The value taken where nothing is known, in the words of conditions; "none": there is no such thing.

    A date or an instant may be as of the order, the contract, or an end of the term.
    """
    value = table.optional("when_absent")
    written = str(value).lower() if isinstance(value, bool | int) else value
    if not isinstance(written, str):
        table.wrong("when_absent", '"when_absent" must be a value in quotes, such as "false", "0" or "none"')
        return ABSENT
    allowed: Mapping[FactType, tuple[str, ...]] = {
        "yes_or_no": YES_OR_NO, "word": words, "whole_number": ("0",), "amount": ("0",),
        "date": ANCHORS, "instant": ANCHORS,
    }  # fmt: skip
    is_number = type == "whole_number" and written.isascii() and written.isdecimal()
    if is_number or type == "text" or written in (*allowed.get(type, ()), ABSENT):
        return written
    if not table.report.is_sound(table.at("type")):
        return written
    right = one_of((*allowed.get(type, ()), ABSENT))
    table.wrong("when_absent", f'"when_absent" of a fact of the type "{type}" can not be "{written}"; write {right}')
    return ABSENT


def _check_other_names(table: Table, facts: Mapping[str, Fact]) -> None:
    """Refuse a second name that is the name of another fact: a case could not tell them apart."""
    taken = {name: name for name in (*CASE_FACTS, *facts)}
    for fact in facts.values():
        for other in fact.also_called:
            if taken.setdefault(other, fact.name) != fact.name or other == fact.name:
                path = (*table.at(fact.name), "also_called")
                message = f'"{other}" is already a name of the fact "{taken[other]}"; leave it out'
                table.report.problem(path, message, part=f'"{other}"')


def read_windows(table: Table, facts: Mapping[str, Fact], last_day: LastDay) -> dict[str, Window]:
    """The windows under `[window.<name>]`; `last_day` is what the document says of all of them."""
    windows = {}
    for name in table:
        if not _NAME.fullmatch(name):
            table.wrong_key(name, f'the name "{name}" must be in small letters, digits and underscores: "money_back"')
        entry = table.table(name)
        if "counted_before" in entry or ("opens" in entry and "counted_from" not in entry):
            windows[name] = _backward(name, entry, facts)
        else:
            windows[name] = _forward(name, entry, facts, last_day)
        entry.may_have("last_day", "extended_by", "closed_last_day", "or_until", "counted_before", "opens")
        entry.no_more()
    return windows


def _forward(name: str, table: Table, facts: Mapping[str, Fact], last_day: LastDay) -> Window:
    length = table.span("length", ("days", "hours", "business days", "months", "years"), least=1)
    in_hours = length.unit == "hours"
    if in_hours:
        _without(table, "last_day", "hours are elapsed time and have no last day; leave it out")
        _without(table, "closed_last_day", "hours are elapsed time and have no last day; leave it out")
    _without(table, "opens", '"opens" belongs to a window with "counted_before"; leave it out')
    counted_from = _anchor(table, "counted_from", facts)
    counts = table.choice("last_day", ("inclusive", "exclusive"), last_day)
    closed = table.choice("closed_last_day", ("counts", "next_working_day"), "counts")
    units: tuple[Unit, ...] = ("hours",) if in_hours else _CALENDAR_UNITS
    return Window(
        name=name,
        length=length,
        counted_from=counted_from,
        last_day="inclusive" if in_hours else cast(LastDay, counts),
        extended_by=table.optional_span("extended_by", units),
        closed_last_day=cast(Literal["counts", "next_working_day"], closed),
        or_until=_or_until(table, facts),
    )


def _backward(name: str, table: Table, facts: Mapping[str, Fact]) -> Window:
    """A window before its anchor: from `opens` to `length` before it, both days inside."""
    units: tuple[Unit, ...] = ("days", "months", "years", "business days")
    written = table.optional("length")
    in_hours = read_span(written) if isinstance(written, str) else None
    if in_hours is not None and in_hours.unit == "hours":
        hint = f'for hours before the end of a term write when.in_last_of_term = "{in_hours}" in the clause'
        table.wrong("length", f"a window before its anchor is counted in days; {hint}")
        return Window(name=name, length=in_hours)
    opens, length = table.span("opens", units, least=1), table.span("length", units, least=0)
    before = _anchor(table, "counted_before", facts)
    _without(table, "counted_from", 'keep one of "counted_from" and "counted_before": a window lies after or before')
    for key in ("last_day", "extended_by", "closed_last_day", "or_until"):
        _without(table, key, "the days of a window before its anchor are all inside; leave it out")
    sound = table.report.is_sound(table.at("opens"), table.at("length"))
    if sound and not surely_longer(opens, length):
        table.wrong(
            "opens",
            f"a window that opens {opens} before and closes {length} before its anchor may never be open; "
            f'"opens" must be farther away than "length"',
        )
    return Window(name=name, length=length, counted_from=before, counted_before=before, opens=opens)


def _anchor(table: Table, key: str, facts: Mapping[str, Fact]) -> str:
    """What a window is counted from: an event of the order, or a declared fact that is a date or an instant."""
    anchor = table.text(key, ANCHORS[0])
    fact = facts.get(anchor)
    if anchor in ANCHORS or (fact is not None and fact.type in ("date", "instant")):
        return anchor
    if not table.report.is_sound(("facts", anchor)):
        return ANCHORS[0]
    dated = [fact.name for fact in facts.values() if fact.type in ("date", "instant")]
    if fact is not None:
        hint = f'the fact "{anchor}" is of the type "{fact.type}"; expected a date or an instant'
    elif anchor in KNOWN_FACTS and near(anchor, dated) is None:
        hint = declare(KNOWN_FACTS[anchor])
    else:
        hint = suggestion(anchor, (*ANCHORS, *dated))
    table.wrong(key, f'a window can not be counted from "{anchor}"; {hint}')
    return ANCHORS[0]


def _or_until(table: Table, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    if "or_until" not in table:
        return ()
    names = table.texts("or_until")
    instants = tuple(fact.name for fact in facts.values() if fact.type == "instant")
    for index, name in enumerate(names):
        if name in instants or not table.report.is_sound(("facts", name)):
            continue
        known = KNOWN_FACTS.get(name)
        if name in facts:
            hint = f'it is of the type "{facts[name].type}"; expected an instant'
        else:
            hint = declare(known) if known else suggestion(name, instants)
        table.report.problem((*table.at("or_until"), index), f'a window can not end at "{name}"; {hint}')
    return names


def _without(table: Table, key: str, why: str) -> None:
    if key in table:
        table.may_have(key)
        table.wrong_key(key, f'"{key}" has no place here: {why}')


def declare(fact: Fact) -> str:
    """The end of a message: how a well-known fact is declared."""
    return f'declare it first: [facts.{fact.name}] with type = "{fact.type}"'


def read_proration(table: Table) -> Proration:
    """The defaults for every unused part under `[proration]`."""
    proration = proration_over(table, Proration())
    table.no_more()
    return proration


def proration_over(table: Table, default: Proration) -> Proration:
    """How an unused part is reckoned, as far as a table says so, and else as before."""
    return Proration(
        by=cast(Literal["day", "whole_month"], table.choice("by", ("day", "whole_month"), default.by)),
        request_day=cast(
            Literal["used", "unused"], table.choice("request_day", ("used", "unused"), default.request_day)
        ),
        rounding=cast(Rounding, table.choice("rounding", ROUNDINGS, default.rounding)),
    )
