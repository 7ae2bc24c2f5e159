"""The bank's own HTTP face: keys, refusals and the cards that lose answers."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from goodterms.gateways.protocol import Outcome
from tests.gateways.bank_world import CHARGE, BankWorld, post
from tests.gateways.contract_world import charge_intent, charged, refund_intent

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BankWorld]:
    """One bank for all tests here."""
    world = BankWorld(tmp_path_factory.mktemp("bank"), timeout=2)
    yield world
    world.close()


@pytest.fixture
def key() -> str:
    """A key nobody else uses."""
    return f"key-here-{next(_numbers)}"


@pytest.fixture
def good(key: str) -> dict[str, Any]:
    """A charge that would succeed, with a reference nobody else uses."""
    return {**CHARGE, "reference": f"our-{key}"}


def test_key_is_asked_for(world: BankWorld) -> None:
    """Without the API key nothing is answered, and the control endpoints ask for it too."""
    for path in ("/v1/charges?key=x", "/v1/movements", "/v1/statement", "/test/clock", "/test/faults"):
        status, answer = world.call(path, signed=False)
        assert (status, answer["error"]["code"]) == (401, "unauthorized")
    status, _ = world.call("/v1/movements", signed=False, headers={"Authorization": "Bearer wrong"})
    assert status == 401


def test_api_key_file_is_private(world: BankWorld) -> None:
    """Only the owner of the directory can read the API key."""
    assert (world.directory / "api-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount_minor": 0}, "invalid_request"),
        ({"amount_minor": -5}, "invalid_request"),
        ({"amount_minor": 59.95}, "invalid_request"),
        ({"amount_minor": True}, "invalid_request"),
        ({"amount_minor": "5995"}, "invalid_request"),
        ({"amount_minor": 10**13}, "invalid_request"),
        ({"currency": "aud"}, "invalid_request"),
        ({"currency": None}, "invalid_request"),
        ({"reference": " "}, "invalid_request"),
        ({"description": "x" * 501}, "invalid_request"),
        ({"refernce": "misspelled"}, "invalid_request"),
        ({"payment_method": "pm_unheard_of"}, "no_such_payment_method"),
    ],
)
def test_invalid_requests_are_not_remembered(
    world: BankWorld, key: str, good: dict[str, Any], change: dict[str, object], code: str
) -> None:
    """A request that can not be carried out moves nothing, and its key is free for a good one."""
    status, answer = post(world, key, {**good, **change})
    assert (status, answer["error"]["code"]) == (400, code)
    status, answer = post(world, key, good)
    assert (status, answer["reference"]) == (201, good["reference"])
    assert world.charges_with(good["reference"]) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_bodies_that_are_no_object(world: BankWorld, key: str, body: bytes) -> None:
    """Anything that is not a JSON object is a 400."""
    status, answer = post(world, key, body)
    assert (status, answer["error"]["code"]) == (400, "invalid_request")


def test_idempotency_key_is_required(world: BankWorld, key: str, good: dict[str, Any]) -> None:
    """A money request without a key, or with a far too long one, is refused."""
    assert world.call("/v1/charges", good)[0] == 400
    assert post(world, "k" * 256, good)[0] == 400


def test_same_request_in_another_spelling(world: BankWorld, key: str, good: dict[str, Any]) -> None:
    """The order of the fields and the spacing do not make another request; another path does."""
    first = post(world, key, good)
    reordered = json.dumps(dict(reversed(good.items())), indent=3).encode()
    assert post(world, key, reordered) == first
    status, answer = post(world, key, good, "/v1/refunds")
    assert (status, answer["error"]["code"]) == (422, "key_reused")


def test_sticky_error(world: BankWorld, key: str, good: dict[str, Any]) -> None:
    """The 500 of a charge that went through is repeated for the life of its key, as at real gateways."""
    for _ in range(2):
        assert post(world, key, {**good, "payment_method": "pm_error_after"})[0] == 500
    (made,) = world.call(f"/v1/charges?key={key}")[1]["data"]
    assert made["status"] == "succeeded"


def test_error_before_acting(world: BankWorld, key: str, good: dict[str, Any]) -> None:
    """The planned 500 before acting moves nothing and is not remembered."""
    world.control("/test/faults", {"error_500_before": 1})
    assert post(world, key, good)[0] == 500
    assert world.charges_with(good["reference"]) == 0
    assert post(world, key, good)[0] == 201


def test_same_key_from_many_clients(world: BankWorld, key: str, good: dict[str, Any]) -> None:
    """Clients with the same key at the same time, on connections of their own, get one charge."""
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda _: post(world, key, good), range(40)))
    assert {status for status, _ in answers} == {201}
    assert len({answer["id"] for _, answer in answers}) == 1
    assert world.charges_with(good["reference"]) == 1


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("pm_answer_lost", "connection_broken"),
        ("pm_hangs", "timeout"),
        ("pm_error_after", "server_error"),
        ("pm_request_lost", "connection_broken"),
    ],
)
def test_cards_that_lose_answers(world: BankWorld, card: str, code: str) -> None:
    """Each of these cards leaves an unknown that says why; asked again with its key, one charge remains."""
    intent = charge_intent(card)
    answer = world.gateway.charge(intent)
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, code)
    assert world.charges_with(intent.reference) == (0 if card == "pm_request_lost" else 1)
    world.gateway.charge(intent)
    found = world.gateway.find_charge(key=intent.key, reference=intent.reference)
    assert found.outcome is Outcome.SUCCEEDED
    assert world.charges_with(intent.reference) == 1


def test_poor_card_counts_by_full_name(world: BankWorld) -> None:
    """Two cards of the same kind have tries of their own."""
    codes = [
        world.gateway.charge(charge_intent(f"pm_insufficient_funds_2.{owner}")).code
        for owner in ("anna", "anna", "bert", "anna", "bert", "bert")
    ]
    poor = "insufficient_funds"
    assert codes == [poor, poor, poor, None, poor, None]


def test_refund_of_a_failed_charge(world: BankWorld) -> None:
    """A charge that did not succeed has nothing to refund."""
    made = world.gateway.charge(charge_intent("pm_expired"))
    answer = world.gateway.refund(refund_intent(made.gateway_ref))
    assert (answer.outcome, answer.code) == (Outcome.DECLINED, "charge_not_refundable")


@pytest.mark.parametrize("after", ["mv_000000000099", "mv_0", "x", "mv_-1", "mv_9999999999999999999999"])
def test_cursor_of_other_books(world: BankWorld, after: str) -> None:
    """A cursor these books never gave out is refused: an empty page would hide that they were replaced."""
    charged(world)
    status, answer = world.call(f"/v1/movements?after={after}")
    assert (status, answer["error"]["code"]) == (400, "unknown_cursor")


@pytest.mark.parametrize("query", ["", "key=a&reference=b", "key="])
def test_look_up_wants_one_thing(world: BankWorld, query: str) -> None:
    """A look-up is by key or by reference; a list of everything is not offered."""
    assert world.call(f"/v1/charges?{query}")[0] == 400
