"""Paddle's webhooks: signed over the raw bytes, in time, and a hint at one object."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from goodterms.gateways.paddle.webhooks import read_event, signature
from goodterms.gateways.protocol import Hint, WebhookRefusedError
from tests.gateways.paddle_world import SECRET

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
TXN = "txn_01hv8wptq8987qeep44cyrewp9"


def event(kind: str, **data: object) -> bytes:
    """An event as it is sent."""
    return json.dumps(
        {"event_id": "evt_1", "event_type": kind, "occurred_at": "2026-11-02T12:00:00.123456Z", "data": data}
    ).encode()


BODY = event("adjustment.updated", id="adj_1", action="refund", transaction_id=TXN)


def read(body: bytes, at: datetime = NOW) -> list[Hint]:
    """A signed event as a hint."""
    return read_event(("old", SECRET), {"paddle-signature": signature(SECRET, at, body)}, body, NOW)


@pytest.mark.parametrize(
    ("body", "kind", "ref"),
    [
        (BODY, "refund", "adj_1"),
        (event("adjustment.created", id="adj_2", action="chargeback", transaction_id=TXN), "dispute", "adj_2"),
        (event("adjustment.created", id="adj_3", action="credit", transaction_id=TXN), "other", "adjustment.created"),
        (event("transaction.completed", id=TXN), "charge", TXN),
        (event("transaction.payment_failed", id=TXN), "charge", TXN),
        (event("subscription.updated", id="sub_1"), "agreement", "sub_1"),
        (event("customer.created", id="ctm_1"), "other", "customer.created"),
        (event("transaction.completed", id=["txn"]), "other", "transaction.completed"),
    ],
)
def test_a_signed_event_is_a_hint(body: bytes, kind: str, ref: str) -> None:
    """Within five minutes on both sides of time, by either of two secrets."""
    for late in (timedelta(minutes=4), -timedelta(minutes=4)):
        (hint,) = read(body, NOW - late)
        assert (hint.event_id, hint.kind, hint.gateway_ref) == ("evt_1", kind, ref)


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6), -timedelta(days=3650)])
def test_out_of_time(late: timedelta) -> None:
    """Too old, or dated in the future."""
    with pytest.raises(WebhookRefusedError, match=r"too old|future"):
        read(BODY, NOW - late)


@pytest.mark.parametrize(
    "header",
    ["", "ts=;h1=", "ts=1793620800", "h1=abc", "ts=x;h1=y", "ts=1793620800;h1=é", "nonsense", "ts=" + "9" * 40],
)
def test_signatures_that_are_none(header: str) -> None:
    """Every one is refused, none breaks the check."""
    with pytest.raises(WebhookRefusedError):
        read_event((SECRET,), {"paddle-signature": header}, BODY, NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"event_id": 1}', BODY.replace(b"Z", b"")])
def test_signed_nonsense(body: bytes) -> None:
    """What is signed and no event is refused too."""
    with pytest.raises(WebhookRefusedError):
        read(body)


def test_another_body_under_the_same_signature() -> None:
    """The raw bytes are what is signed; without a secret nothing is believed."""
    headers = {"paddle-signature": signature(SECRET, NOW, BODY)}
    with pytest.raises(WebhookRefusedError, match="not signed"):
        read_event((SECRET,), headers, BODY + b" ", NOW)
    with pytest.raises(WebhookRefusedError, match="secret"):
        read_event((), headers, BODY, NOW)
