"""The laws beside a policy, in words: which of them matter for it, and what they give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from goodterms.domain.law import Law, Notice
from goodterms.domain.policy import Policy
from goodterms.domain.words.catalog import Words, sentence
from goodterms.domain.words.clauses import said_sentence
from goodterms.domain.words.conditions import Context, when_phrase
from goodterms.domain.words.lengths import span_length
from goodterms.domain.words.places import in_places

_BRACKETS = re.compile(r" \([^()]*\)$")


def laws_beside(policy: Policy, laws: Iterable[Law], on: date) -> tuple[Law, ...]:
    """The laws of the countries and states a policy is sold in, or of all; those that were over on a day left out."""
    return tuple(
        law
        for law in laws
        if (law.applies_until is None or on < law.applies_until)
        and (not (policy.sold_in and law.countries) or common(policy, law))
    )


def regions(law: Law) -> tuple[str, ...]:
    """Where a law applies: countries ("DE"), or states of one ("US-NY")."""
    if not law.states:
        return law.countries
    states = (state.rpartition("-")[2] for state in law.states)
    return tuple(f"{country}-{state}" for state in states for country in law.countries)


def common(policy: Policy, law: Law) -> tuple[str, ...]:
    """Where a policy is sold and a law applies; all of the law where a policy is sold everywhere."""
    if not (policy.sold_in and law.countries):
        return policy.sold_in or regions(law)
    found = []
    for region in regions(law):
        country = region.partition("-")[0]
        for sold in policy.sold_in:
            if sold in (region, country):
                found.append(region)
            elif sold.partition("-")[0] == region:
                found.append(sold)
    return tuple(dict.fromkeys(found))


def law_title(words: Words, law: Law) -> str:
    """A law's title in the language, or in English, or its name."""
    return words.catalog.signs(law.title.get(words.language) or law.title.get("en") or law.id)


def short_title(words: Words, law: Law) -> str:
    """A law's title without what stands in brackets at its end, for where its places are named anyway."""
    return _BRACKETS.sub("", law_title(words, law)) if law.countries else law_title(words, law)


def law_head(words: Words, law: Law) -> str:
    """A law with its source, where, from when and for whom it applies, as one sentence."""
    said = words.text(
        "law.applies",
        title=law_title(words, law),
        source=law.source,
        places=in_places(words, regions(law), "and"),
        date=words.writing.day(law.applies_from),
    )
    if law.applies_until:
        said = words.text("law.until", law=said, date=words.writing.day(law.applies_until))
    if law.contracts_from:
        said = words.text("law.contracts", law=said, date=words.writing.day(law.contracts_from))
    if law.consumers_only:
        said = words.text("law.consumers", law=said)
    if law.status == "announced":
        said = words.text("law.announced", law=said)
    return sentence(said)


def beginning(words: Words, law: Law, on: date) -> str:
    """From when a law is to hold, where it does not yet on a day: what was only announced may never do."""
    announced = law.status == "announced"
    if not announced and on >= law.applies_from:
        return ""
    key = "law.begins.announced" if announced else "law.begins"
    return words.text(key, date=words.writing.day(law.applies_from))


def law_heading(words: Words, policy: Policy, law: Law, on: date) -> str:
    """A law over the list of what it gives, for the customers of a policy."""
    return words.text(
        "law.each" if law.consumers_only else "law.each.all",
        title=short_title(words, law),
        source=law.source,
        places=in_places(words, common(policy, law), "and"),
        begins=beginning(words, law, on),
    )


def law_sentences(words: Words, law: Law) -> Sequence[tuple[str, str]]:
    """What a law gives: the ids of its rights and notices, each with its sentence and article."""
    alone = len(law.rights) == 1
    rights = [
        (right.id, _with_article(words, said_sentence(words, law, right, alone=alone), right.article))
        for right in law.rights
    ]
    return (*rights, *((notice.id, notice_sentence(words, law, notice)) for notice in law.notices))


def notice_sentence(words: Words, law: Law, notice: Notice) -> str:
    """When the announcement of a renewal has to be made: in the vendor's language if given, else from the data."""
    own = notice.says.get(words.language)
    if own:
        return _with_article(words, words.catalog.signs(own), notice.article)
    anchor = "charge" if notice.before == "charge" else "term_end"
    values = {
        "opens": span_length(words, notice.opens),
        "closes": span_length(words, notice.closes),
        "before": words.text(f"before.{anchor}"),
        "article": notice.article,
    }
    if not notice.conditions:
        return words.text("law.notice", **values)
    context = Context(law.windows, law.facts)
    conditions = when_phrase(words, notice.conditions, context)
    return sentence(words.text("law.notice.when", conditions=conditions, **values))


def _with_article(words: Words, says: str, article: str | None) -> str:
    says = says.strip()
    return words.text("law.right", says=says, article=article) if article else says
