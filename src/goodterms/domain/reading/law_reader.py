"""Reading a law document (TOML) into a `Law`, or refusing it with every problem and its place."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Literal, cast

from goodterms.domain.law import Law, Notice
from goodterms.domain.policy import BusinessDays
from goodterms.domain.reading.document_reader import open_document
from goodterms.domain.reading.law_checks import check_law
from goodterms.domain.reading.policy_head_reader import read_business_days, read_counting, read_url
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_tables import Table
from goodterms.domain.reading.policy_words import NO_HOLIDAYS, US_STATES, wrong_country
from goodterms.domain.reading.rules_clauses import read_clause, read_id
from goodterms.domain.reading.rules_conditions import read_conditions
from goodterms.domain.reading.rules_reader import Rulebook, read_facts, read_proration, read_windows
from goodterms.domain.reading.rules_sentences import placeholders, read_sentences
from goodterms.domain.reading.texts_reader import read_texts
from goodterms.domain.rules import Payback, Unit
from goodterms.domain.value import replace

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOTICE_UNITS: tuple[Unit, ...] = ("days", "months", "business days", "years")
_SATURDAY_SUNDAY = BusinessDays(frozenset({5, 6}), NO_HOLIDAYS)


def parse_law(text: str, source: str) -> Law:
    """Read a law document; `source` names it in messages. Raises PolicyError with all problems at once."""
    text, root = open_document(text, source)
    law = _law(root, text)
    root.no_more()
    check_law(law, root.report)
    if root.report.problems:
        raise PolicyError(root.report.problems)
    return replace(law, warnings=root.report.sorted_warnings())


def _law(root: Table, text: str) -> Law:
    head = root.table("law")
    counting, last_day = read_counting(root.table("counting", required=False), zone_required=False)
    facts = read_facts(root.table("facts", required=False))
    windows = read_windows(root.table("window", required=False), facts, last_day)
    book = Rulebook(facts, windows, read_proration(root.table("proration", required=False)))
    days = root.table("business_days", required=False)
    countries = _countries(head)
    law = Law(
        id=_id(head),
        version=head.whole_number("version"),
        title=read_texts(head, "title", required=True),
        source=head.text("source"),
        url=read_url(head),
        dated_on=head.day("dated_on"),
        countries=countries,
        states=_states(head, countries),
        consumers_only=head.yes_or_no("consumers_only"),
        status=cast(Literal["in_force", "announced"], head.choice("status", ("in_force", "announced"))),
        applies_from=head.day("applies_from"),
        applies_until=head.day("applies_until") if "applies_until" in head else None,
        contracts_from=head.day("contracts_from") if "contracts_from" in head else None,
        counting=counting,
        business_days=read_business_days(days) if "business_days" in root else _SATURDAY_SUNDAY,
        facts=facts,
        windows=windows,
        rights=tuple(read_clause(row, book, "right") for row in root.tables("right", required=False)),
        notices=tuple(_notice(row, book) for row in root.tables("notice", required=False)),
        digest=sha256(text.encode()).hexdigest(),
        text=text,
    )
    head.may_have("applies_until", "contracts_from", "states")
    head.no_more()
    return law


def _id(head: Table) -> str:
    found = head.text("id")
    if found and not _ID.fullmatch(found):
        head.wrong("id", f'the id "{found}" must be in small letters, digits and hyphens: "eu-withdrawal"')
    return found


def _countries(head: Table) -> tuple[str, ...]:
    """The countries of the law; an empty list is everywhere, for rules of the card networks."""
    if head.optional("countries") == []:
        return ()
    countries = head.texts("countries")
    for index, country in enumerate(countries):
        if problem := wrong_country(country):
            head.report.problem((*head.at("countries"), index), problem)
    return countries


def _states(head: Table, countries: tuple[str, ...]) -> tuple[str, ...]:
    """States of the country, with the letters they have in cases: "NY"."""
    if "states" not in head:
        return ()
    states = head.texts("states")
    for index, state in enumerate(states):
        bare = state.partition("-")[2] or state
        if bare != state:
            message = f'"{state}" repeats the country; write "{bare}"'
        elif countries == ("US",) and state not in US_STATES:
            message = f'"{state}" is no state of the USA; write its two letters: "NY"'
        else:
            continue
        head.report.problem((*head.at("states"), index), message)
    if len(countries) > 1:
        head.wrong("states", 'a law with "states" is of one country; write a law for each')
    return states


def _notice(table: Table, book: Rulebook) -> Notice:
    """A stretch of time before the end of a term or before a charge in which a renewal has to be announced."""
    conditions = read_conditions(table, book)
    opens = table.span("opens", _NOTICE_UNITS, least=1)
    closes = table.span("closes", _NOTICE_UNITS, least=0)
    spoken = placeholders(book, conditions, Payback(), None, {"opens": opens, "closes": closes})
    notice = Notice(
        id=read_id(table),
        says=read_sentences(table, spoken, is_law=True),
        article=table.text("article"),
        before=cast(Literal["term_end", "charge"], table.choice("before", ("term_end", "charge"))),
        opens=opens,
        closes=closes,
        conditions=conditions,
    )
    table.no_more()
    return notice
