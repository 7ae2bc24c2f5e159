"""The demo's pages in a real browser: readable by everybody, without scripts, at both widths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDTHS, Watched
from tests.support.demo import Demo, running_demo

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One demo for this file."""
    with running_demo(customers=12) as demo:
        yield demo


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    """`visit(width="phone", js=False)`: a page on the running demo, watched."""
    watched = Watched(demo.url.split("/")[2])
    contexts = []

    def opened(width: str = "desk", *, js: bool = True, dark: bool = False) -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            base_url=demo.url, java_script_enabled=js, viewport={"width": wide, "height": high},
            color_scheme="dark" if dark else "light", locale="en-GB",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        watched.watch(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not watched.problems, "\n".join(watched.problems)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["demo/", "demo/clock/", "demo/inbox/", "demo/bank/"])
def test_pages_are_for_everybody(
    visit: Callable[..., Page], check_page: Callable[[Page], None], shoot: Callable[[Page, str], None], path: str,
    width: str,
) -> None:  # fmt: skip
    """No page of the demo has an accessibility violation or is wider than a phone, light or dark."""
    for dark in (False, True):
        page = visit(width, dark=dark)
        page.goto(path)
        check_page(page)
    shoot(page, path.strip("/").replace("/", "-"))


def test_a_visit_without_scripts(visit: Callable[..., Page]) -> None:
    """Becoming somebody, letting a day pass and reading a mail work with plain links and forms."""
    page = visit(js=False)
    page.goto("demo/")
    page.get_by_role("button", name="Sign in as Ben Hartono").click()
    expect(page).to_have_url(re.compile("/account/$"))
    page.get_by_role("complementary", name="Demo").get_by_role("link", name="Clock", exact=True).click()
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_role("heading", name="What happened since")).to_be_visible()
    page.get_by_role("complementary", name="Demo").get_by_role("link", name="Inbox").click()
    page.get_by_label("Sent to").fill("ben@")
    page.get_by_role("button", name="Show").click()
    page.locator("tbody th a").first.click()
    expect(page.frame_locator("iframe").get_by_role("heading").first).to_be_visible()


def test_a_link_in_a_letter_leads_to_the_site(visit: Callable[..., Page]) -> None:
    """The letter's frame is walled in, and its links still open in the window."""
    page = visit()
    page.goto("demo/inbox/?to=ava")
    if page.locator("tbody th a").count() == 0:
        page.goto("demo/inbox/")
    page.locator("tbody th a").first.click()
    link = page.frame_locator("iframe").get_by_role("link").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_url(lambda url: "/demo/inbox/" not in url)
    assert target is not None
