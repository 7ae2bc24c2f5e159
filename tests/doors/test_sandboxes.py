"""Sandboxes beside a live world: each for itself, made and dropped in seconds, and no way from one to another."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from goodterms.storage.embedded import locate_server, sandbox_database
from tests.support.demo import alive, post
from tests.support.receiver import receiving
from tests.support.sandboxes import Opened, Operator, await_answer, operating
from tests.support.shop import Shop

LIVE_PORT = 8399


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    """A company with a live server and a host for its sandboxes."""
    with operating(first_port=8320) as made:
        made.start("serve", "--port", str(LIVE_PORT))
        await_answer(f"http://127.0.0.1:{LIVE_PORT}")
        yield made


def once() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def now_of(program: httpx.Client) -> datetime:
    return datetime.fromisoformat(program.get("/v1/test-clock").raise_for_status().json()["now"])


def move(program: httpx.Client, days: int) -> None:
    until = (now_of(program) + timedelta(days=days)).isoformat()
    while (
        not program.post("/v1/test-clock", json={"until": until}, headers=once()).raise_for_status().json()["arrived"]
    ):
        pass


def buys(program: httpx.Client, email: str) -> None:
    """Somebody becomes a customer."""
    program.post("/v1/customers", json={"email": email, "name": "Ann"}, headers=once()).raise_for_status()


def customers(program: httpx.Client) -> list[str]:
    return [one["email"] for one in program.get("/v1/customers").raise_for_status().json()["data"]]


def refused(url: str, key: str) -> dict[str, Any]:
    """What a server says to a key of another world."""
    answer = httpx.get(f"{url}/v1/plans", headers={"Authorization": f"Bearer {key}"}, trust_env=False)
    assert answer.status_code == 401
    told: dict[str, Any] = answer.json()
    return told


def test_two_sandboxes_and_the_live_world(operator: Operator) -> None:
    """Own rows, own clocks; no key opens another world; nothing of a sandbox's acts is found in the live database."""
    live_url = f"http://127.0.0.1:{LIVE_PORT}"
    live_key = operator.run("api-key", "create", "Store", "--scope", "plans:read", "--scope", "clock:move").strip()
    one, two = operator.open("one"), operator.open("two-3")
    with one.client() as first, two.client() as second:
        buys(first, "ann@example.org")
        assert (customers(first), customers(second)) == (["ann@example.org"], [])
        move(first, 20)
        assert now_of(first) - now_of(second) > timedelta(days=19)
        assert abs(now_of(second) - datetime.now(UTC)) < timedelta(minutes=1)
    for url, key in ((live_url, one.key), (live_url, two.key), (one.url, two.key), (two.url, one.key)):
        assert refused(url, key)["code"] == "invalid_api_key"
    assert "This is a live key" in refused(one.url, live_key)["detail"]
    assert "This is a test key" in refused(live_url, one.key)["detail"]
    live = httpx.get(f"{live_url}/v1/test-clock", headers={"Authorization": f"Bearer {live_key}"}, trust_env=False)
    assert live.status_code == 404
    with psycopg.connect(locate_server(operator.place).superuser_url("goodterms")) as rows:
        for table in ("customers", "subscriptions", "facts", "plans"):
            assert rows.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    told = _processes_of(two)
    assert len(told) >= 2
    for process in told:
        _knows_nothing_else(_environment(process), operator.root / two.name, "sandbox_two_3")
    _drop(operator, two)
    assert not alive(told)
    with one.client() as first:
        assert customers(first) == ["ann@example.org"]


def _processes_of(shop: Opened) -> list[psutil.Process]:
    return [one for one in psutil.process_iter() if _environment(one).get("GOODTERMS_SANDBOX") == shop.name]


def _knows_nothing_else(env: dict[str, str], place: Path, database: str) -> None:
    """A process knows its own directory, address and bank, and no way to the live database."""
    ours = {name for name in env if name.startswith(("GOODTERMS_", "DATABASE_"))}
    assert ours <= {
        "GOODTERMS_SANDBOX", "GOODTERMS_DATA", "GOODTERMS_PUBLIC_URL", "GOODTERMS_BANK_URL", "GOODTERMS_BANK_KEY",
        "GOODTERMS_LIFELINE", "DATABASE_URL", "DATABASE_OWNER_URL",
    }  # fmt: skip
    assert env["GOODTERMS_DATA"] == str(place)
    assert all(database in env[name] for name in ours if name.startswith("DATABASE_"))


def _drop(operator: Operator, shop: Opened) -> None:
    """Dropped, nothing is left of it."""
    began = time.monotonic()
    operator.run("sandbox", "drop", shop.name)
    print(f"dropped in {time.monotonic() - began:.1f} s")
    with pytest.raises(httpx.ConnectError):
        httpx.get(shop.url, trust_env=False)
    assert not (operator.root / shop.name).exists()
    assert shop.name not in operator.run("sandbox", "list")
    with psycopg.connect(locate_server(operator.root).superuser_url()) as rows:
        found = rows.execute("SELECT 1 FROM pg_database WHERE datname = %s", [sandbox_database(shop.name)])
        assert found.fetchone() is None
    assert operator.run("sandbox", "drop", shop.name) == f"There is no sandbox {shop.name}.\n"


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        found: dict[str, str] = process.environ()
    except psutil.Error:
        return {}
    return found


def test_its_pages_want_its_key(operator: Operator) -> None:
    """Who has shown the key may be anybody there and move the clock; nobody else sees a page of it."""
    shop = operator.open("pages")
    with httpx.Client(base_url=shop.url, follow_redirects=True, timeout=60, trust_env=False) as browser:
        for path in ("/demo/", "/demo/clock/", "/demo/inbox/", "/demo/bank/"):
            assert "Show the key of this sandbox first" in browser.get(path).text
        assert "Show the key" in post(browser, "/demo/enter/", "/demo/sign-in/", email="riley@harborline.example").text
        assert "does not open this sandbox" in post(browser, "/demo/enter/", key="gtk_test_" + "x" * 40).text
        assert "Riley Okafor" in post(browser, "/demo/enter/", key=shop.key).text
        assert "Refund requests" in post(browser, "/demo/", "/demo/sign-in/", email="riley@harborline.example").text
        assert "What happened since" in post(browser, "/demo/clock/", step="day").text
        assert "Sandbox pages" in browser.get("/demo/inbox/").text
    operator.run("sandbox", "drop", shop.name)
    assert not _processes_of(shop)


def test_an_integrators_first_hour(operator: Operator) -> None:
    """Sold, renewed by the clock, cancelled as shown, asked back and approved; every fact came, verified."""
    opened = operator.open("shop")
    shop = Shop(opened.url, opened.key)
    with closing(shop.http), receiving() as receiver:
        secret = shop.create_webhook_endpoint({"url": receiver.url})["secret"]
        sold = [one for one in shop.list_plans()["data"] if one["prices"] and one["on_sale"]]
        plan = min(sold, key=lambda one: one["interval"]["months"])
        buyer = shop.create_customer({"email": "ida@example.org", "name": "Ida Berg"})
        sub = shop.create_subscription({
            "customer": buyer["id"], "plan": plan["code"], "currency": plan["prices"][0]["currency"],
            "payment_method": "pm_refund_instant.ida",
        })  # fmt: skip
        assert sub["access"]["may_use"]
        shop.let_pass(datetime.fromisoformat(sub["terms"][0]["ends_at"]) + timedelta(days=3))
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
    at = {fact["type"]: datetime.fromisoformat(fact["timestamp"]) for fact in mine}
    ends_at = datetime.fromisoformat(sub["terms"][0]["ends_at"])
    # Each on its own day of the sandbox, though all came within a minute.
    assert at["subscription.started"] < at["subscription.renewal_announced"] < at["subscription.renewed"] < ends_at
    assert ends_at < at["subscription.canceled"] <= at["refund.initiated"]


@pytest.mark.long
def test_the_host_goes_down_and_comes_back(operator: Operator) -> None:
    """However it ends, everything that it started ends with it; started again, clock and rows are as they were."""
    shop = operator.open("kept")
    with shop.client() as program:
        buys(program, "ann@example.org")
        move(program, 3)
        before = now_of(program)
    for number in (signal.SIGTERM, signal.SIGKILL):
        family = operator.stop(number)
        assert family
        _gone(family, shop)
        operator.host()
        await_answer(shop.url)
        with shop.client() as program:
            assert customers(program) == ["ann@example.org"]
            assert before <= now_of(program) < before + timedelta(hours=1)
    os.kill(_processes_of(shop)[0].pid, signal.SIGKILL)  # one of its processes: it is started again
    with pytest.raises(AssertionError, match="another process"):
        operator.run("sandbox", "serve")
    await_answer(shop.url)
    operator.run("sandbox", "drop", "kept")
    assert not _processes_of(shop)


def _gone(family: list[psutil.Process], shop: Opened) -> None:
    ends = time.monotonic() + 30
    while alive(family):
        assert time.monotonic() < ends, (alive(family), shop)
        time.sleep(0.1)


@pytest.mark.long
def test_without_a_host(operator: Operator) -> None:
    """A sandbox is made and dropped where nothing runs, and opens with the next host."""
    operator.stop()
    shop = operator.open("alone")
    assert "alone  ready" in operator.run("sandbox", "list")
    operator.host()
    await_answer(shop.url)
    operator.stop()
    operator.run("sandbox", "drop", "alone")
    assert not (operator.root / "alone").exists()
