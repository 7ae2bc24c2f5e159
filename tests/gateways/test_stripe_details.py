"""What is Stripe's own: its signature, its words for refusals and states, its pages for cards, its documented keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from goodterms.domain.money import Money
from goodterms.gateways.protocol import ChargeIntent, GatewayUnavailableError, Hint, Outcome, WebhookRefusedError
from goodterms.gateways.stripe.adapter import Stripe
from goodterms.gateways.stripe.objects import Expected, read_intent, refund_line
from goodterms.gateways.stripe.webhooks import read_event, signature
from goodterms.gateways.stripe.words import CHARGE_KEY, REFUND_KEY
from tests.gateways.contract_world import charge_intent, refund_intent
from tests.gateways.stripe_world import SECRET, StripeWorld

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
BODY = json.dumps(
    {"id": "evt_1", "type": "refund.updated", "created": 1793620800, "data": {"object": {"id": "re_1"}}}
).encode()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StripeWorld]:
    """One far side for all."""
    world = StripeWorld(tmp_path_factory.mktemp("stripe"))
    yield world
    world.close()


def stripe(world: StripeWorld) -> Stripe:
    """The adapter as what it is."""
    assert isinstance(world.gateway, Stripe)
    return world.gateway


def test_a_signed_event_is_a_hint() -> None:
    """Within five minutes on both sides of time, by either of two secrets."""
    for late in (timedelta(minutes=4), -timedelta(minutes=4)):
        headers = {"stripe-signature": signature(SECRET, NOW - late, BODY)}
        assert read_event(("old", SECRET), headers, BODY, NOW)[0] == Hint("evt_1", "refund", "re_1", NOW)


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6), -timedelta(days=3650)])
def test_out_of_time(late: timedelta) -> None:
    """Also what is dated in the future, which the SDK's own check lets through."""
    headers = {"stripe-signature": signature(SECRET, NOW - late, BODY)}
    with pytest.raises(WebhookRefusedError, match=r"too old|future"):
        read_event((SECRET,), headers, BODY, NOW)


@pytest.mark.parametrize(
    "header", ["", "t=,v1=", "t=1793620800", "v1=abc", "t=x,v1=y", "t=1793620800,v1=é", "nonsense", "t=" + "9" * 40]
)
def test_signatures_that_are_none(header: str) -> None:
    """Every one is refused, none breaks the check."""
    with pytest.raises(WebhookRefusedError):
        read_event((SECRET,), {"stripe-signature": header}, BODY, NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"id": 1}', b'{"id":"e","type":"x","created":"y","data":{}}'])
def test_signed_nonsense(body: bytes) -> None:
    """What is signed and no event is refused too."""
    with pytest.raises(WebhookRefusedError):
        read_event((SECRET,), {"stripe-signature": signature(SECRET, NOW, body)}, body, NOW)


def test_events_that_are_not_about_money_of_ours() -> None:
    """They are kept as hints at something else."""
    body = BODY.replace(b"refund.updated", b"customer.created")
    (hint,) = read_event((SECRET,), {"stripe-signature": signature(SECRET, NOW, body)}, body, NOW)
    assert hint.kind == "other"


def test_authentication_is_asked_of_the_customer(world: StripeWorld) -> None:
    """It is a decline that the same card does not get over."""
    method = "pm_authentication_required.1"
    world.form(f"/v1/payment_methods/{method}/attach", {"customer": world.customer})
    answer = world.gateway.charge(charge_intent(f"{world.customer}:{method}"))
    assert (answer.outcome, answer.code, answer.retryable) == (Outcome.DECLINED, "authentication_required", False)


def test_a_card_is_saved_on_a_page_of_the_gateways(world: StripeWorld) -> None:
    """The page is opened for somebody; what was saved there can be charged, and by nobody else."""
    page = stripe(world).open_card_page(
        reference="cus_ours", email="ann@example.org", payment_method=None, back_url="http://shop.test/back"
    )
    assert stripe(world).card_saved(page.ref, reference="cus_ours") is None
    sent = httpx.post(page.url, data={"card": "pm_ok"}, follow_redirects=False)
    assert sent.headers["Location"] == f"http://shop.test/back?page={page.ref}"
    assert stripe(world).card_saved(page.ref, reference="cus_another") is None
    method = stripe(world).card_saved(page.ref, reference="cus_ours")
    assert method
    assert world.gateway.charge(charge_intent(method)).outcome is Outcome.SUCCEEDED
    again = stripe(world).open_card_page(
        reference="cus_ours", email="ann@example.org", payment_method=method, back_url="http://shop.test/back"
    )
    assert again.ref != page.ref
    with pytest.raises(GatewayUnavailableError):
        stripe(world).card_saved("cs_test_nothing", reference="cus_ours")


def test_currencies_that_are_counted_otherwise(world: StripeWorld) -> None:
    """They are not sent: a hundred times too much could be charged."""
    intent = ChargeIntent("key-isk", "our-isk", Money(100, "ISK"), world.card("ok"), "x")
    answer = world.gateway.charge(intent)
    assert (answer.outcome, answer.code) == (Outcome.DECLINED, "currency_not_supported")
    assert world.charges_with("our-isk") == 0


def test_an_amount_that_is_too_small(world: StripeWorld) -> None:
    """Nothing was charged and no card can help: a decline that is not tried again, and not an unknown for ever."""
    intent = ChargeIntent("key-small", "our-small", Money(49, "EUR"), world.card("ok"), "x")
    answer = world.gateway.charge(intent)
    assert (answer.outcome, answer.code, answer.retryable) == (Outcome.DECLINED, "amount_not_taken", False)
    assert world.gateway.find_charge(key=intent.key, reference=intent.reference).not_found


def test_a_500_is_repeated_under_its_key(world: StripeWorld) -> None:
    """As documented: only a look-up finds out, asking again never does."""
    intent = charge_intent(world.card("ok"))
    world.fail_after_next()
    for _ in range(2):
        assert world.gateway.charge(intent).code == "server_error"
    assert world.gateway.find_charge(key=intent.key, reference=intent.reference).outcome is Outcome.SUCCEEDED
    by_card = world.gateway.find_charge(
        key=intent.key, reference=intent.reference, payment_method=intent.payment_method
    )
    assert by_card.outcome is Outcome.SUCCEEDED


def test_too_many_requests_are_not_remembered(world: StripeWorld) -> None:
    """A 429 says nothing about the request, and the same key can be used afterwards."""
    intent = charge_intent(world.card("ok"))
    world.control("/test/faults", {"too_many_requests": 1})
    assert world.gateway.charge(intent).code == "rate_limited"
    assert world.gateway.find_charge(key=intent.key, reference=intent.reference).not_found
    assert world.gateway.charge(intent).outcome is Outcome.SUCCEEDED


def test_a_refund_is_found_among_those_of_its_charge(world: StripeWorld) -> None:
    """Without asking for all refunds there are; a charge that Stripe does not know has none."""
    made = world.gateway.charge(charge_intent(world.card("ok")))
    intent = refund_intent(made.gateway_ref)
    world.gateway.refund(intent)
    find = world.gateway.find_refund
    assert find(key="k", reference=intent.reference, charge_ref=made.gateway_ref).outcome is Outcome.PENDING
    assert find(key="k", reference=intent.reference, charge_ref="pi_99999999").not_found


def test_an_event_that_is_not_listed_any_more(world: StripeWorld) -> None:
    """Stripe lists events for 30 days: after a longer gap all that it lists is read."""
    charge = world.gateway.charge(charge_intent(world.card("ok")))
    cursor = world.gateway.movements(after=None, limit=1000)[-1].cursor
    world.advance(timedelta(days=40))
    later = world.gateway.charge(charge_intent(world.card("ok")))
    found = [line.gateway_ref for line in world.gateway.movements(after=cursor)]
    assert later.gateway_ref in found
    assert charge.gateway_ref not in found


def _intent(**changed: Any) -> dict[str, Any]:
    return {
        "id": "pi_1", "amount": 100, "amount_received": 100, "currency": "eur", "status": "succeeded",
        "created": 1793620800, "metadata": {CHARGE_KEY: "our-1"}, **changed,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "outcome", "code"),
    [
        ({}, Outcome.SUCCEEDED, None),
        ({"amount_received": 50}, Outcome.UNKNOWN, "amount_differs"),
        ({"amount": 50}, Outcome.UNKNOWN, "mismatch"),
        ({"metadata": {}}, Outcome.UNKNOWN, "mismatch"),
        ({"status": "processing"}, Outcome.UNKNOWN, "processing"),
        ({"status": "requires_action"}, Outcome.UNKNOWN, "requires_action"),
        ({"status": "a new one"}, Outcome.UNKNOWN, "a new one"),
        ({"status": "canceled"}, Outcome.DECLINED, "card_declined"),
    ],
)
def test_what_an_intent_says(changed: dict[str, Any], outcome: Outcome, code: str | None) -> None:
    """Only what is certain is a success or a decline."""
    answer = read_intent(_intent(**changed), Expected("our-1", Money(100, "EUR")))
    assert (answer.outcome, answer.code) == (outcome, code)


@pytest.mark.parametrize(
    ("changed", "outcome", "failure"),
    [
        ({"status": "pending", "pending_reason": "insufficient_funds"}, Outcome.PENDING, None),
        ({"status": "requires_action"}, Outcome.PENDING, None),
        ({"status": "succeeded"}, Outcome.SUCCEEDED, None),
        ({"status": "failed", "failure_reason": "lost_or_stolen_card"}, Outcome.DECLINED, "card_closed"),
        ({"status": "failed", "failure_reason": "insufficient_funds"}, Outcome.DECLINED, "gateway_balance"),
        ({"status": "failed", "failure_reason": "a new one"}, Outcome.DECLINED, "refund_failed"),
        ({"status": "canceled"}, Outcome.DECLINED, "canceled_at_gateway"),
    ],
)
def test_what_a_refund_says(changed: dict[str, Any], outcome: Outcome, failure: str | None) -> None:
    """Every documented state and reason."""
    fields = {
        "id": "re_1", "amount": 100, "currency": "eur", "created": 1793620800, "payment_intent": "pi_1",
        "metadata": {REFUND_KEY: "our-1"}, **changed,
    }  # fmt: skip
    line = refund_line(fields, cursor="")
    assert (line.outcome, line.failure) == (outcome, failure)
