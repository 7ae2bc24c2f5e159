"""Values that nobody types and some send, the addresses to send them to, and the forms of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

#: What a value may be, by what is odd about it. PostgreSQL keeps no null character; neither int() nor a date ends well
#: with every digit; names of PostgreSQL's and of Python's own grammar must stay text.
VALUES = {
    "null": "\x00",
    "null inside": "ab\x00cd",
    "long": "x" * 20_000,
    "long address": f"{'a' * 300}@example.org",
    "long number": "9" * 5_000,
    "digits that are none": "²²²²-0000-0000",
    "digits of another script": "٣٣٣٣-٣٣٣٣-٣٣٣٣",
    "half a pair and a non-character": "\ufffd\ufffe\U0001f600",
    "direction and joiners": "\u202eabc\u200b\u200d",
    "accents": "e" + "\u0301" * 400,
    "grows when folded": "ŉİß" * 60,
    "lines": "a\r\nBcc: x@example.org\r\n\r\nb",
    "huge exponent": "1e999999",
    "large exponent": "9e99999",
    "not a number": "NaN",
    "negative": "-1",
    "more than 64 bits": "99999999999999999",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "first instant": "0001-01-01T00:00",
    "last century": "1901-02-03T04:05",
    "last instant": "9999-12-31T23:59",
    "text search": "a:* & ! | ( <-> \\",
    "like": "%_%'\"--;",
    "template": "{{ 7|add:7 }}{% debug %}<script>alert(1)</script>",
    "path": "../../etc/passwd",
    "id with a sign": "sub_+0f0123456789abcdef0123456789abcdef",
}
#: Those that find the most; the others are tried by the long tests.
TELLING = ("null inside", "long", "long address", "long number", "digits that are none", "last century")
#: Names of parameters that pages read, and some that libraries do.
PARAMETERS = (
    *("q", "version", "state", "handler", "channel", "page", "order", "number", "email", "name", "on", "next"),
    *("uid", "since", "until", "customer", "to"),
)


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "/") -> Iterator[str]:
    """Every route of the site, as `/desk/requests/<str:req>/`; expressions and the demo's controls excepted."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        elif "(?P" not in route and not route.startswith("/demo/"):
            yield route


def filled(route: str, known: dict[str, str], odd: str = "", at: str = "") -> str:
    """The address of a route with the known parts, the one named `at` replaced by an odd value."""
    parts = [part for part in route.split("/") if part.startswith("<")]
    for part in parts:
        name = part.strip("<>").rpartition(":")[2]
        route = route.replace(part, quote(odd if name == at else known[name], safe=""))
    return route


def names_in(route: str) -> list[str]:
    """The names of a route's parts."""
    return [part.strip("<>").rpartition(":")[2] for part in route.split("/") if part.startswith("<")]


@dataclass
class PostForm:
    """A form that posts: where to, and what it would send untouched."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.found, self._now, self._area, self._select = address, [PostForm("")][:0], False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._now = given.get("method", "get").lower() == "post"
            if self._now:
                self.found.append(PostForm(given.get("action") or self.address))
        elif not self._now:
            return
        elif tag in ("textarea", "select") and name:
            self.found[-1].fields[name] = ""
            self.found[-1].typed.append(name)
            self._area, self._select = (name, "") if tag == "textarea" else ("", name)
        elif tag == "option" and self._select and (not self.found[-1].fields[self._select] or "selected" in given):
            self.found[-1].fields[self._select] = given.get("value", "")
        elif tag in ("input", "button") and name and name != "csrfmiddlewaretoken":
            self._input(given, name)

    def _input(self, given: dict[str, str], name: str) -> None:
        form, kind = self.found[-1], given.get("type", "text")
        if kind not in ("radio", "checkbox") or "checked" in given or name not in form.fields:
            form.fields[name] = given.get("value", "")
        if name not in form.typed:
            form.typed.append(name)

    def handle_data(self, data: str) -> None:
        if self._now and self._area:
            self.found[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._now = self._now and tag != "form"
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select


def forms_on(address: str, response: HttpResponse) -> list[PostForm]:
    """The forms of a page that post."""
    reader = _Forms(address)
    reader.feed(response.content.decode())
    return reader.found


def browser() -> Client:
    """A browser to which a failure is an answer with 500, as it is outside of tests."""
    return Client(raise_request_exception=False)
