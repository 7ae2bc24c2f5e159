"""Cancelling and keeping a subscription, as a customer does it in a browser, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_subscription
from tests.doors.portal_people import person_of
from tests.support.worlds import Sale, Sandbox

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]
Check = Callable[[Page], None]


def state_of(sale: Sale) -> Subscription:
    """The subscription as it is in the database."""
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def sold(sandbox: Sandbox, days: int = 60) -> Sale:
    """Ann's yearly subscription, bought some days ago."""
    sale = sandbox.sell(sandbox.customer(timezone="Australia/Sydney"), minor=7995)
    sandbox.live(days=1)
    sandbox.advance(days=days - 1)
    return sale


def billed_early(sandbox: Sandbox) -> Sale:
    """The same two weeks before the term's end, with the next year paid."""
    sale = sold(sandbox, days=330)
    sandbox.live(days=23)
    assert len(state_of(sale).orders) == 2
    return sale


@pytest.mark.requirement("R4", "R5", "R6", "R7", "R8", "R16")
def test_cancel_in_four_steps(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool) -> None:
    """Subscription, Manage, Cancel, confirm: dates and amounts first, then the proof; no reason is asked."""
    sale = sold(sandbox)
    page = open_page(person_of(sale.customer), js=js)
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("Active")
    expect(page.locator("main")).to_contain_text("10 May 2027")
    expect(page.locator("main")).to_contain_text("A$79.95 on 26 April 2027")
    steps = [page.url]
    for step in ("Manage subscription", "Cancel subscription"):
        page.get_by_role("link", name=step).first.click()
        steps.append(page.url)
    assert state_of(sale).auto_renew
    main = page.locator("main")
    expect(main).to_contain_text("10 May 2027")
    expect(main).to_contain_text("A$79.95 on 26 April 2027")
    expect(main).to_contain_text("not returned by canceling")
    expect(page.locator("main textarea, main select, main input:visible")).to_have_count(0)
    if js:
        check_page(page)
        shoot(page, "cancel")
    page.get_by_role("button", name="Confirm cancellation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your subscription is canceled")
    expect(main).to_contain_text(re.compile(r"C-\d{4}-\w{4}-\w{4}"))
    expect(main).to_contain_text("until 10 May 2027")
    expect(main).to_contain_text("ann@example.org")
    assert len(steps) == 3
    assert not state_of(sale).auto_renew
    if js:
        check_page(page)
        shoot(page, "canceled")
        page.goto("/account/")
        check_page(page)
        shoot(page, "account-canceled")


@pytest.mark.requirement("R7")
def test_walking_away_changes_nothing(sandbox: Sandbox, open_page: Open) -> None:
    """Leaving the cancel page leaves the subscription renewing."""
    sale = sold(sandbox)
    page = open_page(person_of(sale.customer))
    page.goto(f"/account/subscriptions/{sale.public_id}/cancel/")
    page.get_by_role("link", name="Keep everything as it is").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Manage subscription")
    assert state_of(sale).auto_renew


def test_keep_it_after_all(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool) -> None:
    """From the proof of cancellation back to renewing, with the next charge shown first."""
    sale = sold(sandbox)
    page = open_page(person_of(sale.customer), js=js)
    page.goto(f"/account/subscriptions/{sale.public_id}/cancel/")
    page.get_by_role("button", name="Confirm cancellation").click()
    page.get_by_role("link", name="Keep the subscription after all").click()
    expect(page.locator("main")).to_contain_text("A$79.95 on 26 April 2027")
    if js:
        check_page(page)
        shoot(page, "keep")
    assert not state_of(sale).auto_renew
    page.get_by_role("button", name="Keep subscription").click()
    expect(page.locator("main")).to_contain_text("goes on")
    assert state_of(sale).auto_renew


@pytest.mark.requirement("R18", "R19", "R21")
def test_cancel_after_early_billing_and_keep_the_term(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """With the next year paid the page offers both ends, and keeping it ends a year and two weeks ahead."""
    sale = billed_early(sandbox)
    page = open_page(person_of(sale.customer), js=js)
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("10 May 2028")
    if js:
        check_page(page)
        shoot(page, "account-early")
    page.get_by_role("link", name="Manage subscription").first.click()
    if js:
        check_page(page)
        shoot(page, "manage-early")
    page.get_by_role("link", name="Cancel subscription").click()
    keep = page.get_by_label(re.compile("Keep the paid term, end on 10 May 2028"))
    expect(keep).to_be_checked()
    expect(page.get_by_label(re.compile("Ask for the money back, end on 10 May 2027"))).to_be_visible()
    if js:
        check_page(page)
        shoot(page, "cancel-early")
    page.get_by_role("button", name="Confirm cancellation").click()
    expect(page.locator("main")).to_contain_text("until 10 May 2028")
    expect(page.get_by_role("link", name="Ask for the latest payment back")).to_be_visible()
    assert state_of(sale).paid_through == sandbox.now.replace(year=2028, month=5, day=10, hour=9, minute=0)


@pytest.mark.requirement("R21")
def test_cancel_after_early_billing_and_ask_for_the_money(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """The other way: canceled at once, the refund asked for on the next page, and the running term goes on."""
    sale = billed_early(sandbox)
    page = open_page(person_of(sale.customer), js=js)
    page.goto(f"/account/subscriptions/{sale.public_id}/cancel/")
    page.get_by_text("Ask for the money back, end on 10 May 2027").click()
    page.get_by_role("button", name="Confirm cancellation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask for a refund")
    assert not state_of(sale).auto_renew
    expect(page.locator("main")).to_contain_text("The next term does not start")
    if js:
        check_page(page)
        shoot(page, "refund-early")
    page.get_by_role("button", name="Ask for the refund").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Refund request R-")


def test_dark_and_empty(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot) -> None:
    """The account is readable in the dark, and says what to do when nothing was bought."""
    from tests.doors.portal_people import person

    sale = sold(sandbox)
    page: Any = open_page(person_of(sale.customer), dark=True)
    page.goto(f"/account/subscriptions/{sale.public_id}/")
    check_page(page)
    shoot(page, "manage-dark")
    page = open_page(person("new@example.org"), width="phone")
    page.goto("/account/")
    expect(page.locator("main")).to_contain_text("No subscription yet")
    check_page(page)
    shoot(page, "account-empty")
