"""Making a letter of a mail that is due: its values in words, its subject, its plain and its HTML part.

What a letter says is written once, in `mail/<kind>.txt`; `mail/letter.txt` and `mail/letter.html` make both parts of
it, so they can not say different things. Which values it states and where it leads is in `mail_kinds`. Amounts and
dates are written for the reader: in the customer's time zone where we know it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation

from goodterms.storage.messages import DueMail
from goodterms.usecases.mail.kinds import KINDS, Sketch
from goodterms.usecases.mail.kinds_desk import DESK_KINDS
from goodterms.usecases.mail.links import Links
from goodterms.usecases.mail.reader import Reader

_WIDTH = 76


class UnknownKindError(LookupError):
    """A mail of a kind that no letter is written for."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it goes out."""

    subject: str
    text: str
    html: str


def write_letter(mail: DueMail, company: Mapping[str, str], *, site_url: str, zone: str) -> Letter:
    """The letter for a mail; `zone` counts where the customer's is not known. Raises `UnknownKindError`."""
    sketch_of = KINDS.get(mail.kind) or DESK_KINDS.get(mail.kind)
    if sketch_of is None:
        raise UnknownKindError(mail.kind)
    with translation.override("en"):
        reader = Reader(mail, Links(site_url), zone, company)
        sketch: Sketch = sketch_of(reader)
        subject = one_line(sketch.subject)
        values = {
            "subject": subject,
            "heading": sketch.heading,
            "facts": [(label, value) for label, value in sketch.facts if value],
            "action_url": sketch.action[0],
            "action_label": sketch.action[1],
            "company": company,
            "product": reader.product,
            "links": reader.links,
            **sketch.more,
        }
        prose = render_to_string(f"mail/{mail.kind}.txt", values)
        values["paragraphs"] = [part.strip() for part in re.split(r"\n\s*\n", prose) if part.strip()]
        text = render_to_string("mail/letter.txt", values)
        html = render_to_string("mail/letter.html", values)
    return Letter(subject, tidy(text), html)


def one_line(text: str) -> str:
    """A text fit for a header: one line, no control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def tidy(text: str) -> str:
    """Plain text as people write it: wrapped, single blank lines, addresses whole."""
    lines: list[str] = []
    for line in text.splitlines():
        if len(line) <= _WIDTH or "://" in line:
            lines.append(line if line == "-- " else line.rstrip())
        else:
            lines += textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
