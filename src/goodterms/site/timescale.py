"""Geometry of the picture of terms: instants to px, month ticks, label rows, the shapes of bars and marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

BAR_H = 36
_MARGIN = 10
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)

# Shapes differ, so that kinds of marks can be told apart without color.
_DISC = "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z"
GLYPHS = {
    "charge": _DISC,
    "planned": _DISC,
    "declined": "M-4-7 0-3 4-7 7-4 3 0 7 4 4 7 0 3-4 7-7 4-3 0-7-4Z",
    "refund": "M0-7.5 7.5 0 0 7.5-7.5 0Z",
    "cancellation": "M-6-6H6V6H-6Z",
    "request": "M0-7 7.5 6H-7.5Z",
    "notice": "M0 7-7.5-6H7.5Z",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps [first, last] linearly onto the width of the picture, with a margin on both sides."""

    first: datetime
    last: datetime
    width: int

    def x(self, at: datetime) -> float:
        """The horizontal place of an instant, to a tenth of a px."""
        length = (self.last - self.first).total_seconds() or 1.0
        share = (at - self.first).total_seconds() / length
        return round(_MARGIN + share * (self.width - 2 * _MARGIN), 1)

    def month_step(self, least_gap: int) -> int:
        """The smallest number of months between ticks that leaves `least_gap` px between them."""
        span = max((self.last - self.first).total_seconds() / (30.44 * 86_400), 0.1)
        per_month = (self.width - 2 * _MARGIN) / span
        return next((step for step in _STEPS if step * per_month >= least_gap), _STEPS[-1])


def months(first: datetime, last: datetime, zone: tzinfo, step: int) -> Iterator[datetime]:
    """Starts of months in `zone` inside [first, last], `step` months apart, aligned so that Januaries are hit."""
    local = first.astimezone(zone)
    index = local.year * 12 + local.month - 1
    index -= index % step
    while True:
        start = datetime(index // 12, index % 12 + 1, 1, tzinfo=zone)
        if start > last:
            return
        if start >= first:
            yield start
        index += step


def flag_rows(flags: Sequence[tuple[float, float]], width: int) -> list[int]:
    """A row for each label (place, width) so that none overlap, and no stem crosses a label below it.

    Labels grow to the right of their stem, so rows are given from the right: what lies to the left goes above.
    """
    rows = [0] * len(flags)
    taken: list[list[tuple[float, float]]] = []
    for index in sorted(range(len(flags)), key=lambda i: flags[i][0], reverse=True):
        at, room = flags[index]
        start, end = (at - room, at) if at + room > width else (at, at + room)
        row = next((r for r, spans in enumerate(taken) if all(end < s or start > e for s, e in spans)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append((start, end))
        rows[index] = row
    return rows


def bar_path(start: float, end: float, top: int) -> str:
    """A bar of a half-open interval: square where it starts, round where it ends."""
    width = max(end - start, 3)
    radius = round(min(12, width / 2), 1)
    bend = f"a{radius} {radius} 0 0 1 {radius} {radius}v{round(BAR_H - 2 * radius, 1)}"
    close = f"a{radius} {radius} 0 0 1 -{radius} {radius}"
    return f"M{start} {top}H{round(start + width - radius, 1)}{bend}{close}H{start}Z"
