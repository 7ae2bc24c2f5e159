"""What the policy page consists of, free of any markup: paragraphs, steps, lists and links by route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Route = Literal["account", "subscriptions", "support", "cancel_page", "refund_request", "refund_form", "terms"]


@dataclass(frozen=True, slots=True)
class CompanyNames:
    """What the page calls things: the company, its customer account, its support and its store.

    As used inside a sentence: "Example Ltd", "My Example account", "Example Support", "the Example online
    store".
    """

    company: str
    account: str
    support: str
    store: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a place by its symbolic route; `url` is set for the published terms, which are outside."""

    text: str
    route: Route
    url: str = ""


Inline = str | Link
Parts = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    parts: Parts


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example with real dates (R20)."""

    parts: Parts


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do, in order."""

    items: tuple[Parts, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without order."""

    items: tuple[Parts, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy's clauses in the order in which they are tried: ids and sentences."""

    rules: tuple[tuple[str, str], ...]


Block = Paragraph | Example | Steps | Bullets | Rules


def plain(text: str) -> Parts:
    """A run of text without links."""
    return (text,)


def said(text: str) -> Paragraph:
    """A paragraph without links."""
    return Paragraph((text,))


def listed(words: Sequence[str], joiner: str = "and") -> str:
    """Words as a list in a sentence: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + f" {joiner} " + words[-1]
