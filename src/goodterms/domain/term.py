"""Terms: paid, half-open intervals `[starts_at, ends_at)`, and the calendar that makes the next one."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from goodterms.domain.value import dataclass

# The months of two common years, so that spans may begin late in one.
_COMMON_YEAR = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31) * 2


@dataclass(frozen=True, slots=True)
class Interval:
    """The length of a term: calendar months (12 is a year) or exact days, never both."""

    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if (self.months > 0) == (self.days > 0) or self.months < 0 or self.days < 0:
            raise ValueError("an interval is a positive number of months or of days, not both")

    @property
    def shortest_days(self) -> int:
        """The fewest days this interval can last (a month in February, a common year)."""
        return self.days or _shortest_days(self.months)


@lru_cache(maxsize=256)
def _shortest_days(months: int) -> int:
    years, rest = divmod(months, 12)
    return years * 365 + min(sum(_COMMON_YEAR[first : first + rest]) for first in range(12))


class TermState(StrEnum):
    """What a term is at an instant (DESIGN: words)."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    ENDED = "ended"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Term:
    """One paid term of a subscription.

    `starts_at` and `ends_at` are what was sold and never change. `dropped_at` is set when the order was refunded
    and the request came before the term had begun (R46); `revoked_at` when it had begun (R42, R44). At most one is
    set.
    """

    number: int
    starts_at: datetime
    ends_at: datetime
    dropped_at: datetime | None = None
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise ValueError("a term ends after it starts")
        if self.dropped_at and self.revoked_at:
            raise ValueError("a term is dropped or revoked, not both")

    @property
    def standing(self) -> bool:
        """Paid and not given back: neither dropped nor revoked."""
        return self.dropped_at is None and self.revoked_at is None

    @property
    def access_ends_at(self) -> datetime:
        """End of the access this term gave or gives, exclusive; equal to `starts_at` when it gives none.

        A term that was dropped after its start (the request came in time, the refund later: A7) gave access until
        then.
        """
        given_back_at = self.dropped_at or self.revoked_at
        if given_back_at is None:
            return self.ends_at
        return min(self.ends_at, max(self.starts_at, given_back_at))

    def covers(self, at: datetime) -> bool:
        """Whether this term gives access at an instant."""
        return self.starts_at <= at < self.access_ends_at

    def state(self, at: datetime) -> TermState:
        """Upcoming, running, ended or dropped at an instant. At exactly `starts_at` it is running (A8)."""
        if self.dropped_at is not None:
            return TermState.DROPPED
        if at < self.starts_at:
            return TermState.UPCOMING
        return TermState.RUNNING if at < self.access_ends_at else TermState.ENDED


def boundary(anchor_at: datetime, interval: Interval, n: int) -> datetime:
    """The n-th term boundary counted from the anchor (n = 0 is the anchor itself).

    Computed from the anchor each time, so the anchor day survives short months: from 31 January monthly come
    28 February and then 31 March (A29). Arithmetic is in UTC.
    """
    if interval.days:
        return anchor_at + timedelta(days=interval.days * n)
    month_index = anchor_at.year * 12 + (anchor_at.month - 1) + interval.months * n
    year, month0 = divmod(month_index, 12)
    day = min(anchor_at.day, monthrange(year, month0 + 1)[1])
    return anchor_at.replace(year=year, month=month0 + 1, day=day)


def next_term(anchor_at: datetime, interval: Interval, *, number: int, starts_at: datetime) -> Term:
    """The term of `number` that starts at a boundary of the anchor's calendar and lasts one interval (R2).

    `starts_at` is the previous standing term's end, not the instant of the charge. A start that is not a boundary
    (an imported history with a gap) is followed by the first boundary at least half an interval later, so that no
    term is sold much shorter than its price.
    """
    index = _index_of(anchor_at, interval, starts_at)
    before_at, ends_at = boundary(anchor_at, interval, index), boundary(anchor_at, interval, index + 1)
    if before_at != starts_at and 2 * (ends_at - starts_at) < ends_at - before_at:
        ends_at = boundary(anchor_at, interval, index + 2)
    return Term(number, starts_at, ends_at)


def _index_of(anchor_at: datetime, interval: Interval, at: datetime) -> int:
    """The largest n whose boundary is at or before `at`."""
    if interval.days:
        return (at - anchor_at) // timedelta(days=interval.days)
    months = (at.year - anchor_at.year) * 12 + at.month - anchor_at.month
    index = months // interval.months
    # Counted in whole months the boundary may lie a part of a month too late, never a whole term too early.
    while boundary(anchor_at, interval, index) > at:
        index -= 1
    return index
