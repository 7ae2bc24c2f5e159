"""Checks of windows and notice periods: used at all, and in step with charges, announcements and goodwill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from goodterms.domain.counting import plural
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reading.policy_report import Report
from goodterms.domain.reading.policy_tables import read_span
from goodterms.domain.reading.rules_lengths import least_hours
from goodterms.domain.rules import Clause, Span, Window

_REACH: Path = ("refund", "goodwill", "until_after_order")


def check_used(
    windows: Mapping[str, Window], clauses: Iterable[Clause], lists: Iterable[Path], report: Report
) -> None:
    """Refuse windows that no clause uses, and remark on what has no effect in one."""
    used = {name for clause in clauses for name in clause.windows}
    for name, window in windows.items():
        path: Path = ("window", name)
        if not report.is_sound(path):
            continue
        if name not in used and report.is_sound(*lists):
            report.problem(path, f'no clause uses the window "{name}"; leave it out', blamed="key")
        if window.length.unit == "business days" and window.closed_last_day != "counts":
            message = "the last of some business days never is a closed day; leave this out"
            report.warn((*path, "closed_last_day"), message, blamed="key")


def check_leads(policy: Policy, report: Report) -> None:
    """Remark on renewals charged so early that the time to ask for them back is over before they begin."""
    names = [
        name
        for clause in policy.refund.clauses
        if clause.outcome == "grant" and _allows(clause, "payment", "renewal") and _allows(clause, "term", "running")
        for name in clause.windows
    ]
    for index, row in enumerate(policy.renewal.schedules):
        path: Path = ("renewal", "schedule", index, "charge_before_end")
        for name in dict.fromkeys(names) if report.is_sound(path) else ():
            window = policy.windows[name]
            if window.counted_from == "order" and _charged_before(row.lead_days, window) and _sound(name, report):
                report.warn(
                    path,
                    f"renewals are charged {plural(row.lead_days, 'day')} ahead, so the window "
                    f'"{window.name}" of {window.length} closes before the renewed term begins',
                )


def _charged_before(lead_days: int, window: Window) -> bool:
    hours = least_hours(window.length) + (least_hours(window.extended_by) if window.extended_by else 0)
    return lead_days * 24 >= hours


def _sound(window: str, report: Report) -> bool:
    return report.is_sound(("window", window))


def _allows(clause: Clause, fact: str, value: str) -> bool:
    """Whether the conditions of a clause leave open that a fact has a value."""
    needs = [need for need in clause.conditions if need.fact == fact]
    return all((value in need.values) == (need.test == "is") for need in needs)


def check_goodwill(policy: Policy, report: Report) -> None:
    """Refuse goodwill that ends before what it is to go beyond: a person may then do less than the rules do.

    No goodwill at all contradicts nothing.
    """
    reach = policy.refund.goodwill.max_days_after_order
    if not policy.refund.goodwill.possible or not report.is_sound(_REACH):
        return
    deciding = {outcome: [c for c in policy.refund.clauses if c.outcome == outcome] for outcome in ("grant", "review")}
    told: set[str] = set()
    for clause in (*deciding["grant"], *deciding["review"]):
        for name in clause.windows:
            window = policy.windows[name]
            longer = window.counted_from == "order" and least_hours(window.length) > reach * 24
            if not longer or name in told or not _sound(name, report):
                continue
            told.add(name)
            what = "has closed" if clause.outcome == "grant" else f'in which "{clause.id}" lets a person decide'
            report.problem(
                _REACH,
                f"goodwill ends {plural(reach, 'day')} after the order, before the window "
                f'"{name}" of {window.length} {what}; write at least "{window.length}"',
            )


def check_notice_periods(policy: Policy, report: Report) -> None:
    """Remark on notice periods of cancellations that a customer can hardly keep.

    One that is refused for coming late, while the next charge is still ahead; and one that is late already when the
    renewal is announced.
    """
    for index, clause in enumerate(policy.cancellation.clauses):
        path: Path = ("cancellation", "clause", index)
        late = clause.outcome == "deny" or clause.access == "end_of_next_term"
        for notice in _notices(clause, policy.windows) if late and report.is_sound(path) else ():
            for row in policy.renewal.schedules if report.is_sound(("renewal",)) else ():
                if clause.outcome == "deny" and least_hours(notice) > row.lead_days * 24:
                    report.warn(
                        path,
                        f'"{clause.id}" refuses a cancellation {notice} before the end, though the next charge comes '
                        f"only {plural(row.lead_days, 'day')} before it; refuse it after the charge only",
                        blamed="key",
                    )
                elif least_hours(notice) >= row.reminder_days * 24:
                    report.warn(
                        path,
                        f'"{clause.id}" wants a cancellation {notice} before the end, and the renewal is announced '
                        f"only {plural(row.reminder_days, 'day')} before it; announce it earlier",
                        blamed="key",
                    )


def _notices(clause: Clause, windows: Mapping[str, Window]) -> list[Span]:
    """How long before the end of the term a cancellation has to come, as far as a clause says so."""
    spans = [read_span(need.values[0]) for need in clause.conditions if need.test == "in_last"]
    for need in clause.conditions:
        if need.test == "outside":
            before = [windows[name] for name in need.values if windows[name].counted_before == "term_end"]
            spans += [window.length for window in before]
    return [span for span in spans if span is not None]
