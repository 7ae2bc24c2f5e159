"""Cells of a file that somebody opens in a spreadsheet: text stays text and is never taken for a formula."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: What a spreadsheet takes for the beginning of a formula, or strips to find one behind it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def cells(row: Iterable[object]) -> list[object]:
    """A row with an apostrophe before every text that a spreadsheet would take for a formula.

    Order numbers of imported orders and ids of gateways are other people's words. Numbers, also as decimals below
    zero, stay what they are.
    """
    return [
        f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) and not _number(one) else one for one in row
    ]


def _number(text: str) -> bool:
    whole, _, part = text.removeprefix("-").partition(".")
    return whole.isdecimal() and text.isascii() and (part.isdecimal() or not part)
