"""Take the pictures of README.md from a running demo: `python -m tools.pictures http://localhost:8000`."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "images"
SIZE = {"width": 1180, "height": 860}


def main(base: str) -> None:
    """Sign in by the demo's one-click buttons and photograph four pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
        _sign_in(page, base, "Ben Hartono")
        page.goto(f"{base}/account/")
        _keep(page, "account")
        page.get_by_role("link", name="Manage subscription").first.click()
        page.get_by_role("link", name=re.compile("Cancel subscription")).first.click()
        _keep(page, "cancel")
        _sign_in(page, base, "Riley Okafor")
        page.goto(f"{base}/desk/")
        _keep(page, "queue")
        page.get_by_role("row").filter(has_text="Jonas").get_by_role("link").first.click()
        _keep(page, "case")
        browser.close()


def _sign_in(page: Page, base: str, who: str) -> None:
    page.goto(f"{base}/demo/")
    page.get_by_role("button", name=re.compile(who)).click()


def _keep(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(FOLDER / f"{name}.png"))


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
