"""The pace of a gateway: places and a rate, shared by threads and event loops."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from goodterms.gateways.pace import Pace


class Inside:
    """Counts who is inside, from any thread."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = self.most = 0
        self.began: list[float] = []

    def enter(self) -> None:
        """One more."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.began.append(time.monotonic())

    def leave(self) -> None:
        """One less."""
        with self.lock:
            self.now -= 1


async def calls(pace: Pace, count: int, inside: Inside, until: float | None = None, takes: float = 0.01) -> int:
    """So many calls side by side; how many were made."""

    async def call() -> int:
        if not await pace.enter(until):
            return 0
        inside.enter()
        await asyncio.sleep(takes)
        inside.leave()
        pace.leave()
        return 1

    return sum(await asyncio.gather(*(call() for _ in range(count))))


def side_by_side(pace: Pace, loops: int, count: int, inside: Inside, until: float | None = None) -> int:
    """The same in several event loops at once."""
    with ThreadPoolExecutor(loops) as pool:
        work = [pool.submit(asyncio.run, calls(pace, count, inside, until)) for _ in range(loops)]
        return sum(one.result() for one in work)


def test_loops_share_the_places() -> None:
    """Four event loops never have more calls under way than there are places, and all get theirs."""
    pace, inside = Pace(5), Inside()
    assert side_by_side(pace, 4, 50, inside) == 200
    assert inside.most == 5
    assert pace.under_way == 0


def test_calls_begin_at_the_rate() -> None:
    """With a rate of 100 a second, 41 calls of two loops take 0.4 seconds, and no stretch has more than its share."""
    pace, inside = Pace(50, 100), Inside()
    assert side_by_side(pace, 2, 20, inside) + asyncio.run(calls(pace, 1, inside)) == 41
    began = sorted(inside.began)
    assert began[-1] - began[0] >= 0.39
    assert all(later - earlier >= 0.08 for earlier, later in zip(began, began[10:], strict=False))


def test_who_comes_too_late_does_not_begin() -> None:
    """Calls whose turn would come after the deadline are turned away; no place and no turn is lost by them."""
    pace, inside = Pace(2), Inside()
    made = side_by_side(pace, 3, 100, inside, until=time.monotonic() + 0.1)
    assert 0 < made < 300
    assert pace.under_way == 0
    assert asyncio.run(calls(pace, 10, inside)) == 10


def test_a_slow_rate_turns_away_at_once() -> None:
    """Nobody waits for a turn that would come after the deadline."""
    pace, inside = Pace(50, 1), Inside()
    began = time.monotonic()
    assert asyncio.run(calls(pace, 30, inside, until=began + 0.3)) == 1
    assert time.monotonic() - began < 0.3


def test_the_unwanted_leave_while_they_wait() -> None:
    """Who waits for the rate and is not wanted any more is gone within a moment."""
    pace = Pace(5, 0.01)
    leave = threading.Event()

    async def wait() -> list[bool]:
        assert await pace.enter()
        asyncio.get_running_loop().call_later(0.1, leave.set)
        return await asyncio.gather(*(pace.enter(unwanted=leave.is_set) for _ in range(3)))

    began = time.monotonic()
    assert asyncio.run(wait()) == [False] * 3
    assert time.monotonic() - began < 2
    assert pace.under_way == 1


def test_who_is_waited_for_goes_first() -> None:
    """A single call of a person passes the calls of a batch that wait."""
    pace, order = Pace(1), []

    async def call(name: str, first: bool) -> None:
        assert await pace.enter(first=first)
        order.append(name)
        pace.leave()

    async def all_of_them() -> None:
        assert await pace.enter()
        waiting = [asyncio.create_task(call(f"batch {n}", False)) for n in range(3)]
        await asyncio.sleep(0)
        waiting.append(asyncio.create_task(call("person", True)))
        await asyncio.sleep(0)
        pace.leave()
        await asyncio.gather(*waiting)

    asyncio.run(all_of_them())
    assert order == ["person", "batch 0", "batch 1", "batch 2"]


def test_a_call_given_up_leaves_its_place() -> None:
    """Who is cut off while waiting takes nothing away."""
    pace, inside = Pace(1), Inside()

    async def given_up() -> None:
        assert await pace.enter()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pace.enter(), 0.05)
        pace.leave()

    asyncio.run(given_up())
    assert asyncio.run(calls(pace, 5, inside)) == 5
    assert pace.under_way == 0


@pytest.mark.parametrize(("at_once", "per_second"), [(0, None), (-1, None), (1, 0), (1, -2), (1, float("inf"))])
def test_a_pace_that_is_none(at_once: int, per_second: float | None) -> None:
    """A gateway that may never be asked is a mistake."""
    with pytest.raises(ValueError, match="must be"):
        Pace(at_once, per_second)
