"""What the policy page consists of, free of any markup: paragraphs, steps, lists and links by route."""

from __future__ import annotations

from typing import Literal

from goodterms.domain.value import dataclass

Route = Literal["account", "subscriptions", "support", "cancel_page", "refund_request", "refund_form", "terms"]


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


def said(*sentences: str) -> Paragraph:
    """A paragraph without links, of the sentences that are not empty."""
    return Paragraph((" ".join(text for text in sentences if text),))


def bullets(*lines: str) -> Bullets:
    """A list of texts without links."""
    return Bullets(tuple((line,) for line in lines))
