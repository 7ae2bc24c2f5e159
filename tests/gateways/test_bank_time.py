"""The bank and time: its clock, keys that expire, refunds that settle over days, and books that repeat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from goodterms.domain.money import Money
from goodterms.gateways.bank.clock import from_text, spread, weekdays_later
from goodterms.gateways.protocol import Outcome
from tests.gateways.bank_world import CHARGE, MONDAY, BankWorld, post
from tests.gateways.contract_world import charge_intent, charged, newest_cursor, refund_intent


@pytest.fixture
def world(tmp_path: Path) -> Iterator[BankWorld]:
    """A bank with fresh books."""
    world = BankWorld(tmp_path / "bank")
    yield world
    world.close()


def test_key_acts_again_after_a_day(world: BankWorld) -> None:
    """A key is forgotten after exactly 24 hours: then the same request charges again, so look up first."""
    post(world, "k1", CHARGE)
    world.advance(timedelta(hours=24, seconds=-1))
    assert post(world, "k1", CHARGE)[1]["id"] == "ch_00000001"
    world.advance(timedelta(seconds=1))
    assert world.call("/v1/charges?key=k1")[1]["data"] == []
    assert post(world, "k1", CHARGE)[1]["id"] == "ch_00000002"
    assert world.charges_with("our-1") == 2


def test_instant_refund(world: BankWorld) -> None:
    """A refund can be settled at once, on one line and with its trace number."""
    made = world.gateway.charge(charge_intent("pm_refund_instant"))
    before = newest_cursor(world)
    answer = world.gateway.refund(refund_intent(made.gateway_ref))
    assert answer.outcome is Outcome.SUCCEEDED
    assert len(answer.bank_reference or "") == 23
    assert [line.outcome for line in world.gateway.movements(after=before)] == [Outcome.SUCCEEDED]


def test_refund_that_settles_and_comes_back(world: BankWorld) -> None:
    """A settled refund can still come back: three lines, and the charge can be refunded again."""
    made = world.gateway.charge(charge_intent("pm_refund_returned"))
    before = newest_cursor(world)
    intent = refund_intent(made.gateway_ref)
    world.gateway.refund(intent)
    world.advance(timedelta(days=30))
    lines = world.gateway.movements(after=before)
    assert [line.outcome for line in lines] == [Outcome.PENDING, Outcome.SUCCEEDED, Outcome.DECLINED]
    found = world.gateway.find_refund(key=intent.key, reference=intent.reference)
    assert (found.outcome, found.code) == (Outcome.DECLINED, "card_closed")
    assert world.gateway.refund(refund_intent(made.gateway_ref)).outcome is Outcome.PENDING


def test_refunds_settle_on_different_days(world: BankWorld) -> None:
    """Settlements spread over three to six weekdays, the same in every run."""
    before = newest_cursor(world)
    for _ in range(40):
        world.gateway.refund(refund_intent(charged(world)))
    world.advance(timedelta(days=14))
    lines = [line for line in world.gateway.movements(after=before) if line.outcome is Outcome.SUCCEEDED]
    days = [line.at.date().isoformat() for line in lines if line.kind == "refund"]
    assert days == sorted(days)
    assert set(days) == {"2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10"}


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-02T10:00:00Z", 2, "2026-03-04T06:00:00Z"),
        ("2026-03-06T23:59:59Z", 1, "2026-03-09T06:00:00Z"),
        ("2026-03-07T00:00:00Z", 1, "2026-03-09T06:00:00Z"),
        ("2026-03-05T12:00:00+14:00", 5, "2026-03-11T06:00:00Z"),
    ],
)
def test_weekdays(start: str, days: int, expected: str) -> None:
    """Weekdays are counted from the day in UTC, and Saturdays and Sundays are none."""
    assert weekdays_later(datetime.fromisoformat(start), days) == from_text(expected)


def test_spread_is_repeatable() -> None:
    """The spread of an identity is the same in every process and version: books depend on it."""
    assert [spread(f"re_{n:08d}", 3, 6) for n in range(1, 9)] == [6, 6, 6, 4, 6, 4, 6, 4]
    assert {spread(f"re_{n:08d}", 3, 6) for n in range(100)} == {3, 4, 5, 6}


def test_same_requests_same_ids(tmp_path: Path) -> None:
    """Two banks that get the same requests in the same order have the same books."""
    statements = []
    for name in ("one", "two"):
        world = BankWorld(tmp_path / name)
        for n in range(5):
            post(world, f"k{n}", {**CHARGE, "reference": f"our-{n}"})
        post(
            world,
            "kr",
            {"charge": "ch_00000002", "amount_minor": 10, "currency": "AUD", "reference": "r"},
            "/v1/refunds",
        )
        world.advance(timedelta(days=20))
        statements.append(world.call("/v1/statement"))
        world.close()
    assert statements[0] == statements[1]


def test_statement_balances(world: BankWorld) -> None:
    """The statement shows what each line did to the balance, per currency, newest first."""
    made = world.gateway.charge(charge_intent("pm_refund_fails", amount=Money(1000, "AUD")))
    world.gateway.charge(charge_intent("pm_ok", amount=Money(300, "JPY")))
    world.gateway.refund(refund_intent(made.gateway_ref, amount=Money(400, "AUD")))
    world.advance(timedelta(days=10))
    shown = world.control("/v1/statement?limit=10")
    assert shown["balances"] == [
        {"currency": "AUD", "balance_minor": 1000},
        {"currency": "JPY", "balance_minor": 300},
    ]
    found = [(line["currency"], line["effect_minor"], line["balance_minor"]) for line in shown["data"]]
    assert found == [("AUD", 400, 1000), ("AUD", -400, 600), ("JPY", 300, 300), ("AUD", 1000, 1000)]


def test_clock_never_runs_behind_the_books(world: BankWorld) -> None:
    """The clock can be frozen and shifted, but not moved behind the last line of the statement."""
    assert world.control("/test/clock") == {"now": "2026-03-02T10:00:00.000000Z"}
    charged(world)
    status, answer = world.call("/test/clock", {"now": "2026-03-02T09:59:59Z"})
    assert (status, answer["error"]["code"]) == (422, "clock_behind_books")
    for bad in ({"now": "2026-03-02T10:00:00"}, {"now": "soon"}, {}, {"now": MONDAY, "offset_seconds": 1}):
        assert world.call("/test/clock", bad)[0] == 400
    assert world.control("/test/clock", {"offset_seconds": 86_400 * 400})["now"] > "2027"
