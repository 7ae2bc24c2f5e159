"""What is plugged in: the clock, ids, gateways, mail. The one place that reads the clock.

In a demo or sandbox world the clock runs ahead of the real one by an offset kept in the database, so that all its
processes share it.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import uuid_utils
from django.conf import settings

from goodterms.domain.public_id import BUCKETS
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.control import BankControl
from goodterms.gateways.bank.control import BankRefusedError as BankRefusedError  # the demo page names it
from goodterms.gateways.bank.process import BankProcess, start_bank
from goodterms.gateways.protocol import Gateway
from goodterms.storage.clock import offset_seconds
from goodterms.usecases.demo.turn import turn
from goodterms.usecases.world import World

_world: ContextVar[World | None] = ContextVar("world", default=None)


def now() -> datetime:
    """The instant of this world, in UTC."""
    real = datetime.now(UTC)
    return real + timedelta(seconds=offset_seconds()) if settings.DEMO else real


def elapsed() -> float:
    """Seconds on a clock that never goes back, for measuring how long something took."""
    return time.monotonic()


def after_seconds(most: int) -> Callable[[], bool]:
    """Whether so many seconds have gone by since this call: how long a search may take that somebody waits for."""
    ends = elapsed() + most
    return lambda: elapsed() >= ends


def new_id() -> UUID:
    """A time-ordered id (UUIDv7)."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def draw_bucket() -> int:
    """The bucket of a new customer: drawn once, kept for good."""
    return secrets.randbelow(BUCKETS)


@cache
def _gateways() -> dict[str, Gateway]:
    url = os.environ.get("GOODTERMS_BANK_URL", "")
    key = os.environ.get("GOODTERMS_BANK_KEY", "")
    return {"bank": Bank(url, key)} if url else {}


def start_demo_bank(books: Path) -> BankProcess:
    """Start the demo's bank as a child of this process and connect it."""
    bank = start_bank(books, test_clock=True)
    os.environ["GOODTERMS_BANK_URL"], os.environ["GOODTERMS_BANK_KEY"] = bank.url, bank.key
    _gateways.cache_clear()
    return bank


@contextmanager
def demo_bank() -> Iterator[BankControl]:
    """The controls of the demo's bank: its clock, its past, its dashboard."""
    control = BankControl(os.environ["GOODTERMS_BANK_URL"], os.environ["GOODTERMS_BANK_KEY"])
    try:
        yield control
    finally:
        control.close()


@contextmanager
def my_turn() -> Iterator[None]:
    """Where a worker works: in a demo it waits while somebody moves the clock, elsewhere never."""
    if not settings.DEMO:
        yield
        return
    with turn(settings.DATA_DIR):
        yield


def world() -> World:
    """What journeys are given. A story or a test puts its own in place with `use_world`."""
    return _world.get() or World(now, new_id, draw_bucket, _gateways(), settings.PUBLIC_URL)


def use_world(replacement: World | None) -> None:
    """Use another world in this context (None: the real one again)."""
    _world.set(replacement)
