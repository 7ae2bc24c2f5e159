"""What an operator sets for Paddle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from goodterms import wiring
from goodterms.gateways.paddle.adapter import Paddle
from goodterms.gateways.paddle.webhooks import signature
from goodterms.gateways.paddle.words import LIVE_URL, SANDBOX_URL
from goodterms.gateways.protocol import WebhookRefusedError

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def set_paddle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets what the environment says of Paddle; the gateway that comes of it."""

    def put(**settings: str) -> Paddle:
        for name, value in settings.items():
            monkeypatch.setenv(f"GOODTERMS_PADDLE_{name}", value)
        wiring._gateways.cache_clear()
        found = wiring._gateways()["paddle"]
        assert isinstance(found, Paddle)
        return found

    yield put
    wiring._gateways.cache_clear()


@pytest.mark.parametrize(
    ("key", "trying_out", "url"),
    [("pdl_live_apikey_made_up", False, LIVE_URL), ("pdl_sdbx_apikey_made_up", True, SANDBOX_URL)],
)
def test_the_key_says_whether_money_is_real(set_paddle: Any, key: str, trying_out: bool, url: str) -> None:
    """A sandbox's key is for the sandbox, and a database that has served real money sends nothing with it."""
    paddle = set_paddle(KEY=key)
    assert paddle.abilities.test_cards is trying_out
    assert paddle._calls._base_url == url


def test_two_secrets_while_one_replaces_the_other(set_paddle: Any) -> None:
    """Both are believed, and nothing else; without any, nothing is."""
    body = b'{"event_id":"evt_1","event_type":"customer.created","occurred_at":"2026-11-02T12:00:00Z","data":{}}'
    paddle = set_paddle(KEY="pdl_live_apikey_made_up", WEBHOOK_SECRETS="new, old")
    for secret in ("new", "old"):
        (hint,) = paddle.read_webhook({"paddle-signature": signature(secret, NOW, body)}, body, NOW)
        assert hint.event_id == "evt_1"
    with pytest.raises(WebhookRefusedError):
        paddle.read_webhook({"paddle-signature": signature("other", NOW, body)}, body, NOW)
    with pytest.raises(WebhookRefusedError, match="no secret"):
        set_paddle(WEBHOOK_SECRETS="").read_webhook({"paddle-signature": signature("", NOW, body)}, body, NOW)


def test_its_pace_and_its_patience(set_paddle: Any) -> None:
    """As for the other gateways: calls at once, calls a second, and a time-out of half a minute at most."""
    pace = set_paddle(KEY="pdl_live_apikey_made_up", AT_ONCE="8", PER_SECOND="4").gate.pace
    assert (pace.at_once, pace.per_second) == (8, 4)
    with pytest.raises(ImproperlyConfigured, match="GOODTERMS_PADDLE_TIMEOUT"):
        set_paddle(TIMEOUT="31")
