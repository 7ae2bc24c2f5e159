"""Whatever is deleted from a document or put in its place: it is read, or its problems are told at their places."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.reading.document_reader import canonical_text
from goodterms.domain.reading.policy_lines import KeyLines, Path, Place
from goodterms.domain.reading.policy_problems import Problem
from tests.support.rules_documents import FULL, LAW, REFERENCE, problems_of

#: Values of every type of TOML, and some that look like those of the language.
OTHERS = (
    "0", "-1", "7", "1.5", "nan", "true", '""', '" "', '"x"', '"always"', '"30 days"', '"0 days"', '"99999 days"',
    '"1 month"', '"reference"', "2026-01-31", "2026-01-31T10:00:00Z", "07:30:00", "[]", "[1]", '["x"]', '["x", "x"]',
    "[[]]", "[{}]", "{}", '{ x = 1 }', '{ EUR = "1.00" }', '"{money_back} {x} {"', "9" * 25, "'''\n'''", '"\\u0000"',
)  # fmt: skip
DOCUMENTS = {"reference": REFERENCE, "full": FULL, "law": LAW}


@cache
def places(name: str) -> list[tuple[Path, Place, Place | None]]:
    """Every key and header of a document with its place, and that of its value where it has one."""
    lines = KeyLines(canonical_text(DOCUMENTS[name]))
    found: list[tuple[Path, Place, Place | None]] = []
    for path in lines.paths():
        value = lines.value(path)
        found.append((path, lines.key(path), None if value == lines.key(path) else value))
    return found


def offset(text: str, place: Place) -> int:
    return sum(len(line) + 1 for line in text.split("\n")[: place.line - 1]) + place.column - 1


def replaced(name: str, place: Place, new: str) -> str:
    text = canonical_text(DOCUMENTS[name])
    start = offset(text, place)
    return text[:start] + new + text[start + len(place.text) :]


def assert_told(text: str, problems: list[Problem]) -> None:
    """Each problem has a message and stands where its text stands in the document."""
    lines = canonical_text(text).split("\n")
    for problem in problems:
        assert problem.message
        line = lines[problem.line - 1]
        assert line[problem.column - 1 :].startswith(problem.text), problem
        assert str(problem) == f"p.toml:{problem.line}:{problem.column}: {problem.message}"
    assert problems == sorted(problems, key=lambda one: (one.line, one.column))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_key_may_be_missing(name: str) -> None:
    """Without any one of its keys a document is a policy, or says where it is none."""
    refused = 0
    for _, key, value in places(name):
        if value is not None:
            start = offset(canonical_text(DOCUMENTS[name]), key)
            text = canonical_text(DOCUMENTS[name])
            without = text[:start] + text[offset(text, value) + len(value.text) :]
            problems = problems_of(without, law=name == "law")
            assert_told(without, problems)
            refused += bool(problems)
    assert refused > len(places(name)) // 4


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_table_may_be_missing(name: str) -> None:
    """The same for each header, whose keys then belong to the table before it."""
    for _, key, value in places(name):
        if value is None and key.text.startswith("["):
            without = replaced(name, key, "")
            assert_told(without, problems_of(without, law=name == "law"))


@given(st.sampled_from(list(product(DOCUMENTS, range(400)))), st.sampled_from(OTHERS))
def test_any_value_may_be_of_another_type(which: tuple[str, int], other: str) -> None:
    """Whatever stands in the place of a value, nothing else comes of it than a policy or problems at their places."""
    name, index = which
    values = [value for _, _, value in places(name) if value is not None]
    text = replaced(name, values[index % len(values)], other)
    assert_told(text, problems_of(text, law=name == "law"))


@given(st.sampled_from(list(DOCUMENTS)), st.data())
def test_any_two_values_may_be_exchanged(name: str, data: st.DataObject) -> None:
    """A value of the language in another's place is no worse."""
    values = [value for _, _, value in places(name) if value is not None]
    one, other = data.draw(st.sampled_from(values)), data.draw(st.sampled_from(values))
    text = replaced(name, one, other.text)
    assert_told(text, problems_of(text, law=name == "law"))


@pytest.mark.parametrize(
    ("text", "line", "column", "part", "words"),
    [
        ("a = 1\nb = = 2\n", 2, 5, "= 2", 'a text needs quotes: key = "text"'),
        ("a = 1\na = 2\n", 2, 1, "a = 2", "a second time; keep one of the two"),
        ("[a]\n[a]\n", 2, 1, "[a]", "a second time; keep one of the two"),
        ("a = [1, 2\n", 1, 1, "a = [1, 2", "close the list with ]"),
        ("a = 2026-02-30\n", 1, 5, "2026-02-30", "write an existing date"),
        ('a = "x\nb = 1\n', 1, 1, 'a = "x', "a text in quotes ends on its line"),
        ("a b = 1\n", 1, 3, "b = 1", 'write key = "value"'),
        ("a = maybe\n", 1, 5, "maybe", "a text needs quotes"),
        ("a = yes\n", 1, 5, "yes", "a yes or no is written true, in small letters and without quotes"),
        ("a = False # no\n", 1, 5, "False # no", "a yes or no is written false, in small letters"),
        ("a = \u201ctext\u201d\n", 1, 5, "\u201ctext\u201d", "these quotes are curly; write straight ones"),
        ("\ufeff  ?\n", 1, 3, "?", "write key"),
        ("a = 1 2\n", 1, 7, "2", "a new key needs a new line"),
        ("a = " + "[" * 5000, 1, 1, "a = " + "[" * 5000, "too deep"),
        ("a = " + "9" * 5000 + "\n", 1, 1, "a = " + "9" * 5000, "not valid TOML"),
        ("a = '\ud800'\n", 1, 6, "\ud800'", "delete it"),
    ],
)
def test_broken_syntax_is_told_with_its_place(text: str, line: int, column: int, part: str, words: str) -> None:
    """What is no TOML has a line and a column too, and a hint."""
    (problem,) = problems_of(text)
    assert (problem.line, problem.column, problem.text) == (line, column, part)
    assert words in problem.message
