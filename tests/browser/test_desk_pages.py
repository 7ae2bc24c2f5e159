"""Every page of the desk: no accessibility violation, nothing wider than the screen, in light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import Claimed
from goodterms.storage.models import CancellationRow, Inquiry, RefundRequestRow, Role
from goodterms.storage.queries.desk_customer import messages_of, policy_versions
from goodterms.usecases.request_refund import submit_claim
from goodterms.usecases.review import approve
from tests.support.worlds import Sale, Sandbox, refund_public_id, request_public_id

pytestmark = pytest.mark.browser
EVE = Actor("agent", "eve@desk.example")


def _busy_world(sandbox: Sandbox) -> dict[str, str]:
    """A desk with something of everything; returns the addresses of its pages."""
    people = [
        ("Ann Lee", "ann"),
        ("Bea Moss", "bea"),
        ("Cai Wren", "cai"),
        ("Dora Finch", "dora"),
        ("Eli Stone", "eli"),
    ]
    sales = [sandbox.sell(sandbox.customer(f"{mail}@example.org", name)) for name, mail in people]
    large = sandbox.sell(sandbox.customer("fay@example.org", "Fay Brook"), plan="suite-year", minor=39900)
    failing = sandbox.sell(sandbox.customer("gus@example.org", "Gus Hale"), card="pm_refund_fails")
    for sale in (sales[1], failing):
        request = sale.ask_refund()
        approve(sandbox.world, request.bucket, request.id, actor=EVE)
    sandbox.live(6)
    double = large.ask_refund()
    approve(sandbox.world, double.bucket, double.id, actor=EVE)
    old = sales[2].ask_refund(name="Kai Ren")
    sandbox.advance(days=4)
    submit_claim(
        sandbox.world, Claimed("2231-AAAA-BBBB", "dora@example.org", "Dora Finch", sandbox.now.date()),
        actor=Actor("customer", "public form"), channel="public_form",
    )  # fmt: skip
    new = sales[0].ask_refund()
    sandbox.agent("boss@desk.example", Role.SUPERVISOR, name="Robin Hart")
    sale = sales[0]
    mail = messages_of(sales[1].bucket, sales[1].customer.id)[0]
    return {
        "queue": "/desk/", "queue-empty": "/desk/?state=retracted", "queue-declined": "/desk/?state=approved",
        "approvals": "/desk/approvals/", "refunds": "/desk/refunds/",
        "refund-failed": f"/desk/refunds/{refund_public_id(failing.refund())}/",
        "request": f"/desk/requests/{request_public_id(new)}/",
        "request-unclear": f"/desk/requests/{request_public_id(old)}/",
        "request-first": f"/desk/requests/{request_public_id(double)}/",
        "request-goodwill": f"/desk/requests/{request_public_id(new)}/goodwill/",
        "request-ask": f"/desk/requests/{request_public_id(new)}/ask/",
        "intake": f"/desk/requests/new/?order={sale.order.number}",
        "inquiry": f"/desk/inquiries/{Inquiry.objects.get().id}/",
        "search": "/desk/search/?q=o", "search-nothing": "/desk/search/?q=zzz",
        "customer": f"/desk/customers/{sales[1].customer_public_id}/",
        "mail": f"/desk/customers/{sales[1].customer_public_id}/mails/{mail.id}/",
        "subscription": f"/desk/subscriptions/{sales[1].public_id}/",
        "subscription-cancel": f"/desk/subscriptions/{sale.public_id}/cancel/",
        "policies": "/desk/policies/", "policy": f"/desk/policies/{policy_versions()[0].digest}/",
        "agents": "/desk/agents/", "company": "/desk/company/", "plans": "/desk/plans/",
        "plan-new": "/desk/plans/new/", "plan": "/desk/plans/shield-year/",
    }  # fmt: skip


def test_every_page_is_accessible(
    sandbox: Sandbox,
    open_page: Callable[..., Page],
    check_page: Callable[[Page], None],
    shoot: Callable[[Page, str], None],
) -> None:
    """Pages in use pass the checker on a wide screen, on a phone, and in the dark."""
    addresses = _busy_world(sandbox)
    admin = sandbox.agent("ada@desk.example", Role.ADMINISTRATOR, name="Ada Quill")
    desk, phone, dark = open_page(admin), open_page(admin, width="phone"), open_page(admin, dark=True)
    for name, address in addresses.items():
        desk.goto(address)
        check_page(desk)
        shoot(desk, f"page-{name}")
        phone.goto(address)
        check_page(phone)
    for name in ("queue", "request", "subscription"):
        dark.goto(addresses[name])
        check_page(dark)


def test_the_queue_by_keyboard(sandbox: Sandbox, open_page: Callable[..., Page]) -> None:
    """From the head of the page the first request is reached and approved with the keyboard alone."""
    sale = sandbox.sell()
    sale.ask_refund()
    page = open_page(sandbox.agent())
    page.goto("/desk/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    _tab_to(page, "R-")
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/**")
    _tab_to(page, "Approve")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approve/")
    _tab_to(page, "Approve and refund")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Approved")
    assert RefundRequestRow.objects.filter(bucket=sale.bucket, state="approved").exists()


def _tab_to(page: Page, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text().strip().startswith(text):
            return
    raise AssertionError(f"{text!r} is not reached by keyboard")


@pytest.mark.requirement("R9")
def test_support_cancels_for_the_customer(sandbox: Sandbox, open_page: Callable[..., Page], js: bool) -> None:
    """The preview shows dates and the charge that will not happen; the agent is recorded; it can be taken back."""
    sale = sandbox.sell()
    page = open_page(sandbox.agent(), js=js)
    page.goto("/desk/search/?q=ann@example.org")
    page.get_by_role("link", name="Ann Lee").click()
    page.get_by_role("link", name="Shield Year").click()
    page.get_by_role("link", name="Cancel for the customer").click()
    expect(page.locator(".preview")).to_contain_text("10 May 2027")
    expect(page.locator(".preview")).to_contain_text("A$59.95")
    page.get_by_role("button", name="Cancel the subscription").click()
    expect(page.locator(".messages")).to_contain_text("Canceled")
    row = CancellationRow.objects.get(bucket=sale.bucket)
    assert (row.actor, row.channel) == ("agent:sam@desk.example", "support")
    page.get_by_role("link", name="Take the cancellation back").click()
    page.get_by_role("button", name="Keep the subscription").click()
    expect(page.locator(".messages")).to_contain_text("renews again")


@pytest.mark.requirement("R40")
def test_a_late_refund_is_on_top(
    sandbox: Sandbox, open_page: Callable[..., Page], shoot: Callable[[Page, str], None]
) -> None:
    """A refund not credited by the promised day raises an alert at the head of the queue until it arrives."""
    sale = _stuck_refund(sandbox)
    page = open_page(sandbox.agent())
    page.goto("/desk/")
    expect(page.locator(".callout--danger")).to_contain_text("Not credited by")
    shoot(page, "late")
    page.get_by_role("link", name="1 to follow").click()
    expect(page.locator(".status--danger", has_text="Late")).to_be_visible()
    page.get_by_role("link", name=sale.order.number).click()
    expect(page.locator(".tracker")).to_contain_text("Late: ask the gateway")


def _stuck_refund(sandbox: Sandbox) -> Sale:
    """A refund that the bank accepted and whose settlement nobody hears of: our clock runs, the bank's stands."""
    sale = sandbox.sell()
    request = sale.ask_refund()
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    sandbox.now = sandbox.now.replace(day=25)
    sandbox.work()
    return sale
