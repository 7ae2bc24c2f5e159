"""Checks of declared facts: each is there for something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_report import Report
from goodterms.domain.reading.policy_words import KNOWN_FACTS, LANGUAGES
from goodterms.domain.rules import Clause, Condition, Fact, Window

#: Facts that decide which laws apply, whatever the clauses say.
_OF_LAWS = ("consumer", "regime_in_force", "contract_made_on")
_OF_FEES = ("installments_billed", "installments_total")
_OF_PRICE_CHANGES = ("previous_amount", "consent_to_increase")


def check_facts(
    facts: Mapping[str, Fact],
    windows: Mapping[str, Window],
    clauses: Iterable[Clause],
    more: Iterable[Condition],
    report: Report,
    *,
    changes_prices: bool = False,
) -> None:
    """Remark on facts that are declared and never used: they would be asked for in vain."""
    clauses = tuple(clauses)
    used = {need.fact for clause in clauses for need in clause.conditions} | {need.fact for need in more}
    used |= {name for clause in clauses for name in clause.payback.less}
    for window in windows.values():
        used |= {window.counted_from, *window.or_until}
    used |= set(_OF_LAWS)
    if any(clause.fee for clause in clauses):
        used |= set(_OF_FEES)
    if changes_prices or "price_increased" in used:  # which follows from the amount before
        used |= set(_OF_PRICE_CHANGES)
    if "price_increased" in used:  # follows from it
        used.add("previous_amount")
    for name in facts:
        if name not in used and report.is_sound(("facts", name)):
            report.warn(("facts", name), f'no rule uses the fact "{name}"; leave it out', blamed="key")


def check_questions(policy: Policy, report: Report) -> None:
    """Remark on questions that would stand untranslated on a page which the document has a heading for.

    There a rule without a sentence of its own names a fact by its question.
    """
    for name, fact in policy.facts.items():
        if name in KNOWN_FACTS or not fact.ask or not report.is_sound(("facts", name)):
            continue
        wanted = [
            language
            for language in LANGUAGES[1:]
            if language in policy.titles and language not in fact.translated and _is_named(policy, name, language)
        ]
        if wanted:
            keys = " and ".join(f"ask_{language}" for language in wanted)
            message = f"rules without a sentence of their own name this fact by its question there; add {keys}"
            report.warn(("facts", name, "ask"), message, blamed="key")


def _is_named(policy: Policy, fact: str, language: str) -> bool:
    clauses = (*policy.refund.clauses, *policy.cancellation.clauses)
    return any(fact in _facts_of(clause, policy) for clause in clauses if language not in clause.says)


def _facts_of(clause: Clause, policy: Policy) -> Iterator[str]:
    yield from (need.fact for need in clause.conditions)
    yield from clause.payback.less
    for name in clause.windows:
        window = policy.windows[name]
        yield from (window.counted_from, window.counted_before or "", *window.or_until)
