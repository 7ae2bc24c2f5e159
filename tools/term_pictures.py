"""Draws the pictures of docs/concepts.md by the same code as the product's pages: `python -m tools.term_pictures`.

Each stands by itself: it brings its colors, for both schemes, from the style sheets of the product.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from goodterms.site.timeline import MEDIUM, NARROW, Mark, TermBar, Window, timeline_svg

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "images"
CSS = ROOT / "src" / "goodterms" / "site" / "static" / "goodterms" / "css"
_MARGIN = 14


@dataclass(frozen=True, slots=True)
class Picture:
    """What one picture shows."""

    title: str
    terms: tuple[TermBar, ...]
    marks: tuple[Mark, ...]
    now: datetime
    windows: tuple[Window, ...] = ()


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


_BOUGHT, _FIRST_END, _SECOND_END = _at(2026, 3, 14), _at(2027, 3, 14), _at(2028, 3, 14)
_ANNOUNCED, _CHARGED = _at(2027, 2, 12), _at(2027, 2, 28)
_PAID = Mark(_BOUGHT, "charge", "€54.95")
_TOLD = Mark(_ANNOUNCED, "notice", "Announced")
_RENEWED = Mark(_CHARGED, "charge", "€54.95")


def _term(number: int, state: str, cut_at: datetime | None = None) -> TermBar:
    start, end = ((_BOUGHT, _FIRST_END), (_FIRST_END, _SECOND_END))[number - 1]
    return TermBar(f"Term {number}", start, end, state, cut_at)


PICTURES: dict[str, Picture] = {
    "renewed": Picture(
        "A renewal, charged two weeks ahead", (_term(1, "running"), _term(2, "upcoming")), (_PAID, _TOLD, _RENEWED),
        _at(2027, 3, 3),
    ),
    "retried": Picture(
        "A card that fails, and then does not", (_term(1, "running"), _term(2, "upcoming")),
        (_PAID, _TOLD, Mark(_CHARGED, "declined", "Declined"), Mark(_at(2027, 3, 6), "charge", "€54.95")),
        _at(2027, 3, 8),
    ),
    "canceled": Picture(
        "A cancellation in the middle of a term", (_term(1, "running"),),
        (_PAID, Mark(_at(2026, 9, 2), "cancellation", "Canceled")), _at(2026, 9, 20),
    ),
    "first-refunded": Picture(
        "A first purchase, refunded", (_term(1, "revoked", _at(2026, 4, 1)),),
        (_PAID, Mark(_at(2026, 3, 31), "request", "Asked for"), Mark(_at(2026, 4, 1), "refund", "€54.95 back")),
        _at(2026, 8, 10), (Window("Refundable until 13 April", _BOUGHT, _at(2026, 4, 14)),),
    ),
    "early-refunded": Picture(
        "A renewal billed early, refunded before its term begins", (_term(1, "running"), _term(2, "dropped")),
        (_PAID, _RENEWED, Mark(_at(2027, 3, 5), "refund", "€54.95 back")), _at(2027, 3, 8),
    ),
    "begun-refunded": Picture(
        "A renewal, refunded after its term has begun", (_term(1, "ended"), _term(2, "revoked", _at(2027, 3, 25))),
        (_PAID, _RENEWED, Mark(_at(2027, 3, 25), "refund", "€54.95 back")), _at(2027, 9, 20),
        (Window("Refundable until 30 March", _CHARGED, _at(2027, 3, 31)),),
    ),
}  # fmt: skip


def files() -> dict[str, str]:
    """Return the text of every file by its name: each picture wide, and narrow for phones."""
    return {
        f"terms-{name}{suffix}.svg": _alone(picture, width)
        for name, picture in PICTURES.items() for suffix, width in (("", MEDIUM), ("-narrow", NARROW))
    }  # fmt: skip


def _alone(picture: Picture, width: int) -> str:
    """A picture as a file: with its name space, its style and a ground that it is readable on anywhere."""
    svg = str(timeline_svg(
        picture.terms, picture.marks, picture.now, windows=picture.windows, width=width, title=picture.title
    ))  # fmt: skip
    box = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert box is not None
    wide, high = int(box[1]) + 2 * _MARGIN, int(box[2]) + 2 * _MARGIN
    frame = f'viewBox="{-_MARGIN} {-_MARGIN} {wide} {high}" width="{wide}" height="{high}"'
    ground = f'<rect class="ground" x="{-_MARGIN}" y="{-_MARGIN}" width="{wide}" height="{high}" rx="8"/>'
    head, rest = svg.split("<defs>", 1)
    head = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(box[0], frame)
    return f"{head}<style>{_style()}</style>{ground}<defs>{rest}\n"


def _style() -> str:
    """The rules of pictures and the colors they use, out of the product's style sheets."""
    sheet = (CSS / "timeline.css").read_text(encoding="utf-8").split("@media", 1)[0]
    rules = "".join(line.strip() for line in sheet.splitlines() if line.startswith("  .tl-"))
    rules += ".ground{fill:var(--surface)}svg{font-family:var(--sans)}"
    tokens = (CSS / "tokens.css").read_text(encoding="utf-8").split("@supports", 1)[0]
    light, dark = tokens.split("@media (prefers-color-scheme: dark)", 1)
    lights, darks = _values(light), _values(dark)
    used: set[str] = set()
    open_ends = set(re.findall(r"var\((--[\w-]+)\)", rules))
    while open_ends:
        used |= open_ends
        values = " ".join(one.get(name, "") for name in open_ends for one in (lights, darks))
        open_ends = set(re.findall(r"var\((--[\w-]+)\)", values)) - used
    return (
        f":root{{{_declared(lights, used)}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{_declared(darks, used)}}}}}{rules}"
    )


def _values(sheet: str) -> dict[str, str]:
    return {name: " ".join(value.split()) for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", sheet)}


def _declared(values: dict[str, str], used: set[str]) -> str:
    return "".join(f"{name}:{value};" for name, value in values.items() if name in used)


def main() -> None:
    """Write all pictures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "goodterms.site.settings")
    with tempfile.TemporaryDirectory() as nowhere:
        os.environ["GOODTERMS_DATA"] = nowhere
        os.environ["GOODTERMS_SECRET_KEY"] = secrets.token_hex()
        import django

        django.setup()
        for name, text in files().items():
            (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
