"""The adapter believes nothing it can not check: whatever comes back, the worst it gives is UNKNOWN."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.money import Money
from goodterms.gateways.bank import answers
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.answers import Expected, UnreadableError, read_movements, read_reply
from goodterms.gateways.bank.cards import CARDS
from goodterms.gateways.protocol import ChargeIntent, GatewayUnavailableError, Outcome, RefundIntent

PRICE = Money(5995, "AUD")
EXPECTED = Expected("charge", "our-1", PRICE)
GOOD: dict[str, Any] = {
    "id": "ch_00000001",
    "object": "charge",
    "reference": "our-1",
    "amount_minor": 5995,
    "currency": "AUD",
    "status": "succeeded",
    "failure_code": None,
    "failure_message": None,
    "created_at": "2026-03-02T10:00:00.000000Z",
}
FAILED = {**GOOD, "status": "failed", "failure_code": "expired_card", "failure_message": "No."}
LINE: dict[str, Any] = {
    "cursor": "mv_1",
    "kind": "charge",
    "id": "ch_00000001",
    "charge": "ch_00000001",
    "reference": None,
    "amount_minor": 5995,
    "currency": "AUD",
    "outcome": "succeeded",
    "failure_code": None,
    "bank_reference": None,
    "at": "2026-03-02T10:00:00Z",
}


def refused(code: str, charge: dict[str, Any] | None = None) -> dict[str, Any]:
    """An error, with the failed charge when there is one."""
    error: dict[str, Any] = {"error": {"code": code, "message": "No."}}
    return error if charge is None else {**error, "charge": charge}


def test_good_answer() -> None:
    """The answer the others are changed from is a success."""
    assert read_reply(201, GOOD, EXPECTED).outcome is Outcome.SUCCEEDED
    declined = read_reply(402, refused("expired_card", FAILED), EXPECTED)
    assert (declined.outcome, declined.code, declined.retryable) == (Outcome.DECLINED, "expired_card", False)


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 599500},
        {"amount_minor": 5994},
        {"currency": "USD"},
        {"reference": "our-2"},
        {"reference": None},
    ],
)
def test_success_about_something_else(change: dict[str, Any]) -> None:
    """A success for another amount, currency or reference is unknown, and a decline about another charge too."""
    answer = read_reply(201, {**GOOD, **change}, EXPECTED)
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "mismatch")
    assert read_reply(402, refused("expired_card", {**FAILED, **change}), EXPECTED).outcome is Outcome.UNKNOWN


def test_refund_of_another_charge() -> None:
    """A refund that the bank booked on another charge is unknown."""
    refund = {**GOOD, "id": "re_1", "object": "refund", "status": "pending", "charge": "ch_2"}
    answer = read_reply(201, refund, Expected("refund", "our-1", PRICE, "ch_1"))
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, "mismatch")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, {**GOOD, "status": "processing"}),
        (201, {**GOOD, "status": "pending"}),
        (201, {**GOOD, "amount_minor": 5995.0}),
        (201, {**GOOD, "amount_minor": "5995"}),
        (201, {**GOOD, "currency": "aud"}),
        (201, {**GOOD, "created_at": "yesterday"}),
        (201, {**GOOD, "created_at": "2026-03-02T10:00:00"}),
        (201, {**GOOD, "object": "refund"}),
        (201, {**GOOD, "id": None}),
        (201, FAILED),
        (201, []),
        (201, None),
        (202, GOOD),
        (302, GOOD),
        (402, GOOD),
        (402, refused("expired_card", GOOD)),
        (402, refused("card_declined", FAILED)),
        (402, refused("new_code_of_tomorrow")),
        (400, refused("expired_card", FAILED)),
        (402, refused("exceeds_charge")),
        (402, {"error": "expired_card"}),
        (409, refused("busy")),
        (429, refused("too_many_requests")),
        (401, refused("unauthorized")),
        (422, refused("key_reused")),
    ],
)
def test_answers_outside_of_the_table(status: int, body: object) -> None:
    """Every answer that is not exactly one of the known ones is unknown: never a success, never a decline."""
    try:
        outcome = read_reply(status, body, EXPECTED).outcome
    except UnreadableError:
        outcome = Outcome.UNKNOWN
    assert outcome is Outcome.UNKNOWN


_SCALARS = st.sampled_from([None, True, 0, -1, 5995, 0.5, "", "our-1", "succeeded", "failed", *answers.DECLINES])
_JSON = _SCALARS | st.lists(_SCALARS, max_size=2) | st.dictionaries(st.sampled_from(["code", "message"]), _SCALARS)


@given(st.integers(100, 599), st.dictionaries(st.sampled_from([*GOOD, "error", "charge", "data"]), _JSON))
def test_no_answer_is_a_surprise(status: int, change: dict[str, Any]) -> None:
    """Whatever fields an answer has, reading gives an answer or says that it is unreadable."""
    for body in ({**GOOD, **change}, change):
        try:
            answer = read_reply(status, body, EXPECTED)
        except UnreadableError:
            continue
        if answer.outcome is Outcome.SUCCEEDED:
            assert (status, answer.amount, body["reference"]) in [
                (200, PRICE, "our-1"),
                (201, PRICE, "our-1"),
            ]


def test_every_code_of_the_bank_is_known() -> None:
    """The adapter's table has every code of the documented cards; only the odd card has another."""
    codes = {card.code for name, card in CARDS.items() if card.code and name != "pm_odd_code"}
    assert codes <= set(answers.DECLINES)
    assert CARDS["pm_odd_code"].code not in answers.DECLINES


@pytest.mark.parametrize(
    "body",
    [
        {"data": [LINE]},
        {"data": LINE, "has_more": False},
        {"data": [{**LINE, "kind": "dispute"}], "has_more": False},
        {"data": [{**LINE, "outcome": "pending"}], "has_more": False},
        {"data": [{**LINE, "amount_minor": -1}], "has_more": False},
        {"data": [{**LINE, "cursor": ""}], "has_more": False},
        [],
    ],
)
def test_unreadable_statement(body: object) -> None:
    """A statement with one line that is not understood is not read: a skipped line would be lost for good."""
    assert len(read_movements({"data": [LINE], "has_more": False})[0]) == 1
    with pytest.raises(UnreadableError):
        read_movements(body)


# --- a far side that is not a bank at all ----------------------------------------------------

Raw = tuple[int, bytes, dict[str, str]]


@pytest.fixture
def far_side() -> Iterator[tuple[Bank, Callable[[Raw], None], list[str]]]:
    """A server that answers everything with the same bytes: the adapter, a setter, and the requests it got."""
    raw: list[Raw] = [(200, b"{}", {})]
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, body, headers = raw[0]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    yield Bank(url, "key", timeout=2), lambda one: raw.__setitem__(0, one), seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "raw",
    [
        (201, b"", {}),
        (201, b"<html>hello</html>", {}),
        (201, b"\xff\xfe", {}),
        (201, b"[" * 100_000, {}),
        (201, b'{"id": ', {}),
        (201, b"{}", {"Content-Length": "1000"}),
        (201, b"x", {"Content-Encoding": "gzip"}),
        (301, b"", {"Location": "/elsewhere"}),
        (307, b"", {"Location": "/elsewhere"}),
        (500, json.dumps(GOOD).encode(), {}),
        (502, b"Bad Gateway", {}),
        (503, b"", {"Retry-After": "1"}),
        (404, b"no such page", {}),
    ],
)
def test_broken_far_side(far_side: tuple[Bank, Callable[[Raw], None], list[str]], raw: Raw) -> None:
    """A broken answer is unknown to charges, refunds and look-ups, and stops the reading of a statement."""
    bank, answer_with, seen = far_side
    answer_with(raw)
    intent = ChargeIntent("k1", "our-1", PRICE, "pm_ok", "x")
    assert bank.charge(intent).outcome is Outcome.UNKNOWN
    assert seen == ["POST /v1/charges"], "nothing is retried or followed behind the caller's back"
    assert bank.refund(RefundIntent("k2", "our-2", "ch_1", PRICE)).outcome is Outcome.UNKNOWN
    found = bank.find_charge(key="k1", reference="our-1")
    assert (found.outcome, found.not_found) == (Outcome.UNKNOWN, False)
    with pytest.raises(GatewayUnavailableError):
        bank.movements(after=None)


def test_inside_a_running_event_loop(far_side: tuple[Bank, Callable[[Raw], None], list[str]]) -> None:
    """Called from a thread that runs an event loop, the adapter works in a thread of its own."""
    bank, answer_with, _ = far_side
    answer_with((201, json.dumps(GOOD).encode(), {}))

    async def call() -> Outcome:
        return bank.charge(ChargeIntent("k1", "our-1", PRICE, "pm_ok", "x")).outcome

    assert asyncio.run(call()) is Outcome.SUCCEEDED


@pytest.mark.parametrize(
    "intent",
    [
        ChargeIntent("ключ", "our-1", PRICE, "pm_ok", "x"),
        ChargeIntent("a\nb", "our-1", PRICE, "pm_ok", "x"),
        ChargeIntent("k1", "", PRICE, "pm_ok", "x"),
        ChargeIntent("k1", "our-1", PRICE, "", "x"),
        ChargeIntent("k1", "our-1", Money(0, "AUD"), "pm_ok", "x"),
        ChargeIntent("k1", "our-1", Money(-1, "AUD"), "pm_ok", "x"),
    ],
)
def test_intents_that_are_never_sent(
    far_side: tuple[Bank, Callable[[Raw], None], list[str]], intent: ChargeIntent
) -> None:
    """An intent that can not be meant is refused before anything is sent, also in the middle of many."""
    bank, _, seen = far_side
    good = ChargeIntent("k0", "our-0", PRICE, "pm_ok", "x")
    with pytest.raises(ValueError, match=r"key|empty|more than nothing"):
        bank.charge(intent)
    with pytest.raises(ValueError, match=r"key|empty|more than nothing"):
        bank.charge_many([good, intent, good])
    assert seen == []
