"""The picture of terms: bars on a time axis with charges, refunds and cancellations, as inline SVG.

Pure: every value is an argument, nothing is read from the clock. The SVG carries classes only; timeline.css
colors it for both schemes. A caption table with the same facts goes next to it (components/timeline.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from babel.dates import format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from goodterms.site.timescale import BAR_H, GLYPHS, Scale, bar_path, flag_rows, months

WIDE, MEDIUM, NARROW = 1060, 700, 360
TICK_GAP = 58
LABEL_PX = 6.9
FLAG_H = 19


@dataclass(frozen=True, slots=True)
class TermBar:
    """One term, half-open [starts_at, ends_at). `cut_at` is where a revoked term stopped, or a running one will."""

    label: str
    starts_at: datetime
    ends_at: datetime
    state: str  # running, upcoming, ended, dropped, revoked
    cut_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment on the axis."""

    at: datetime
    kind: str  # charge, declined, refund, cancellation, request, notice, planned
    label: str


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time drawn as a thin line under the bars, such as "Refundable until 13 April"."""

    label: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the parts of one picture lie, in px of its viewBox."""

    scale: Scale
    bar_top: int
    axis_y: int
    height: int
    uid: str
    now: datetime


def timeline_svg(
    terms: Sequence[TermBar],
    marks: Sequence[Mark],
    now: datetime,
    *,
    windows: Sequence[Window] = (),
    width: int = WIDE,
    uid: str = "terms",
    zone: tzinfo = UTC,
    locale: str = "en_001",
    title: str = "",
) -> SafeString:
    """Draw the terms of one subscription.

    `uid` must be unique on the page. Below 600 px of width marks carry no labels.
    """
    spans = [*((t.starts_at, t.ends_at) for t in terms), *((w.starts_at, w.ends_at) for w in windows)]
    moments = [now, *(mark.at for mark in marks), *(at for span in spans for at in span)]
    scale = Scale(min(moments), max(moments), width)
    wide = width >= 600
    rows = flag_rows([(scale.x(m.at), len(m.label) * LABEL_PX + 22 if wide else 11) for m in marks], width)
    bar_top = 26 + FLAG_H * max(rows, default=0)
    axis_y = bar_top + BAR_H + (26 if windows else 10)
    frame = _Frame(scale, bar_top, axis_y, axis_y + 26, uid, now)
    parts = [
        _ticks(frame, zone, locale),
        *(_bar(frame, term, index) for index, term in enumerate(terms)),
        *(_window(frame, window) for window in windows),
        _now(frame),
        *(_mark(frame, mark, row, wide) for mark, row in zip(marks, rows, strict=True)),
    ]
    return format_html(
        '<svg class="tl-{size}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{uid}-title {uid}-desc">'
        '<title id="{uid}-title">{title}</title><desc id="{uid}-desc">{desc}</desc>{defs}{body}</svg>',
        size="narrow" if not wide else "medium" if width < 900 else "wide",
        width=width,
        height=frame.height,
        uid=uid,
        title=title or _("Terms over time"),
        desc=describe(terms, marks, windows, zone, locale),
        defs=_hatch(uid),
        body=mark_safe("".join(parts)),  # noqa: S308 -- every part is a SafeString
    )


def describe(
    terms: Sequence[TermBar],
    marks: Sequence[Mark],
    windows: Sequence[Window] = (),
    zone: tzinfo = UTC,
    locale: str = "en_001",
) -> str:
    """The picture in words, for readers who can not see it."""

    def day(at: datetime) -> str:
        return str(format_date(at.astimezone(zone).date(), "long", locale))

    said = [f"{t.label}: {day(t.starts_at)} – {day(t.ends_at)}, {state_word(t.state)}." for t in terms]
    said += [f"{w.label}: {day(w.starts_at)} – {day(w.ends_at)}." for w in windows]
    said += [f"{day(m.at)}: {m.label}." for m in sorted(marks, key=lambda m: m.at)]
    return " ".join(said)


def state_word(state: str) -> str:
    """A term's state as a customer reads it."""
    words = {
        "running": _("running"),
        "upcoming": _("upcoming"),
        "ended": _("ended"),
        "dropped": _("dropped"),
        "revoked": _("ended early"),
    }
    return words.get(state, state)


def _hatch(uid: str) -> SafeString:
    return format_html(
        '<defs><pattern id="{}-hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="tl-hatch-ground" width="7" height="7"/>'
        '<path class="tl-hatch-line" d="M0 0V7"/></pattern></defs>',
        uid,
    )


def _ticks(frame: _Frame, zone: tzinfo, locale: str) -> SafeString:
    """Month ticks: the closest step that leaves room for labels; a January shows its year."""
    scale, last = frame.scale, -TICK_GAP
    drawn: list[SafeString] = []
    here = scale.x(frame.now)
    for start in months(scale.first, scale.last, zone, scale.month_step(TICK_GAP)):
        x = scale.x(start)
        year = start.month == 1 or not drawn
        form = "y" if start.month == 1 else "LLL" if drawn else "LLL y"
        text = str(format_date(start.date(), form, locale))
        crowded = -30 < here - x < 60 or x > scale.width - 30
        css = "tl-tick tl-tick--year" if year else "tl-tick"
        line = format_html('<path class="{}" d="M{} {}V{}"/>', css, x, frame.bar_top - 8, frame.axis_y)
        label = SafeString("")
        if not crowded and x - last >= TICK_GAP - 8:
            tone = "tl-tick-text tl-tick-text--year" if year else "tl-tick-text"
            label = format_html('<text class="{}" x="{}" y="{}">{}</text>', tone, x, frame.axis_y + 17, text)
            last = int(x)
        drawn.append(line + label)
    axis = format_html('<line class="tl-axis" x1="0" y1="{y}" x2="{w}" y2="{y}"/>', y=frame.axis_y, w=scale.width)
    return SafeString("".join(drawn)) + axis


def _shape(frame: _Frame, css: str, start: float, end: float, fill: str = "") -> SafeString:
    """A half-open bar: square where it starts, round where it ends."""
    paint = format_html(' fill="{}"', fill) if fill else ""
    return format_html('<path class="{}" d="{}"{}/>', css, bar_path(start, end, frame.bar_top), paint)


def _bar(frame: _Frame, term: TermBar, index: int) -> SafeString:
    start, end = frame.scale.x(term.starts_at), frame.scale.x(term.ends_at) - 2
    hatch = f"url(#{frame.uid}-hatch)"
    if term.state == "dropped":
        body = _shape(frame, "tl-bar tl-bar--dropped", start, end, hatch)
    elif term.state == "revoked" or (term.state == "running" and term.cut_at):
        cut = frame.scale.x(term.cut_at or term.starts_at)
        body = _shape(frame, "tl-bar tl-bar--revoked", start, end, hatch) + format_html(
            '<rect class="tl-bar tl-bar--{}" x="{}" y="{}" width="{}" height="{}"/>',
            "running" if term.state == "running" else "kept",
            start, frame.bar_top, round(max(cut - start, 0), 1), BAR_H,
        )  # fmt: skip
    else:
        body = _shape(frame, f"tl-bar tl-bar--{term.state}", start, end)
    if term.state == "running":
        done = frame.scale.x(min(max(frame.now, term.starts_at), term.ends_at))
        body += format_html(
            '<rect class="tl-bar--elapsed" x="{}" y="{}" width="{}" height="5"/>',
            start, frame.bar_top + BAR_H - 5, round(max(min(done, end - 4) - start, 0), 1),
        )  # fmt: skip
    return body + _bar_label(frame, term, index, start, end)


def _bar_label(frame: _Frame, term: TermBar, index: int, start: float, end: float) -> SafeString:
    """The label inside the bar, its number alone where the label is too long, nothing where neither fits."""
    room = (end - start - 20) / 7.4
    text = term.label if len(term.label) <= room else str(index + 1) if room >= 1 else ""
    if not text:
        return SafeString("")
    css = "tl-bar-label tl-bar-label--hatched" if term.state in ("dropped", "revoked") else "tl-bar-label"
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', css, round(start + 10, 1), frame.bar_top + 22, text)


def _window(frame: _Frame, window: Window) -> SafeString:
    start, end, y = frame.scale.x(window.starts_at), frame.scale.x(window.ends_at), frame.bar_top + BAR_H + 5
    wide = frame.scale.width >= 600
    flip = end + len(window.label) * LABEL_PX + 8 > frame.scale.width
    label = format_html(
        '<text class="tl-span-text" x="{}" y="{}" text-anchor="{}">{}</text>',
        round(start - 6 if flip else end + 6, 1), y + 8, "end" if flip else "start", window.label,
    )  # fmt: skip
    bar = format_html(
        '<path class="tl-span" d="M{0} {1}H{2}a3 3 0 0 1 0 6H{0}Z"/>', start, y, round(max(end - 3, start + 2), 1)
    )
    return bar + label if wide else bar


def _now(frame: _Frame) -> SafeString:
    x, word = frame.scale.x(frame.now), _("Today")
    half = round((len(word) * 7 + 14) / 2)
    flag = min(max(x, half), frame.scale.width - half)
    return format_html(
        '<line class="tl-now" x1="{x}" y1="{top}" x2="{x}" y2="{axis}"/>'
        '<rect class="tl-now-flag" x="{left}" y="{axis}" width="{w}" height="20" rx="5"/>'
        '<text class="tl-now-text" x="{mid}" y="{text}" text-anchor="middle">{word}</text>',
        x=x, top=frame.bar_top - 8, axis=frame.axis_y, left=round(flag - half, 1), w=2 * half,
        mid=round(flag, 1), text=frame.axis_y + 14, word=word,
    )  # fmt: skip


def _mark(frame: _Frame, mark: Mark, row: int, labeled: bool) -> SafeString:
    """A glyph on a stem over the bar, each row above the other; its label next to it where there is room."""
    x, y = frame.scale.x(mark.at), frame.bar_top - 13 - row * FLAG_H
    glyph = format_html(
        '<path class="tl-stem" d="M{} {}V{}" fill="none"/>'
        '<path class="tl-mark tl-mark--{}" d="{}" transform="translate({} {})"/>',
        x, frame.bar_top, y, mark.kind, GLYPHS.get(mark.kind, GLYPHS["charge"]), x, y,
    )  # fmt: skip
    if not labeled:
        return glyph
    flip = x + len(mark.label) * LABEL_PX + 22 > frame.scale.width
    return glyph + format_html(
        '<text class="tl-mark-text" x="{}" y="{}" text-anchor="{}">{}</text>',
        round(x - 11 if flip else x + 11, 1), y + 4, "end" if flip else "start", mark.label,
    )  # fmt: skip


def key_svg(kind: str) -> SafeString:
    """The small glyph of one kind of mark, for the key under the picture."""
    return format_html(
        '<svg viewBox="-9 -9 18 18" width="16" height="16" aria-hidden="true">'
        '<path class="tl-mark tl-mark--{}" d="{}"/></svg>',
        kind,
        GLYPHS.get(kind, GLYPHS["charge"]),
    )


def kind_word(kind: str) -> str:
    """A kind of mark as a customer reads it."""
    words = {
        "charge": _("Charge"),
        "declined": _("Charge declined"),
        "refund": _("Refund"),
        "cancellation": _("Cancellation"),
        "request": _("Refund request"),
        "notice": _("Announcement"),
        "planned": _("Planned charge"),
    }
    return words.get(kind, kind)
