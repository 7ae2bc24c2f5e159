"""Signing in with a passkey, as a browser with a built-in key does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.support.worlds import Sandbox

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_code_then_passkey(sandbox: Sandbox, open_page: Callable[..., Page], check_page: Any) -> None:
    """The first time by a code from the mail; a passkey saved then opens the account without one."""
    cache.clear()
    sandbox.sell(sandbox.customer("ann@example.org"), minor=7995)
    page = open_page()
    page.goto("/auth/login/")
    # WebAuthn knows names, not addresses.
    home = page.url.split("/auth/")[0].replace("127.0.0.1", "localhost")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{home}/auth/login/")
    check_page(page)
    page.get_by_role("link", name="Mail me a sign-in code").click()
    page.get_by_label("Email").fill("ann@example.org")
    page.get_by_role("button", name="Send the code").click()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    check_page(page)
    page.get_by_label("Code").fill(code.group(1))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Subscription")
    page.goto(f"{home}/auth/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.locator("body")).to_contain_text("Security key added")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{home}/auth/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account/")
    expect(page.locator("main")).to_contain_text("A$79.95")
