"""What an integrator does, with nothing but the document and a demo: sell, let a term pass, cancel, pay back."""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.demo import PROGRAM, Demo, running_demo
from tests.support.receiver import receiving

SCOPES = (
    "customers:write", "subscriptions:read", "subscriptions:write", "refunds:read", "refunds:request",
    "refunds:decide", "plans:read", "webhooks:manage", "clock:move", "entitlements:read",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """A demo with few customers."""
    with running_demo(customers=5) as made:
        yield made


class Shop:
    """A program that knows the document alone: it calls operations by their names, as the document describes them."""

    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False)
        paths = self.http.get("/developers/openapi.json").json()["paths"]
        self.known = {
            one["operationId"]: (method, at, one) for at, of in paths.items() for method, one in of.items()
        }  # fmt: skip

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method, at, declared = self.known[name]

        def call(body: Any = None, **given: Any) -> Any:
            headers = {}
            if any(one["name"] == "Idempotency-Key" for one in declared["parameters"]):
                headers["Idempotency-Key"] = str(uuid.uuid4())
            inside = {one["name"] for one in declared["parameters"] if one["in"] == "path"}
            path = at.format(**{part: given.pop(part) for part in inside})
            sent = {"json": body or {}} if method == "post" else {}
            answer = self.http.request(method.upper(), path, params=given, headers=headers, **sent)  # type: ignore[arg-type]
            assert answer.is_success, answer.text
            return answer.json()

        return call


def let_pass(shop: Shop, until: datetime) -> None:
    """Move the clock, however many calls that takes."""
    while not shop.move_test_clock({"until": until.isoformat()})["arrived"]:
        pass


def test_an_integrators_first_hour(demo: Demo) -> None:
    """Sold, renewed by the clock, cancelled as shown, asked back and approved; every fact came, verified."""
    scopes = [part for scope in SCOPES for part in ("--scope", scope)]
    command = [PROGRAM, "api-key", "create", "Shop", *scopes, "--data", str(demo.place)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "GOODTERMS_"))}
    made = subprocess.run(command, capture_output=True, text=True, check=False, env={**kept, "GOODTERMS_DEMO": "1"})
    assert made.returncode == 0, made.stderr
    shop = Shop(demo.url, made.stdout.strip())
    with receiving() as receiver:
        secret = shop.create_webhook_endpoint({"url": receiver.url})["secret"]
        sold = [one for one in shop.list_plans()["data"] if one["prices"] and one["on_sale"]]
        plan = min(sold, key=lambda one: one["interval"]["months"])
        buyer = shop.create_customer({"email": "ida@example.org", "name": "Ida Berg"})
        sub = shop.create_subscription({
            "customer": buyer["id"], "plan": plan["code"], "currency": plan["prices"][0]["currency"],
            "payment_method": "pm_refund_instant.ida",
        })  # fmt: skip
        assert sub["access"]["may_use"]
        let_pass(shop, datetime.fromisoformat(sub["terms"][0]["ends_at"]) + timedelta(days=3))
        renewed = shop.get_subscription(sub=sub["id"])
        assert [term["state"] for term in renewed["terms"]] == ["ended", "running"]
        shown = shop.preview_cancellation(sub=sub["id"])
        canceled = shop.cancel_subscription({"shown": shown["fingerprint"]}, sub=sub["id"])
        assert canceled["cancellation"]["access_until"] == shown["access_until"]
        order = renewed["terms"][1]["order"]
        assert shop.preview_refund(order=order)["granted"]
        case = shop.create_refund_request({"order": order})
        approval = shop.preview_approval(req=case["id"])
        assert shop.approve_refund_request({"shown": approval["fingerprint"]}, req=case["id"])["state"] == "approved"
        assert shop.get_entitlement(customer=buyer["id"], product=sub["product"])["reason"] == "refunded"
        wanted = {
            "subscription.started", "subscription.renewal_announced", "subscription.renewed", "subscription.canceled",
            "refund_request.approved", "refund.initiated", "term.revoked",
        }  # fmt: skip
        until = time.monotonic() + 60
        came: set[str] = set()
        while not wanted <= came and time.monotonic() < until:
            time.sleep(0.2)
            mine = [fact for fact in receiver.facts(secret) if fact["data"]["subscription"] == sub["id"]]
            came = {fact["type"] for fact in mine}
    assert wanted <= came
    seqs = [fact["data"]["seq"] for fact in mine]
    assert seqs == sorted(seqs)
