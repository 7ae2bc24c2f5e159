"""Entering the past: books that look as if the bank had been there, and refund what it never charged itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goodterms.domain.money import Money
from goodterms.gateways.bank.control import BankControl, BankRefusedError
from goodterms.gateways.protocol import Outcome, RefundIntent
from tests.gateways.bank_world import CHARGE, BankWorld, post

JANUARY = "2026-01-05T09:00:00Z"
FEBRUARY = "2026-02-05T09:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[BankWorld]:
    """A bank with fresh books."""
    world = BankWorld(tmp_path / "bank")
    yield world
    world.close()


@pytest.fixture
def control(world: BankWorld) -> Iterator[BankControl]:
    """The demo's side of it."""
    control = BankControl(world.bank.url, world.bank.key)
    yield control
    control.close()


def charge(reference: str = "HB-1", at: str = JANUARY, **changed: Any) -> dict[str, Any]:
    """A charge of the past."""
    return {"kind": "charge", **CHARGE, "reference": reference, "at": at, **changed}


def refund(minor: int, reference: str = "HB-1", at: str = FEBRUARY) -> dict[str, Any]:
    """A refund of the past."""
    return {"kind": "refund", "reference": reference, "amount_minor": minor, "at": at}


def test_the_past_is_on_the_statement(world: BankWorld, control: BankControl) -> None:
    """Charges and refunds stand there with their own instants, and the balance adds up."""
    ids = control.enter_past([charge(), charge("HB-2"), refund(995)])
    assert ids == {"HB-1": "ch_00000001", "HB-2": "ch_00000002"}
    shown = control.statement(10)
    assert [line["effect_minor"] for line in shown["data"]] == [-995, 5995, 5995]
    assert shown["data"][0]["at"].startswith("2026-02-05T09:00")
    assert shown["balances"] == [{"currency": "AUD", "balance_minor": 2 * 5995 - 995}]
    assert control.last_cursor() == "mv_000000000003"


def test_an_old_charge_can_be_refunded(world: BankWorld, control: BankControl) -> None:
    """What was entered behaves like any charge: the rest can be refunded, by program and by hand, and no more."""
    charged = control.enter_past([charge(), refund(995)])["HB-1"]
    answer = world.gateway.refund(RefundIntent("k1", "ref_1", charged, Money(4000, "AUD")))
    assert answer.outcome is Outcome.PENDING
    control.refund(charged, Money(1000, "AUD"))
    with pytest.raises(BankRefusedError, match="Only 0 of this charge"):
        control.refund(charged, Money(1, "AUD"))


def test_entering_again_changes_nothing(world: BankWorld, control: BankControl) -> None:
    """A start that was interrupted enters the same past again and finds it there."""
    before = control.enter_past([charge(), refund(995)]), control.statement(10)["data"]
    assert (control.enter_past([charge(), refund(995)]), control.statement(10)["data"]) == before


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([charge(at="2027-01-01T00:00:00Z")], "has not come yet"),
        ([charge(at=FEBRUARY), charge("HB-2", at=JANUARY)], "the last line of the books"),
        ([refund(1)], "There is no charge"),
        ([charge(), refund(5996)], "Less than that"),
        ([charge(), charge(amount_minor=1)], "is another charge"),
        ([charge(payment_method="pm_nobody")], "There is no payment method"),
        ([charge(at="yesterday")], "at: "),
        ([charge(extra=1)], "unknown field"),
        ([{"kind": "gift"}], "kind must be charge or refund"),
        ([], "entries must be a list"),
    ],
)  # fmt: skip
def test_an_impossible_past_is_refused(
    world: BankWorld, control: BankControl, entries: list[dict[str, Any]], why: str
) -> None:
    """All or nothing: one wrong entry leaves the books as they were."""
    status, said = world.call("/test/charges", {"entries": entries})
    assert 400 <= status < 500
    assert why in said["error"]["message"]
    assert control.statement(10)["data"] == []


def test_no_past_behind_what_happened(world: BankWorld, control: BankControl) -> None:
    """A statement is never re-written: what was booked stays the newest line."""
    post(world, "k1", CHARGE)
    with pytest.raises(BankRefusedError, match="the last line of the books"):
        control.enter_past([charge()])
