"""The picture of terms: places on the axis, shapes of states, labels that do not collide, and its words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from goodterms.site.timeline import NARROW, WIDE, Mark, TermBar, Window, describe, timeline_svg
from goodterms.site.timescale import Scale, bar_path, flag_rows, months
from tests.doors.gallery_data import NOW, marks, terms

START, END = datetime(2025, 3, 14, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC)
RUNNING = TermBar("Term 1", START, END, "running")


def picture(*bars: TermBar, pins: tuple[Mark, ...] = (), now: datetime = NOW, width: int = WIDE) -> str:
    """A picture of some terms."""
    return str(timeline_svg(bars, pins, now, width=width))


def test_scale_is_linear_and_keeps_a_margin() -> None:
    """The first instant lies at the left margin, the last at the right, the middle between."""
    scale = Scale(START, END, 1000)
    assert scale.x(START) == 10
    assert scale.x(END) == 990
    assert scale.x(START + (END - START) / 2) == 500


def test_one_instant_alone_can_be_drawn() -> None:
    """A picture of nothing but today does not divide by zero."""
    assert "Today" in picture()


def test_elapsed_part_ends_today() -> None:
    """The filled strip of a running term ends where the line of today stands."""
    svg = picture(RUNNING, now=START + timedelta(days=100))
    strip = re.search(r'tl-bar--elapsed" x="([\d.]+)" y="\d+" width="([\d.]+)"', svg)
    today = re.search(r'tl-now" x1="([\d.]+)"', svg)
    assert strip
    assert today
    assert float(strip[1]) + float(strip[2]) == pytest.approx(float(today[1]), abs=0.2)


@pytest.mark.parametrize("state", ["dropped", "revoked"])
def test_what_is_gone_is_hatched(state: str) -> None:
    """Dropped and revoked terms are hatched with a pattern that the picture defines."""
    svg = picture(TermBar("Term 1", START, END, state, cut_at=START + timedelta(days=30)))
    used = re.search(r'fill="url\(#([\w-]+)\)"', svg)
    assert used
    assert f'<pattern id="{used[1]}"' in svg
    assert ("tl-bar--kept" in svg) == (state == "revoked")


def test_bars_of_following_terms_do_not_overlap() -> None:
    """A term's bar ends before the next one begins: intervals are half-open."""
    middle = START + (END - START) / 2
    svg = picture(TermBar("1", START, middle, "ended"), TermBar("2", middle, END, "upcoming"))
    first, second = re.findall(r'class="tl-bar [^"]+" d="M([\d.]+) \d+H([\d.]+)a([\d.]+)', svg)
    assert float(first[1]) + float(first[2]) < float(second[0])


def test_a_bar_is_square_where_it_starts_and_round_where_it_ends() -> None:
    """The path of a bar has its two bends at its end only."""
    path = bar_path(10, 110, 0)
    assert path.startswith("M10 0H98")
    assert path.count("a12") == 2
    assert path.endswith("H10Z")


def test_labels_are_drawn_where_there_is_room() -> None:
    """The wide picture names its marks; the narrow one shows shapes only."""
    pin = Mark(START, "charge", "A$59.95")
    assert 'class="tl-mark-text"' in picture(RUNNING, pins=(pin,))
    assert 'class="tl-mark-text"' not in picture(RUNNING, pins=(pin,), width=NARROW)


def test_labels_are_escaped() -> None:
    """A label is text, in the drawing and in its description."""
    svg = picture(TermBar("<i>", START, END, "ended"), pins=(Mark(START, "charge", "<script>"),))
    assert "<script>" not in svg
    assert "<i>" not in svg


@given(st.lists(st.tuples(st.floats(10, 690), st.floats(10, 200)), max_size=12))
def test_labels_never_collide(flags: list[tuple[float, float]]) -> None:
    """Two labels in one row do not touch, whatever their places and lengths."""
    rows = flag_rows(flags, 700)
    spans = [
        (row, at - room, at) if at + room > 700 else (row, at, at + room)
        for row, (at, room) in zip(rows, flags, strict=True)
    ]
    for index, (row, start, end) in enumerate(spans):
        for other, begin, finish in spans[index + 1 :]:
            assert row != other or end < begin or finish < start


@pytest.mark.parametrize("step", [1, 3, 12])
def test_ticks_are_local_months(step: int) -> None:
    """Ticks stand at local midnights of first days, aligned so that Januaries are hit, inside the picture."""
    zone = ZoneInfo("Australia/Sydney")
    ticks = list(months(START, END, zone, step))
    assert all(tick.day == 1 and tick.hour == 0 and (tick.month - 1) % step == 0 for tick in ticks)
    assert all(START <= tick <= END for tick in ticks)
    assert len(ticks) == 12 // step
    assert any(tick.month == 1 for tick in ticks)


def test_words_say_what_the_picture_shows() -> None:
    """The description names every term with its state, every window and every mark in order of time."""
    pins = (Mark(END, "planned", "Next charge"), Mark(START, "charge", "A$59.95"))
    said = describe([RUNNING], pins, [Window("Refundable", START, START + timedelta(days=30))])
    assert said.startswith("Term 1: 14 March 2025 – 14 March 2026, running. Refundable: ")
    assert said.index("A$59.95") < said.index("Next charge")
    assert f'<desc id="terms-desc">{describe([RUNNING], pins)}</desc>' in picture(RUNNING, pins=pins)


def test_tag_takes_plain_mappings() -> None:
    """Pages hand over mappings or objects; three widths and a list of the same facts come out."""
    html = Template("{% load goodterms_ui %}{% timeline terms marks now %}").render(
        Context({"terms": terms(), "marks": marks(), "now": NOW})
    )
    assert html.count('<svg class="tl-') == 3
    assert html.count("<li>") == len(terms()) + len(marks()) + len({m["kind"] for m in marks()})
