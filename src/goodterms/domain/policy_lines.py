"""Where a key of a TOML document stands: a small scanner that maps the path of each key to its line."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


class KeyLines:
    """Lines, from 1, of the keys and tables of a document that has been read as valid TOML.

    Entries of an array of tables have their index in the path: ("refund", "clause", 3, "outcome").
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        self._scan(text.split("\n"))

    def line(self, path: Path) -> int:
        """The line of a key, or of the nearest table around it when the key itself is not in the document."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _scan(self, lines: list[str]) -> None:
        table: Path = ()
        value = _OpenValue()
        for number, line in enumerate(lines, start=1):
            if value.is_open:
                value.feed(line)
                continue
            if header := _HEADER.match(line):
                table = self._open_table(_parts(header.group(2)), is_array=header.group(1) == "[[")
                self._note(table, number)
            elif key := _KEY.match(line):
                self._note(table + _parts(key.group(1)), number)
                value.feed(line[key.end() :])

    def _open_table(self, names: Path, *, is_array: bool) -> Path:
        """The full path of a table header: the names with the index of the latest entry after each array."""
        path: Path = ()
        for position, name in enumerate(names, start=1):
            path += (name,)
            if is_array and position == len(names):
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path += (self._counts[path] - 1,)
        return path

    def _note(self, path: Path, number: int) -> None:
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], number)


class _OpenValue:
    """Follows a value over several lines: brackets that are still open, and multi-line strings."""

    def __init__(self) -> None:
        self._depth = 0
        self._quotes = ""

    @property
    def is_open(self) -> bool:
        return bool(self._depth or self._quotes)

    def feed(self, text: str) -> None:
        position = 0
        while position < len(text):
            position = self._step(text, position)
        if len(self._quotes) == 1:
            self._quotes = ""

    def _step(self, text: str, position: int) -> int:
        if self._quotes:
            return self._inside_string(text, position)
        for quotes in ('"""', "'''", '"', "'"):
            if text.startswith(quotes, position):
                self._quotes = quotes
                return position + len(quotes)
        character = text[position]
        if character == "#":
            return len(text)
        self._depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(character, 0)
        return position + 1

    def _inside_string(self, text: str, position: int) -> int:
        if text[position] == "\\" and self._quotes[0] == '"':
            return position + 2
        if text.startswith(self._quotes, position):
            length = len(self._quotes)
            self._quotes = ""
            return position + length
        return position + 1


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
