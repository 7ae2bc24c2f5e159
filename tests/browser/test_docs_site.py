"""The documentation site in a real browser: nothing from elsewhere, accessible, on desktops and phones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDTHS, Watched
from tests.support.docsite import built_site, shown
from tools.docsite.pages import SECTIONS

pytestmark = pytest.mark.browser

#: Pages of every kind: prose with pictures, samples, wide tables, a reference, and one that a script makes.
LOOKED_AT = ("index", "quickstart", "concepts", "guides/cancel", "guides/sandboxes", "api", "reference/index",
             "reference/subscriptions", "policies", "performance", "decisions/README", "search")  # fmt: skip


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[Path, str]]:
    """The site and its address."""
    with built_site() as made, shown(made) as url:
        yield made, url


@pytest.fixture
def opened(browser: Browser, site: tuple[Path, str]) -> Iterator[Callable[..., Page]]:
    """`opened(width, dark=True, js=False)`: a page that is watched."""
    watched = Watched(urlsplit(site[1]).netloc)
    contexts = []

    def open_page(width: str = "desk", *, dark: bool = False, js: bool = True) -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            base_url=site[1], viewport={"width": wide, "height": high}, java_script_enabled=js,
            color_scheme="dark" if dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        watched.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not watched.problems, "\n".join(watched.problems)


def test_no_page_asks_another_host(opened: Callable[..., Page], site: tuple[Path, str]) -> None:
    """Every page is opened; `opened` fails on a request elsewhere and on whatever the console says."""
    page = opened()
    names = [path.relative_to(site[0]).as_posix() for path in site[0].rglob("*.html") if "_static" not in path.parts]
    for name in sorted(names):
        page.goto(f"/{name}", wait_until="load")
    assert len(names) > 50


@pytest.mark.parametrize("name", LOOKED_AT)
@pytest.mark.parametrize(("width", "dark"), [("desk", False), ("phone", False), ("phone", True)])
def test_pages_are_accessible(
    name: str, width: str, dark: bool, opened: Callable[..., Page], check_page: Callable[[Page], None],
    shoot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    """No violation that axe-core knows, one main heading, nothing wider than the screen."""
    page = opened(width, dark=dark)
    page.goto(f"/{name}.html")
    check_page(page)
    if not dark and width == "desk":
        shoot(page, f"docs-{name.replace('/', '-')}")


def test_the_navigation_names_every_section(opened: Callable[..., Page]) -> None:
    """On a desktop beside the page, on a phone behind a button; a page is found by its words."""
    page = opened()
    page.goto("/index.html")
    for section in SECTIONS:
        expect(page.get_by_role("heading", name=section, exact=True)).to_be_visible()
    phone = opened("phone")
    phone.goto("/index.html")
    phone.get_by_role("button", name="Site navigation").click()
    phone.get_by_role("link", name="Write a policy").click()
    phone.wait_for_url("**/policies.html")
    page.goto("/search.html?q=cooling_off")
    page.get_by_role("link", name="Writing a policy").first.wait_for()


def test_it_is_read_without_scripts(opened: Callable[..., Page]) -> None:
    """Text, navigation and samples are there when JavaScript is not."""
    page = opened(js=False)
    page.goto("/policies.html")
    expect(page.get_by_role("link", name="Using the API")).to_be_visible()
    expect(page.get_by_text("The first schedule that fits")).to_be_visible()
