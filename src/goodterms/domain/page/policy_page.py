"""The public policy page, made from the data the engine enforces (R49, R50, R20): change one, change both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from goodterms.domain.law import Law
from goodterms.domain.page.policy_page_cancel import cancel_blocks, effect_blocks, pays_back
from goodterms.domain.page.policy_page_law import law_blocks
from goodterms.domain.page.policy_page_parts import (
    Block,
    Bullets,
    Example,
    Inline,
    Link,
    Paragraph,
    Rules,
    Steps,
    said,
)
from goodterms.domain.page.policy_page_refund import grants_any, how_blocks, outcome_blocks
from goodterms.domain.policy import Policy
from goodterms.domain.term import Interval
from goodterms.domain.value import dataclass
from goodterms.domain.words import Words
from goodterms.domain.words.ordinary import ordinary

__all__ = [
    "Bullets",
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
    """One question and its answer; `anchor` is its place on the page, the same in every language."""

    anchor: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page in one language, a code such as "de".

    `version_line` names the policy's version and its date; `digest` the exact document. `example_word` and
    `example_lead` are what stands over or before an example, `rule_joint` what stands between a rule's id and its
    text.
    """

    language: str
    title: str
    intro: tuple[Block, ...]
    sections: tuple[Section, ...]
    version_line: str
    digest: str
    example_word: str
    example_lead: str
    rule_joint: str


def policy_page(
    policy: Policy,
    words: Words,
    *,
    company: str = "",
    laws: Iterable[Law] = (),
    on: date | None = None,
    example_term: Interval = _YEAR,
) -> Page:
    """The page for one policy in one language, in the name of one company (empty: none is named).

    `laws` are those that may matter, `on` the day for which they are chosen (default: when the policy came into
    force). `example_term` is the length of term that the worked example uses (R20); one that the policy does not sell
    is replaced by its first schedule's. The first four headings are the questions of R49.
    """
    if not policy.renewal.covers(example_term):
        example_term = policy.renewal.schedules[0].terms_from
    sections = [
        Section("how-to-cancel", words.text("heading.cancel"), cancel_blocks(policy, words, company)),
        Section("what-canceling-does", words.text("heading.effect"), effect_blocks(policy, words, example_term)),
        Section("how-to-get-a-refund", words.text("heading.refund"), how_blocks(policy, words, company)),
        Section("what-a-request-does", words.text("heading.outcome"), outcome_blocks(policy, words, example_term)),
    ]
    lawful = law_blocks(policy, words, laws, on or policy.effective_on)
    if lawful:
        sections.append(Section("what-the-law-gives", words.text("heading.law"), lawful))
    effective = words.writing.day(policy.effective_on)
    return Page(
        language=words.language,
        title=_title(policy, words),
        intro=_intro(policy, words),
        sections=tuple(sections),
        version_line=words.text("head.version", name=policy.name, version=policy.version, date=effective),
        digest=policy.digest,
        example_word=words.text("example"),
        example_lead=words.text("example.lead", example=""),
        rule_joint=words.text("rule.line", name="", says=""),
    )


def page_text(page: Page) -> str:
    """The page as plain text: for mails, for archives, and for comparing what was published."""
    lines = [page.title, "", *_lines(page.intro, page)]
    for section in page.sections:
        lines += [section.heading, "", *_lines(section.blocks, page)]
    return "\n".join([*lines, page.version_line, ""])


def _title(policy: Policy, words: Words) -> str:
    own = policy.titles.get(words.language) or (policy.title if words.language == "en" else "")
    return own or words.text("title")


def _intro(policy: Policy, words: Words) -> tuple[Block, ...]:
    first = said(words.text("intro.renews"))
    if pays_back(policy):
        return (first, said(words.text("intro.some")))
    if not grants_any(policy):
        return (first, said(words.text("intro.none")))
    return (first, said(words.text("intro.both" if ordinary(policy).latest_only else "intro.both.any")))


def _lines(blocks: Sequence[Block], page: Page) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        match block:
            case Paragraph(parts):
                lines.append(_flat(parts))
            case Example(parts):
                lines.append(page.example_lead + _flat(parts))
            case Steps(items):
                lines += [f"{number}. {_flat(item)}" for number, item in enumerate(items, start=1)]
            case Bullets(items):
                lines += [f"- {_flat(item)}" for item in items]
            case Rules(rules):
                lines += [f"- {clause_id}{page.rule_joint}{says}" for clause_id, says in rules]
        lines.append("")
    return lines


def _flat(parts: Sequence[Inline]) -> str:
    return "".join(part.text if isinstance(part, Link) else part for part in parts)
