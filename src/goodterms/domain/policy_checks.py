"""Contradictions inside a policy document: rules that can not all be meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from goodterms.domain.counting import interval_in_words, plural
from goodterms.domain.policy import (
    Check,
    Clause,
    Condition,
    RefundRules,
    Renewal,
    RenewalSchedule,
    Window,
)
from goodterms.domain.policy_lines import Path
from goodterms.domain.policy_tables import Report

_SCHEDULE: Path = ("renewal", "schedule")
_CLAUSE: Path = ("refund", "clause")
_VERIFY: Path = ("refund", "verify")
_WRITTEN_NUMBER = re.compile(r"\d+[\s-]*(?:calendar |business )?(?:hour|day|week|month|year)", re.IGNORECASE)


def check_renewal(renewal: Renewal, report: Report) -> None:
    """Refuse schedules that charge too early, announce too late, or can never be used."""
    for index, row in enumerate(renewal.schedules):
        path = (*_SCHEDULE, index)
        _check_schedule(row, renewal, path, report)
        if any(_covers_schedule(earlier, row) for earlier in renewal.schedules[:index]):
            report.problem(path, "this schedule is never used: an earlier one fits every term it fits")
    if renewal.schedules and all(row.regions for row in renewal.schedules):
        report.problem(_SCHEDULE, "no schedule is left for other regions: leave out regions in the last one")
    if list(renewal.retry_after_days) != sorted(set(renewal.retry_after_days)):
        report.problem(("renewal", "retry_after"), '"retry_after" must rise from each retry to the next')


def _check_schedule(row: RenewalSchedule, renewal: Renewal, path: Path, report: Report) -> None:
    charge, announce = (*path, "charge_before_end"), (*path, "announce_before_end")
    if report.value_at(announce) is None:
        announce = (*path, "announce_before_charge")
    shortest = row.terms_from.shortest_days
    term = interval_in_words(row.terms_from)
    if not report.is_sound(charge, announce, (*path, "terms_from"), ("renewal", "notice")):
        return
    if row.lead_days >= shortest:
        report.problem(
            charge,
            f"charging {plural(row.lead_days, 'day')} before the end is not possible for a term of {term}, "
            f"which may have only {plural(shortest, 'day')}: it would be charged before it has begun",
        )
    elif row.reminder_days >= shortest:
        report.problem(
            announce,
            f"a renewal announced {plural(row.reminder_days, 'day')} before the end of a term of {term} "
            "would be announced before that term has begun",
        )
    if row.reminder_days < row.lead_days + renewal.notice_days:
        report.problem(
            announce,
            f"the announcement {plural(row.reminder_days, 'day')} before the end leaves less than the "
            f"notice of {plural(renewal.notice_days, 'day')} before the charge, "
            f"which comes {plural(row.lead_days, 'day')} before the end",
        )
    late = [days for days in renewal.retry_after_days if days >= row.lead_days > 0]
    if late and report.is_sound(("renewal", "retry_after")):
        report.warn(
            charge,
            f"retries {plural(late[0], 'day')} after the first attempt come when the running term has ended",
        )


def _covers_schedule(earlier: RenewalSchedule, later: RenewalSchedule) -> bool:
    regions = not earlier.regions or (bool(later.regions) and set(later.regions) <= set(earlier.regions))
    return regions and earlier.terms_from.shortest_days <= later.terms_from.shortest_days


def check_verify(checks: Sequence[Check], report: Report) -> None:
    """Refuse a list of facts that names one twice, or that could match an order without its number (A15)."""
    for index, check in enumerate(checks):
        if check.name in [earlier.name for earlier in checks[:index]]:
            report.problem((*_VERIFY, index, "fact"), f'the fact "{check.name}" is listed twice')
        if check.name == "order_number" and check.strength != "must_match":
            report.problem((*_VERIFY, index, "strength"), "the order number must match: it is what finds the order")
    if checks and "order_number" not in [check.name for check in checks] and report.is_sound(_VERIFY):
        report.problem(_VERIFY, 'the fact "order_number" is missing: nothing else finds the order')


def check_clauses(clauses: Sequence[Clause], report: Report) -> None:
    """Refuse ids used twice, clauses no case can reach, and a list without a default at its end."""
    counts = Counter(clause.id for clause in clauses)
    default_seen = ""
    for index, clause in enumerate(clauses):
        path = (*_CLAUSE, index)
        if counts[clause.id] > 1 and clause.id in [earlier.id for earlier in clauses[:index]]:
            report.problem((*path, "id"), f'the id "{clause.id}" is used twice')
        if default_seen:
            report.problem(path, f'"{clause.id}" is never reached: "{default_seen}" before it applies always')
        elif hider := _hidden_by(clause, clauses[:index]):
            report.problem(path, f'"{clause.id}" is never reached: "{hider.id}" before it fits every case it fits')
        if clause.unconditional and report.is_sound((*path, "when")):
            default_seen = default_seen or clause.id
        _check_sentence(path, report)
    last = (*_CLAUSE, len(clauses) - 1)
    if clauses and not default_seen and report.is_sound((*last, "when")):
        report.problem(
            last,
            'the last clause must be the default: add one with when = "always" and outcome = "deny"',
        )
    if default_seen and clauses[-1].unconditional and clauses[-1].outcome in ("grant", "refer"):
        report.problem((*last, "outcome"), 'the default must be "deny" or "review"')


def _check_sentence(path: Path, report: Report) -> None:
    written = report.value_at((*path, "says"))
    found = _WRITTEN_NUMBER.search(written) if isinstance(written, str) else None
    if found:
        report.problem(
            (*path, "says"),
            f'"{found.group(0)}" is written a second time here; name the window in braces instead, '
            "so that the sentence follows the data",
        )


def _hidden_by(clause: Clause, earlier: Sequence[Clause]) -> Clause | None:
    """An earlier clause that fits every case this one fits, if there is one (not counting a default)."""
    for other in earlier:
        window_fits = other.window in (None, clause.window)
        if not other.unconditional and window_fits and all(_implied(need, clause) for need in other.conditions):
            return other
    return None


def _implied(need: Condition, clause: Clause) -> bool:
    """Whether the clause's own conditions can hold only where `need` holds."""
    wanted = set(need.any_of)
    for own in clause.conditions:
        if own.fact != need.fact:
            continue
        values = set(own.any_of)
        if need.negated:
            if (own.negated and wanted <= values) or (not own.negated and not wanted & values):
                return True
        elif not own.negated and values <= wanted:
            return True
    return False


def check_windows(rules: RefundRules, renewal: Renewal, report: Report) -> None:
    """Compare windows with the charge lead, with goodwill and with the clauses that use them."""
    windows = {name: window for name, window in rules.windows.items() if report.is_sound(_window_path(name))}
    for name, window in windows.items():
        if name not in [clause.window for clause in rules.clauses] and report.is_sound(_CLAUSE):
            report.problem(_window_path(name), f'no clause uses the window "{name}"')
        reach = rules.goodwill.max_days_after_order
        if _hours(window) > reach * 24 and report.is_sound(("refund", "goodwill")):
            report.problem(
                ("refund", "goodwill", "until_after_order"),
                f"goodwill ends {plural(reach, 'day')} after the order, before the window "
                f'"{name}" of {window.length} has closed',
            )
    for index, row in enumerate(renewal.schedules):
        path = (*_SCHEDULE, index, "charge_before_end")
        for window in _renewal_windows(rules, windows) if report.is_sound(path) else ():
            if row.lead_days * 24 >= _hours(window):
                report.warn(
                    path,
                    f"renewals are charged {plural(row.lead_days, 'day')} ahead, so the window "
                    f'"{window.name}" of {window.length} closes before the renewed term begins',
                )


def check_clause_names(rules: RefundRules, report: Report) -> None:
    """Warn where the id of a clause names another number of days than its window has."""
    for index, clause in enumerate(rules.clauses):
        named = re.search(r"(\d+)-DAYS?$", clause.id)
        window = rules.windows.get(clause.window or "")
        if named and window and window.length.unit == "days" and int(named.group(1)) != window.length.count:
            report.warn((*_CLAUSE, index, "id"), f'the id "{clause.id}" does not fit its window of {window.length}')


def _renewal_windows(rules: RefundRules, windows: dict[str, Window]) -> list[Window]:
    """Windows of clauses that pay a renewal back, each once."""
    names = []
    for clause in rules.clauses:
        kinds = [
            kind for need in clause.conditions if need.fact == "payment" and not need.negated for kind in need.any_of
        ]
        if clause.outcome == "grant" and "renewal" in kinds and clause.window in windows:
            names.append(clause.window)
    return [windows[name] for name in dict.fromkeys(names) if name is not None]


def _hours(window: Window) -> int:
    return window.length.count * (1 if window.length.unit == "hours" else 24)


def _window_path(name: str) -> Path:
    return ("refund", "window", name)
