"""Claim, charge, cancel, keep, request, approve and pay back, two at a time, in every order of their steps."""

from __future__ import annotations

import os
import time
from itertools import combinations_with_replacement
from typing import Any

import psycopg
import pytest

from goodterms.gateways.bank.adapter import Bank
from tests.interleavings.laws import Statement, broken
from tests.interleavings.player import Played, orders, play
from tests.interleavings.scenes import JOURNEYS, build, journeys, needs_of
from tests.support.worlds import Sandbox

#: Played in every run of the tests; all pairs in the long ones.
SHORT = (
    ("claim", "claim"), ("claim", "cancel"), ("claim", "undo"), ("collect", "cancel"), ("collect", "collect"),
    ("cancel", "cancel"), ("cancel", "undo"), ("cancel", "approve"), ("request", "request"), ("cancel", "request"),
    ("approve", "approve"), ("approve", "undo"), ("send", "send now"), ("send", "cancel"),
)  # fmt: skip
#: A charge is intended already: nothing is due.
_NEVER_TOGETHER = {frozenset({"claim", "collect"})}
ALL = [
    *(pair for pair in combinations_with_replacement(JOURNEYS, 2) if frozenset(pair) not in _NEVER_TOGETHER),
    ("collect", "look up charge"), ("collect", "take over charge"), ("cancel", "look up charge"),
    ("send", "look up refund"), ("send", "take over refund"), ("cancel", "look up refund"),
]  # fmt: skip


@pytest.mark.requirement("R11")
@pytest.mark.parametrize(
    ("pair", "fine"),
    [pytest.param(pair, False, id=" and ".join(pair)) for pair in SHORT]
    + [
        pytest.param(pair, False, id=" and ".join(pair), marks=pytest.mark.long)
        for pair in ALL
        if pair not in SHORT and pair[::-1] not in SHORT
    ]
    + [
        pytest.param(pair, True, id=" and ".join(pair) + ", every statement", marks=pytest.mark.long)
        for pair in (("claim", "cancel"), ("cancel", "approve"), ("collect", "cancel"), ("cancel", "undo"))
    ],
)
def test_every_order(sandbox: Sandbox, pair: tuple[str, str], fine: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is charged or paid twice, the first to commit wins, and no order ends in a deadlock."""
    began, statement = time.monotonic(), Statement(Bank(sandbox.bank.url, sandbox.bank.key))
    count = waits = most = 0
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as look:
        for played in orders(lambda prefix: _performed(sandbox, look, pair, prefix, statement, fine=fine)):
            count, waits, most = count + 1, waits + played.waits, max(most, len(played.choices))
    with capsys.disabled():
        print(f"\n{pair[0]} and {pair[1]}: {count} orders of up to {most} steps, {waits} waits, "
              f"{time.monotonic() - began:.0f} s", end="")  # fmt: skip
    assert count > 1, "there was nothing to interleave"


@pytest.mark.parametrize(
    ("pair", "without"),
    [
        (("cancel", "cancel"), r" FOR NO KEY UPDATE OF s"),
        (("claim", "cancel"), r" FOR NO KEY UPDATE OF s"),
        (("approve", "approve"), r" FOR NO KEY UPDATE OF s| AND t\.version = v\.version - 1"),
    ],
    ids=["cancel, no lock", "claim, no lock", "approve, neither lock nor version"],
)
def test_a_missing_guard_is_found(sandbox: Sandbox, pair: tuple[str, str], without: str) -> None:
    """With the lock taken out of our statements, and the version that stands behind it, some order breaks a law."""
    statement = Statement(Bank(sandbox.bank.url, sandbox.bank.key))
    with (
        psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as look,
        pytest.raises(AssertionError, match="A: "),
    ):
        for _ in orders(
            lambda prefix: _performed(sandbox, look, pair, prefix, statement, fine=False, without=without)
        ):
            pass


def _performed(
    sandbox: Sandbox, look: psycopg.Connection[Any], pair: tuple[str, str], prefix: list[int], statement: Statement,
    *, fine: bool, without: str = "",
) -> Played:  # fmt: skip
    scene = build(sandbox, needs_of(pair))
    played = play(look, journeys(scene, pair), prefix, fine=fine, without=without)
    problems = list(broken(scene, played, statement))
    choices = [taken for taken, _ in played.choices]
    assert not problems, "\n".join([f"A: {pair[0]}, B: {pair[1]}, choices {choices}", played.story(), *problems])
    return played
