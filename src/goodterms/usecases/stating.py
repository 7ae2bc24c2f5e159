"""Facts as programs state them, read into the values that the rules know: dates, instants, amounts, words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from goodterms.domain.judging.known_facts import fact_named
from goodterms.domain.money import Money
from goodterms.domain.rules import FactValue
from goodterms.usecases.cases import load_case
from goodterms.usecases.world import World

Plain = bool | int | str | None


def stated_facts(world: World, bucket: int, request_id: UUID, stated: Mapping[str, Plain]) -> dict[str, FactValue]:
    """The values of stated facts by the types they are declared with; what can not be read is left as it is.

    Dates and instants come in ISO 8601, amounts in minor units of the order's currency. Raises `NotFound`.
    """
    if not stated:
        return {}
    case = load_case(bucket, request_id, world.now(), lock=False)
    found = {}
    for name, value in stated.items():
        fact = fact_named(name, case.policy, case.beside.laws)
        found[name] = _read(fact.type if fact else "", value, case.order.amount.currency)
    return found


def _read(type_: str, value: Plain, currency: str) -> FactValue:
    try:
        if type_ == "date" and isinstance(value, str):
            return date.fromisoformat(value)
        if type_ == "instant" and isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        return value
    if type_ == "amount" and isinstance(value, int) and not isinstance(value, bool):
        return Money(value, currency)
    return value
