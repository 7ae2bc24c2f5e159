"""What is plugged in: the clock, ids, gateways, mail. The one place that reads the clock.

In a demo or sandbox world the clock runs ahead of the real one by an offset kept in the database, so that all its
processes share it.
"""

from __future__ import annotations

import math
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import uuid_utils
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from goodterms.domain.public_id import BUCKETS
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.bank.control import BankControl
from goodterms.gateways.bank.control import BankRefusedError as BankRefusedError  # the demo page names it
from goodterms.gateways.bank.process import BankProcess as BankProcess  # the sandboxes' host names it
from goodterms.gateways.bank.process import start_bank
from goodterms.gateways.gate import Gate
from goodterms.gateways.pace import AT_ONCE
from goodterms.gateways.paddle.adapter import Paddle
from goodterms.gateways.protocol import Gateway
from goodterms.gateways.reseller.adapter import FileReseller
from goodterms.storage.clock import advance, offset_seconds
from goodterms.usecases.demo.travel import travel
from goodterms.usecases.demo.turn import at_work
from goodterms.usecases.demo.work import work
from goodterms.usecases.fence import Guard
from goodterms.usecases.webhooks.reach import Reach
from goodterms.usecases.world import World

_MOST_AT_ONCE = 1000
_LONGEST_TIMEOUT = 30  # in seconds; a call is over well before its lease
_world: ContextVar[World | None] = ContextVar("world", default=None)


def now() -> datetime:
    """The instant of this world, in UTC."""
    real = wall_now()
    return real + timedelta(seconds=offset_seconds()) if settings.TEST_WORLD else real


def wall_now() -> datetime:
    """The instant as everybody else has it, in UTC."""
    return datetime.now(UTC)


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
    timeout = _whole("GOODTERMS_BANK_TIMEOUT", 30, _LONGEST_TIMEOUT)
    found: dict[str, Gateway] = {}
    if url:
        found["bank"] = Bank(url, key, timeout=timeout, gate=_gate("BANK"), webhook_secrets=_webhook_secrets("BANK"))
    if stripe_key := os.environ.get("GOODTERMS_STRIPE_KEY", ""):
        from goodterms.gateways.stripe.adapter import Stripe  # its SDK is large: only where it is used

        found["stripe"] = Stripe(
            stripe_key,
            base_url=os.environ.get("GOODTERMS_STRIPE_URL") or None,
            timeout=_whole("GOODTERMS_STRIPE_TIMEOUT", 30, _LONGEST_TIMEOUT),
            gate=_gate("STRIPE"),
            webhook_secrets=_webhook_secrets("STRIPE"),
        )
    if paddle_key := os.environ.get("GOODTERMS_PADDLE_KEY", ""):
        found["paddle"] = Paddle(
            paddle_key,
            clock=now,
            base_url=os.environ.get("GOODTERMS_PADDLE_URL") or None,
            timeout=_whole("GOODTERMS_PADDLE_TIMEOUT", 15, _LONGEST_TIMEOUT),
            gate=_gate("PADDLE"),
            webhook_secrets=_webhook_secrets("PADDLE"),
        )
    if folder := os.environ.get("GOODTERMS_RESELLER_FOLDER", ""):
        found["reseller"] = FileReseller(Path(folder), clock=now)
    return found


def _webhook_secrets(gateway: str) -> tuple[str, ...]:
    """The secrets that sign a gateway's webhooks: one, or the new and the old one while they are exchanged."""
    return tuple(
        one.strip() for one in os.environ.get(f"GOODTERMS_{gateway}_WEBHOOK_SECRETS", "").split(",") if one.strip()
    )


def _gate(gateway: str) -> Gate:
    """How fast this process may ask a gateway. Raises `ImproperlyConfigured` for what is no number above nothing."""
    name = f"GOODTERMS_{gateway}_PER_SECOND"
    text = os.environ.get(name, "").strip()
    try:
        rate = float(text) if text else None
    except ValueError:
        rate = 0
    if rate is not None and not (rate > 0 and math.isfinite(rate)):
        raise ImproperlyConfigured(f"{name} must be a number above 0, as 25 or 0.5, not {text!r}")
    return Gate(_whole(f"GOODTERMS_{gateway}_AT_ONCE", AT_ONCE, _MOST_AT_ONCE), rate)


def _whole(name: str, default: int, most: int) -> int:
    """A whole number above nothing from the environment. Raises `ImproperlyConfigured` for anything else."""
    text = os.environ.get(name, "").strip()
    if text and not (text.isascii() and text.isdecimal() and 0 < int(text) <= most):
        raise ImproperlyConfigured(f"{name} must be a whole number from 1 to {most}, not {text!r}")
    return int(text or default)


def start_demo_bank(books: Path) -> BankProcess:
    """Start the demo's bank as a child of this process and connect it. Its address is in `url` among its books."""
    bank = start_bank(books, test_clock=True)
    (books / "url").write_text(f"{bank.url}\n")
    os.environ["GOODTERMS_BANK_URL"], os.environ["GOODTERMS_BANK_KEY"] = bank.url, bank.key
    _gateways.cache_clear()
    return bank


def start_sandbox_bank(books: Path) -> BankProcess:
    """Start a sandbox's bank as a child of this process, which itself has nothing to do with it."""
    return start_bank(books, test_clock=True)


@contextmanager
def demo_bank() -> Iterator[BankControl]:
    """The controls of the demo's bank: its clock, its past, its dashboard."""
    control = BankControl(os.environ["GOODTERMS_BANK_URL"], os.environ["GOODTERMS_BANK_KEY"])
    try:
        yield control
    finally:
        control.close()


def let_time_pass(until: datetime, most_seconds: int) -> bool:
    """Move a test world's clock and its bank's to an instant, working in between; False when the time to was over.

    To be called in one's turn (`usecases.demo.turn`): nobody else moves the clock, so it is read but once.
    """
    enough = after_seconds(most_seconds)
    ahead = advance(0)
    moving = replace(world(), now=lambda: wall_now() + timedelta(seconds=ahead))
    with demo_bank() as bank:

        def move(at: datetime) -> None:
            nonlocal ahead
            ahead = advance(max(0, math.ceil((at - moving.now()).total_seconds())))
            bank.run_ahead(ahead)

        bank.run_ahead(ahead)  # a crash may have come between the two clocks
        return travel(moving, until, move=move, work=work, enough=enough)


@contextmanager
def my_turn() -> Iterator[None]:
    """Where a worker works: in a demo it waits while somebody moves the clock, elsewhere never."""
    if not settings.TEST_WORLD:
        yield
        return
    with at_work(settings.DATA_DIR):
        yield


def environment() -> str:
    """Which environment this is, as `production` or `staging`; by default the host of the website's address.

    It says so where a gateway moves no real money: a database serves one of the two. Empty, which fits any, in a demo
    and where the website is on this machine.
    """
    given = os.environ.get("GOODTERMS_ENVIRONMENT", "").strip()
    host = (urlsplit(settings.PUBLIC_URL).hostname or "").lower()
    name = given or ("" if settings.TEST_WORLD or _is_here(host) else host)
    tried_out = any(gateway.abilities.test_cards for gateway in _gateways().values())
    return f"{name} (test money)" if name and tried_out else name


def _is_here(host: str) -> bool:
    """Whether a name is this machine's."""
    return host in {"", "localhost", "127.0.0.1", "::1"}


def _reach() -> Reach:
    """Facts go to this machine's own addresses from a test world that itself is reached from this machine alone."""
    return Reach(private=settings.TEST_WORLD and _is_here((urlsplit(settings.PUBLIC_URL).hostname or "").lower()))


@cache
def _guard() -> Guard:
    """One for the process: it remembers for a minute what it found."""
    return Guard(settings.FENCE_FILE, environment())


def world() -> World:
    """What journeys are given. A story or a test puts its own in place with `use_world`."""
    return _world.get() or World(
        now, new_id, draw_bucket, _gateways(), settings.PUBLIC_URL, fence=_guard(),
        reach=_reach(), wall=wall_now,
    )  # fmt: skip


def use_world(replacement: World | None) -> None:
    """Use another world in this context (None: the real one again)."""
    _world.set(replacement)
