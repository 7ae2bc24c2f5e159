"""Money: whole minor units, read and written exactly, with one rounding rule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.money import Money, MoneyError, divide_half_up, exponent

MINOR = st.integers(1 - 10**15, 10**15 - 1)
CURRENCIES = st.sampled_from(["AUD", "EUR", "JPY", "KRW", "KWD", "BHD", "CLF"])


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        pytest.param("59.95", "AUD", 5995, id="cents"),
        pytest.param("19.99", "USD", 1999, id="not-1998"),
        pytest.param("0.1", "EUR", 10, id="one-digit-of-two"),
        pytest.param("1.50000", "EUR", 150, id="zeros-beyond-the-currency"),
        pytest.param("-0.05", "GBP", -5, id="negative"),
        pytest.param("+7", "GBP", 700, id="plus"),
        pytest.param(" 12 ", "EUR", 1200, id="spaces-around"),
        pytest.param("500", "JPY", 500, id="yen-have-no-cents"),
        pytest.param("1.250", "KWD", 1250, id="dinars-have-three"),
        pytest.param("1.2345", "CLF", 12345, id="four"),
        pytest.param("999999999999999.99", "EUR", 99999999999999999, id="as-much-as-fits"),
    ],
)
def test_amounts_are_read_exactly(text: str, currency: str, minor: int) -> None:
    """A decimal string becomes the minor units of its currency, digit by digit."""
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "5.", ".5", "1,50", "1_000", "1e3", "NaN", "Infinity", "0x10", "５", "1.005", "--1", "1 000",
        "12345678901234567890123456.789", "1" * 16,
    ],
)  # fmt: skip
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    """Other notations, digits the currency does not have and absurd lengths are errors, never rounded or guessed."""
    with pytest.raises(MoneyError):
        Money.parse(text, "EUR")


@pytest.mark.parametrize("code", ["", "EU", "EURO", "eur", "E1R", "€UR", "ÄBC", "A B"])
def test_a_currency_is_three_capital_letters(code: str) -> None:
    """Anything that the database's check would refuse is refused here first."""
    with pytest.raises(MoneyError):
        Money(1, code)


@given(MINOR, CURRENCIES)
def test_written_and_read_it_is_the_same(minor: int, currency: str) -> None:
    """An amount survives being written as a decimal string, with the digits of its currency."""
    money = Money(minor, currency)
    text = money.decimal_str()
    assert Money.parse(text, currency) == money
    assert len(text.partition(".")[2]) == exponent(currency)


@given(MINOR, MINOR)
def test_sums_are_exact_and_ordered(a: int, b: int) -> None:
    """Adding and comparing amounts is adding and comparing integers."""
    one, other = Money(a, "EUR"), Money(b, "EUR")
    assert (one + other) - other == one
    assert (one < other, one <= other, one > other, bool(one)) == (a < b, a <= b, a > b, a != 0)
    assert min(one, other).minor == min(a, b)


def test_two_currencies_are_never_mixed() -> None:
    """Adding, subtracting or comparing dollars with euros is an error."""
    a, b = Money(1, "AUD"), Money(1, "EUR")
    for mix in (lambda: a + b, lambda: a - b, lambda: a < b, lambda: a <= b, lambda: min(a, b)):
        with pytest.raises(MoneyError):
            mix()
    assert a != b


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_division_rounds_half_away_from_zero(numerator: int, denominator: int) -> None:
    """The result is the nearest integer, and of two equally near the one farther from zero."""
    exact, rounded = Fraction(numerator, denominator), divide_half_up(numerator, denominator)
    off = abs(exact - rounded)
    assert off <= Fraction(1, 2)
    if off == Fraction(1, 2):
        assert abs(rounded) > abs(exact)
    assert divide_half_up(-numerator, denominator) == -rounded


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_a_share_is_between_nothing_and_all(minor: int, percent: int) -> None:
    """A share of an amount never leaves its bounds, and all of it is all of it."""
    money = Money(minor, "EUR")
    assert 0 <= money.share(percent, 100).minor <= minor
    assert money.share(100, 100) == money
    with pytest.raises(MoneyError):
        money.share(1, 0)
