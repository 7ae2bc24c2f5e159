"""Reading the windows and clauses of a policy document: the rules on refunds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

from goodterms.domain.policy import Access, Clause, Condition, Outcome, Unit, Window
from goodterms.domain.policy_problems import one_of, suggestion
from goodterms.domain.policy_tables import Table
from goodterms.domain.policy_words import CASE_FACTS, YES_OR_NO

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CLAUSE_ID = re.compile(r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")


def read_windows(table: Table) -> dict[str, Window]:
    """The named windows under `[refund.window.<name>]`."""
    units: tuple[Unit, ...] = ("days", "hours")
    windows = {}
    for name in table:
        entry = table.table(name)
        length = entry.span("length", units, least=1)
        entry.choice("counted_from", ("order",))
        entry.no_more()
        windows[name] = Window(name, length, "order")
    return windows


def read_clause(table: Table, windows: Mapping[str, Window], spoken: Mapping[str, str]) -> Clause:
    """One `[[refund.clause]]`; `spoken` has the words for the placeholders of its sentence."""
    clause_id = table.text("id")
    if clause_id and not _CLAUSE_ID.match(clause_id):
        table.wrong("id", f'the id "{clause_id}" must be in capitals, digits and hyphens: "OUTSIDE-WINDOW"')
    conditions, window = _when(table, windows)
    outcome = cast(Outcome, table.choice("outcome", get_args(Outcome)))
    access: Access = "unchanged"
    amount: Literal["full", "none"] = "none"
    if outcome == "grant":
        table.choice("amount", ("full",))
        access, amount = cast(Access, table.choice("access", get_args(Access))), "full"
    for key in ("amount", "access"):
        if outcome != "grant" and table.optional(key) is not None:
            table.wrong(key, f'"{key}" contradicts the outcome "{outcome}": only a grant pays or changes access')
    says = _sentence(table, spoken)
    table.no_more()
    return Clause(clause_id, says, conditions, window, outcome, amount, access)


def _when(table: Table, windows: Mapping[str, Window]) -> tuple[tuple[Condition, ...], str | None]:
    """The conditions and the window under `when`; `when = "always"` is none of both, written on purpose."""
    if not isinstance(table.optional("when"), dict):
        table.choice("when", ("always",))
        return (), None
    when = table.table("when")
    window = when.choice("inside_window", tuple(windows) or ("a window",)) if "inside_window" in when else None
    conditions = []
    for fact, words in CASE_FACTS.items():
        for key, negated in ((fact, False), (f"{fact}_is_not", True)):
            if key in when:
                conditions.append(Condition(fact, _allowed(when, key, words), negated))
            else:
                when.optional(key)
    when.optional("inside_window")
    when.no_more()
    if not conditions and window is None and table.report.is_sound(when.path):
        table.wrong("when", 'no condition is given; for the default write when = "always"')
    for fact in {one.fact for one in conditions if one.negated} & {one.fact for one in conditions if not one.negated}:
        when.wrong(f"{fact}_is_not", f'"{fact}" and "{fact}_is_not" contradict each other; keep one')
    return tuple(conditions), window


def _allowed(when: Table, key: str, words: Sequence[str]) -> tuple[str, ...]:
    """The values of a condition: true or false, one word or a list of words."""
    value = when.optional(key)
    if words == YES_OR_NO:
        if not isinstance(value, bool):
            when.wrong(key, f'"{key}" must be true or false, without quotes')
        return ("true",) if value is True else ("false",)
    if isinstance(value, list):
        found = when.choices(key, words) if words else when.texts(key)
        if words and set(found) == set(words):
            when.wrong(key, f'"{key}" allows everything, so it is no condition; leave it out')
        return found
    if isinstance(value, str) and not words:
        return (when.text(key),)
    if not isinstance(value, str):
        when.wrong(key, f'"{key}" must be {one_of(words) or "a text"}, or a list')
        return words[:1] if isinstance(words, tuple) else ()
    return (when.choice(key, words),)


def _sentence(table: Table, spoken: Mapping[str, str]) -> str:
    """The sentence of a clause with its placeholders filled from the data."""
    written = table.text("says")
    for name in _PLACEHOLDER.findall(written):
        if name not in spoken:
            table.wrong("says", f'nothing is called "{{{name}}}"; {suggestion(name, tuple(spoken))}')
    return _PLACEHOLDER.sub(lambda found: spoken.get(found.group(1), ""), written)
