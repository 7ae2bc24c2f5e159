"""Where the keys and values of a TOML document stand: a small scanner that maps each path to its place."""

from __future__ import annotations

import re

from goodterms.domain.value import dataclass

Path = tuple[str | int, ...]

_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\(?:.|\n))*?"""(?!")|' + r"'''(?:.|\n)*?'''(?!')|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'"
)
_BARE = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")  # a date and its time may be apart by a space
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the document: where it begins and what it says."""

    line: int
    column: int
    text: str


class KeyLines:
    """Places of the keys, values and tables of a document that has been read as valid TOML.

    Entries of an array have their index in the path: ("refund", "clause", 3, "outcome"), ("sold_in", 0).
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._keys: dict[Path, tuple[int, int]] = {}
        self._values: dict[Path, tuple[int, int]] = {}
        self._counts: dict[Path, int] = {}
        self._scan()

    def line(self, path: Path) -> int:
        """The line of a key, or of the nearest table around it when the key itself is not in the document."""
        return self.key(path).line

    def paths(self) -> tuple[Path, ...]:
        """Every path of the document: tables, keys, and items of lists."""
        return tuple(dict.fromkeys((*self._keys, *self._values)))

    def key(self, path: Path) -> Place:
        """A key as written, or the header of the nearest table around it; the first line for the whole document."""
        while path and path not in self._keys:
            if isinstance(path[-1], int) and path in self._values:
                return self._place(*self._values[path])
            path = path[:-1]
        return self._place(*self._keys[path]) if path else Place(1, 1, "")

    def value(self, path: Path) -> Place:
        """A value as written; where there is none, the key or the header around it."""
        return self._place(*self._values[path]) if path in self._values else self.key(path)

    def inside(self, path: Path, part: str) -> Place:
        """A part of a value, such as one word of a sentence; the value itself where it is written otherwise."""
        start, end = self._values.get(path, (0, 0))
        at = self._text.find(part, start, end) if part else -1
        return self._place(at, at + len(part)) if at >= 0 else self.value(path)

    def _place(self, start: int, end: int) -> Place:
        line = self._line_at(start)
        return Place(line, start - self._starts[line - 1] + 1, self._text[start:end].split("\n")[0])

    def _line_at(self, offset: int) -> int:
        low, high = 0, len(self._starts)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        return low + 1

    def _scan(self) -> None:
        table: Path = ()
        at = self._skip(0)
        while at < len(self._text):
            before = at
            if self._text[at] == "[":
                table, at = self._header(at)
            else:
                at = self._pair(table, at)
            at = self._skip(max(at, before + 1))

    def _skip(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found else at

    def _header(self, start: int) -> tuple[Path, int]:
        is_array = self._text.startswith("[[", start)
        names, at = self._names(start + (2 if is_array else 1))
        end = self._text.find("]", at) + (2 if is_array else 1)
        table = self._open_table(names, is_array=is_array)
        for length in range(1, len(table) + 1):
            self._keys.setdefault(table[:length], (start, end))
        self._keys[table] = (start, end)
        return table, end

    def _open_table(self, names: tuple[str, ...], *, is_array: bool) -> Path:
        """The full path of a table header: the names with the index of the latest entry after each array."""
        path: Path = ()
        for position, name in enumerate(names, start=1):
            path += (name,)
            if is_array and position == len(names):
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path += (self._counts[path] - 1,)
        return path

    def _names(self, at: int) -> tuple[tuple[str, ...], int]:
        """The parts of a dotted key, and the offset after it."""
        names: list[str] = []
        at = self._spaces(at)
        while found := _KEY_PART.match(self._text, at):
            names.append(_unquoted(found.group(0)))
            at = found.end()
            dot = _DOT.match(self._text, at)
            if dot is None:
                break
            at = dot.end()
        return tuple(names), at

    def _spaces(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _pair(self, table: Path, start: int) -> int:
        """One key with its value; returns the offset after it."""
        names, end = self._names(start)
        path = table + names
        for length in range(len(table) + 1, len(path)):
            self._keys.setdefault(path[:length], (start, end))
        self._keys.setdefault(path, (start, end))
        equals = self._text.find("=", end)
        if equals < 0:
            return len(self._text)
        return self._value(path, self._spaces(equals + 1))

    def _value(self, path: Path, start: int) -> int:
        opening = self._text[start : start + 1]
        if opening == "[":
            end = self._list(path, start)
        elif opening == "{":
            end = self._inline_table(path, start)
        else:
            found = (_STRING if opening in "\"'" else _BARE).match(self._text, start)
            end = found.end() if found else start + 1
        self._values.setdefault(path, (start, end))
        return end

    def _list(self, path: Path, start: int) -> int:
        at, index = self._skip(start + 1), 0
        while at < len(self._text) and self._text[at] != "]":
            at = self._skip(self._value((*path, index), at))
            if self._text[at : at + 1] == ",":
                at = self._skip(at + 1)
            index += 1
        return at + 1

    def _inline_table(self, path: Path, start: int) -> int:
        at = self._skip(start + 1)
        while at < len(self._text) and self._text[at] != "}":
            at = self._skip(self._pair(path, at))
            if self._text[at : at + 1] == ",":
                at = self._skip(at + 1)
        return at + 1


def _unquoted(part: str) -> str:
    if part[0] == '"':
        return _ESCAPE.sub(r"\1", part[1:-1])
    return part.strip("'")
