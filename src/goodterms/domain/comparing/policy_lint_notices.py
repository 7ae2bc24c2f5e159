"""Where a policy's announcements of renewals miss the windows that laws set, and where no single mail can meet all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from goodterms.domain.case import Laws
from goodterms.domain.comparing.policy_diff_words import and_list
from goodterms.domain.counting import interval_in_words, plural
from goodterms.domain.effort import Enough, go_on, never
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy, RenewalSchedule
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.reminders import NoticeRule, NoticeWindow, ReminderPlan, notices_for, plan_reminders
from goodterms.domain.term import Interval, boundary
from goodterms.domain.value import replace

_YEAR = Interval(months=12)
_FIRST_DAY = date(2026, 3, 3)
_MOMENT = timedelta(microseconds=1)


def lint_notices(policy: Policy, laws: Laws, enough: Enough = never) -> Iterator[tuple[Path, str]]:
    """A remark for each schedule and each place with windows that its announcement misses.

    Raises `CutShortError` where it is `enough`.
    """
    places = policy.sold_in or tuple(_places(laws.laws))
    told: set[str] = set()
    for index, row in enumerate(policy.renewal.schedules):
        path: Path = ("renewal", "schedule", index)
        somewhere: dict[str, None] = {}
        for place in places:
            go_on(enough)
            for says in _missed(policy, row, place, laws.laws):
                if not policy.sold_in:
                    somewhere[says] = None
                elif says not in told:
                    told.add(says)
                    yield path, f"in {place}: {says}"
        new = [says for says in somewhere if says not in told]
        told.update(new)
        if new:
            more = f" (and {len(new) - 1} more; name the countries in sold_in to see each)" if len(new) > 1 else ""
            yield path, f"somewhere it is sold: {new[0]}{more}"


def _places(laws: Iterable[Law]) -> list[str]:
    """One place for every law that wants a notice."""
    found = [
        f"{law.countries[0]}-{law.states[0]}" if law.states else law.countries[0]
        for law in laws
        if law.notices and law.countries
    ]
    return list(dict.fromkeys(found))


def _missed(policy: Policy, row: RenewalSchedule, place: str, laws: Iterable[Law]) -> Iterator[str]:
    country, _, state = place.partition("-")
    if row.regions and country not in row.regions and place not in row.regions:
        return
    for interval in dict.fromkeys((row.terms_from, _YEAR)):
        if not policy.renewal.covers(interval, country) or policy.renewal.schedule(interval, country) is not row:
            continue
        on = max([_FIRST_DAY, policy.effective_on, *(law.applies_from for law in laws if law.status == "in_force")])
        notices = notices_for(laws, interval=interval, country=country, state=state or None, on=on)
        yield from _of_plan(policy, row, interval, on, notices.rules if notices else ())


def _of_plan(
    policy: Policy, row: RenewalSchedule, interval: Interval, on: date, rules: tuple[NoticeRule, ...]
) -> Iterator[str]:
    if not rules:
        return
    starts_at = datetime(on.year, on.month, on.day, 10, tzinfo=UTC)
    ends_at = boundary(starts_at, interval, 1)
    charge_at = ends_at - timedelta(days=row.lead_days)
    own_at = ends_at - timedelta(days=row.reminder_days)
    plan = plan_reminders(
        rules, ends_at=ends_at, charge_at=charge_at, own_at=own_at, not_before=starts_at,
        own_counting=replace(policy.counting, buyer_timezone="ignored"), buyer_timezone=None,
    )  # fmt: skip
    named = {rule.name: f"{rule.law} {rule.notice.article}" for rule in rules}
    windows = _windows(plan)
    terms = f"renewals of terms of {interval_in_words(interval)}"
    announced = f"announced {plural(row.reminder_days, 'day')} before the term ends"
    for window in windows:
        if not window.holds(own_at):
            yield (
                f"{terms} are {announced}, outside the window of {named[window.name]}, "
                f"from {_days(ends_at, window.opens_at)} to {_days(ends_at, window.closes_at - _MOMENT)} days before; "
                "a further mail goes out then"
            )
    for missed in plan.impossible:
        yield f"{terms}: no mail can be in time for {named[missed.name]}: {missed.because}"
    apart = [
        (one, other)
        for one, other in combinations(windows, 2)
        if one.closes_at <= other.opens_at or other.closes_at <= one.opens_at
    ]
    for one, other in apart[:1]:
        both = and_list((named[one.name], named[other.name]))
        yield f"{terms}: no single reminder can satisfy both {both}; two mails go out"


def _windows(plan: ReminderPlan) -> list[NoticeWindow]:
    found = {window.name: window for reminder in plan.reminders for window in reminder.windows}
    return list(found.values())


def _days(ends_at: datetime, at: datetime) -> int:
    return (ends_at.date() - at.date()).days
