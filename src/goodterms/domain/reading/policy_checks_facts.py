"""Checks of declared facts: each is there for something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from goodterms.domain.reading.policy_report import Report
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
