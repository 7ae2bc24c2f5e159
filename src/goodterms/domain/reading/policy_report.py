"""Problems and warnings of one document, each tied to the path of a key and through it to its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from goodterms.domain.reading.policy_lines import KeyLines, Path, Place
from goodterms.domain.reading.policy_problems import Problem

Blamed = Literal["value", "key"]


class Report:
    """What was found wrong with a document so far."""

    def __init__(self, source: str, data: Mapping[str, object], lines: KeyLines) -> None:
        self._source = source
        self._data = data
        self._lines = lines
        self._spoiled: list[Path] = []
        self._told: set[tuple[Path, str]] = set()
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def problem(self, path: Path, message: str, *, blamed: Blamed = "value", part: str = "") -> None:
        """Record what is wrong at a path: with its value or a `part` of that, or with the key itself."""
        self._spoiled.append(path)
        if (path, message) not in self._told:
            self._told.add((path, message))
            self.problems.append(self._noted(path, message, blamed, part))

    def warn(self, path: Path, message: str, *, blamed: Blamed = "value", part: str = "") -> None:
        """Record a remark that does not stop the document from being used."""
        if (path, message) not in self._told:
            self._told.add((path, message))
            self.warnings.append(self._noted(path, message, blamed, part))

    def _noted(self, path: Path, message: str, blamed: Blamed, part: str) -> Problem:
        place = self._place(path, blamed, part)
        return Problem(self._source, place.line, place.column, place.text, message)

    def _place(self, path: Path, blamed: Blamed, part: str) -> Place:
        if blamed == "key":
            return self._lines.key(path)
        return self._lines.inside(path, part) if part else self._lines.value(path)

    def sorted_warnings(self) -> tuple[Problem, ...]:
        """The remarks in the order of their places."""
        return tuple(sorted(self.warnings, key=lambda remark: (remark.line, remark.column)))

    def value_at(self, path: Path) -> object:
        """What the document has at a path, or None."""
        value: object = self._data
        for part in path:
            if isinstance(part, int):
                value = value[part] if isinstance(value, list) and part < len(value) else None
            else:
                value = value.get(part) if isinstance(value, dict) else None
        return value

    def is_sound(self, *paths: Path) -> bool:
        """Whether nothing wrong was found at, above or below the paths, so that their values can be used."""
        return not any(spoiled[: len(path)] == path[: len(spoiled)] for path in paths for spoiled in self._spoiled)
