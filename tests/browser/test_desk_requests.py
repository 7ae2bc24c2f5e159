"""A refund request at the desk, from the phone call to the credited refund, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from goodterms.storage.models import RefundRequestRow, Role
from tests.support.worlds import Sale, Sandbox, request_public_id

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Look = Callable[[Page], None]
Shoot = Callable[[Page, str], None]


@pytest.fixture
def check(request: pytest.FixtureRequest, check_page: Look) -> Look:
    """The accessibility check where the page can run it; without JavaScript the same page was checked with it."""
    return (
        check_page
        if getattr(request.node, "callspec", None) is None or request.node.callspec.params.get("js", True)
        else lambda _page: None
    )


def field(page: Page, label: str) -> Locator:
    """A text field of the page itself; the search field in its head has a label with similar words."""
    return page.locator("main").get_by_role("textbox", name=label)


def _open_case(page: Page, sale: Sale, **changed: Any) -> str:
    """A request of the customer, its page opened; returns its public id."""
    public_id = request_public_id(sale.ask_refund(**changed))
    page.goto(f"/desk/requests/{public_id}/")
    return public_id


@pytest.mark.requirement("R30", "R31")
def test_a_phone_call_becomes_a_request(
    sandbox: Sandbox, open_page: Open, check: Look, shoot: Shoot, js: bool
) -> None:
    """An agent enters a request with the time of the call and the four facts; it is dated by the call."""
    sale = sandbox.sell()
    sandbox.advance(days=3)
    page = open_page(sandbox.agent(), js=js)
    page.goto(f"/desk/subscriptions/{sale.public_id}/")
    page.get_by_role("link", name="Enter a request for").click()
    called_at = sandbox.now - timedelta(days=1)
    page.get_by_label("Received (UTC)").fill((sandbox.now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    field(page, "E-mail").fill(sale.order.buyer_email)
    field(page, "Name").fill("ann LEE")
    page.get_by_label("Date of purchase").fill("2026-05-10")
    page.get_by_label("Letter").check()
    page.get_by_role("button", name="Enter the request").click()
    expect(page.get_by_role("alert")).to_contain_text("This is in the future")
    expect(field(page, "Name")).to_have_value("ann LEE")
    expect(page.get_by_label("Letter")).to_be_checked()
    check(page)
    shoot(page, "intake-error")
    page.get_by_label("Received (UTC)").fill(called_at.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Enter the request").click()
    expect(page.locator(".messages")).to_contain_text("is entered")
    expect(page.locator(".page-head")).to_contain_text("by letter, entered by sam@desk.example")
    row = RefundRequestRow.objects.get(bucket=sale.bucket)
    assert (row.received_at, row.channel, row.route, row.opened_by) == (
        called_at.replace(second=0, microsecond=0), "support", "letter", "agent:sam@desk.example",
    )  # fmt: skip


@pytest.mark.requirement("R32", "R33", "R34", "R37", "R38", "R39")
def test_a_case_is_approved_and_followed(
    sandbox: Sandbox, open_page: Open, check: Look, shoot: Shoot, js: bool
) -> None:
    """The case shows facts, findings and what approving does; after it the refund is followed until it is credited."""
    sale = sandbox.sell()
    sandbox.live(5)
    page = open_page(sandbox.agent(), js=js)
    public_id = _open_case(page, sale)
    expect(page.locator(".check-row")).to_have_count(4)
    expect(page.locator(".finding.is-decisive")).to_contain_text("FIRST-PURCHASE-30-DAYS")
    expect(page.locator(".acts")).to_contain_text("Ends at once")
    check(page)
    shoot(page, "case")
    page.get_by_role("button", name="Take this request").click()
    page.get_by_role("link", name="Approve A$59.95").click()
    expect(page.locator(".preview")).to_contain_text("A$59.95")
    expect(page.locator(".preview")).to_contain_text("Ends at once")
    assert not RefundRequestRow.objects.filter(bucket=sale.bucket, state="approved").exists()
    check(page)
    shoot(page, "approve")
    page.get_by_role("button", name="Approve and refund").click()
    expect(page.locator(".messages")).to_contain_text("Approved")
    expect(page.locator(".tracker")).to_contain_text("Expected")
    assert sale.refund().state == "pending"
    sandbox.live(12)
    page.goto(f"/desk/requests/{public_id}/")
    expect(page.locator(".page-head")).to_contain_text("Approved")
    expect(page.locator(".status", has_text="Credited")).to_be_visible()
    check(page)
    shoot(page, "case-credited")


@pytest.mark.requirement("R33")
def test_a_large_refund_needs_a_second_person(sandbox: Sandbox, open_page: Open, shoot: Shoot, js: bool) -> None:
    """Above the policy's amount one approval pays nothing; the second person sees who was first."""
    sale = sandbox.sell(plan="suite-year", minor=39900)
    first, second = open_page(sandbox.agent(), js=js), open_page(sandbox.agent("kim@desk.example"), js=js)
    public_id = _open_case(first, sale)
    first.get_by_role("link", name="Approve, first of two").click()
    first.get_by_role("button", name="first of two").click()
    expect(first.locator(".messages")).to_contain_text("nothing is paid yet")
    first.goto(f"/desk/requests/{public_id}/approve/")
    expect(first.locator("main")).to_contain_text("You have confirmed. A second person has to confirm before")
    expect(first.get_by_role("button", name="Confirm")).to_have_count(0)
    expect(first.locator(".page-head")).to_contain_text("Second person needed")
    second.goto("/desk/approvals/")
    shoot(second, "second-approval")
    second.get_by_role("link", name=re.compile("^R-")).click()
    expect(second.locator("main")).to_contain_text("sam@desk.example")
    second.get_by_role("link", name="Confirm as second person").click()
    shoot(second, "approve-second")
    second.get_by_role("button", name="Confirm and refund").click()
    expect(second.locator(".messages")).to_contain_text("Approved")
    assert sale.refund().amount_minor == 39900


@pytest.mark.requirement("R33")
def test_goodwill_is_confirmed_by_a_supervisor(sandbox: Sandbox, open_page: Open, check: Look, shoot: Shoot) -> None:
    """Outside the policy an amount with a reason is proposed, refused to a specialist, confirmed by a supervisor."""
    sale = sandbox.sell()
    sandbox.advance(days=40)
    page = open_page(sandbox.agent())
    public_id = _open_case(page, sale)
    expect(page.locator(".acts")).to_contain_text("Can not be approved")
    page.get_by_role("link", name="Goodwill or partial refund").click()
    page.get_by_label("Amount in AUD").fill("70.00")
    field(page, "Reason").fill("An outage of two days")
    page.get_by_role("button", name="See what it does").click()
    expect(page.get_by_role("alert")).to_contain_text("at most 100 percent")
    expect(field(page, "Reason")).to_have_value("An outage of two days")
    check(page)
    page.get_by_label("Amount in AUD").fill("20")
    page.get_by_role("button", name="See what it does").click()
    expect(page.locator(".preview")).to_contain_text("A$20.00")
    shoot(page, "goodwill-preview")
    page.get_by_role("button", name="first of two").click()
    other = open_page(sandbox.agent("lee@desk.example"))
    other.goto(f"/desk/requests/{public_id}/approve/")
    expect(other.get_by_role("alert")).to_contain_text("supervisor")
    boss = open_page(sandbox.agent("boss@desk.example", Role.SUPERVISOR))
    boss.goto(f"/desk/requests/{public_id}/approve/")
    boss.get_by_role("button", name="Confirm and refund A$20.00").click()
    expect(boss.locator(".messages")).to_contain_text("Approved")
    assert (sale.refund().amount_minor, sale.refund().effect) == (2000, "money_only")


@pytest.mark.requirement("R36")
def test_a_denial_states_its_criterion(sandbox: Sandbox, open_page: Open, check: Look, shoot: Shoot, js: bool) -> None:
    """Declining shows the failed criterion with its dates and keeps it with the case; it can be reopened."""
    sale = sandbox.sell()
    sandbox.advance(days=31)
    page = open_page(sandbox.agent(), js=js)
    _open_case(page, sale)
    page.get_by_role("link", name="Decline").click()
    expect(page.locator("main")).to_contain_text("OUTSIDE-WINDOW")
    expect(page.locator("main")).to_contain_text("9 June 2026")
    check(page)
    shoot(page, "decline")
    page.get_by_label("Note to the customer").fill("We are sorry.")
    page.get_by_role("button", name="Decline and tell the customer").click()
    expect(page.locator(".page-head")).to_contain_text("Declined")
    expect(page.locator("main")).to_contain_text("We are sorry.")
    page.get_by_role("link", name="Reopen the request").click()
    field(page, "Reason").fill("The customer sent proof of an earlier call")
    page.get_by_role("button", name="Reopen the request").click()
    expect(page.locator(".page-head")).to_contain_text("In review")


@pytest.mark.requirement("R32", "R35")
def test_wrong_facts_lead_to_a_question(
    sandbox: Sandbox, open_page: Open, check: Look, shoot: Shoot, js: bool
) -> None:
    """A wrong name shows as a mismatch; the correction by phone is recorded, and the request keeps its date."""
    sale = sandbox.sell()
    page = open_page(sandbox.agent(), js=js)
    public_id = _open_case(page, sale, name="Bob Stone")
    received_at = RefundRequestRow.objects.get(bucket=sale.bucket).received_at
    expect(page.locator(".check-row", has_text="Bob Stone")).to_contain_text("Does not match")
    expect(page.locator(".acts")).to_contain_text("The four facts are not confirmed yet")
    shoot(page, "case-unclear")
    sandbox.advance(days=2)
    page.get_by_role("link", name="Ask for information").click()
    page.get_by_role("button", name="Ask the customer").click()
    page.get_by_label("Question to the customer").fill("Which name is on the invoice?")
    page.get_by_role("button", name="Ask the customer").click()
    expect(page.locator("main")).to_contain_text("Which name is on the invoice?")
    page.get_by_role("link", name="Record information").click()
    check(page)
    shoot(page, "information")
    field(page, "Name").fill("Ann Lee")
    field(page, "Answer").fill("My own, Ann Lee")
    page.get_by_role("button", name="Record and compare again").click()
    expect(page.locator(".messages")).to_contain_text("The facts are confirmed")
    page.goto(f"/desk/requests/{public_id}/")
    expect(page.locator(".chip", has_text="Does not match")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("My own, Ann Lee")
    assert RefundRequestRow.objects.get(bucket=sale.bucket).received_at == received_at
