"""The documentation site: built without a warning, whole, with no link into nothing and nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from goodterms.domain.payment import ChargeState, RefundState
from goodterms.domain.refund_request import RequestState
from goodterms.domain.subscription import DisplayState
from goodterms.domain.term import TermState
from tests.house.sources import ROOT, assert_none
from tests.support.docsite import built_site
from tools.docsite.pages import DOCS, source_pages
from tools.term_pictures import files

#: What makes a browser ask for something, besides links that somebody follows.
_LOADS = {"script": ("src",), "link": ("href",), "img": ("src", "srcset"), "source": ("src", "srcset"),
          "iframe": ("src",), "object": ("data",), "use": ("href",), "video": ("src",)}  # fmt: skip
_MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)")
#: What only a generator understands.
_MARK = re.compile(r"^(?:```\{.*|:::.*|\(\w+\)=)$", re.MULTILINE)
_SOURCE_LINK = re.compile(r'(?:src|srcset)="([^"]+)"')


class _Page(HTMLParser):
    """What one page names, links to and loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        for name in _LOADS.get(tag, ()):
            if name in given and given.get("rel") not in ("next", "prev", "search", "author"):
                self.loads.append(given[name])


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    """The site, built for these tests."""
    with built_site() as made:
        yield made


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    """Every page of the site."""
    return {path: _Page(path.read_text()) for path in sorted(site.rglob("*.html")) if "_static" not in path.parts}


def test_every_document_is_a_page(site: Path) -> None:
    """Whoever adds a document to docs/ gives it a place in the site."""
    written = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")}
    listed = [page for page, _ in source_pages()]
    assert len(listed) == len(set(listed))
    assert_none(written - set(listed), "A document of docs/ has its place in tools/docsite/pages.py.")
    assert_none((page for page in listed if not (site / f"{page}.html").exists()), "Every page is built.")


def test_no_link_leads_nowhere(pages: dict[Path, _Page]) -> None:
    """Pages, parts of pages and files that links lead to are there."""
    broken = []
    for path, page in pages.items():
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            missing = not target.is_file() or (
                parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
            )
            if missing and link != "#":
                broken.append(f"{path.name}: {link}")
    assert len(pages) > 50
    assert_none(broken, "A link of the site leads to something that is there.")


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, _Page]) -> None:
    """No page, style sheet or script names another host's file as its own."""
    broken = [f"{path.name}: {load}" for path, page in pages.items() for load in page.loads if "//" in load]
    for path in site.rglob("*.css"):
        broken += [f"{path.name}: {found}" for found in re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*",
                                                                  path.read_text())]  # fmt: skip
    assert_none(broken, "The site needs no other host.")


def test_the_pictures_are_those_of_the_product() -> None:
    """docs/images has what the code that draws for customers draws now."""
    stale = [name for name, text in files().items() if (DOCS / "images" / name).read_text() != text]
    assert_none(stale, "A picture of terms is stale: run `make docs`.")


def test_the_glossary_names_the_states_that_there_are() -> None:
    """No state is missing, and none is named that a program can not meet."""
    told = (DOCS / "glossary.md").read_text().split("## States")[1]
    rows = dict(re.findall(r"^\| (?:a|an) ([a-z ]+) \| (.*) \|$", told, re.MULTILINE))
    known = {"subscription": DisplayState, "term": TermState, "charge": ChargeState, "refund": RefundState,
             "refund request": RequestState}  # fmt: skip
    assert {name: re.findall(r"`(\w+)`", row) for name, row in rows.items()} == {
        name: [str(state) for state in states] for name, states in known.items()
    }


@cache
def _anchors(path: Path) -> frozenset[str]:
    """The names of a document's headings, as code hosts make them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found)


def test_documents_read_well_on_a_code_host() -> None:
    """Links of the documents as they are lead to files and headings, and no document carries a generator's marks."""
    broken = []
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]:
        text = path.read_text()
        for link in [*_MARKDOWN_LINK.findall(text), *_SOURCE_LINK.findall(text)]:
            parts = urlsplit(link)
            target = (path.parent / parts.path).resolve() if parts.path else path
            if parts.scheme or (target.exists() and (not parts.fragment or parts.fragment in _anchors(target))):
                continue
            broken.append(f"{path.relative_to(ROOT)}: {link}")
        broken += [f"{path.relative_to(ROOT)}: {mark}" for mark in _MARK.findall(text)]
    assert_none(broken, "A document of docs/ is plain Markdown whose links lead to files and headings.")
