"""Values of the domain: made cheaply, and still compared, hashed, copied and changed like any dataclass."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from goodterms.domain.money import Money, MoneyError
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import dataclass, replace
from tests.support.samples import at, subscription


@dataclass(frozen=True, slots=True)
class One:
    """A single field."""

    only: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Fields by name, one with a default."""

    first: int
    second: int = 2


def test_a_change_takes_over_all_other_fields() -> None:
    """The same as the standard library's own `replace`, for a value of 37 fields."""
    whole = subscription(bought_at=at("2026-05-10"))
    changed = replace(whole, version=7, auto_renew=False)
    assert changed == dataclasses.replace(whole, version=7, auto_renew=False)
    assert (whole.version, whole.auto_renew) == (0, True)
    kept = {field.name for field in dataclasses.fields(Subscription)} - {"version", "auto_renew"}
    assert all(getattr(changed, name) is getattr(whole, name) for name in kept)


def test_an_unknown_field_is_refused() -> None:
    """Nothing is set that the value does not have."""
    with pytest.raises(TypeError, match="no field 'cents'"):
        replace(Money(1, "EUR"), cents=2)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Money(1, "EUR").cents = 2  # type: ignore[attr-defined]


def test_what_a_value_checks_is_checked_again() -> None:
    """A changed value is as valid as a new one."""
    with pytest.raises(MoneyError):
        replace(Money(1, "EUR"), currency="Euro")


@pytest.mark.parametrize("value", [One(1), Named(first=1), Money(5, "JPY")])
def test_equal_hashed_and_copied_by_its_fields(value: Any) -> None:
    """Two of the same fields are the same; copies and pickles are equal."""
    for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value)), replace(value)):  # noqa: S301
        assert twin == value
        assert hash(twin) == hash(value)
    assert replace(value, **{dataclasses.fields(value)[0].name: 99}) != value


def test_values_are_frozen_to_the_type_checker() -> None:
    """The decorator takes nothing else, so that mypy refuses every assignment to a field."""
    with pytest.raises(TypeError, match="frozen"):
        dataclass(frozen=False, slots=True)
