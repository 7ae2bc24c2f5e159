"""Refunds under another policy in a browser: facts asked, answered and entered; a part paid back, a later end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from goodterms.domain.facts import Actor
from goodterms.domain.public_id import ORDER, encode
from goodterms.storage.policies import publish, shipped_policy
from goodterms.usecases import customers
from goodterms.usecases.links import request_path
from goodterms.usecases.review import approve
from tests.browser.test_portal_refund import only_request
from tests.doors.portal_people import person_of
from tests.support import second_policy as second
from tests.support.worlds import Sale, Sandbox, request_public_id

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]
Check = Callable[[Page], None]
EVE = Actor("agent", "eve@desk.example")


def _german(sandbox: Sandbox) -> Sale:
    """A German consumer's yearly subscription with a vendor that pays nothing back."""
    buyer = customers.find_or_create_customer(
        sandbox.world, email="jo@example.org", name="Jo Maier", timezone="Europe/Berlin", country="DE", consumer=True
    )
    publish(shipped_policy("no-refunds"), at=sandbox.now, by="test")
    plan = sandbox.plan("other-year", currency="EUR", minor=7300)
    plan.policy_name = "no-refunds"
    plan.save()
    return sandbox.sell(buyer, plan="other-year", currency="EUR", minor=7300)


def test_a_question_of_the_law_is_answered_and_decides(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot
) -> None:
    """Told before asking, asked on the request's page, answered by keyboard; the desk names law and article."""
    sale = _german(sandbox)
    sandbox.advance(days=9)
    page = open_page(person_of(sale.customer))
    page.goto(f"/account/orders/{encode(ORDER, sale.bucket, sale.order.id)}/refund/")
    check_page(page)
    shoot(page, "policy-ask")
    expect(page.locator("main")).to_contain_text("Did you ask us to begin at once")
    page.get_by_role("button", name="Ask for the refund").click()
    check_page(page)
    shoot(page, "policy-question")
    desk = open_page(sandbox.agent())
    desk.goto(f"/desk/requests/{request_public_id(only_request())}/")
    check_page(desk)
    shoot(desk, "policy-case-waits")
    desk.get_by_role("link", name="Enter the facts", exact=True).click()
    check_page(desk)
    shoot(desk, "policy-facts")
    page.get_by_role("radio", name="Yes").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("main")).to_contain_text("Thank you. We have your answer")
    desk.get_by_role("link", name="Back, change nothing").click()
    expect(desk.locator("main")).to_contain_text("art. 9(1), 14(3)")
    expect(desk.locator("main")).to_contain_text("The law wants the money paid by")
    check_page(desk)
    shoot(desk, "policy-case-law")
    desk.get_by_role("link", name="Approve").click()
    check_page(desk)
    shoot(desk, "policy-approve")
    desk.get_by_role("button", name="Approve and refund").click()
    expect(desk.locator(".messages")).to_contain_text("Approved")
    page.reload()
    expect(page.locator("main")).to_contain_text("of €73.00")
    check_page(page)
    shoot(page, "policy-part")


def test_wrong_facts_are_told_and_kept(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot) -> None:
    """Errors lead to their fields, also without a script, and what was typed is still there."""
    request = second.sell_under(sandbox, second.LESS_BENEFITS).ask_refund()
    page = open_page(sandbox.agent())
    page.goto(f"/desk/requests/{request_public_id(request)}/facts/")
    page.get_by_role("textbox", name="How much were the benefits worth").fill("a lot")
    page.get_by_role("button", name="Record and apply the rules").click()
    check_page(page)
    shoot(page, "policy-facts-wrong")
    expect(page.get_by_role("textbox", name="How much were the benefits worth")).to_have_value("a lot")
    page.get_by_role("link", name="How much were the benefits worth").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("19.95")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("LESS-BENEFITS of second@1 grants the refund")


def test_a_later_end_is_shown_before_and_followed_after(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """The part, how it comes about and the day on which access ends; afterwards the account says the same."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH)
    sandbox.advance(days=100)
    page = open_page(person_of(sale.customer), js=js)
    page.goto(f"/account/orders/{encode(ORDER, sale.bucket, sale.order.id)}/refund/")
    main = page.locator("main")
    expect(main).to_contain_text("251 of 365 days")
    if js:
        check_page(page)
        shoot(page, "policy-later-ask")
    page.get_by_role("button", name="Ask for the refund").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Refund request R-")
    request = only_request()
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    page.goto(request_path(request.bucket, request.id))
    expect(main).to_contain_text("Runs on until 1 September 2026")
    if js:
        check_page(page)
        shoot(page, "policy-later-parcel")
    page.goto(f"/account/subscriptions/{sale.public_id}/")
    expect(main).to_contain_text("1 September 2026")
    if js:
        check_page(page)
        shoot(page, "policy-later-account")
