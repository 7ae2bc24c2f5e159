"""What a language consists of, and how its phrases are filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from string import Formatter
from typing import Protocol

from goodterms.domain.money import Money
from goodterms.domain.page.policy_page_parts import Link, Parts
from goodterms.domain.value import dataclass

Forms = Mapping[str, tuple[str, str]]
_VOWEL = "aeiouyàâäéèêëîïôöùûüœAEIOUYÀÂÉÈÊÎÔŒ"


class Writing(Protocol):
    """How one language writes dates, amounts and names; CLDR's business, which the domain does not know."""

    def day(self, day: date) -> str:
        """A date as people write it: "18 December 2026"."""

    def money(self, amount: Money) -> str:
        """An amount with its currency: "A$59.95"."""

    def country(self, code: str) -> str:
        """The name of a country by its ISO 3166 code."""

    def weekday(self, number: int) -> str:
        """The name of a weekday, Monday being 0."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in words, in the forms that sentences ask for: `{length}`, or `{length:dat}` for a dative."""

    forms: Mapping[str, str]

    def __format__(self, form: str) -> str:
        return self.forms.get(form) or self.forms[""]

    def __str__(self) -> str:
        return self.forms[""]


@dataclass(frozen=True, slots=True)
class Catalog:
    """One language.

    `units` has, for each unit, its singular and plural by grammatical form ("" being the plain one); `singular_below`
    is the smallest number that takes the plural besides fractions: 2, and in French 0 is singular too. `places` are
    the ways to say "in a country" that do not follow the phrase `place.in`; `states` the names of states of the USA
    that are not written as in English. `tidy` mends what only shows when phrases meet: elision, contraction, spaces.
    `signs` mends only how signs are written, and is meant for sentences that others wrote.
    """

    language: str
    name: str
    phrases: Mapping[str, str]
    units: Mapping[str, Forms]
    places: Mapping[str, str]
    states: Mapping[str, str]
    zero_is_plural: bool = True
    tidy: Callable[[str], str] = str
    signs: Callable[[str], str] = str

    def length(self, count: int | str, unit: str) -> Length:
        """A number with its unit; a range such as "5 to 7" is given as text and takes the plural."""
        one = count == 1 or (count == 0 and not self.zero_is_plural)
        forms = self.units[unit]
        return Length({form: pair[0 if one else 1].format(n=count) for form, pair in forms.items()})


@dataclass(frozen=True, slots=True)
class Words:
    """A language with its way of writing: everything that is needed to put data into sentences."""

    catalog: Catalog
    writing: Writing

    @property
    def language(self) -> str:
        """Its code: "de"."""
        return self.catalog.language

    def has(self, key: str) -> bool:
        """Whether there is a phrase of this key."""
        return key in self.catalog.phrases

    def parts(self, key: str, **values: object) -> Parts:
        """A phrase with its values, links kept as links. KeyError for a phrase or a value that does not exist."""
        return tuple(_joined(_pieces(self.catalog.phrases[key], values), self.catalog.tidy))

    def text(self, key: str, **values: object) -> str:
        """A phrase with its values as plain text."""
        return "".join(part.text if isinstance(part, Link) else part for part in self.parts(key, **values))

    def listed(self, items: Sequence[str], joiner: str = "and") -> str:
        """Items as a list in a sentence: "a, b and c"."""
        return self.joined(items, self.catalog.phrases["list.comma"], self.catalog.phrases[f"list.{joiner}"])

    def joined(self, items: Sequence[str], comma: str, last: str) -> str:
        """Items with commas between them and something else before the last."""
        if len(items) < 2:
            return "".join(items)
        return self.catalog.tidy(comma.join(items[:-1]) + last + items[-1])

    def quoted(self, text: str) -> str:
        """Somebody's words in the language's quotation marks."""
        return self.text("quote", text=text)


def _pieces(template: str, values: Mapping[str, object]) -> Iterator[str | Link]:
    for literal, name, form, _ in Formatter().parse(template):
        yield literal
        if name is None:
            continue
        value = values[name]
        if isinstance(value, Link):
            yield value
        elif isinstance(value, tuple):
            yield from value
        else:
            yield format(value, form or "")


def _joined(pieces: Iterator[str | Link], tidy: Callable[[str], str]) -> Iterator[str | Link]:
    run = ""
    for piece in pieces:
        if isinstance(piece, str):
            run += piece
            continue
        if run:
            yield tidy(run)
        run = ""
        yield piece
    if run:
        yield tidy(run)


def sentence(text: str) -> str:
    """Text with a capital at its beginning and a full stop at its end, if it has none."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".")


def french(text: str) -> str:
    """Elision, contraction and the spaces of French punctuation."""
    text = re.sub(rf"\b([Ll]orsqu|[Pp]uisqu|[Jj]usqu|[Qq]u|[Dd]|[Nn]|[Ss])e (?=[{_VOWEL}])", r"\1’", text)
    for full, short in ((" de le ", " du "), (" de les ", " des "), (" à le ", " au "), (" à les ", " aux ")):
        text = text.replace(full, short)
    return _french_spaces(text)


def french_signs(text: str) -> str:
    """The curved apostrophe, and spaces of punctuation that do not break."""
    return _french_spaces(re.sub(r"(?<=[^\W\d_])'(?=[^\W\d_])", "’", text))


def _french_spaces(text: str) -> str:
    text = text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return re.sub(r" (?=[:;?!])", "\u00a0", percent_sign(text))


def spanish(text: str) -> str:
    """Contraction, and the other forms of "y" and "o" before their own sound."""
    text = percent_sign(text.replace(" a el ", " al ").replace(" de el ", " del "))
    text = re.sub(r"\by (?=[iIíÍ]|[hH][iíIÍ](?![ae]))", "e ", text)
    return re.sub(r"\bo (?=[oOóÓ]|[hH][oó])", "u ", text)


def percent_sign(text: str) -> str:
    """The space before a percent sign does not break."""
    return text.replace(" %", "\u00a0%")
