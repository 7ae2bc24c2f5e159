"""The bank's own clock, and how it counts business days.

The bank is the outside world, so it has a clock of its own and nobody passes `now` to it. Without
`--test-clock` it is the real time and nothing can move it. With it, it can be frozen, shifted or advanced;
the setting is kept in the bank's books, so that a restarted bank does not fall back in time.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

_SETTLES_AT = time(6, tzinfo=UTC)  # the overnight run of the card schemes has been booked by then
_SATURDAY = 5


def to_text(at: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds, so that texts sort like instants."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """Read an ISO 8601 instant; one without a time zone is an error."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC)


@dataclass(slots=True)
class BankClock:
    """Real time plus an offset, or one frozen instant."""

    frozen_at: datetime | None = None
    offset: timedelta = timedelta(0)

    def now(self) -> datetime:
        """The bank's present instant."""
        return self.frozen_at or datetime.now(UTC) + self.offset

    def setting(self) -> str:
        """The setting as text, for the books."""
        return to_text(self.frozen_at) if self.frozen_at else str(self.offset // timedelta(microseconds=1))

    @classmethod
    def from_setting(cls, text: str) -> BankClock:
        """The clock as kept in the books."""
        if text.endswith("Z"):
            return cls(frozen_at=from_text(text))
        return cls(offset=timedelta(microseconds=int(text)))


def spread(identity: str, first: int, last: int) -> int:
    """A number from first to last that depends on the identity alone: uneven like life, yet repeatable."""
    digest = hashlib.sha256(identity.encode()).digest()
    return first + int.from_bytes(digest[:4]) % (last - first + 1)


def weekdays_later(start: datetime, days: int) -> datetime:
    """The morning of the day that is `days` weekdays after that of `start`, in UTC and without holidays."""
    day = start.astimezone(UTC).date()
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            days -= 1
    return datetime.combine(day, _SETTLES_AT)
