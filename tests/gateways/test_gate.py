"""A gateway that gives no answers rests, is tried again by a few calls, and comes back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from goodterms.gateways.gate import OF_THE_LAST, PROBE, RESTS, Gate, Run

MOST = OF_THE_LAST // 2 + 1


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def gate_and_clock() -> tuple[Gate, Clock]:
    clock = Clock()
    return Gate(elapsed=clock), clock


def call(gate: Gate, *, well: bool, run: Run | None = None) -> bool:
    """One call through the gate; whether it was made."""
    began = asyncio.run(gate.enter(run))
    if began is None:
        return False
    gate.leave(began, well=well)
    return True


def calls(gate: Gate, outcomes: list[bool]) -> None:
    for well in outcomes:
        call(gate, well=well)


def test_a_few_bad_calls_are_nothing() -> None:
    """Half of the last calls may go wrong, in any order, for any time."""
    gate, _ = gate_and_clock()
    calls(gate, [False, True] * 500)
    assert gate.well
    assert gate.room(500) == 500


def test_most_calls_going_badly_makes_it_rest() -> None:
    """After a row of bad calls bulk work is kept from it; what people ask for is not."""
    gate, _ = gate_and_clock()
    calls(gate, [False] * (MOST - 1))
    assert gate.well
    calls(gate, [False])
    assert (gate.well, gate.resting, gate.room(500)) == (False, True, 0)
    assert call(gate, well=False), "one at a time it may still be asked"


def test_it_is_tried_by_a_few_and_comes_back() -> None:
    """When the rest is over, a handful goes first; the first good answer lets everything through."""
    gate, clock = gate_and_clock()
    calls(gate, [False] * MOST)
    clock.at += RESTS[0] - 1
    assert gate.room(500) == 0
    clock.at += 1
    assert (gate.well, gate.resting, gate.ailing) == (False, False, True)
    assert (gate.room(500), gate.room(2)) == (PROBE, 2)
    call(gate, well=True)
    assert (gate.well, gate.room(500)) == (True, 500)
    calls(gate, [False] * (MOST - 1))
    assert gate.well, "what was before the rest does not count any more"


def test_each_rest_is_longer_up_to_a_limit() -> None:
    """Tried in vain, it rests twice as long, five minutes at most; a good answer starts from the beginning."""
    gate, clock = gate_and_clock()
    calls(gate, [False] * MOST)
    for seconds in (*RESTS, RESTS[-1], RESTS[-1]):
        clock.at += seconds - 1
        assert gate.resting, seconds
        clock.at += 1
        assert not gate.resting, seconds
        call(gate, well=False)
    clock.at += RESTS[-1]
    call(gate, well=True)
    calls(gate, [False] * MOST)
    clock.at += RESTS[0]
    assert not gate.resting


def test_a_run_is_broken_off_and_a_new_one_is_not() -> None:
    """The calls of a run that was under way when the rest began are not made; who begins one knowingly may."""
    gate, _ = gate_and_clock()
    before = gate.run(None)
    calls(gate, [False] * MOST)
    assert not call(gate, well=True, run=before)
    assert call(gate, well=False, run=gate.run(None))
    assert gate.pace.under_way == 0


def test_calls_from_before_the_rest_say_nothing_new() -> None:
    """Those still under way when it begins neither end it nor make it longer."""
    gate, clock = gate_and_clock()
    late = [asyncio.run(gate.enter()) for _ in range(3)]
    clock.at += 30
    calls(gate, [False] * MOST)
    for began, well in zip(late, (True, False, True), strict=True):
        assert began is not None
        gate.leave(began, well=well)
    assert gate.resting
    clock.at += RESTS[0]
    assert gate.room(500) == PROBE


def test_a_good_answer_to_somebody_ends_the_rest() -> None:
    """When a refund or a look-up is answered meanwhile, it is well."""
    gate, clock = gate_and_clock()
    calls(gate, [False] * MOST)
    clock.at += 5
    call(gate, well=True)
    assert gate.well


def test_a_run_ends_in_time() -> None:
    """No call of a run begins after its time."""
    gate, clock = gate_and_clock()
    run = gate.run(timedelta(seconds=10))
    clock.at += 10
    assert call(gate, well=True, run=run)
    clock.at += 1
    assert not call(gate, well=True, run=run)


def test_a_shut_gate_begins_nothing() -> None:
    """A process that is about to end begins no call of a run any more, old or new."""
    gate, _ = gate_and_clock()
    before = gate.run(None)
    gate.shut()
    assert not call(gate, well=True, run=before)
    assert not call(gate, well=True, run=gate.run(None))
    assert gate.room(500) == 0
    assert call(gate, well=True), "a single call is somebody's"
    assert (gate.well, gate.ailing) == (False, False), "nothing is wrong with the gateway"
