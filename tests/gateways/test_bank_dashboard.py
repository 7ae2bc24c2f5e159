"""The bank's dashboard: the statement for people and the form to refund by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from goodterms.gateways.protocol import Outcome
from tests.gateways.bank_world import BankWorld
from tests.gateways.contract_world import charge_intent, charged, newest_cursor, refund_intent

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankWorld]:
    """One bank for all tests here; each looks at a charge of its own."""
    world = BankWorld(tmp_path_factory.mktemp("bank"))
    yield world
    world.close()


def page(world: BankWorld) -> str:
    """The dashboard as a browser gets it."""
    status, text = world.call("/dashboard", signed=False)
    assert status == 200
    assert isinstance(text, str)
    return text


def row_of(text: str, charge_ref: str) -> str:
    """The row of a charge in the table of charges."""
    (row,) = re.findall(rf"<tr><td>{charge_ref}<br>.*?</tr>", text, re.DOTALL)
    return str(row)


def form_for(world: BankWorld, charge_ref: str) -> dict[str, str]:
    """The fields of the form that refunds this charge, as filled in."""
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', row_of(page(world), charge_ref)))


def send(world: BankWorld, fields: dict[str, str], **headers: str) -> tuple[int, str]:
    """Send the form as a browser does (and follow the redirect)."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.call("/dashboard/refunds", urlencode(fields).encode(), headers={**FORM, **sent}, signed=False)


def test_form_refunds_the_charge(world: BankWorld) -> None:
    """The form as it stands refunds what is left of the charge, without a reference of ours."""
    charge_ref = charged(world)
    before = newest_cursor(world)
    fields = form_for(world, charge_ref)
    assert (fields["charge"], fields["amount"]) == (charge_ref, "59.95")
    status, text = send(world, fields)
    assert status == 200
    assert "Refund accepted, on its way" in text
    assert "made here" in text
    assert "Fully refunded" in row_of(text, charge_ref)
    (line,) = world.gateway.movements(after=before)
    assert (line.charge_ref, line.reference, line.outcome) == (charge_ref, None, Outcome.PENDING)


def test_second_click_is_refused(world: BankWorld) -> None:
    """The same form sent twice refunds once, and the page says why."""
    charge_ref = charged(world)
    before = newest_cursor(world)
    fields = {**form_for(world, charge_ref), "amount": "10,00"}
    assert send(world, fields)[0] == 200
    status, text = send(world, fields)
    assert status == 409
    assert 'role="alert">This charge was refunded in the meantime' in text
    assert len(world.gateway.movements(after=before)) == 1


@pytest.mark.parametrize("amount", ["59.96", "0", "-1", "1.001", "much", "", "NaN"])
def test_wrong_amounts(world: BankWorld, amount: str) -> None:
    """An amount that can not be refunded is refused and moves nothing."""
    charge_ref = charged(world)
    before = newest_cursor(world)
    status, _ = send(world, {**form_for(world, charge_ref), "amount": amount})
    assert status in (400, 422)
    assert world.gateway.movements(after=before) == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"Origin": "null"}]
)
def test_forms_of_other_sites(world: BankWorld, headers: dict[str, str]) -> None:
    """A form that another site sends from the person's browser is refused."""
    charge_ref = charged(world)
    before = newest_cursor(world)
    assert send(world, form_for(world, charge_ref), **headers)[0] == 403
    assert world.gateway.movements(after=before) == []


def test_own_form_of_a_browser(world: BankWorld) -> None:
    """What a browser sends from the dashboard itself is taken."""
    charge_ref = charged(world)
    fields = form_for(world, charge_ref)
    assert send(world, fields, Origin=world.bank.url, Sec_Fetch_Site="same-origin")[0] == 200


def test_statement_tells_the_story(world: BankWorld) -> None:
    """Charges, settled and failed refunds and trace numbers are on the page, in words."""
    for card in ("pm_ok", "pm_refund_fails"):
        made = world.gateway.charge(charge_intent(card))
        world.gateway.refund(refund_intent(made.gateway_ref))
    world.gateway.charge(charge_intent("pm_lost"))
    world.advance(timedelta(days=14))
    text = page(world)
    for words in ("Refund credited", "Refund failed, money is back", "Trace number 7", "reported lost"):
        assert words in text


def test_texts_are_escaped(world: BankWorld) -> None:
    """Whatever a merchant writes into a description is text on the page."""
    body = {
        "amount_minor": 100,
        "currency": "AUD",
        "payment_method": "pm_ok.<b>",
        "reference": "<script>alert(1)</script>",
        "description": '"><img src=x> $at ${at}',
    }
    status, _ = world.call("/v1/charges", body, headers={"Idempotency-Key": "k"})
    assert status == 201
    text = page(world)
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>" not in text
    assert "$at ${at}" in text


def test_page_needs_nothing_from_outside(world: BankWorld) -> None:
    """The page loads its own stylesheet and nothing else; style is never inline."""
    charged(world)
    text = page(world)
    assert re.findall(r'(?:src|href)="([^"]*)"', text) == ["/dashboard.css"]
    assert "style=" not in text
    assert "<style" not in text
    status, css = world.call("/dashboard.css", signed=False)
    assert status == 200
    assert "url(" not in css
    assert "@import" not in css


def test_front_page_leads_to_the_dashboard(world: BankWorld) -> None:
    """The bare address shows the dashboard."""
    status, text = world.call("/", signed=False)
    assert status == 200
    assert "<h1>The bank</h1>" in text
