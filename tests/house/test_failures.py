"""docs/failures.md has a line for each of the 124 ways, and the tests that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "failures.md").read_text(encoding="utf-8")
SIZES = {"A": 26, "B": 16, "C": 20, "D": 16, "E": 11, "F": 6, "G": 14, "H": 15}
ROWS = [line.strip("|").split(" | ") for line in TEXT.splitlines() if re.match(r"\| [A-H]\d", line)]


def test_each_way_has_its_line() -> None:
    """Every id once and in its order, with what goes wrong, what happens here, and what shows it."""
    assert [row[0].strip() for row in ROWS] == [
        f"{part}{n}" for part, size in SIZES.items() for n in range(1, size + 1)
    ]
    assert sum(SIZES.values()) == 124
    assert {len(row) for row in ROWS} == {4}
    assert all(cell.strip() for row in ROWS for cell in row)


def test_each_line_names_a_test_or_says_why_not() -> None:
    """Where no test shows it, the line says that it does not apply or is not covered."""
    without = [row for row in ROWS if "::test_" not in row[3]]
    assert all("does not apply" in row[3] or "not covered" in row[3] for row in without)
    assert len(without) <= 4


def test_every_test_that_is_named_is_there() -> None:
    """File and function, as they are written."""
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) > 150
    sources = {file: (ROOT / "tests" / file).read_text(encoding="utf-8") for file, _ in named}
    missing = [f"{file}::{test}" for file, test in named if f"def {test}(" not in sources[file]]
    assert missing == []
