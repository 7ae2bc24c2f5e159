"""Tables that become cards on a phone and stay tables for assistive technology.

A page writes a plain `<thead>` and `<tbody>`. When a stylesheet changes the display of rows and cells, browsers
drop their table semantics, so explicit roles are added; each cell learns its column's name for the card view.
"""

from __future__ import annotations

import re
from html import escape, unescape

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

_TAG = re.compile(r"<(thead|tbody|tr|th|td)(\s[^>]*)?>", re.IGNORECASE)
_HEADING = re.compile(r"<th(?:\s[^>]*)?>(.*?)</th>|<td(?:\s[^>]*)?>(.*?)</td>", re.IGNORECASE | re.DOTALL)
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def table_html(content: str, caption: str, cards: bool, show_caption: bool) -> SafeString:
    """The whole table: scrollable on its own if it is wider than its place. Nested tables are not supported."""
    names = _column_names(content)
    body = mark_safe(_with_roles(content, names))  # noqa: S308 -- content was rendered, and escaped, by the template
    hidden = "" if show_caption else "visually-hidden"
    # A table that stays a table may be wider than a phone: the scrolling box must be reachable by keyboard.
    scroller = "" if cards else format_html(' role="group" aria-label="{}" tabindex="0"', caption)
    return format_html(
        '<div class="table-wrap"{}><table class="table{}" role="table">'
        '<caption class="{}">{}</caption>{}</table></div>',
        scroller, " table--cards" if cards else "", hidden, caption, body,
    )  # fmt: skip


def _column_names(content: str) -> list[str]:
    """The text of each heading in `<thead>`, in order."""
    head = content.split("</thead>", 1)[0] if "</thead>" in content else ""
    return [" ".join(unescape(strip_tags(th or td)).split()) for th, td in _HEADING.findall(head)]


def _with_roles(content: str, names: list[str]) -> str:
    """The same rows with roles on every element and the column's name on every body cell."""
    column, in_head = 0, False

    def rewrite(found: re.Match[str]) -> str:
        nonlocal column, in_head
        tag, attrs = found.group(1).lower(), found.group(2) or ""
        if tag in ("thead", "tbody"):
            in_head = tag == "thead"
        if tag == "tr":
            column = 0
        if tag not in ("th", "td"):
            return f'<{tag} role="{_ROLES[tag]}"{attrs}>'
        name = names[column] if column < len(names) else ""
        column += 1
        if tag == "th":
            scope = "" if "scope=" in attrs else f' scope="{"col" if in_head else "row"}"'
            return f'<th role="{"columnheader" if in_head else "rowheader"}"{scope}{attrs}>'
        label = f' data-label="{escape(name)}"' if name and not in_head and "data-label" not in attrs else ""
        return f'<td role="cell"{label}{attrs}>'

    return _TAG.sub(rewrite, content)
