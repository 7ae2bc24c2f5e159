"""One moves at a time; a killed process does nothing more; the clock moves only while nobody can."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from goodterms.simulation.choices import Choices, Deviation, Tape
from goodterms.simulation.stage import Actor, BrokenRuleError, Crashed, Stage, State

NOW = datetime(2027, 3, 1, tzinfo=UTC)
NEVER = {"crash": 0.0, "switch": 0.0, "freeze": 0.0}


def _stage(*deviations: Deviation) -> Stage:
    return Stage(Choices(Tape("s", 1.0, 1, (), deviations=deviations)), NOW, NEVER)


def _steps(stage: Stage, said: list[str], count: int = 3) -> Callable[[Actor], None]:
    def body(actor: Actor) -> None:
        for n in range(count):
            stage.point(f"step {n}")
            said.append(f"{actor.name}{n}")

    return body


def test_without_deviations_each_goes_to_its_end() -> None:
    stage, said = _stage(), list[str]()
    stage.enter("a", "p", _steps(stage, said))
    stage.enter("b", "p", _steps(stage, said))
    stage.move()
    assert said == ["a0", "a1", "a2", "b0", "b1", "b2"]
    assert stage.actors == []


def test_a_switch_lets_another_go_first() -> None:
    stage, said = _stage(("a|step 1", 0, "switch:b")), list[str]()
    stage.enter("a", "p", _steps(stage, said))
    stage.enter("b", "p", _steps(stage, said))
    stage.move()
    assert said == ["a0", "b0", "b1", "b2", "a1", "a2"]


def test_a_crash_takes_the_whole_process_and_nothing_else() -> None:
    stage, said = _stage(("a|step 1", 0, "crash")), list[str]()
    gone: list[str] = []
    stage.on_crash = gone.append
    for name, process in (("a", "p"), ("b", "p"), ("c", "q")):
        stage.enter(name, process, _steps(stage, said))
    stage.move()
    assert said == ["a0", "c0", "c1", "c2"]
    assert gone == ["p"]
    assert stage.counted["crashes"] == 1


def test_what_catches_everything_still_gets_nothing_through() -> None:
    stage, said = _stage(("a|step", 0, "crash")), list[str]()

    def stubborn(_actor: Actor) -> None:
        try:
            stage.point("step")
        except Crashed:
            said.append("unwinding")
            stage.point("one more")
            said.append("went on")

    stage.enter("a", "p", stubborn)
    stage.move()
    assert said == ["unwinding"]


def test_sleepers_wake_in_their_order_when_the_clock_is_moved() -> None:
    stage, said = _stage(), list[str]()

    def sleeper(hours: int) -> Callable[[Actor], None]:
        def body(actor: Actor) -> None:
            stage.sleep(timedelta(hours=hours))
            said.append(actor.name)

        return body

    stage.enter("late", "p", sleeper(3))
    stage.enter("soon", "p", sleeper(1))
    stage.move()
    assert [a.state for a in stage.actors] == [State.SLEEPING, State.SLEEPING]
    for hours in (1, 2, 3):
        stage.set_clock(NOW + timedelta(hours=hours))
        stage.move()
    assert said == ["soon", "late"]


def test_a_broken_rule_ends_the_run_even_where_errors_are_caught() -> None:
    stage = _stage()

    def careless(_actor: Actor) -> None:
        with suppress(Exception):  # as worker code does
            raise BrokenRuleError("rule", "broken")

    stage.enter("a", "p", careless)
    with pytest.raises(BrokenRuleError):
        stage.move()


def test_the_trace_tells_two_courses_apart() -> None:
    traces = []
    for deviations in ((), (), (("a|step 1", 0, "switch:b"),)):
        stage, said = _stage(*deviations), list[str]()
        stage.enter("a", "p", _steps(stage, said))
        stage.enter("b", "p", _steps(stage, said))
        stage.move()
        traces.append(stage.trace)
    assert traces[0] == traces[1] != traces[2]
