"""Cancelling under other policies and laws in a browser, at the customer's door and at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from goodterms.storage.policies import shipped_policy
from tests.doors.portal_people import person_of
from tests.support import cancel_rules as rules
from tests.support.cancel_sales import renewed_under, sell_under
from tests.support.worlds import Sandbox

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]
Check = Callable[[Page], None]


def test_a_german_consumer_sees_the_month_and_the_money(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """The end of access, the sum with its days, the law and its article; then the proof, and nothing to undo."""
    sale = renewed_under(sandbox, "DE")
    page = open_page(person_of(sale.customer), js=js)
    page.goto(f"/account/subscriptions/{sale.public_id}/cancel/")
    main = page.locator("main")
    expect(main).to_contain_text("To the end of 12 June 2027")
    expect(main).to_contain_text("€72.52")
    expect(main).to_contain_text("332 of 366 days of 79.95 EUR, from 13 June 2027")
    expect(main).to_contain_text("End of renewed contracts (Germany), § 309 Nr. 9")
    if js:
        check_page(page)
        shoot(page, "cancel-germany")
    page.get_by_role("button", name="Confirm cancellation").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your subscription is canceled")
    expect(main).to_contain_text("Canceling pays back €72.52")
    expect(page.get_by_role("link", name="Keep the subscription after all")).to_have_count(0)
    if js:
        check_page(page)
        shoot(page, "canceled-germany")
        page.goto(f"/account/subscriptions/{sale.public_id}/")
        expect(page.get_by_role("link", name="Keep subscription")).to_have_count(0)
        check_page(page)
        shoot(page, "manage-germany")


def test_a_newspaper_ends_at_once(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """The policy pays the unused days back by itself and says so before; access ends with the money."""
    sale = sell_under(sandbox, shipped_policy("new-york-times"), "new-york-times")
    sandbox.advance(days=100)
    page = open_page(person_of(sale.customer), js=js)
    page.goto(f"/account/subscriptions/{sale.public_id}/cancel/")
    main = page.locator("main")
    expect(main).to_contain_text("Ends at once")
    expect(main).to_contain_text("264 of 365 days")
    if js:
        check_page(page)
        shoot(page, "cancel-newspaper")
    page.get_by_role("button", name="Confirm cancellation").click()
    expect(main).to_contain_text("The subscription ended on 18 August 2026")
    expect(main).to_contain_text("€57.83")
    if js:
        check_page(page)
        shoot(page, "canceled-newspaper")


def test_too_late_for_the_next_charge(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """The page says that it is charged once more, for how much and when; afterwards it can still be kept."""
    sale = sell_under(sandbox, rules.text(rules.TOO_LATE), "second")
    sandbox.advance(days=345)
    sandbox.work()
    page = open_page(person_of(sale.customer), js=js)
    page.goto(f"/account/subscriptions/{sale.public_id}/cancel/")
    main = page.locator("main")
    expect(main).to_contain_text("for the last time")
    expect(main).to_contain_text("10 May 2028")
    if js:
        check_page(page)
        shoot(page, "cancel-too-late")
    page.get_by_role("button", name="Confirm cancellation").click()
    expect(main).to_contain_text("It came too late to stop the next charge: €79.95 on 26 April 2027")
    if js:
        check_page(page)
        shoot(page, "canceled-too-late")
    page.goto(f"/account/subscriptions/{sale.public_id}/")
    expect(main).to_contain_text("is charged once more")
    if js:
        check_page(page)
        shoot(page, "manage-too-late")
    page.get_by_role("link", name="Keep subscription").click()
    page.get_by_role("button", name="Keep subscription").click()
    expect(main).to_contain_text("goes on")


def test_a_question_comes_after_canceling(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """What is asked is told before; canceling holds, and the proof leads to the question."""
    sale = sell_under(sandbox, rules.text(rules.IF_UNUSED), "second")
    sandbox.advance(days=20)
    page = open_page(person_of(sale.customer), js=js)
    page.goto(f"/account/subscriptions/{sale.public_id}/cancel/")
    main = page.locator("main")
    expect(main).to_contain_text("Depends on your answer")
    if js:
        check_page(page)
        shoot(page, "cancel-question")
    page.get_by_role("button", name="Confirm cancellation").click()
    expect(main).to_contain_text("We need an answer from you for that")
    if js:
        check_page(page)
        shoot(page, "canceled-question")
    page.get_by_role("link", name="See what is asked and how it stands").click()
    expect(main).to_contain_text("Have you used it since the current billing period began?")
    if js:
        check_page(page)
        shoot(page, "canceled-case")


@pytest.mark.parametrize(
    ("document", "minor", "text", "name"),
    [
        ("NEWSPAPER", 7995, "264 of 365 days of 79.95 EUR", "pays"),
        ("NEWSPAPER", 99900, "The amount needs a second person", "second-person"),
        ("IF_UNUSED", 7995, "Depends on facts", "facts"),
        ("BILLING_MONTH", 7995, "Canceling returns no money", "month"),
    ],
)
def test_the_desk_shows_the_same(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, document: str, minor: int, text: str, name: str
) -> None:
    """Support sees access, money, sums and the rule before canceling for the customer, and the record after."""
    sale = sell_under(sandbox, rules.text(getattr(rules, document)), "second", minor=minor)
    sandbox.advance(days=100)
    page = open_page(sandbox.agent())
    page.goto(f"/desk/subscriptions/{sale.public_id}/cancel/")
    expect(page.locator("main")).to_contain_text(text)
    check_page(page)
    shoot(page, f"desk-cancel-{name}")
    page.get_by_role("button", name="Cancel the subscription").click()
    expect(page.locator("main")).to_contain_text("Canceled")
    check_page(page)
    shoot(page, f"desk-canceled-{name}")


def test_the_desk_names_the_law(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot) -> None:
    """For a German consumer the desk names law and article, before and after."""
    sale = renewed_under(sandbox, "DE")
    page = open_page(sandbox.agent())
    page.goto(f"/desk/subscriptions/{sale.public_id}/cancel/")
    expect(page.locator("main")).to_contain_text("By law: End of renewed contracts (Germany), § 309 Nr. 9")
    check_page(page)
    shoot(page, "desk-cancel-germany")
    page.get_by_role("button", name="Cancel the subscription").click()
    expect(page.locator("main")).to_contain_text("§ 309 Nr. 9")
    check_page(page)
    shoot(page, "desk-canceled-germany")


def test_the_desk_shows_when_a_renewal_is_announced(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot
) -> None:
    """The mails that laws and policy want, sent and planned, by name."""
    sale = sell_under(sandbox, shipped_policy(), "reference", "FR")
    sandbox.advance(days=320)
    sandbox.work()
    page = open_page(sandbox.agent())
    page.goto(f"/desk/subscriptions/{sale.public_id}/")
    main = page.locator("main")
    expect(main).to_contain_text("fr-renewal-notice@1 RENEWAL")
    expect(main).to_contain_text("Sent 26 Mar 2027")
    expect(main).to_contain_text("The policy’s own day, and mastercard-renewal-notice@1 RARE-CHARGE")
    expect(main).to_contain_text("Planned for 10 Apr 2027")
    check_page(page)
    shoot(page, "desk-announcements")
