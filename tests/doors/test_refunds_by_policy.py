"""Pages of refunds under other policies: facts entered and answered, partial amounts, later ends, the rule named."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import RefundRequest, RequestState
from goodterms.storage.load import load_request
from goodterms.usecases.links import request_token
from goodterms.usecases.review import approve
from tests.doors.portal_people import person_of
from tests.support import second_policy as second
from tests.support.worlds import Sale, Sandbox, request_public_id

EVE = Actor("agent", "eve@desk.example")

ALL_TYPES = """
[facts.seats]
type = "whole_number"
ask = "How many seats are used?"

[facts.tier]
type = "word"
words = ["small_one", "large_one"]
ask = "Which size was bought?"

[facts.moved_on]
type = "date"
ask = "When did the customer move?"

[facts.told_at]
type = "instant"
ask = "When was the customer told?"

[facts.worth]
type = "amount"
ask = "How much was used?"

[facts.region]
type = "text"
ask = "Which region is it?"

[[refund.clause]]
id = "ALL-KNOWN"
says = "Where all is known, half is paid back."
when.seats_at_most = 5
when.tier = "small_one"
when.moved_on_given = true
when.told_at_given = false
when.worth_at_most = { AUD = "30.00" }
when.region = "north"
outcome = "grant"
amount = "50 percent"
access = "ends_now"
"""


def _text(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def _base(request: RefundRequest) -> str:
    return f"/desk/requests/{request_public_id(request)}/"


def _now(request: RefundRequest) -> RefundRequest:
    return load_request(request.bucket, request.id)


def _get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_missing_facts_are_shown_entered_and_decide(sandbox: Sandbox, client: Client) -> None:
    """The case says what is missing and who can tell; entered, the rule that decides is shown with its amount."""
    sale = second.sell_under(sandbox, second.LESS_BENEFITS)
    request = sale.ask_refund()
    sandbox.sign_in(client)
    page = _text(_get(client, _base(request)))
    assert "Waits for facts" in page
    assert "How much were the benefits worth that have been used? (for us to find out)" in page
    assert "Can not be approved" not in page
    assert "Enter the facts" in page
    address = _base(request) + "facts/"
    assert 'name="value_of_benefits_used"' in _get(client, address)
    done = client.post(address, {"value_of_benefits_used": "19,95"}, follow=True)
    said = _text(done.content.decode())
    assert "Recorded. LESS-BENEFITS of second@1 grants the refund." in said
    assert "Value of benefits used 19.95 AUD said by sam@desk.example" in said
    assert "Decided by LESS-BENEFITS of second@1" in said
    assert "It pays back A$40.00 ; access ends at once." in said
    assert "Paid: 59.95 AUD. Less: value of benefits used, 19.95 AUD." in said
    assert "Fact stated" in said
    assert "Approve A$40.00" in said


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        pytest.param({"seats": "two"}, "Enter a whole number", id="number"),
        pytest.param({"seats": "-1"}, "Enter a whole number", id="negative"),
        pytest.param({"worth": "ten"}, "Enter an amount such as 12.50", id="amount"),
        pytest.param({"worth": "-3"}, "not negative", id="negative-amount"),
        pytest.param({"moved_on": "31 Feb 2026"}, "Enter a valid date", id="date"),
        pytest.param({"moved_on": "1026-05-10"}, "Please check the year", id="year"),
        pytest.param({"told_at": "yesterday"}, "Enter a date and a time", id="instant"),
        pytest.param({"told_at": "2026-05-01T10:00", "told_at_none": "on"}, "not both", id="both"),
        pytest.param({"tier": "huge"}, "not one of the available choices", id="word"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_nothing_is_lost(
    sandbox: Sandbox, client: Client, typed: dict[str, str], error: str
) -> None:
    """What was typed stays in the form, beside it what would be right, and nothing is recorded."""
    request = second.sell_under(sandbox, ALL_TYPES).ask_refund()
    sandbox.sign_in(client)
    answer = client.post(_base(request) + "facts/", {"region": "north & south", **typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert error in _text(page)
    assert 'value="north &amp; south"' in page
    name, value = next(iter(typed.items()))
    if name != "tier":
        assert f'value="{value}"' in page
    assert _now(request).facts == {}


def test_all_types_of_facts_are_entered_at_once(sandbox: Sandbox, client: Client) -> None:
    """Yes or no, words, dates, instants in the case's zone, amounts, numbers and what never was."""
    buyer = sandbox.customer("syd@example.org", "Syd", timezone="Australia/Sydney")
    request = second.sell_under(sandbox, ALL_TYPES, buyer=buyer).ask_refund()
    sandbox.sign_in(client)
    typed = {
        "seats": "3", "tier": "small_one", "moved_on": "2026-05-02", "told_at_none": "on", "worth": "12.5",
        "region": "north",
    }  # fmt: skip
    done = client.post(_base(request) + "facts/", typed, follow=True)
    assert "ALL-KNOWN of second@1 grants the refund" in _text(done.content.decode())
    kept = {name: fact.value for name, fact in _now(request).facts.items()}
    assert (kept["told_at"], kept["seats"], str(kept["worth"])) == (None, 3, "12.50 AUD")
    corrected = client.post(_base(request) + "facts/", {**typed, "told_at_none": "", "told_at": "2026-05-01T10:00"})
    assert corrected.status_code == 302
    told_at: Any = _now(request).facts["told_at"].value
    assert told_at.isoformat() == "2026-05-01T10:00:00+10:00"
    again = client.post(_base(request) + "facts/", {**typed, "told_at_none": "", "told_at": "2026-05-01T10:00"})
    assert again.status_code in (302, 422)
    assert len(_now(request).facts) == 6


def test_a_customer_answers_on_the_page_of_the_letter(sandbox: Sandbox, client: Client) -> None:
    """The question is asked in the letter's words, answered without signing in, and the request goes on to review."""
    request = second.sell_under(sandbox, second.IF_UNUSED).ask_refund()
    address = f"/requests/{request_token(request.bucket, request.id)}/"
    page = _get(client, address)
    assert "Have you used it since the current billing period began?" in _text(page)
    empty = client.post(address + "answer/", {})
    assert empty.status_code == 422
    assert "Please answer our question" in _text(empty.content.decode())
    done = client.post(address + "answer/", {"fact_used_in_cycle": "no"}, follow=True)
    assert "Thank you. We have your answer" in _text(done.content.decode())
    assert _now(request).state is RequestState.IN_REVIEW
    assert _now(request).facts["used_in_cycle"].value is False
    sandbox.sign_in(client)
    assert "Used in cycle No said by the customer" in _text(_get(client, _base(request)))


def test_before_asking_a_part_and_its_later_end_are_shown(sandbox: Sandbox, client: Client) -> None:
    """The page says what goes back, how that comes about, and until when access runs."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH)
    sandbox.advance(days=100)
    client.force_login(person_of(sale.customer))
    page = _text(_get(client, _refund_page(sale)))
    assert "A part of this payment can be refunded" in page
    assert "Unused part: 251 of 365 days of 59.95 AUD, from 1 September 2026." in page
    assert "Until 1 September 2026" in page
    assert "You keep it until then ( 1 September 2026, 00:00 UTC ), and it does not renew." in page


def test_what_is_not_known_yet_is_asked_before_it_is_promised(sandbox: Sandbox, client: Client) -> None:
    """No amount is promised where an answer decides; the question is told before the request is made."""
    sale = second.sell_under(sandbox, second.IF_UNUSED)
    client.force_login(person_of(sale.customer))
    page = _text(_get(client, _refund_page(sale)))
    assert "It depends on something we do not know yet" in page
    assert "Have you used it since the current billing period began?" in page
    assert "Up to A$59.95" in page


def test_a_part_is_followed_like_a_parcel(sandbox: Sandbox, client: Client) -> None:
    """The request's page and the letters name the part, the whole, and the end of access before and after it."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH)
    sandbox.advance(days=100)
    request = sale.ask_refund()
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    address = f"/requests/{request_token(request.bucket, request.id)}/"
    page = _text(_get(client, address))
    assert "A$41.23 of A$59.95" in page
    assert "Unused part: 251 of 365 days" in page
    assert "Runs on until 1 September 2026 Then it ends, at 00:00" in page
    sandbox.live(20)
    assert "Ended on 1 September 2026" in _text(_get(client, address))
    sandbox.sign_in(client)
    desk = _text(_get(client, _base(request)))
    assert "A$41.23" in desk
    assert "Decided by REST-FROM-NEXT-MONTH of second@1" in desk


def test_a_renewal_charged_meanwhile_is_named_on_every_page(sandbox: Sandbox, client: Client) -> None:
    """What else goes back is part of the preview, the approval and the customer's page."""
    sale = second.sell_under(sandbox, second.PRORATED, months=1, code="other-month")
    sandbox.advance(days=10)
    request = sale.ask_refund()
    sandbox.live(12)
    newer = sale.order.number
    sandbox.sign_in(client)
    for address in (_base(request), _base(request) + "approve/"):
        page = _text(_get(client, address))
        assert "Also paid back A$59.95" in page
    assert f"Order {newer}, charged on" in page
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    assert f"Of order {newer} , charged while the request waited." in _text(_get(client, _base(request)))
    said = _text(_get(client, f"/requests/{request_token(request.bucket, request.id)}/"))
    assert f"Also paid back A$59.95 for order {newer}" in said


def _refund_page(sale: Sale) -> str:
    from goodterms.domain.public_id import ORDER, encode

    return f"/account/orders/{encode(ORDER, sale.bucket, sale.order.id)}/refund/"


def test_where_a_customer_lives_can_be_entered(sandbox: Sandbox, client: Client) -> None:
    """The law of the country that a specialist enters is looked at, and named where it decides."""
    request = second.sell_under(sandbox, second.LESS_BENEFITS).ask_refund()
    sandbox.sign_in(client)
    assert "Country Not known from our records" in _text(_get(client, _base(request)))
    typed = {"country": "de", "consumer": "yes", "value_of_benefits_used": "59.95"}
    client.post(_base(request) + "facts/", typed)
    assert _now(request).facts["country"].value == "DE"
    page = _text(_get(client, _base(request)))
    assert "Right to withdraw from distance contracts" in page
    assert "Waits for facts" in page
    client.post(_base(request) + "facts/", {**typed, "express_request_to_start": "no"})
    page = _text(_get(client, _base(request)))
    assert "Decided by NOT-REQUESTED of Right to withdraw from distance contracts" in page
    assert "Approve A$59.95" in page


def test_an_order_that_depends_on_a_fact_is_no_refusal(sandbox: Sandbox, client: Client) -> None:
    """The account does not call it lost before anybody has asked."""
    sale = second.sell_under(sandbox, second.IF_UNUSED)
    client.force_login(person_of(sale.customer))
    assert "Perhaps refundable" in _text(_get(client, f"/account/subscriptions/{sale.public_id}/"))
