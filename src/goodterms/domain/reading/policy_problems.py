"""What is wrong with a document of rules: problems with their places, all reported at once."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from goodterms.domain.value import dataclass

_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct in a policy or a law.

    `line` and `column` count from 1 and are those of `text`, the part of the document that is wrong: a value, a part
    of one, a key, or the header of the table in which a key is missing. `message` says what would be right.
    """

    source: str
    line: int
    column: int
    text: str
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: {self.message}"


class PolicyError(ValueError):
    """A policy or law that is refused. `problems` holds every problem found, in the order of their places."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: list[Problem] = sorted(problems, key=lambda problem: (problem.line, problem.column))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def near(wrong: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant, whatever its capitals, spaces and hyphens; None when none is close."""
    alike = {_plain(word): word for word in known}
    if _plain(wrong) in alike:
        return alike[_plain(wrong)]
    close = get_close_matches(_plain(wrong), alike, n=1)
    return alike[close[0]] if close else None


def slip_of(wrong: str, known: Sequence[str]) -> str | None:
    """The known word from which a text differs by a slip of the pen: one letter too many, missing, wrong or swapped.

    For words beside which others of one's own are possible, so that not all that is similar is meant.
    """
    letters = _letters(wrong)
    return next((word for word in known if _one_slip(letters, _letters(word))), None)


def suggestion(wrong: str, known: Sequence[str]) -> str:
    """The end of a message: the word that was probably meant, else every word that would be accepted."""
    meant = near(wrong, known)
    if meant is not None:
        return f'did you mean "{meant}"?'
    return "expected " + one_of(known) if known else "nothing is expected here"


def one_of(words: Sequence[str]) -> str:
    """A readable choice: `"a"`, `"a" or "b"`, `"a", "b" or "c"`; a very long one is cut short."""
    quoted = [f'"{word}"' for word in words]
    if len(quoted) > _MOST_LISTED:
        return ", ".join(quoted[:_MOST_LISTED]) + " ..."
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _letters(word: str) -> str:
    return _plain(word).replace("_", "")


def _one_slip(one: str, other: str) -> bool:
    """Whether two words are the same but for one letter, or two that are swapped."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) < 2 or (len(one) == 2 and one == other[::-1])


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
