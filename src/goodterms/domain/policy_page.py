"""The public policy page, made from the data the engine enforces (R49, R50, R20): change one, change both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from goodterms.domain.counting import date_in_words
from goodterms.domain.policy import Policy
from goodterms.domain.policy_page_cancel import cancel_blocks, effect_blocks
from goodterms.domain.policy_page_parts import (
    Block,
    Bullets,
    CompanyNames,
    Example,
    Inline,
    Link,
    Paragraph,
    Rules,
    Steps,
    said,
)
from goodterms.domain.policy_page_refund import grants, how_blocks, outcome_blocks
from goodterms.domain.term import Interval

__all__ = [
    "Bullets",
    "CompanyNames",
    "Example",
    "Link",
    "Page",
    "Paragraph",
    "Rules",
    "Section",
    "Steps",
    "page_text",
    "policy_page",
]

_YEAR = Interval(months=12)


@dataclass(frozen=True, slots=True)
class Section:
    """One question and its answer; `anchor` is its place on the page."""

    anchor: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page. `version_line` names the policy's version and its date; `digest` the exact document."""

    title: str
    intro: tuple[Block, ...]
    sections: tuple[Section, ...]
    version_line: str
    digest: str


def policy_page(policy: Policy, *, company: CompanyNames, example_term: Interval = _YEAR) -> Page:
    """The page for one policy in the names of one company.

    `example_term` is the length of term that the worked example uses (R20); one that the policy does not sell
    is replaced by its first schedule's. Headings are the four questions of R49.
    """
    if not policy.renewal.covers(example_term):
        example_term = policy.renewal.schedules[0].terms_from
    return Page(
        title=policy.title,
        intro=_intro(policy),
        sections=(
            Section("how-to-cancel", "How can I cancel my subscription?", cancel_blocks(policy, company)),
            Section(
                "what-canceling-does",
                "What happens if I cancel my subscription?",
                effect_blocks(policy, example_term),
            ),
            Section("how-to-get-a-refund", "How do I get a refund?", how_blocks(policy, company)),
            Section(
                "what-a-request-does",
                "What happens when I request a refund?",
                outcome_blocks(policy, example_term),
            ),
        ),
        version_line=(
            f"Policy {policy.name}, version {policy.version}, in force since {date_in_words(policy.effective_on)}."
        ),
        digest=policy.digest,
    )


def page_text(page: Page) -> str:
    """The page as plain text: for mails, for archives, and for comparing what was published."""
    lines = [page.title, "", *_lines(page.intro)]
    for section in page.sections:
        lines += [section.heading, "", *_lines(section.blocks)]
    return "\n".join([*lines, page.version_line, ""])


def _intro(policy: Policy) -> tuple[Block, ...]:
    first = said(
        "Your subscription renews by itself: when a paid term ends, the next one of the same length begins, "
        "and so on until you cancel. If you do not want a further term, canceling is all you need to do."
    )
    if not grants(policy):
        return (first, said("Canceling pays nothing back."))
    second = said(
        "Canceling alone pays nothing back. If you want the money for the latest term you paid for, "
        "ask for a refund. Both are explained here step by step, with the dates and numbers we go by."
    )
    return (first, second)


def _lines(blocks: Sequence[Block]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(parts):
                lines.append(_flat(parts))
            case Example(parts):
                lines.append("Example: " + _flat(parts))
            case Steps(items):
                lines += [f"{number}. {_flat(item)}" for number, item in enumerate(items, start=1)]
            case Bullets(items):
                lines += [f"- {_flat(item)}" for item in items]
            case Rules(rules):
                lines += [f"- {clause_id}: {says}" for clause_id, says in rules]
        lines.append("")
    return lines


def _flat(parts: Sequence[Inline]) -> str:
    return "".join(part.text if isinstance(part, Link) else part for part in parts)
