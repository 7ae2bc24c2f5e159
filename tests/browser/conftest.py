"""A real server, a real Chromium, and the eyes of every browser test.

Pages are watched from the first request to the last: a request to another host, a violation of the content security
policy, an error on the console or in a script fails the test. `sandbox` (the world) and `live_server` share their
database and clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

if TYPE_CHECKING:  # this file is read before Django is ready
    from goodterms.storage.models import User

WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
#: Chromium writes this for every answer of 400 and above; tests that provoke one look at the page instead.
_EXPECTED = "Failed to load resource: the server responded with a status of"


@dataclass
class Watched:
    """What went wrong on the pages of one test."""

    host: str
    problems: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to everything this page does."""
        page.on("request", lambda request: self._asked(request.url))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "about", "blob") and parts.netloc != self.host:
            self.problems.append(f"request to another host: {url}")

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(_EXPECTED):
            self.problems.append(f"console {kind}: {text}")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, sandbox: Any, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`open_page(user, js=False, width="phone", dark=True)`: a page of its own, signed in, watched.

    Paths are relative: `page.goto("/account/")`.
    """
    watched = Watched(urlsplit(live_server.url).netloc)
    contexts: list[BrowserContext] = []

    def opened(user: User | None = None, *, js: bool = True, width: str = "desk", dark: bool = False) -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=js, viewport={"width": wide, "height": high},
            color_scheme="dark" if dark else "light", reduced_motion="reduce", locale="en-GB",
        )  # fmt: skip
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url)])
        page = context.new_page()
        watched.watch(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not watched.problems, "\n".join(watched.problems)


def session_cookie(user: User, url: str) -> Any:
    """A session of this user without the sign-in pages, which have tests of their own."""
    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


@pytest.fixture
def check_page(axe_source: str) -> Callable[[Page], None]:
    """`check_page(page)`: no accessibility violations, one main heading, nothing wider than the screen."""

    def check(page: Page) -> None:
        # A click waits until the next page has begun to arrive, not until all of it is there.
        page.wait_for_load_state()
        # evaluate, not a script element: the content security policy stays in force.
        page.evaluate(axe_source)
        found = page.evaluate("axe.run({resultTypes: ['violations']}).then(r => r.violations)")
        said = [f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
        assert not said, f"{page.url}\n" + "\n".join(said)
        assert page.locator("h1").count() == 1, f"{page.url}: one h1 a page"
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url}: {wider} px wider than the screen"

    return check


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """`shoot(page, "cancel")`: pictures at both widths into $GOODTERMS_SHOTS; nothing when that is not set."""

    def take(page: Page, name: str) -> None:
        place = os.environ.get("GOODTERMS_SHOTS")
        if not place:
            return
        Path(place).mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        for label, (wide, high) in WIDTHS.items():
            page.set_viewport_size({"width": wide, "height": high})
            page.screenshot(path=str(Path(place) / f"{name}-{label}.png"), full_page=True)
        if before:
            page.set_viewport_size(before)

    return take


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def js(request: pytest.FixtureRequest) -> bool:
    """With JavaScript and without: every journey must work both ways."""
    return bool(request.param)
