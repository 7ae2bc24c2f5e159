"""Checks of windows: used at all, and in step with charges, goodwill and each other."""

from __future__ import annotations

from goodterms.domain.counting import plural
from goodterms.domain.policy import Policy
from goodterms.domain.policy_lines import Path
from goodterms.domain.policy_report import Report
from goodterms.domain.rules import Clause, Window
from goodterms.domain.rules_reader import least_hours

_CLAUSE: Path = ("refund", "clause")


def check_windows(policy: Policy, report: Report) -> None:
    """Compare windows with the charge lead, with goodwill and with the clauses that use them."""
    sound = {name: window for name, window in policy.windows.items() if report.is_sound(("window", name))}
    clauses = (*policy.refund.clauses, *policy.cancellation.clauses)
    used = {name for clause in clauses for name in clause.windows}
    for name in sound:
        if name not in used and report.is_sound(_CLAUSE, ("cancellation", "clause")):
            report.problem(("window", name), f'no clause uses the window "{name}"; leave it out', blamed="key")
    _check_goodwill(policy, sound, report)
    _check_leads(policy, sound, report)


def _check_goodwill(policy: Policy, windows: dict[str, Window], report: Report) -> None:
    reach = policy.refund.goodwill.max_days_after_order
    if not reach or not report.is_sound(("refund", "goodwill")):
        return
    for clause in policy.refund.clauses:
        for name in clause.windows if clause.outcome in ("grant", "review") else ():
            window = windows.get(name)
            if window and window.counted_from == "order" and least_hours(window.length) > reach * 24:
                report.problem(
                    ("refund", "goodwill", "until_after_order"),
                    f"goodwill ends {plural(reach, 'day')} after the order, before the window "
                    f'"{name}" of {window.length} has closed',
                )


def _check_leads(policy: Policy, windows: dict[str, Window], report: Report) -> None:
    paid_back = [name for clause in policy.refund.clauses if _pays_renewals(clause) for name in clause.windows]
    for index, row in enumerate(policy.renewal.schedules):
        path: Path = ("renewal", "schedule", index, "charge_before_end")
        for name in dict.fromkeys(paid_back) if report.is_sound(path) else ():
            window = windows.get(name)
            if window and window.counted_from == "order" and row.lead_days * 24 >= least_hours(window.length):
                report.warn(
                    path,
                    f"renewals are charged {plural(row.lead_days, 'day')} ahead, so the window "
                    f'"{window.name}" of {window.length} closes before the renewed term begins',
                )


def _pays_renewals(clause: Clause) -> bool:
    needs = {need.fact: need for need in clause.conditions if need.test == "is"}
    kinds = needs["payment"].values if "payment" in needs else ("renewal",)
    return clause.outcome == "grant" and "renewal" in kinds
