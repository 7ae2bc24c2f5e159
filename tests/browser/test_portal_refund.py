"""Asking for the money back and following it, in a browser, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import RefundRequest, RequestState
from goodterms.storage.load import load_request
from goodterms.storage.models import Inquiry, RefundRequestRow
from goodterms.usecases.links import inquiry_path, request_path
from goodterms.usecases.review import approve, ask, decline
from tests.doors.portal_people import person_of
from tests.support.worlds import Sale, Sandbox

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
Shoot = Callable[[Page, str], None]
Check = Callable[[Page], None]
EVE = Actor("agent", "eve@desk.example")


def only_request() -> RefundRequest:
    """The one request there is."""
    row = RefundRequestRow.objects.get()
    return load_request(row.bucket, row.id)


def sold(sandbox: Sandbox) -> Sale:
    """Ann's yearly subscription, ten days old."""
    sale = sandbox.sell(sandbox.customer(timezone="Australia/Sydney"), minor=7995)
    sandbox.live(days=10)
    return sale


@pytest.mark.requirement("R31", "R39")
def test_ask_in_the_account_and_follow_it_to_the_bank(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """Prefilled facts, the effect first, then every station with its date, until the money is there."""
    sale = sold(sandbox)
    page = open_page(person_of(sale.customer), js=js)
    page.goto("/account/")
    page.get_by_role("link", name=re.compile("Refundable until 9 Jun(e)? 2026")).click()
    main = page.locator("main")
    expect(page.locator("main form input:visible")).to_have_count(4)
    expect(page.get_by_label("Order number")).to_have_value(sale.order.number)
    expect(page.get_by_label("Date of purchase")).to_have_value("2026-05-10")
    expect(main).to_contain_text("Ends at once")
    if js:
        check_page(page)
        shoot(page, "refund")
    page.get_by_role("button", name="Ask for the refund").click()
    expect(main).to_contain_text("A$79.95 for order")
    request = only_request()
    assert request.state is RequestState.RECEIVED
    if js:
        check_page(page)
        shoot(page, "request-received")
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    page.reload()
    # Sent on Wednesday 20 May: the fifth and seventh business day after it, over Whit Monday (no bank holiday there).
    expect(main).to_contain_text("Expected 27 May 2026 – 29 May 2026")
    if js:
        check_page(page)
        shoot(page, "request-sent")
    sandbox.live(days=9)
    page.reload()
    expect(page.get_by_text("Credited to your account, done")).to_be_visible()
    page.goto("/account/")
    expect(main).to_contain_text("Ended on")
    expect(main).to_contain_text("It ended with the refund of its last payment")
    if js:
        check_page(page)
        shoot(page, "account-refunded")


@pytest.mark.requirement("R31")
def test_ask_by_the_public_form_and_answer_by_the_letter(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """Without signing in: mistakes are kept and named, a wrong name leads to a question, the letter's link answers."""
    sale = sold(sandbox)
    page = open_page(js=js)
    page.goto("/refund/")
    expect(page.locator("main form input:visible")).to_have_count(4)
    if js:
        check_page(page)
    page.get_by_label("Order number").fill(sale.order.number)
    page.get_by_label("Name").fill("Somebody Else")
    page.get_by_label("Date of purchase").fill("2031-05-10")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("alert")).to_contain_text("This date lies in the future")
    expect(page.get_by_label("Order number")).to_have_value(sale.order.number)
    if js:
        check_page(page)
        shoot(page, "claim-errors")
    page.get_by_label("Date of purchase").fill("2026-05-10")
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received your request")
    if js:
        check_page(page)
        shoot(page, "claim-received")
    request = only_request()
    assert request.state is RequestState.NEEDS_INFORMATION
    page.goto(request_path(request.bucket, request.id))
    expect(page.locator("main")).to_contain_text("We need your answer")
    if js:
        check_page(page)
        shoot(page, "request-answer")
    page.get_by_label("Name").fill("Ann Lee")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("main")).to_contain_text("your request keeps its date")
    assert only_request().state is RequestState.IN_REVIEW


@pytest.mark.requirement("R35")
def test_a_question_is_answered_in_words(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """The letter's page shows the question and a field for words; facts that are right unfold by keyboard."""
    request = sold(sandbox).ask_refund()
    ask(sandbox.world, request.bucket, request.id, "Which card did you pay with?", actor=EVE)
    page = open_page(js=js)
    page.goto(request_path(request.bucket, request.id))
    expect(page.locator("main")).to_contain_text("Which card did you pay with?")
    expect(page.get_by_label("Order number")).to_be_hidden()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Write your answer to our question")
    page.get_by_text("Something in your data is not right?").press("Enter")
    expect(page.get_by_label("Order number")).to_be_visible()
    page.get_by_label("Date of purchase").fill("2031-05-10")
    page.get_by_role("textbox", name="Your answer").fill("The one ending in 4242.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("This date lies in the future")
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("The one ending in 4242.")
    expect(page.get_by_label("Date of purchase")).to_be_visible()
    if js:
        check_page(page)
        shoot(page, "request-question")
    page.get_by_label("Date of purchase").fill("2026-05-10")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("main")).to_contain_text("your request keeps its date")
    answered = only_request()
    assert (answered.state, answered.answer) == (RequestState.IN_REVIEW, "The one ending in 4242.")


def test_an_unknown_order_is_answered_alike_and_found_later(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot
) -> None:
    """A mistyped number gets the same page; corrected through the letter it becomes a case of the first date."""
    sale = sold(sandbox)
    page = open_page()
    page.goto("/refund/")
    page.get_by_label("Order number").fill("0000-0000-0000")
    page.get_by_label("Date of purchase").fill("2026-05-10")
    page.get_by_label("Name").fill("Ann Lee")
    page.get_by_label("E-mail address").fill("ann@example.org")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received your request")
    first = sandbox.now
    sandbox.advance(days=2)
    page.goto(inquiry_path(Inquiry.objects.get().id))
    check_page(page)
    shoot(page, "inquiry")
    page.get_by_label("Order number").fill(sale.order.number)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator("main")).to_contain_text("A$79.95 for order")
    assert only_request().received_at == first


@pytest.mark.requirement("R36")
def test_a_declined_request_says_why_and_is_appealed_once(
    sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool
) -> None:
    """The rule, the dates, and one more look."""
    sale = sold(sandbox)
    sandbox.advance(days=40)
    page = open_page(person_of(sale.customer), js=js)
    page.goto("/account/")
    page.get_by_role("link", name=re.compile("Why")).click()
    main = page.locator("main")
    expect(main).to_contain_text("Our policy does not grant this refund")
    if js:
        check_page(page)
        shoot(page, "refund-late")
    page.get_by_role("button", name="Ask for the refund").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Refund request R-")
    request = only_request()
    decline(sandbox.world, request.bucket, request.id, actor=EVE)
    page.reload()
    expect(main).to_contain_text("A refund has to be asked for within 30 days of the order")
    expect(main).to_contain_text("9 June 2026")
    expect(main).to_contain_text("10 May 2026")
    if js:
        check_page(page)
        shoot(page, "request-declined")
    page.get_by_label("What should we look at again?").fill("I was in hospital.")
    page.get_by_role("button", name="Look at it again").click()
    expect(main).to_contain_text("We look at your request again")
    decline(sandbox.world, request.bucket, request.id, actor=EVE)
    page.reload()
    expect(page.get_by_role("button", name="Look at it again")).to_have_count(0)


def test_a_refund_that_fails_is_explained(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot) -> None:
    """When the bank sends the money back the page says so, and that it is still the customer's."""
    sale = sandbox.sell(sandbox.customer(), card="pm_refund_fails", minor=7995)
    sandbox.live(days=3)
    request = sale.ask_refund()
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    sandbox.live(days=6)
    page = open_page(person_of(sale.customer))
    page.goto(request_path(request.bucket, request.id))
    expect(page.locator("main")).to_contain_text("It is still yours")
    check_page(page)
    shoot(page, "request-failed")


@pytest.mark.requirement("R49", "R50", "R51")
def test_the_policy_page(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot, js: bool) -> None:
    """Four questions, a skip link, version and date, and links that lead where they say."""
    sold(sandbox)
    page = open_page(js=js)
    page.goto("/cancellations-and-refunds/")
    assert page.locator("h2").all_inner_texts()[:4] == [
        "How can I cancel my subscription?",
        "What happens if I cancel my subscription?",
        "How do I get a refund?",
        "What happens when I request a refund?",
    ]
    expect(page.locator("main")).to_contain_text("version 1, in force since 1 January 2026")
    expect(page.locator("main")).to_contain_text("within 30 days")
    if js:
        check_page(page)
        shoot(page, "policy")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.get_by_role("link", name="refund form").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Request a refund")


def test_the_public_pages_look_right(sandbox: Sandbox, open_page: Open, check_page: Check, shoot: Shoot) -> None:
    """Start page, plans and sign-in."""
    sold(sandbox)
    page = open_page()
    for path, name in (("/", "start"), ("/buy/", "buy"), ("/auth/login/", "login"), ("/refund/", "claim")):
        page.goto(path)
        check_page(page)
        shoot(page, name)
