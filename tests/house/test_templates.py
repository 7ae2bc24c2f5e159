"""Templates: nothing from elsewhere, nothing inline, every form protected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, assert_none, files, name_of

ASSET_TAGS = {
    "script",
    "link",
    "img",
    "iframe",
    "source",
    "video",
    "audio",
    "embed",
    "object",
    "use",
    "image",
}
ASSET_ATTRIBUTES = {"src", "srcset", "data", "poster", "href", "xlink:href"}
#: The bank's dashboard is a page of another program, served without sign-in on the bank's own port.
WITHOUT_CSRF = ("src/goodterms/gateways/bank/",)
#: Mail programs know no style sheets; letters are never shown by a browser on our pages.
LETTERS = "/templates/mail/"
EXTERNAL = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
#: Values the browser reads as text, not as code.
DATA_SCRIPT = {"application/json", "application/ld+json", "text/template"}


class _Reader(HTMLParser):
    """Collects the lines of a template that break a rule."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, values = self.getpos()[0], dict(attrs)
        for name, value in attrs:
            if name == "style":
                self.problems.append((line, "style attribute: use a class"))
            if name.startswith("on"):
                self.problems.append((line, f"{name} attribute: scripts live in static files"))
            if tag in ASSET_TAGS and name in ASSET_ATTRIBUTES and EXTERNAL.match(value or ""):
                self.problems.append((line, f"asset from elsewhere: {value}"))
            if name in {"href", "action", "src"} and (value or "").strip().lower().startswith("javascript:"):
                self.problems.append((line, "javascript: address"))
        if tag == "style":
            self.problems.append((line, "inline <style>: use a static file"))
        if tag == "script" and "src" not in values and values.get("type") not in DATA_SCRIPT:
            self.problems.append((line, "inline <script>: use a static file"))


def problems(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a template that the content security policy would block, or that leak a visit."""
    reader = _Reader()
    # Template tags inside a tag confuse an HTML parser; their lines are kept, so that numbers stay right.
    reader.feed(re.sub(r"{[%#].*?[%#]}", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.DOTALL))
    yield from reader.problems


def unprotected_forms(text: str) -> Iterator[int]:
    """Yield the lines of posting forms without a token against forged requests."""
    for match in re.finditer(r"<form\b.*?</form>", text, re.DOTALL | re.IGNORECASE):
        posts = re.search(r"method\s*=\s*[\"']?post", match.group(0), re.IGNORECASE)
        if posts and "csrf_token" not in match.group(0):
            yield text.count("\n", 0, match.start()) + 1


def _templates() -> list[Path]:
    return files(PACKAGE, suffixes=[".html"])


def test_templates_are_self_contained() -> None:
    """No page loads anything from another host, and no page carries inline code."""
    broken = [
        f"{name_of(path)}:{line}: {problem}"
        for path in _templates()
        for line, problem in problems(path.read_text())
        if not (LETTERS in name_of(path) and "style" in problem)
    ]
    assert_none(broken, "Pages work under a strict content security policy and tell no third party of a visit.")


def test_posting_forms_are_protected() -> None:
    """Every form that posts carries Django's token."""
    broken = [
        f"{name_of(path)}:{line}: form without csrf_token"
        for path in _templates()
        if not name_of(path).startswith(WITHOUT_CSRF)
        for line in unprotected_forms(path.read_text())
    ]
    assert_none(broken, "A form that posts carries {% csrf_token %}: nobody else may cancel for the customer.")


def test_style_sheets_are_self_contained() -> None:
    """No style sheet or script loads anything from another host."""
    outside = re.compile(r"(url\(\s*['\"]?|@import\s+['\"]?|\bimport\s*\(?['\"])(https?:)?//", re.IGNORECASE)
    broken = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in files(PACKAGE, suffixes=[".css", ".js"])
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if outside.search(line)
    ]
    assert_none(broken, "No asset comes from another host.")


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        "<script>alert(1)</script>",
        '<p style="color: red">',
        '<a href="/x" onclick="go()">',
        "<style>p {}</style>",
        '<a href="javascript:go()">',
    ],
)
def test_a_bad_template_is_noticed(text: str) -> None:
    """Each kind of forbidden markup is found by the check above."""
    assert list(problems(text))


def test_a_bad_form_is_noticed() -> None:
    """A posting form without a token is found; a search form needs none."""
    assert list(unprotected_forms('<p>\n<form method="post"><input></form>')) == [2]
    assert not list(unprotected_forms('<form method="get"><input></form>'))
    assert not list(unprotected_forms('<form method="post">{% csrf_token %}</form>'))
