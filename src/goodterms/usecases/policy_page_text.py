"""The public page of a policy in any of its languages, as text or HTML; dates, amounts and names written by CLDR."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from html import escape

from babel import Locale

from goodterms.domain.law import Law
from goodterms.domain.money import Money, exponent
from goodterms.domain.page.policy_page import (
    Bullets,
    Example,
    Page,
    Paragraph,
    Rules,
    Steps,
    page_text,
    policy_page,
)
from goodterms.domain.page.policy_page_parts import Block, Inline, Link
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Act, Clause
from goodterms.domain.words import CATALOGS, Words
from goodterms.domain.words.clauses import said_sentence
from goodterms.domain.words.explain import Group, explain_policy
from goodterms.storage.laws import shipped_laws
from goodterms.usecases.wording import INTERNATIONAL, day_text

LANGUAGES: tuple[str, ...] = tuple(CATALOGS)
"""The languages of the page, the first being the one everything is at least written in."""

_THIN, _HARD = "\u202f", "\u00a0"


@dataclass(frozen=True, slots=True)
class CldrWriting:
    """Dates, amounts and names as one language writes them."""

    locale: Locale

    def day(self, day: date) -> str:
        """A date in words; the first of a month is "1er" in French."""
        text = day_text(day, self.locale)
        return f"1er{text[1:]}" if self.locale.language == "fr" and text.startswith("1 ") else text

    def money(self, amount: Money) -> str:
        """An amount with its currency and the digits of ISO 4217."""
        digits = exponent(amount.currency)
        pattern = copy.copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (digits, digits)
        value = Decimal(amount.minor).scaleb(-digits)
        text = str(pattern.apply(value, self.locale, currency=amount.currency, currency_digits=False))
        return text.replace(_THIN, _HARD)

    def country(self, code: str) -> str:
        """The name of a country; its code where there is no name."""
        return str(self.locale.territories.get(code, code))

    def weekday(self, number: int) -> str:
        """The name of a weekday."""
        return str(self.locale.days["stand-alone"]["wide"][number])


@cache
def words_in(language: str) -> Words:
    """A language with its way of writing. KeyError for one the page is not written in."""
    locale = INTERNATIONAL if language == "en" else Locale.parse(language)
    return Words(CATALOGS[language], CldrWriting(locale))


def page_in(policy: Policy, language: str = "en", *, company: str = "", on: date | None = None) -> Page:
    """The page of a policy in a language, with the laws of a day (default: when the policy came into force)."""
    return policy_page(policy, words_in(language), company=company, laws=shipped_laws(), on=on)


def text_in(policy: Policy, language: str = "en", *, company: str = "", on: date | None = None) -> str:
    """The same as plain text."""
    return page_text(page_in(policy, language, company=company, on=on))


def explained(policy: Policy, language: str = "en", *, on: date | None = None) -> tuple[Group, ...]:
    """Everything a policy says and the laws beside it, as statements under headings."""
    return explain_policy(words_in(language), policy, shipped_laws(), on or policy.effective_on)


def rule_sentence(document: Policy | Law, clause_id: str, language: str = "en", act: Act = "refund") -> str:
    """What a clause of a policy, or a right of a law, says: the own sentence where there is one; empty without it.

    A policy may have an id twice, for asking the money back and for canceling: that of the act is meant.
    """
    if isinstance(document, Policy):
        clauses: tuple[Clause, ...] = (*document.refund.clauses, *document.cancellation.clauses)
        clauses = tuple(sorted(clauses, key=lambda clause: act not in clause.acts))
    else:
        clauses = document.rights
    found = next((clause for clause in clauses if clause.id == clause_id), None)
    return said_sentence(words_in(language), document, found) if found else ""


def page_html(page: Page) -> str:
    """The page as an HTML document without styles or scripts, to be put into a site of one's own.

    Places of the own site are marked by `data-route`, so that whoever publishes it can give them addresses.
    """
    body = [f"<h1>{escape(page.title)}</h1>", *_blocks(page.intro, page)]
    for section in page.sections:
        body.append(f'<section id="{section.anchor}">\n<h2>{escape(section.heading)}</h2>')
        body += [*_blocks(section.blocks, page), "</section>"]
    body.append(f"<p><small>{escape(page.version_line)}</small></p>")
    head = (
        f'<!doctype html>\n<html lang="{page.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="policy-digest" content="{page.digest}">\n'
        f"<title>{escape(page.title)}</title>\n</head>\n<body>\n<main>\n"
    )
    return head + "\n".join(body) + "\n</main>\n</body>\n</html>\n"


def _blocks(blocks: Sequence[Block], page: Page) -> list[str]:
    return [_block(block, page) for block in blocks]


def _block(block: Block, page: Page) -> str:
    match block:
        case Paragraph(parts):
            return f"<p>{_inline(parts)}</p>"
        case Example(parts):
            return f"<aside><p><strong>{escape(page.example_word)}</strong></p><p>{_inline(parts)}</p></aside>"
        case Steps(items):
            return _listing("ol", items)
        case Bullets(items):
            return _listing("ul", items)
        case Rules(rules):
            rows = "\n".join(f"<dt>{escape(id)}</dt><dd>{escape(says)}</dd>" for id, says in rules)
            return f"<dl>\n{rows}\n</dl>"


def _listing(tag: str, items: Sequence[Sequence[Inline]]) -> str:
    rows = "\n".join(f"<li>{_inline(item)}</li>" for item in items)
    return f"<{tag}>\n{rows}\n</{tag}>"


def _inline(parts: Sequence[Inline]) -> str:
    return "".join(_link(part) if isinstance(part, Link) else escape(part) for part in parts)


def _link(link: Link) -> str:
    if link.url:
        return f'<a href="{escape(link.url)}">{escape(link.text)}</a>'
    return f'<a data-route="{link.route}">{escape(link.text)}</a>'
