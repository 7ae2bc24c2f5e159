"""Webhooks of gateways: who may send them, what they change, and what becomes of those that can not be taken in."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodterms.domain.facts import Actor
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.protocol import Hint, Movement, WebhookRefusedError
from goodterms.gateways.signatures import sign, verified_id
from goodterms.storage.models import DisputeRow, FactRow, WebhookIn
from goodterms.usecases import pay_back, review, webhooks_in
from tests.support.books import assert_books_agree
from tests.support.worlds import START, WEBHOOK_SECRET, Sandbox

OLD_SECRET = "whsec_" + base64.b64encode(b"the secret before this one, made up").decode()


def event(object: str, id: str, type: str = "") -> bytes:
    """What the bank sends."""
    said = {"type": type or object, "created_at": "2026-05-10T09:00:00Z", "data": {"object": object, "id": id}}
    return json.dumps(said).encode()


def send(
    sandbox: Sandbox, body: bytes, id: str = "evt_1", secret: str = WEBHOOK_SECRET, late: timedelta = timedelta(0),
    gateway: str = "bank", headers: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Send a signed webhook to the door; the status of the answer."""
    signed = sign(secret, id, sandbox.now - late, body) if headers is None else headers
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/webhooks/{gateway}", body, content_type="application/json", headers=dict(signed))
    return int(answer.status_code)


def kept() -> list[tuple[str, str]]:
    """The inbox: each event with what became of it."""
    return list(WebhookIn.objects.order_by("id").values_list("event_id", "state"))


def facts(name: str) -> int:
    """How often something happened."""
    return FactRow.objects.filter(name=name).count()


def test_an_event_is_kept_once_and_worked_on_once(sandbox: Sandbox) -> None:
    """Sent again, or at the same moment by several, it changes nothing (B1)."""
    sale = sandbox.sell()
    body = event("dispute", sandbox.dispute(sale))

    def one(_: int) -> int:
        try:
            return send(sandbox, body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(8))) == [200] * 8
    assert kept() == [("evt_1", "waiting")]
    assert webhooks_in.work_on_inbox(sandbox.world) == 1
    assert webhooks_in.work_on_inbox(sandbox.world) == 0
    assert send(sandbox, body) == 200
    assert kept() == [("evt_1", "done")]
    assert facts("dispute.opened") == 1
    assert_books_agree(sale)


def test_the_same_under_a_new_id_and_in_any_order(sandbox: Sandbox) -> None:
    """What counts is how the object stands now, not what an event says (B2, B4)."""
    sale = sandbox.sell()
    dispute = sandbox.dispute(sale)
    sandbox.decide(dispute, "lost")
    for n, what in enumerate(("lost", "opened", "opened", "under_review")):
        assert send(sandbox, event("dispute", dispute, f"dispute.{what}"), f"evt_{n}") == 200
        webhooks_in.work_on_inbox(sandbox.world)
    assert (facts("dispute.opened"), facts("dispute.lost"), facts("dispute.under_review")) == (1, 1, 0)
    assert DisputeRow.objects.get(bucket=sale.bucket).state == "lost"
    assert_books_agree(sale)


def test_a_webhook_before_our_answer(sandbox: Sandbox) -> None:
    """The bank acts, our answer is lost, the webhook says so first: the refund is initiated once (B3)."""
    sale = sandbox.sell(card="pm_refund_answer_lost")
    request = sale.ask_refund()
    review.approve(sandbox.world, request.bucket, request.id, actor=Actor("agent", "sam@desk.example"))
    assert sale.refund().state == "unknown"
    assert send(sandbox, event("refund", "re_00000001")) == 200
    webhooks_in.work_on_inbox(sandbox.world)
    assert sale.refund().state == "pending"
    sandbox.advance(hours=1)
    sandbox.work()
    assert facts("refund.initiated") == 1
    assert_books_agree(sale)


def test_all_webhooks_lost(sandbox: Sandbox) -> None:
    """What no webhook told of is in the statement, which is read whatever happens (B5)."""
    sale = sandbox.sell()
    sandbox.control("/test/webhooks", {"url": "http://127.0.0.1:9/webhooks/bank", "secret": WEBHOOK_SECRET})
    sandbox.dispute(sale)
    sandbox.work()
    assert facts("dispute.opened") == 1
    assert kept() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "evt_1", "webhook-timestamp": "now", "webhook-signature": "v1,xx"},
        {"webhook-id": "evt_1", "webhook-timestamp": "9" * 30, "webhook-signature": "v1,xx"},
        {"webhook-id": "evt_1", "webhook-timestamp": "1778403600", "webhook-signature": "no comma at all"},
        {"webhook-id": "evt_1", "webhook-timestamp": "1778403600", "webhook-signature": "v1,\u00e9\u00e9"},
        {"webhook-id": "evt_1", "webhook-timestamp": "1778403600", "webhook-signature": "v2,abc v1, v1,="},
    ],
)
def test_what_is_not_signed_is_refused(sandbox: Sandbox, headers: dict[str, str]) -> None:
    """400, and nothing is kept (B6, B8)."""
    assert send(sandbox, event("dispute", "dp_00000001"), headers=headers) == 400
    assert kept() == []


def test_forged_old_and_future(sandbox: Sandbox) -> None:
    """Another secret, another body, too old, dated ahead: refused (B6, B7)."""
    body = event("dispute", "dp_00000001")
    assert send(sandbox, body, secret=OLD_SECRET) == 400
    assert send(sandbox, body, late=timedelta(minutes=6)) == 400
    assert send(sandbox, body, late=-timedelta(minutes=6)) == 400
    assert send(sandbox, body, late=-timedelta(days=3650)) == 400
    assert send(sandbox, b" " + body, headers=sign(WEBHOOK_SECRET, "evt_1", sandbox.now, body)) == 400
    assert send(sandbox, body, gateway="nobody") == 404
    assert kept() == []
    assert send(sandbox, body, late=timedelta(minutes=4)) == 200


def test_raw_bytes_are_verified(sandbox: Sandbox) -> None:
    """Spacing and order of keys are the sender's: what is signed is what was sent (B10)."""
    body = b'{ "data" : {"id":"dp_00000001",  "object":"dispute"}, "created_at": "2026-05-10T09:00:00+00:00" }'
    assert send(sandbox, body) == 200
    assert kept() == [("evt_1", "waiting")]


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff\xfe", b'{"data": {}}', b"[" * 5000])
def test_signed_nonsense(sandbox: Sandbox, body: bytes) -> None:
    """Even what is signed is not believed to be an event (B8)."""
    assert send(sandbox, body) == 400
    assert kept() == []


def test_too_large_and_by_other_methods(sandbox: Sandbox) -> None:
    """A bound on the size, and only POST."""
    assert send(sandbox, b"x" * (256 * 1024 + 1)) == 413
    assert Client().get("/webhooks/bank").status_code == 405


@given(
    headers=st.fixed_dictionaries(
        {}, optional={n: st.text(max_size=60) for n in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    ),
    body=st.binary(max_size=200),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_in(headers: dict[str, str], body: bytes) -> None:
    """No bytes get through without the secret, and none break the check (B8)."""
    with pytest.raises(WebhookRefusedError):
        verified_id((WEBHOOK_SECRET,), headers, body, START)


def test_a_poison_event_is_parked_and_holds_up_nobody(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried several times with growing pauses, then parked with the reason; the next one is taken in at once (B9)."""
    good, bad = sandbox.sell(), sandbox.sell(sandbox.customer("bo@example.org", "Bo"))
    bad_dispute, good_dispute = sandbox.dispute(bad), sandbox.dispute(good)
    take_in = pay_back.take_in

    def fails(world: Any, gateway: str, line: Movement) -> bool:
        if line.gateway_ref == bad_dispute:
            raise ArithmeticError("made up")
        return take_in(world, gateway, line)

    monkeypatch.setattr(webhooks_in, "take_in", fails)
    send(sandbox, event("dispute", bad_dispute), "evt_bad")
    send(sandbox, event("dispute", good_dispute), "evt_good")
    webhooks_in.work_on_inbox(sandbox.world)
    assert kept() == [("evt_bad", "waiting"), ("evt_good", "done")]
    for _ in range(8):
        sandbox.advance(hours=7)
        webhooks_in.work_on_inbox(sandbox.world)
    parked = WebhookIn.objects.get(event_id="evt_bad")
    assert (parked.state, parked.due_at, parked.reason) == ("parked", None, "ArithmeticError")
    assert parked.tries == 1 + len(webhooks_in.TRY_AGAIN_AFTER)
    monkeypatch.undo()
    assert webhooks_in.try_again(sandbox.world, parked.pk)
    webhooks_in.work_on_inbox(sandbox.world)
    assert facts("dispute.opened") == 2


def test_a_gateway_that_can_not_be_read_is_no_try(sandbox: Sandbox) -> None:
    """The hint waits until the gateway answers again, and is tried less and less often: at last every half an hour."""
    sale = sandbox.sell()
    send(sandbox, event("dispute", sandbox.dispute(sale)))
    gateway = sandbox.world.gateways["bank"]
    assert isinstance(gateway, Bank)
    address, gateway._base_url = gateway._base_url, "http://127.0.0.1:9"
    waits = []
    for _ in range(40):
        webhooks_in.work_on_inbox(sandbox.world)
        due_at = WebhookIn.objects.get().due_at
        assert due_at is not None
        waits.append(due_at - sandbox.now)
        sandbox.now = due_at
    assert (waits[0], waits[-1], sorted(waits)) == (timedelta(minutes=1), timedelta(minutes=30), waits)
    assert [(w.state, w.tries) for w in WebhookIn.objects.all()] == [("waiting", 0)]
    gateway._base_url = address
    webhooks_in.work_on_inbox(sandbox.world)
    assert facts("dispute.opened") == 1


def test_what_is_not_ours_is_marked_foreign(sandbox: Sandbox) -> None:
    """Another system's charge on the same account, an id nobody knows, an event that is not about money (B11)."""
    headers = {"Idempotency-Key": "other-1", "Authorization": f"Bearer {sandbox.bank.key}"}
    charge = {
        "amount_minor": 100, "currency": "AUD", "payment_method": "pm_ok", "reference": "shop-7", "description": "Mug",
    }  # fmt: skip
    theirs = httpx.post(f"{sandbox.bank.url}/v1/charges", json=charge, headers=headers).json()["id"]
    send(sandbox, event("charge", theirs), "evt_theirs")
    send(sandbox, event("refund", "re_99999999"), "evt_nobody")
    send(sandbox, event("dispute", "'; DROP TABLE"), "evt_odd")
    send(sandbox, event("payout", "po_1"), "evt_payout")
    webhooks_in.work_on_inbox(sandbox.world)
    assert {state for _, state in kept()} == {"foreign"}


def test_two_secrets_while_one_replaces_the_other(sandbox: Sandbox) -> None:
    """Both are valid for a while (B12)."""
    rotating = Bank(sandbox.bank.url, sandbox.bank.key, webhook_secrets=(WEBHOOK_SECRET, OLD_SECRET))
    sandbox.world.gateways["bank"] = rotating  # type: ignore[index]
    assert send(sandbox, event("charge", "ch_1"), "evt_1", WEBHOOK_SECRET) == 200
    assert send(sandbox, event("charge", "ch_1"), "evt_2", OLD_SECRET) == 200
    assert len(kept()) == 2


def test_2xx_only_after_the_commit(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the hint could not be kept, the gateway does not hear that it was (B13)."""

    def broken(*_args: Any) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(webhooks_in, "keep_hints", broken)
    body = event("charge", "ch_1")
    client = Client(raise_request_exception=False)
    headers = sign(WEBHOOK_SECRET, "evt_1", sandbox.now, body)
    assert client.post("/webhooks/bank", body, content_type="application/json", headers=headers).status_code == 500
    assert kept() == []


def test_several_hints_in_one_webhook(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a row and a piece of work of its own (B14)."""
    sale = sandbox.sell()
    dispute = sandbox.dispute(sale)
    several = [Hint("evt_1/0", "dispute", dispute, None), Hint("evt_1/1", "charge", "ch_9", None)]
    monkeypatch.setattr(Bank, "read_webhook", lambda *_: several)
    assert webhooks_in.receive(sandbox.world, "bank", {}, b"") == webhooks_in.Received(200, 2)
    assert webhooks_in.receive(sandbox.world, "bank", {}, b"") == webhooks_in.Received(200, 0)
    webhooks_in.work_on_inbox(sandbox.world)
    assert kept() == [("evt_1/0", "done"), ("evt_1/1", "foreign")]


def test_more_fields_than_we_know(sandbox: Sandbox) -> None:
    """Unknown fields are ignored, an unknown kind of object is not about us (B15)."""
    said = json.loads(event("charge", "ch_1"))
    said["api_version"], said["data"]["livemode"] = "2030-01-01", {"new": [1, 2]}
    assert send(sandbox, json.dumps(said).encode()) == 200
    assert send(sandbox, event("charge_v2", "x" * 900), "evt_2") == 200
    assert kept() == [("evt_1", "waiting"), ("evt_2", "foreign")]


def test_what_was_closed_long_ago_is_forgotten(sandbox: Sandbox) -> None:
    """Kept far longer than a replay would pass the check, and not for ever."""
    send(sandbox, event("payout", "po_1"))
    sandbox.now += timedelta(days=59)
    webhooks_in.work_on_inbox(sandbox.world)
    assert len(kept()) == 1
    sandbox.now += timedelta(days=2)
    webhooks_in.work_on_inbox(sandbox.world)
    assert kept() == []
