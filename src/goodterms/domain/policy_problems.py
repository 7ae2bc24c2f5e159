"""What is wrong with a policy document: problems with their lines, all reported at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct in a policy document.

    `line` counts from 1 and is the line of the key concerned, or of its table's header when the key is
    missing.
    """

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.message}"


class PolicyError(ValueError):
    """A policy document that is refused. `problems` holds every problem found, in order of their lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: list[Problem] = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def suggestion(wrong: str, known: Sequence[str]) -> str:
    """The end of a message: the word that was probably meant, else every word that would be accepted."""
    close = get_close_matches(wrong, known, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return "expected " + one_of(known)


def one_of(words: Sequence[str]) -> str:
    """A readable choice: `"a"`, `"a" or "b"`, `"a", "b" or "c"`."""
    quoted = [f'"{word}"' for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]
