"""Facts that people stated about a case, as JSON and back: every value keeps its type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from goodterms.domain.money import Money
from goodterms.domain.refund_request import StatedFact
from goodterms.domain.rules import FactType, FactValue

_READ: Mapping[str, Callable[[Any], FactValue]] = {
    "amount": lambda value: Money(value["minor"], value["currency"]),
    "date": date.fromisoformat,
    "instant": datetime.fromisoformat,
}


def facts_json(facts: Mapping[str, StatedFact]) -> str:
    """The facts of a request as JSON text."""
    return json.dumps(
        {
            name: {"type": fact.type, "value": _plain(fact.value), "by": fact.by, "at": fact.at.isoformat()}
            for name, fact in facts.items()
        }
    )


def facts_from(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, StatedFact]:
    """The facts of a request from parsed JSON."""
    return {
        name: StatedFact(
            one["type"], value_from(one["type"], one["value"]), one["by"], datetime.fromisoformat(one["at"])
        )
        for name, one in stored.items()
    }


def value_from(type: FactType, stored: Any) -> FactValue:
    """One value from parsed JSON."""
    if stored is None:
        return None
    read = _READ.get(type)
    return read(stored) if read else stored


def _plain(value: FactValue) -> Any:
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    return value.isoformat() if isinstance(value, date | datetime) else value
