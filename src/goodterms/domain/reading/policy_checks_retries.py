"""Checks of retries of a failed charge: in rising order, as few as card networks allow, each while the term lasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from goodterms.domain.attempts import too_often
from goodterms.domain.counting import interval_in_words, plural
from goodterms.domain.policy import Renewal, RenewalSchedule
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reading.policy_report import Report

_ALL: Path = ("renewal", "retry_after")


def check_retries(renewal: Renewal, report: Report) -> None:
    """Refuse retries that do not rise, and remark on those that never come, since the term is over by then."""
    _check_rising(renewal.retry_after_days, _ALL, report)
    common: list[tuple[int, RenewalSchedule]] = []
    for index, row in enumerate(renewal.schedules):
        path: Path = ("renewal", "schedule", index)
        if row.retry_after_days is not None:
            own = (*path, "retry_after")
            _check_rising(row.retry_after_days, own, report)
            if report.is_sound(path):
                _check_fitting(row, row.retry_after_days, renewal, own, "", report)
                _check_often(row, renewal, own, report)
        elif report.is_sound(path):
            common.append((index, row))
    if not report.is_sound(_ALL):
        return
    for _, row in common:
        _check_often(row, renewal, _ALL, report)
    if common and len({renewal.retries(row) for _, row in common}) == 1:
        earliest = max((row for _, row in common), key=lambda row: row.lead_days)
        _check_fitting(earliest, renewal.retry_after_days, renewal, _ALL, "", report)
        return
    for index, row in common:
        charge = ("renewal", "schedule", index, "charge_before_end")
        _check_fitting(row, renewal.retry_after_days, renewal, charge, " in this schedule", report)


def _check_rising(days: Sequence[int], path: Path, report: Report) -> None:
    rising = sorted(set(days))
    if list(days) != rising:
        message = f'"retry_after" must rise from each retry to the next; write {_list(rising)}'
        report.problem(path, message)


def _check_often(row: RenewalSchedule, renewal: Renewal, path: Path, report: Report) -> None:
    found = too_often(renewal.retries(row))
    if found is None:
        return
    limit, attempts = found
    allowed = f"{limit.network} allows {limit.attempts}; leave out {attempts - limit.attempts}"
    within = plural(limit.days, "day")
    report.problem(path, f"a card that says no would be tried {attempts} times within {within}, and {allowed}")


def _check_fitting(
    row: RenewalSchedule, days: Sequence[int], renewal: Renewal, path: Path, where: str, report: Report
) -> None:
    fitting = renewal.retries(row)
    late = [day for day in days if day not in fitting]
    if not late:
        return
    if row.lead_days:
        when = f"{plural(row.lead_days, 'day')} before the end"
        never = f"a retry {plural(late[0], 'day')} after that never comes: the term is over"
    else:
        when, never = "when they end", "no retry ever comes"
    terms = f"terms of {interval_in_words(row.terms_from)} or longer are charged {when}"
    report.warn(path, f"{terms}, so {never}; write retry_after = {_list(fitting)}{where}, or charge earlier")


def _list(days: Iterable[int]) -> str:
    return "[" + ", ".join(f'"{plural(day, "day")}"' for day in days) + "]"
