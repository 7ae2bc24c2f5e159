"""A refund's whole journey in a browser where Stripe moves the money: asked for, approved, followed to the bank."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from goodterms.domain.public_id import REQUEST, encode
from goodterms.storage.models import RefundRequestRow, RefundRow
from tests.doors.portal_people import person_of
from tests.support.stripe_sandbox import StripeSandbox

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]
Check = Callable[[Page], None]


@pytest.mark.requirement("R31", "R39")
def test_from_the_request_to_the_reference_of_the_bank(
    open_page: Open, stripe_sandbox: StripeSandbox, check_page: Check, shoot: Shoot
) -> None:
    """The customer asks, a specialist approves, and what Stripe tells of the refund is on the customer's page."""
    sale = stripe_sandbox.sell(stripe_sandbox.customer(timezone="Australia/Sydney"), minor=7995)
    stripe_sandbox.live(days=10)
    customer = open_page(person_of(sale.customer))
    customer.goto("/account/")
    customer.get_by_role("link", name="Refundable until").click()
    shoot(customer, "stripe-1-ask")
    customer.get_by_role("button", name="Ask for the refund").click()
    expect(customer.get_by_role("heading", level=1)).to_contain_text("Refund request R-")
    followed = customer.url
    shoot(customer, "stripe-2-received")

    desk = open_page(stripe_sandbox.agent())
    request = RefundRequestRow.objects.get()
    desk.goto(f"/desk/requests/{encode(REQUEST, request.bucket, request.id)}/")
    shoot(desk, "stripe-3-case")
    desk.get_by_role("button", name="Take this request").click()
    desk.get_by_role("link", name="Approve A$79.95").click()
    desk.get_by_role("button", name="Approve and refund").click()
    expect(desk.locator(".messages")).to_contain_text("Approved")
    shoot(desk, "stripe-4-approved")
    refund = RefundRow.objects.get()
    assert (refund.gateway, refund.state) == ("stripe", "pending")
    desk.get_by_role("link", name="Follow", exact=True).click()
    expect(desk.locator("main")).to_contain_text(str(refund.gateway_ref))
    customer.goto(followed)
    expect(customer.locator("main")).to_contain_text("Expected")
    check_page(customer)
    shoot(customer, "stripe-5-sent")

    stripe_sandbox.live(days=9)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert refund.bank_reference
    customer.reload()
    expect(customer.locator("main")).to_contain_text(refund.bank_reference)
    check_page(customer)
    shoot(customer, "stripe-6-credited")
    desk.reload()
    expect(desk.locator("main")).to_contain_text(refund.bank_reference)
    shoot(desk, "stripe-7-followed")
