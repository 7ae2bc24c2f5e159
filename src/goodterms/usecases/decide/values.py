"""Single values of a scenario, checked: texts, instants, dates, amounts, words. Each error names its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from babel.numbers import is_currency

from goodterms.domain.counting import known_zone
from goodterms.domain.money import Money, MoneyError

#: Codes that are in use beside those of ISO 3166.
_SAME_COUNTRY = {"UK": "GB", "EL": "GR"}
_USA = "US"


class ScenarioError(ValueError):
    """A line that can not be decided: a stable code, the field it is about, and a sentence for people."""

    def __init__(self, code: str, field: str | None, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


def there(fields: Mapping[str, Any], name: str) -> Any:
    """A value that a scenario can not do without."""
    value = fields.get(name)
    if value is None:
        raise ScenarioError("missing_field", name, f"A scenario of this action needs {name}.")
    return value


def read_amount(fields: Mapping[str, Any]) -> Money:
    """`amount` and `currency`, as money."""
    currency, amount = there(fields, "currency"), there(fields, "amount")
    if not isinstance(currency, str) or not currency.isupper() or not is_currency(currency):
        raise ScenarioError("unknown_currency", "currency", f"Not an ISO 4217 currency code: {currency!r}.")
    return amount_in(currency, amount, "amount", "invalid_amount")


def amount_in(currency: str, amount: object, name: str, code: str) -> Money:
    """A decimal text as money of a currency."""
    if not isinstance(amount, str):
        raise ScenarioError(code, name, f'{name} is a decimal text such as "59.95", not {amount!r}.')
    try:
        money = Money.parse(amount, currency)
    except MoneyError as error:
        raise ScenarioError(code, name, f"{name}: {error}.") from None
    if money.minor < 0:
        raise ScenarioError(code, name, f"{name} is not negative.")
    return money


def instant(fields: Mapping[str, Any], name: str) -> datetime:
    """An instant that has to be there."""
    there(fields, name)
    at = instant_or_none(fields, name)
    assert at is not None
    return at


def instant_or_none(fields: Mapping[str, Any], name: str) -> datetime | None:
    """An ISO 8601 instant with its zone, in UTC; None when absent or null."""
    text = fields.get(name)
    return None if text is None else instant_in(text, name, "invalid_instant")


def instant_in(text: object, name: str, code: str) -> datetime:
    """An ISO 8601 text with its zone as an instant in UTC."""
    try:
        if not isinstance(text, str):
            raise TypeError
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ScenarioError(code, name, f"{name} needs a time zone, such as Z: {text!r}.")
        return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError(code, name, f"{name} is no ISO 8601 instant: {text!r}.") from None


def date_in(text: object) -> date | None:
    """An ISO 8601 calendar date; None when the value is anything else."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == len("2026-01-31") else None
    except ValueError:
        return None


def text_or_none(fields: Mapping[str, Any], name: str) -> str | None:
    """A text; None when absent, null or empty."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ScenarioError("invalid_value", name, f"{name} is a text, not {value!r}.")
    return value or None


def yes(fields: Mapping[str, Any], name: str) -> bool:
    """True or false; absent and null are false."""
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise ScenarioError("invalid_value", name, f"{name} is true or false, not {value!r}.")
    return bool(value)


def one_of(fields: Mapping[str, Any], name: str, values: tuple[str, ...]) -> str:
    """A word of a list, which has to be there."""
    value = there(fields, name)
    if value not in values:
        raise ScenarioError("invalid_value", name, f"{name} is one of {', '.join(values)}, not {value!r}.")
    return str(value)


def word_for(fields: Mapping[str, Any], name: str, values: Mapping[str, str]) -> str | None:
    """What a word stands for; None when absent or null."""
    return values[one_of(fields, name, tuple(values))] if fields.get(name) is not None else None


def count_or_none(fields: Mapping[str, Any], *names: str) -> int | None:
    """A whole number under the first of some names that is there."""
    name = next((name for name in names if fields.get(name) is not None), None)
    if name is None:
        return None
    value = fields[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ScenarioError("invalid_value", name, f"{name} is a whole number, not {value!r}.")
    return value


def timezone_or_none(fields: Mapping[str, Any], name: str) -> str | None:
    """The name of a time zone that exists."""
    zone = text_or_none(fields, name)
    if zone is not None and known_zone(zone) is None:
        raise ScenarioError("invalid_value", name, f"There is no time zone {zone!r}.")
    return zone


def place(fields: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Country (ISO 3166-1) and state of the buyer; a state without a country is one of the USA."""
    country, state = _code(fields, "country"), text_or_none(fields, "state")
    state = state.strip().upper().removeprefix(f"{_USA}-") if state else None
    if state is not None and not (state.isascii() and state.isalnum() and len(state) <= 3):
        raise ScenarioError("invalid_value", "state", f'A state is a code such as "NY", not {fields["state"]!r}.')
    if state is not None and country is None:
        country = _USA
    return country, state


def _code(fields: Mapping[str, Any], name: str) -> str | None:
    said = text_or_none(fields, name)
    if said is None:
        return None
    code = said.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ScenarioError("invalid_value", name, f'{name} is a code of ISO 3166-1 such as "DE", not {said!r}.')
    return _SAME_COUNTRY.get(code, code)
