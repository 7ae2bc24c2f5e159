"""Rate limits: a key has an allowance that comes back bit by bit, and is told how much of it is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goodterms.api.limits import RateLimit
from goodterms.wiring import world
from tests.house.test_settings import _settings_with
from tests.support.api import Program, new_key, problem
from tests.support.ticking import Ticking

PATH = "/v1/entitlements/sub_0"
ANN, BEA = UUID(int=1), UUID(int=2)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Ticking:
    """Three calls in a minute, and seconds that a test lets pass."""
    settings.API_RATE_LIMIT = (3, 60)
    made = Ticking()
    monkeypatch.setattr("goodterms.api.door.elapsed", made)
    return made


def test_a_key_is_limited_and_told(db: None, ticking: Ticking) -> None:
    """Each answer says what is left; beyond it, when to try again. Errors count, other keys do not."""
    program, other = Program(new_key(world()).key), new_key(world()).key
    for left, whole_in in ((2, 20), (1, 40), (0, 60)):
        response = program.get(PATH)
        assert problem(response) == (404, "not_found")
        assert response["RateLimit-Policy"] == '"default";q=3;w=60'
        assert response["RateLimit"] == f'"default";r={left};t={whole_in}'
        assert "Retry-After" not in response
    response = program.get(PATH)
    assert problem(response) == (429, "rate_limited")
    assert (response["RateLimit"], response["Retry-After"]) == ('"default";r=0;t=60', "20")
    program.key, kept = other, program.key
    assert problem(program.get(PATH)) == (404, "not_found")
    program.key = kept
    ticking.go(19)
    assert program.get(PATH)["Retry-After"] == "1"
    ticking.go(1)
    assert problem(program.get(PATH)) == (404, "not_found")
    assert problem(program.get(PATH)) == (429, "rate_limited")


def test_wrong_keys_are_not_counted(db: None, ticking: Ticking) -> None:
    """Nobody can use up the allowance of a key without having it."""
    program = Program("gtk_live_" + "A" * 40)
    answers = [program.get(PATH) for _ in range(5)]
    assert {problem(response) for response in answers} == {(401, "invalid_api_key")}
    assert "RateLimit" not in answers[0]


def test_no_limit(db: None, settings: Any) -> None:
    """Where there is none, none is told."""
    settings.API_RATE_LIMIT = None
    assert "RateLimit" not in Program(new_key(world()).key).get(PATH)


@given(st.integers(1, 50), st.integers(1, 100), st.lists(st.floats(0, 30), max_size=200))
def test_never_more_than_the_allowance(requests: int, seconds: int, pauses: list[float]) -> None:
    """In no span pass more than the allowance and what has come back of it meanwhile."""
    limit, now, passed = RateLimit(requests, seconds), 50.0, []
    for pause in pauses:
        now += pause
        found = limit.take(ANN, now)
        assert 0 <= found.remaining < requests
        assert 0 <= found.whole_in <= seconds
        if found.passed:
            passed.append(now)
        else:
            assert found.next_in >= 1
    for place, first in enumerate(passed):
        for after, last in enumerate(passed[place:], 1):
            assert after <= requests + (last - first + 1e-6) * requests / seconds


@given(st.integers(1, 10_000), st.integers(1, 3600), st.integers(0, 10**13))
@example(1, 1, 5_000)
def test_the_whole_allowance_can_be_used_at_once(requests: int, seconds: int, microseconds: int) -> None:
    """A key that was quiet may make all of its requests in a moment, and not one more; waiting brings one back."""
    limit, now = RateLimit(requests, seconds), microseconds / 1e6
    limit._whole_at[ANN] = microseconds * requests + seconds * 1_000_000 * (requests - 1)  # all but one are used
    found = limit.take(ANN, now)
    assert (found.passed, found.remaining) == (True, 0)
    refused = limit.take(ANN, now)
    assert not refused.passed
    assert limit.take(BEA, now).passed
    assert limit.take(ANN, now + refused.next_in).passed


def test_threads_share_one_allowance() -> None:
    """Of a thousand calls by eight threads in one moment, exactly the allowance passes."""
    limit = RateLimit(250, 60)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: limit.take(ANN, 5.0).passed, range(1000)))
    assert sum(found) == 250


def test_the_setting() -> None:
    """The environment sets it; nonsense is refused at the start."""
    assert _settings_with(["API_RATE_LIMIT"])["API_RATE_LIMIT"] == [6000, 60]
    assert _settings_with(["API_RATE_LIMIT"], GOODTERMS_API_RATE="10/1")["API_RATE_LIMIT"] == [10, 1]
    assert _settings_with(["API_RATE_LIMIT"], GOODTERMS_API_RATE="0")["API_RATE_LIMIT"] is None
    for wrong in ("many", "0/60", "10", "10/0", "-1/60", "1e3/60"):
        with pytest.raises(RuntimeError, match="GOODTERMS_API_RATE is requests/seconds"):
            _settings_with(["API_RATE_LIMIT"], GOODTERMS_API_RATE=wrong)
