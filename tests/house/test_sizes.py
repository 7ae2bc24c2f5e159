"""Small files and short functions: a reader holds one at a time in the head."""

from __future__ import annotations

from tests.house.sources import ROOT, assert_none, functions, name_of, python_files, tree

MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 70
TOPS = [ROOT / "src", ROOT / "tests", ROOT / "bench", ROOT / "tools"]


def test_files_are_small() -> None:
    """No file is longer than 350 lines."""
    broken = [
        f"{name_of(path)}: {lines} lines"
        for path in python_files(*TOPS)
        if (lines := path.read_text().count("\n")) > MOST_LINES_OF_A_FILE
    ]
    assert_none(broken, f"A file has at most {MOST_LINES_OF_A_FILE} lines: split it by noun.")


def test_functions_are_short() -> None:
    """No function reaches 70 lines."""
    broken = [
        f"{name_of(path)}:{function.lineno}: {function.name} has {lines} lines"
        for path in python_files(*TOPS)
        for function in functions(tree(path))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) >= MOST_LINES_OF_A_FUNCTION
    ]
    assert_none(broken, f"A function has fewer than {MOST_LINES_OF_A_FUNCTION} lines: name its parts.")


def test_every_file_says_what_it_is() -> None:
    """Every module of the package begins with a docstring."""
    from ast import get_docstring

    broken = [
        f"{name_of(path)}:1: no docstring"
        for path in python_files(*TOPS)
        if path.read_text().strip() and not get_docstring(tree(path))
    ]
    assert_none(broken, "A module begins by saying what it is for.")
