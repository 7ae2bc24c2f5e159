"""Acts on refund requests at the desk: refusals in words, what was typed is kept, repeating changes nothing."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from goodterms.desk.words import CODES
from goodterms.domain.facts import Actor
from goodterms.gateways.bank.answers import DECLINES
from goodterms.gateways.paddle import words as paddle
from goodterms.gateways.reseller.rows import CODES as OF_RESELLERS
from goodterms.gateways.stripe import words as stripe
from goodterms.storage.models import FactRow, MessageRow, RefundRequestRow, RefundRow, Role
from goodterms.usecases.review import approve
from tests.support.worlds import Sale, Sandbox, refund_public_id, request_public_id

EVE = Actor("agent", "eve@desk.example")


def _shown(client: Client, address: str) -> str:
    """The fingerprint in the confirm form of a page."""
    found = re.search(r'name="shown" value="(\w+)"', client.get(address).content.decode())
    assert found
    return found.group(1)


def _post(client: Client, address: str, **typed: str) -> Any:
    return client.post(address, typed, follow=True)


def _row(sale: Sale) -> RefundRequestRow:
    return RefundRequestRow.objects.get(bucket=sale.bucket, subscription_id=sale.subscription_id)


@pytest.mark.requirement("R32", "R34", "R52")
def test_the_case_shows_everything_that_was_weighed(sandbox: Sandbox, client: Client) -> None:
    """Claimed and ordered facts, every clause with its reason, the policy's version, and who did what when."""
    sale = sandbox.sell()
    request = sale.ask_refund(name="", purchase_on=None)
    sandbox.sign_in(client)
    page = client.get(f"/desk/requests/{request_public_id(request)}/").content.decode()
    assert page.count("check-row__label") == 4
    assert page.count('class="chip chip--success"') == 2
    assert page.count("(must match)") == 2
    assert page.count("(supporting fact)") == 2
    assert page.count('class="chip chip--neutral"') == 2
    clauses = re.findall(r'<span class="finding__clause">([\w-]+)</span>', page)
    assert len(clauses) == 11
    assert page.count("finding__because") == 11
    assert page.count("is-decisive") == 1
    assert "reference@1" in page
    assert request.policy_digest is not None
    assert request.policy_digest[:12] in page
    assert "Refund request received" in page


@pytest.mark.requirement("R25", "R34")
def test_a_case_is_written_in_the_zone_it_is_counted_in(sandbox: Sandbox, client: Client) -> None:
    """Every date of a case is the customer's own day, the zone is named once, and machine values stay in UTC."""
    sandbox.advance(hours=11)  # in Sydney it is the morning of 11 May
    sale = sandbox.sell(sandbox.customer(timezone="Australia/Sydney"))
    sandbox.advance(days=1)
    request = sale.ask_refund(purchase_on=date(2026, 5, 11))
    sandbox.sign_in(client)
    base = f"/desk/requests/{request_public_id(request)}/"
    for address in (base, base + "approve/", base + "decline/"):
        page = client.get(address).content.decode()
        assert page.count("Times in Australia/Sydney, the buyer's zone") == 1
        assert "Times are in UTC" not in page
        assert '<time datetime="2026-05-10T20:00:00Z">11 May 2026, 06:00</time>' in page  # placed
        assert not re.search(r">[^<]*10 May 202[67]", page), address
    assert "Until 11 May 2027" in client.get(base).content.decode()  # access as it stands
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    page = client.get(f"/desk/refunds/{refund_public_id(sale.refund())}/").content.decode()
    assert '<time datetime="2026-05-11T20:00:00Z">12 May 2026, 06:00</time>' in page
    assert page.count("Times in Australia/Sydney, the buyer's zone") == 1


@pytest.mark.requirement("R25")
def test_a_case_without_a_buyers_zone_is_written_in_the_policys(sandbox: Sandbox, client: Client) -> None:
    """Where the order names no zone the policy's own is used and named."""
    sale = sandbox.sell()
    sandbox.sign_in(client)
    page = client.get(f"/desk/requests/{request_public_id(sale.ask_refund())}/").content.decode()
    assert page.count("Times in UTC, the policy's zone") == 1
    assert "10 May 2026, 09:00" in page


@pytest.mark.requirement("R48", "R37")
def test_approving_twice_pays_once(sandbox: Sandbox, client: Client) -> None:
    """The same confirmation sent again, as a double click does, changes nothing and says so."""
    sale = sandbox.sell()
    address = f"/desk/requests/{request_public_id(sale.ask_refund())}/approve/"
    sandbox.sign_in(client)
    shown = _shown(client, address)
    assert "Approved" in _post(client, address, shown=shown).content.decode()
    again = _post(client, address, shown=shown)
    assert again.status_code == 200
    assert "nothing was changed" in again.content.decode()
    assert RefundRow.objects.filter(bucket=sale.bucket).count() == 1
    assert sale.order.refunded_minor == 5995


@pytest.mark.requirement("R37")
def test_a_preview_that_changed_is_shown_again(sandbox: Sandbox, client: Client) -> None:
    """Without the fingerprint of what was shown nothing is approved."""
    sale = sandbox.sell()
    address = f"/desk/requests/{request_public_id(sale.ask_refund())}/approve/"
    sandbox.sign_in(client)
    for typed in ({}, {"shown": "0000000000000000"}):
        assert "Please look again" in _post(client, address, **typed).content.decode()
    assert not RefundRow.objects.filter(bucket=sale.bucket).exists()


@pytest.mark.requirement("R33")
def test_nobody_approves_his_own_refund(sandbox: Sandbox, client: Client) -> None:
    """A colleague who is the buyer sees why not, and posting anyway is refused."""
    sale = sandbox.sell()
    request = sale.ask_refund()
    sandbox.sign_in(client, sale.order.buyer_email)
    page = client.get(f"/desk/requests/{request_public_id(request)}/").content.decode()
    assert "Nobody approves a refund to himself" in page
    _post(client, f"/desk/requests/{request_public_id(request)}/approve/", shown="x")
    assert _row(sale).state == "received"


@pytest.mark.requirement("R36")
def test_declining_what_the_policy_grants_needs_a_note(sandbox: Sandbox, client: Client) -> None:
    """The form comes back with the reason; with a note the customer is told both, once."""
    sale = sandbox.sell()
    address = f"/desk/requests/{request_public_id(sale.ask_refund())}/decline/"
    sandbox.sign_in(client)
    form = client.get(address).content.decode()
    assert "(optional)" not in form
    assert re.search(r'<textarea name="text"[^>]* required', form)
    assert "Needed, because the policy grants this request" in form
    empty = _post(client, address, text=" ")
    assert empty.status_code == 422
    assert "say why it is declined" in empty.content.decode()
    for _ in range(2):
        _post(client, address, text="Bought by mistake of ours, replaced.")
    assert _row(sale).state == "declined"
    assert MessageRow.objects.filter(bucket=sale.bucket, kind="request_declined").count() == 1


@pytest.mark.requirement("R36")
def test_declining_what_the_policy_denies_may_go_without_a_note(sandbox: Sandbox, client: Client) -> None:
    """The policy's criterion is reason enough; the note is offered."""
    sale = sandbox.sell()
    sandbox.advance(days=31)
    address = f"/desk/requests/{request_public_id(sale.ask_refund())}/decline/"
    sandbox.sign_in(client)
    assert "(optional)" in client.get(address).content.decode()
    _post(client, address, text="")
    assert _row(sale).state == "declined"


@pytest.mark.requirement("R33")
def test_the_first_of_two_is_told_what_is_missing(sandbox: Sandbox, client: Client) -> None:
    """The queue, the case and its approval carry one badge; to who confirmed the wait is information, no refusal."""
    sale = sandbox.sell(plan="suite-year", minor=39900)
    base = f"/desk/requests/{request_public_id(sale.ask_refund())}/"
    sandbox.sign_in(client)
    _post(client, base + "approve/", shown=_shown(client, base + "approve/"))
    said = "You have confirmed. A second person has to confirm before anything is paid."
    for address in (base, base + "approve/"):
        answer = client.get(address)
        page = answer.content.decode()
        assert (answer.status_code, said in page) == (200, True)
        assert "an not be approved" not in page
        assert 'role="alert"' not in page
    for address in ("/desk/approvals/", base, base + "approve/", base + "ask/"):
        page = client.get(address).content.decode()
        assert page.count('<span class="status status--info"><span>Second person needed</span></span>') == 1
        assert "<span>In review</span>" not in page
    assert said in _post(client, base + "approve/", shown="x").content.decode()
    assert not RefundRow.objects.filter(bucket=sale.bucket).exists()


@pytest.mark.requirement("R35")
def test_bad_input_keeps_what_was_typed(sandbox: Sandbox, client: Client) -> None:
    """An impossible date or an empty question gives the form back as it was, with an error, and changes nothing."""
    sale = sandbox.sell()
    public_id = request_public_id(sale.ask_refund(name="Bob Stone"))
    sandbox.sign_in(client)
    asked = _post(client, f"/desk/requests/{public_id}/ask/", text="")
    assert asked.status_code == 422
    typed = {"order_number": sale.order.number, "email": "no address", "name": "Ann Lee", "purchase_on": "soon"}
    given = _post(client, f"/desk/requests/{public_id}/information/", **typed)
    assert given.status_code == 422
    page = given.content.decode()
    assert all(f'value="{value}"' in page for value in typed.values())
    assert _row(sale).version == 0
    offered = _post(client, f"/desk/requests/{public_id}/goodwill/", amount="12,345", reason="A kind word")
    assert "A kind word" in offered.content.decode()
    assert 'value="12,345"' in offered.content.decode()


def test_taking_and_reopening(sandbox: Sandbox, client: Client) -> None:
    """Taking twice is harmless; a declined request is reopened with a reason by any colleague."""
    sale = sandbox.sell()
    base = f"/desk/requests/{request_public_id(sale.ask_refund())}/"
    sandbox.sign_in(client)
    for _ in range(2):
        _post(client, base + "take/")
    assert _row(sale).handled_by == "agent:sam@desk.example"
    _post(client, base + "decline/", text="No")
    _post(client, base + "reopen/", text="The customer called again")
    assert _row(sale).state == "in_review"
    names = FactRow.objects.filter(bucket=sale.bucket).values_list("name", flat=True)
    assert list(names).count("refund_request.review_started") == 1


@pytest.mark.requirement("R48", "R52")
def test_a_failed_refund_goes_another_way(sandbox: Sandbox, client: Client) -> None:
    """After a rejection: tried again, then transferred by hand by somebody else, once, with the reference kept."""
    sale = sandbox.sell(card="pm_refund_rejected")
    request = sale.ask_refund()
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    first = f"/desk/refunds/{refund_public_id(sale.refund())}/"
    sandbox.sign_in(client, "eve@desk.example")
    _post(client, first, way="original")
    assert sale.refund().attempt == 2
    assert "already" in _post(client, first, way="original").content.decode()
    assert sale.refund().attempt == 2
    second = f"/desk/refunds/{refund_public_id(sale.refund())}/"
    own = _post(client, second, way="bank_transfer", reference="TR-77 1")
    assert "somebody else" in own.content.decode()
    assert 'value="TR-77 1"' in own.content.decode()
    sandbox.sign_in(client)
    for _ in range(2):
        _post(client, second, way="bank_transfer", reference="TR-77 1")
    last = sale.refund()
    assert (last.attempt, last.way, last.state, last.bank_reference) == (3, "bank_transfer", "succeeded", "TR-77 1")
    assert sale.order.refunded_minor == 5995


@pytest.mark.requirement("R52")
def test_why_a_refund_failed_is_said_in_words(sandbox: Sandbox, client: Client) -> None:
    """The words first, the gateway's code in small print, alike in the list, on the refund and on the case."""
    sale = sandbox.sell(card="pm_refund_rejected")
    request = sale.ask_refund()
    approve(sandbox.world, request.bucket, request.id, actor=EVE)
    sandbox.sign_in(client)
    words = 'The card&#x27;s bank does not take refunds <span class="ref faint sm">refund_rejected</span>'
    refund, case = refund_public_id(sale.refund()), request_public_id(request)
    for address in ("/desk/refunds/", f"/desk/refunds/{refund}/", f"/desk/requests/{case}/"):
        assert words in client.get(address).content.decode(), address
    page = client.get(f"/desk/requests/{case}/").content.decode()
    assert "Why: the card&#x27;s bank does not take refunds (refund_rejected)" in page
    of_stripe = {code for code, _ in stripe.DECLINES.values()}
    of_stripe |= {*stripe.REFUND_FAILURES.values(), *stripe.REFUND_ERRORS.values(), "currency_not_supported"}
    of_stripe |= {*stripe.CHARGE_ERRORS.values()}
    of_paddle = {*paddle.REFUND_ERRORS.values(), paddle.PENDING_REFUND, "pending_approval"}
    assert set(DECLINES) | of_stripe | OF_RESELLERS | of_paddle == set(CODES)


@pytest.mark.requirement("R40")
def test_late_and_failed_refunds_are_listed_until_done(sandbox: Sandbox, client: Client) -> None:
    """Late comes before failed; what was followed by another attempt, or arrived, is gone from the list."""
    late, failed = sandbox.sell(), sandbox.sell(sandbox.customer("bea@example.org", "Bea"), card="pm_refund_rejected")
    for sale in (failed, late):
        request = sale.ask_refund()
        approve(sandbox.world, request.bucket, request.id, actor=EVE)
    sandbox.sign_in(client)
    sandbox.advance(days=12)
    page = client.get("/desk/refunds/").content.decode()
    assert page.index(late.order.number) < page.index(failed.order.number)
    sandbox.work()
    page = client.get("/desk/refunds/").content.decode()
    assert late.order.number not in page
    assert failed.order.number in page


def test_the_queue_orders_and_filters(sandbox: Sandbox, client: Client) -> None:
    """The promise most at risk is first; filters by state, handler and channel; unknown values are ignored."""
    first, second = sandbox.sell(), sandbox.sell(sandbox.customer("bea@example.org", "Bea Moss"))
    older = first.ask_refund()
    sandbox.advance(days=1)
    newer = second.ask_refund(name="Nobody")
    sandbox.sign_in(client, role=Role.SUPERVISOR)
    page = client.get("/desk/").content.decode()
    assert page.index(older.number) < page.index(newer.number)
    _post(client, f"/desk/requests/{request_public_id(older)}/take/")
    expected = {
        "state=in_review": {older.number}, "state=needs_information": {newer.number}, "handler=me": {older.number},
        "handler=-": {newer.number}, "channel=support": set(), "channel=account": {older.number, newer.number},
        "state=nonsense&page=99&channel=x": {older.number, newer.number}, "state=declined": set(),
    }  # fmt: skip
    for query, numbers in expected.items():
        page = client.get(f"/desk/?{query}").content.decode()
        assert {n for n in (older.number, newer.number) if n in page} == numbers, query
    sandbox.advance(days=9)
    assert client.get("/desk/").content.decode().count(">Overdue<") == 2
