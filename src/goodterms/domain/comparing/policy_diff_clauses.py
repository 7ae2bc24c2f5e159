"""What differs between two lists of clauses: clauses that came, went, changed or moved."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from goodterms.domain.comparing.policy_diff_types import Change
from goodterms.domain.comparing.policy_diff_words import (
    and_list,
    say_access,
    say_condition,
    say_fee,
    say_payback,
    say_result,
    say_whom,
    say_window,
)
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Clause, Condition


def clause_changes(topic: str, before: Sequence[Clause], after: Sequence[Clause]) -> list[Change]:
    """The changes from one list to another, in the order of the new one, then what went."""
    old = {clause.id: clause for clause in before}
    new = {clause.id: clause for clause in after}
    renamed = _renamed(before, after)
    moved = _moved([one.id for one in before], [one.id for one in after])
    found: list[Change] = []
    for clause in after:
        if clause.id in old:
            found += _changed(topic, old[clause.id], clause)
            if clause.id in moved:
                found.append(_say_moved(topic, clause, after))
        elif clause.id in renamed:
            says = f"The rule {renamed[clause.id]} is called {clause.id} now; it decides as before."
            found.append(Change(topic, "changed", say_whom(clause.conditions), says, clause.id))
        else:
            says = f"A new rule {clause.id}: {say_whom(clause.conditions)}: {say_result(clause)}."
            found.append(Change(topic, "added", say_whom(clause.conditions), says, clause.id))
    for clause in before:
        if clause.id not in new and clause.id not in renamed.values():
            says = f"The rule {clause.id} is gone: {say_whom(clause.conditions)}: {say_result(clause)}."
            found.append(Change(topic, "removed", say_whom(clause.conditions), says, clause.id))
    return found


def _renamed(before: Sequence[Clause], after: Sequence[Clause]) -> dict[str, str]:
    """New ids of clauses that are otherwise what an old one was."""
    old, new = {one.id for one in before}, {one.id for one in after}
    gone = [one for one in before if one.id not in new]
    found: dict[str, str] = {}
    for clause in after:
        if clause.id in old:
            continue
        same = next((one for one in gone if _meaning(one) == _meaning(clause)), None)
        if same is not None:
            found[clause.id] = same.id
            gone.remove(same)
    return found


def _meaning(clause: Clause) -> object:
    return (
        clause.acts, frozenset(clause.conditions), clause.outcome, _payback(clause), clause.access, _fee(clause),
        clause.pay_within, clause.acknowledge,
    )  # fmt: skip


def _payback(clause: Clause) -> object:
    payback = clause.payback
    fixed = tuple(sorted((currency, money.minor) for currency, money in payback.fixed.items()))
    handling = tuple(sorted((currency, money.minor) for currency, money in payback.handling_fee.items()))
    return (payback.kind, payback.proration, payback.percent, fixed, payback.less, handling)


def _fee(clause: Clause) -> object:
    fee = clause.fee
    if fee is None:
        return None
    caps = tuple(sorted((currency, money.minor) for currency, money in fee.at_most.items()))
    return (fee.percent, fee.of, caps, fee.rounding)


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The ids that do not keep their place among the others: what the longest common order leaves out."""
    old = [id for id in before if id in after]
    new = [id for id in after if id in before]
    kept = {
        id for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        for id in new[block.b : block.b + block.size]
    }  # fmt: skip
    return {id for id in new if id not in kept}


def _say_moved(topic: str, clause: Clause, after: Sequence[Clause]) -> Change:
    ids = [one.id for one in after]
    at = ids.index(clause.id)
    where = f"after {ids[at - 1]}" if at else "first of all"
    says = f"The rule {clause.id} is tried {where} now."
    return Change(topic, "moved", say_whom(clause.conditions), says, clause.id)


def _changed(topic: str, old: Clause, new: Clause) -> list[Change]:
    parts = _conditions(old.conditions, new.conditions)
    if old.outcome != new.outcome:
        parts.append(f"it is {say_result(new)}, not {say_result(old)}")
    else:
        parts += _result(old, new)
    if not parts:
        return []
    says = f"{new.id}: {'; '.join(parts)}."
    return [Change(topic, "changed", say_whom(new.conditions), says, new.id)]


def _conditions(old: Sequence[Condition], new: Sequence[Condition]) -> list[str]:
    gone = [say_condition(need) for need in old if need not in new]
    came = [say_condition(need) for need in new if need not in old]
    if gone and came:
        return [f"it is about {and_list(came)} now, not about {and_list(gone)}"]
    if came:
        return [f"it is only about {and_list(came)} now"]
    return [f"it no longer asks for {and_list(gone)}"] if gone else []


def _result(old: Clause, new: Clause) -> list[str]:
    parts = []
    if _payback(old) != _payback(new):
        parts.append(f"{say_payback(new.payback)}, where {say_payback(old.payback)} before")
    if _fee(old) != _fee(new):
        was = say_fee(old.fee) if old.fee else "no fee"
        parts.append(f"{say_fee(new.fee) if new.fee else 'no fee'}, where it was {was}")
    if old.access != new.access:
        parts.append(f"{say_access(new.access)}, where {say_access(old.access)} before")
    return parts


def window_changes(old: Policy, new: Policy) -> list[Change]:
    """Windows of the same name that mean something else now, with the clauses for which they count."""
    found = []
    for name, window in new.windows.items():
        was = old.windows.get(name)
        if was is None or was == window:
            continue
        clauses = (*new.refund.clauses, *new.cancellation.clauses)
        used = [clause.id for clause in clauses if name in clause.windows]
        whom = f"the rules {and_list(used)}" if len(used) > 1 else f"the rule {''.join(used)}"
        says = f"The window {name} is {say_window(window)}; it was {say_window(was)}."
        found.append(Change("windows", "changed", whom, says, name))
    return found
