"""The clock of a sandbox or demo: how late it is, and letting time pass, with everything that falls due on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema

from goodterms.api.calls import call_of
from goodterms.api.problems import Problem, Refused
from goodterms.api.routes import Strict, read, write
from goodterms.api.shapes import At
from goodterms.api.wishes import Instant
from goodterms.domain.decision import Refusal
from goodterms.storage.api_calls import aside
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.demo.turn import ClockBusyError, turn
from goodterms.wiring import let_time_pass, world

TAG = "Test clock"
_LONGEST = timedelta(days=800)
_MOST_SECONDS = 20
_PATIENCE = 30  # tenths of a second to wait for workers


class Clock(Schema):
    """How late it is. `arrived` is false where the way took too long: ask again, under a new key, to go on."""

    now: At
    arrived: bool


class Until(Strict):
    """An instant to move the clock to, at most 800 days ahead. It never goes back."""

    until: Instant


@read("/test-clock", Scope.CLOCK_MOVE, TAG, Clock, sparse=False)
def get_test_clock(request: HttpRequest) -> Any:
    """How late it is in a sandbox or demo. A live world has no such clock."""
    _only_in_a_test_world()
    return {"now": world().now(), "arrived": True}


@write("/test-clock", Scope.CLOCK_MOVE, TAG, Clock)
def move_test_clock(request: HttpRequest, body: Until) -> Any:
    """Let time pass in a sandbox or demo: whatever falls due on the way is done on its own day."""
    _only_in_a_test_world()
    now = call_of(request).world.now()
    if body.until - now > _LONGEST:
        raise Refused(Refusal("too_far", "The clock is moved by 800 days at most."))
    try:
        with turn(settings.DATA_DIR, patience=_PATIENCE), aside():
            arrived = let_time_pass(body.until, _MOST_SECONDS)
    except ClockBusyError:
        raise Refused(Refusal("clock_busy", "Somebody else is moving the clock.")) from None
    return {"now": world().now(), "arrived": arrived}


def _only_in_a_test_world() -> None:
    if not settings.TEST_WORLD:
        raise Problem("not_found", "Only a sandbox or demo has a clock that can be moved.")
