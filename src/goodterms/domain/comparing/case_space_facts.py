"""The axes of declared facts: the values that rules tell apart, one that they do not name, and not knowing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from goodterms.domain.comparing.case_space_types import FACT, UNKNOWN, Axis, Choice, Moment, Near, Scope, Unknown
from goodterms.domain.counting import date_in_words
from goodterms.domain.money import Money
from goodterms.domain.reading.policy_words import ABSENT, ANCHORS
from goodterms.domain.rules import Condition, Fact, FactValue

_OTHER = "something_else"
_DAY = timedelta(days=1)
_NOON = time(12)  # the same day in nearly every zone
_MOST_WORDS = 6
#: The values that most cases have, where rules do not make another one ordinary.
_USUAL: dict[str, FactValue] = {
    "consumer": True,
    "product_class": "digital_service",
    "express_request_to_start": True,
    "regime_in_force": True,
    "first_order": True,
    "origin": "purchase",
}
#: Set by other axes: when the contract was made, and how much of a commitment is billed.
_ELSEWHERE = ("contract_made_on", "installments_billed", "installments_total")


def fact_axes(scope: Scope) -> tuple[Axis, ...]:
    """An axis for every declared fact that a rule uses, by name.

    One that two documents give different types has no value that both could read: it stays unknown.
    """
    declared: dict[str, Fact] = {}
    left_out = set(_ELSEWHERE)
    for document in scope.documents:
        for name, fact in document.facts.items():
            if declared.setdefault(name, fact).type != fact.type:
                left_out.add(name)
    used = _used(scope) - left_out
    return tuple(_axis(fact, scope) for name, fact in sorted(declared.items()) if name in used)


def ordinary_first(choices: Sequence[Choice], fact: str, scope: Scope, *, keep: int = 0) -> tuple[Choice, ...]:
    """The choices with the most ordinary one first, without words: that against which the fewest exclusions speak.

    `keep` is how many of the first choices may become the ordinary one by right of place when all are alike.
    """
    needs = [
        need
        for document in scope.documents
        for clause in document.clauses
        if clause.outcome != "grant"
        for need in clause.conditions
        if need.fact == fact
    ]
    best = min(range(len(choices)), key=lambda index: (_against(needs, choices[index].value), index >= keep, index))
    rest = [choice for index, choice in enumerate(choices) if index != best]
    return (Choice(choices[best].value), *rest)


def _against(needs: Iterable[Condition], value: object) -> int:
    return sum(1 for need in needs if holds(need, value))


def holds(need: Condition, value: object) -> bool | None:
    """Whether a condition on a fact's value holds; None where that can not be told without the rest of the case."""
    if isinstance(value, Unknown | Near):
        return None
    if need.test == "given":
        return (value is not None) == (need.values == ("true",))
    if value is None:
        return False
    if need.test in ("is", "is_not"):
        return (_in_words(value) in need.values) == (need.test == "is")
    limits = [_same_type(value, text) for text in need.values]
    compare = _COMPARED.get(need.test)
    if compare is None or any(limit is None for limit in limits) or not limits:
        return None
    return compare(value, limits[0])


def _less(one: object, other: object) -> bool:
    if isinstance(one, Money) and isinstance(other, Money):
        return one < other
    if type(one) is date and type(other) is date:
        return one < other
    assert isinstance(one, int)
    assert isinstance(other, int)
    return one < other


_COMPARED: dict[str, Callable[[object, object], bool]] = {
    "at_least": lambda value, limit: not _less(value, limit),
    "at_most": lambda value, limit: not _less(limit, value),
    "more_than": lambda value, limit: _less(limit, value),
    "less_than": _less,
    "before": _less,
    "on_or_after": lambda value, limit: not _less(value, limit),
}


def _same_type(value: object, text: str) -> object:
    """A limit in the words of a document as a value of the same type; None where it is not."""
    if isinstance(value, Money):
        number, _, currency = text.partition(" ")
        return Money.parse(number, currency) if currency == value.currency else None
    if type(value) is date:
        return date.fromisoformat(text)
    if type(value) is int and text.isdigit():
        return int(text)
    return None


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _used(scope: Scope) -> set[str]:
    found = {need.fact for document in scope.documents for need in document.conditions}
    for document in scope.documents:
        for window in document.windows.values():
            found |= {window.counted_from, window.counted_before or "", *window.or_until}
        found |= {name for clause in document.clauses for name in clause.payback.less}
    if any(law.consumers_only for law in scope.laws):
        found.add("consumer")
    if any(law.status == "announced" for law in scope.laws):
        found.add("regime_in_force")
    return found


def _axis(fact: Fact, scope: Scope) -> Axis:
    needs = [need for document in scope.documents for need in document.conditions if need.fact == fact.name]
    values = list(dict.fromkeys(_values(fact, needs, scope)))
    if any(need.test == "given" for need in needs) and None not in values:
        values.append(None)
    choices = [Choice(value, _says(fact, value)) for value in values]
    if fact.when_absent is None:
        choices.append(Choice(UNKNOWN, f'nobody knows "{fact.ask}"'))
        return Axis(FACT + fact.name, (*ordinary_first(choices[:-1], fact.name, scope, keep=1), choices[-1]))
    absent = _from_words(fact, fact.when_absent)
    rest = [choice for choice in choices if choice.value != absent]
    return Axis(FACT + fact.name, (Choice(UNKNOWN), *rest))


def _values(fact: Fact, needs: Sequence[Condition], scope: Scope) -> list[FactValue]:
    """The values that matter, the most usual first."""
    tested = [value for need in needs for value in need.values if need.test not in ("given", "inside", "outside")]
    usual = [_USUAL[fact.name]] if fact.name in _USUAL else []
    match fact.type:
        case "yes_or_no":
            return [*usual, False, True]
        case "word":
            untested = [word for word in fact.words if word not in tested]
            first = [word for word in usual if word in fact.words]
            return [*first, *untested[:1], *[word for word in fact.words if word in tested][:_MOST_WORDS]]
        case "text":
            return [_OTHER, *tested[:_MOST_WORDS]]
        case "whole_number":
            limits = [int(value) for value in tested if value.isdigit()]
            around = [count for limit in limits for count in (limit - 1, limit, limit + 1)]
            return [*sorted({0, *(count for count in around if count >= 0)})]
        case "amount":
            return [*_amounts(tested)]
        case "date":
            days = [date.fromisoformat(value) for value in tested]
            return [*(one for day in days for one in (day, day - _DAY)), *_instants(fact, needs, scope, dates=True)]
        case "instant":
            return _instants(fact, needs, scope, dates=False)
        case "length":
            return [*tested, "1 year"]


def _amounts(tested: Iterable[str]) -> list[Money]:
    """Nothing, a little, more than any price, and what lies around each limit; in the currency of the case."""
    currency = "EUR"
    limits = []
    for text in tested:
        number, _, currency = text.partition(" ")
        limits.append(Money.parse(number, currency))
    near = [Money(limit.minor + more, limit.currency) for limit in limits for more in (0, 1, -1)]
    plain = [Money(minor, currency) for minor in (0, 2_000, 100_000)]
    return [*plain[:1], *(one for one in near if one.minor >= 0), *plain[1:]]


def _instants(fact: Fact, needs: Sequence[Condition], scope: Scope, *, dates: bool) -> list[FactValue]:
    """Absent, with the order, a day after it, a day before and after the request, and the edges of windows."""
    found: list[FactValue] = []
    anchored = any(
        fact.name in (window.counted_from, window.counted_before)
        for document in scope.documents
        for window in document.windows.values()
    )
    if anchored:
        found += [Near("order"), Near("order", 3), Near("order", 40)]
    for index, document in enumerate(scope.documents):
        for need in document.conditions:
            if need.fact == fact.name and need.test in ("inside", "outside"):
                for name in need.values:
                    found += [
                        Near("window", 0, Moment("window", None, index, name, edge)) for edge in ("last", "after")
                    ]
    limits = [value for need in needs if need.test in ("before", "on_or_after") for value in need.values]
    if not dates:
        days = [date.fromisoformat(value) for value in limits]
        found += [datetime.combine(one, _NOON, UTC) for day in days for one in (day, day - _DAY)]
    if not dates or anchored:
        found += [Near("request", -1), Near("request", 1)] if not anchored else []
        found.append(None)
    return found


def _from_words(fact: Fact, text: str) -> FactValue:
    match fact.type:
        case "yes_or_no":
            return text == "true"
        case "whole_number":
            return int(text) if text.isdigit() else None
        case "date" | "instant" if text in ANCHORS:
            return UNKNOWN  # as of the order: not one of the dates to try
        case "amount":
            return None if text == ABSENT else Money(0, "EUR")
        case "date" | "instant":
            return None
    return None if text == ABSENT and text not in fact.words else text


def _says(fact: Fact, value: FactValue) -> str:
    """What a value of a fact means, in words."""
    name = fact.name.removesuffix("_at").removesuffix("_on").replace("_", " ")
    if value is None:
        return f"no {name}"
    if isinstance(value, bool):
        return name if value else f"not {name}"
    if isinstance(value, Near):
        return _says_near(name, value)
    if isinstance(value, date):
        return f"{name} on {date_in_words(value)}"
    if value == _OTHER:
        return f"another {name}"
    return f"{name} {str(value).replace('_', ' ')}"


def _says_near(name: str, near: Near) -> str:
    if near.anchor == "window" and near.window is not None:
        edge = "at the last instant of" if near.window.edge == "last" else "at the first instant after"
        return f"{name} {edge} the window {near.window.name}"
    if near.days == 0:
        return f"{name} with the {near.anchor}"
    days = f"{abs(near.days)} day{'' if abs(near.days) == 1 else 's'}"
    return f"{name} {days} {'after' if near.days > 0 else 'before'} the {near.anchor}"
