"""Checking and comparing policies: documents by name or file, with the laws of the countries they are sold in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from goodterms import policies
from goodterms.domain.case import Laws
from goodterms.domain.comparing.policy_diff import PolicyDiff, diff
from goodterms.domain.comparing.policy_lint import lint, remarks
from goodterms.domain.effort import Enough, never
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_problems import PolicyError, Problem
from goodterms.domain.reading.policy_reader import canonical_text, parse_policy
from goodterms.domain.rules import Clause
from goodterms.storage.laws import laws_for, shipped_laws

#: Orders of the cases that are tried lie in the year after a document applies, their requests up to some years later.
_YEARS = 6


class NoDocumentError(LookupError):
    """There is neither a policy of that name nor a file."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a policy, and what messages call it."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one document; `policy` is None for one that is refused, with its `problems`."""

    document: Document
    policy: Policy | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def find_document(name: str) -> Document:
    """A document by the path of its file, or by the name of a policy of the product or one of its other names.

    Raises `NoDocumentError`, OSError and UnicodeDecodeError.
    """
    path = Path(name)
    if path.is_file():
        return Document(name, path.read_text(encoding="utf-8"))
    try:
        known = policies.resolve(name)
    except LookupError as error:
        kind = "file" if path.suffix or "/" in name else "policy or file"
        raise NoDocumentError(f"there is no {kind} {name!r}" if path.suffix else f"{error.args[0]}") from None
    return Document(policies.source(known), policies.read(known))


def check_document(document: Document, *, enough: Enough = never) -> Checked:
    """Read a document and search it for what its author may not have meant.

    Once it is `enough` the search ends; a warning says what has not been searched.
    """
    try:
        policy = parse_policy(document.text, document.source)
    except PolicyError as error:
        return Checked(document, None, tuple(error.problems))
    laws = _laws(policy, policy.sold_in or _everywhere(), policy)
    found = lint(policy, laws, document.source, enough=enough)
    return Checked(document, policy, (), remarks(policy, found))


def compare_documents(
    before: Document, after: Document, places: Iterable[str] = (), *, enough: Enough = never
) -> PolicyDiff:
    """What changes from one document to another, under the laws of `places` and of where they are sold.

    Once it is `enough` the search for cases ends, and what is found says that it is not complete. Raises PolicyError
    for one that is refused.
    """
    old, new = parse_policy(before.text, before.source), parse_policy(after.text, after.source)
    where = tuple(dict.fromkeys((*places, *new.sold_in, *old.sold_in)))
    return diff(old, new, _laws(new, where, old, new), places=where, enough=enough)


def line_of(document: Document, line: int) -> str:
    """A line of a document, as the places of its problems count them."""
    lines = canonical_text(document.text).split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else ""


def _laws(policy: Policy, places: Iterable[str], *documents: Policy) -> Laws:
    countries = {place.partition("-")[0] for place in places}
    years = [2025, *_years_before(documents, countries)]
    first, last = min(years), max(years) + 1 + _YEARS
    return (
        laws_for(policy, countries, first, last)
        if countries
        else Laws((), laws_for(policy, (), first, last).calendars)
    )


def _years_before(documents: Iterable[Policy], countries: Set[str]) -> Iterator[int]:
    """The years before every date that a document tests: contracts are tried on both sides of it."""
    clauses: list[Clause] = []
    for document in documents:
        yield document.effective_on.year - 1
        clauses += (*document.refund.clauses, *document.cancellation.clauses)
    for law in shipped_laws():
        if not law.countries or not countries.isdisjoint(law.countries):
            clauses += law.rights
            if law.contracts_from is not None:
                yield law.contracts_from.year - 1
    for clause in clauses:
        for need in clause.conditions:
            if need.test in ("before", "on_or_after"):
                yield from (date.fromisoformat(value[:10]).year - 1 for value in need.values)


def _everywhere() -> tuple[str, ...]:
    return tuple({country: None for law in shipped_laws() for country in law.countries})
