"""Money: integer minor units with an ISO 4217 currency, and the one place where the product rounds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, Self

from goodterms.domain.value import dataclass

# ISO 4217 currencies whose minor unit is not a hundredth. Anything else has two digits.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
# Plain decimal notation in ASCII digits: no exponents, separators or words such as "Infinity".
_DECIMAL = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]+))?")
_CURRENCY = re.compile(r"[A-Z]{3}")
Rounding = Literal["half_up", "half_even", "up", "down"]
_MOST_DIGITS = 15  # before the point: what is left fits a 64-bit integer in every currency


class MoneyError(ValueError):
    """An amount or currency that is not money: wrong digits, unknown form, or two currencies mixed."""


def exponent(currency: str) -> int:
    """Digits after the decimal point for an ISO 4217 currency code: AUD 2, JPY 0, KWD 3."""
    return _EXPONENTS.get(currency, 2)


@lru_cache(maxsize=1024)
def _is_code(currency: str) -> bool:
    return _CURRENCY.fullmatch(currency) is not None


def divide(numerator: int, denominator: int, rounding: Rounding = "half_up") -> int:
    """Integer division, rounded as a policy says: the one place where the product rounds.

    "half_up": to the nearest, halves away from zero; "half_even": halves to the even neighbor; "up": away from zero;
    "down": towards zero. `denominator` must be positive. Used for proration, shares, fees and shares of tax.
    """
    if denominator <= 0:
        raise MoneyError("the denominator must be positive")
    whole, rest = divmod(abs(numerator), denominator)
    match rounding:
        case "half_up":
            more = denominator <= 2 * rest
        case "half_even":
            more = denominator < 2 * rest or (denominator == 2 * rest and whole % 2 == 1)
        case "up":
            more = rest > 0
        case "down":
            more = False
    return (-1 if numerator < 0 else 1) * (whole + more)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero, as everywhere where no policy says otherwise."""
    return divide(numerator, denominator, "half_up")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in integer minor units (cents, yen) of one currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not _is_code(self.currency):
            raise MoneyError(f"not an ISO 4217 currency code: {self.currency!r}")

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read a decimal string such as "59.95". More digits than the currency has is an error, never rounded."""
        found = _DECIMAL.fullmatch(text.strip())
        if found is None:
            raise MoneyError(f"not an amount: {text!r}")
        sign, whole, part = found["sign"], found["whole"], (found["part"] or "").rstrip("0")
        digits = exponent(currency)
        if len(part) > digits:
            raise MoneyError(f"{text!r} has more digits than {currency} allows ({digits})")
        if len(whole) > _MOST_DIGITS:
            raise MoneyError(f"too much to be an amount: {text!r}")
        return cls(int(sign + whole + part.ljust(digits, "0")), currency)

    def decimal_str(self) -> str:
        """The amount as a plain decimal string with the currency's digits: "59.95", "-0.05", "500"."""
        digits = exponent(self.currency)
        sign = "-" if self.minor < 0 else ""
        if digits == 0:
            return f"{sign}{abs(self.minor)}"
        whole, part = divmod(abs(self.minor), 10**digits)
        return f"{sign}{whole}.{part:0{digits}d}"

    def share(self, numerator: int, denominator: int, rounding: Rounding = "half_up") -> Money:
        """This amount times a fraction, rounded to the minor unit."""
        return Money(divide(self.minor * numerator, denominator, rounding), self.currency)

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise MoneyError(f"{self.currency} and {other.currency} cannot be mixed")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.decimal_str()} {self.currency}"
