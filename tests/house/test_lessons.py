"""The tests that docs/lessons.md names exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_test_that_is_named_is_there() -> None:
    """File by file, function by function; 25 numbered problems have a line each."""
    text = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
    assert [int(n) for n in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == list(range(1, 26))
    file = ""
    for name in re.findall(r"`((?:[\w/]+\.py)?(?:::\w+)?)`", text):
        path, _, test = name.partition("::")
        file = path or file
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in source, name
