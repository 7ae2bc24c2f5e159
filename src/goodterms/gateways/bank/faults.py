"""Control of a bank under test: its clock, its past and planned faults. Exists with `--test-clock` only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from goodterms.gateways.bank import past
from goodterms.gateways.bank.books import Books, RefusedError, error_body
from goodterms.gateways.bank.clock import BankClock, from_text, to_text
from goodterms.gateways.bank.http import json_object

if TYPE_CHECKING:
    from goodterms.gateways.bank.clerk import Clerk

MOST_DELAY_MS = 600_000


@dataclass(slots=True)
class Faults:
    """What goes wrong next with requests that move money. Counters go down by one for each request they hit.

    `drop_requests`: the connection breaks before the bank acts. `error_500_before`: it answers 500 and does
    not act. `error_500_after`: it acts and answers 500, and repeats that for the same key. `drop_answers`: it
    acts and the connection breaks. `too_many_requests`: it answers 429 and does not act. `delay_ms`: it thinks that
    long before each, until set back to 0.
    Of webhooks, the next so many are dropped (`drop_webhooks`), sent twice (`duplicate_webhooks`), put off by an hour
    (`delay_webhooks`), or, of what is due together, sent last first (`reorder_webhooks`).
    """

    drop_requests: int = 0
    error_500_before: int = 0
    error_500_after: int = 0
    drop_answers: int = 0
    delay_ms: int = 0
    too_many_requests: int = 0
    drop_webhooks: int = 0
    duplicate_webhooks: int = 0
    delay_webhooks: int = 0
    reorder_webhooks: int = 0

    def hits(self, name: str) -> bool:
        """Whether this fault hits now; uses up one of the planned ones."""
        left: int = getattr(self, name)
        if left <= 0:
            return False
        setattr(self, name, left - 1)
        return True


@dataclass(slots=True)
class Traffic:
    """How many money requests are inside the bank, and the most there have ever been at once."""

    now: int = 0
    peak: int = 0

    def enter(self) -> None:
        """One more."""
        self.now += 1
        self.peak = max(self.peak, self.now)

    def leave(self) -> None:
        """One less."""
        self.now -= 1


def moved_clock(clock: BankClock, wish: dict[str, Any]) -> BankClock:
    """The clock somebody asks for: {"now": ISO}, {"offset_seconds": n} or {"advance_seconds": n}."""
    match wish:
        case {"now": str(text), **rest} if not rest:
            try:
                return BankClock(frozen_at=from_text(text))
            except ValueError as error:
                raise RefusedError(400, "invalid_request", f"now: {error}") from None
        case {"offset_seconds": int(seconds), **rest} if not rest:
            return BankClock(offset=timedelta(seconds=seconds))
        case {"advance_seconds": int(seconds), **rest} if not rest:
            if clock.frozen_at:
                return BankClock(frozen_at=clock.frozen_at + timedelta(seconds=seconds))
            return BankClock(offset=clock.offset + timedelta(seconds=seconds))
    raise RefusedError(400, "invalid_request", "give one of now, offset_seconds, advance_seconds")


def routes(clerk: Clerk, faults: Faults, traffic: Traffic) -> list[web.RouteDef]:
    """The control endpoints."""

    async def read_clock(_: web.Request) -> web.Response:
        return web.json_response({"now": await clerk.do(lambda _books, now: to_text(now))})

    async def set_clock(request: web.Request) -> web.Response:
        wish = await json_object(request)

        def move(books: Books, _now: datetime) -> str:
            books.set_clock(moved_clock(books.clock, wish))
            return to_text(books.clock.now())

        return web.json_response({"now": await clerk.do(move)})

    async def read_faults(_: web.Request) -> web.Response:
        return web.json_response({**asdict(faults), "peak_in_flight": traffic.peak})

    async def set_faults(request: web.Request) -> web.Response:
        wish = await json_object(request)
        for name, value in wish.items():
            known = name in Faults.__dataclass_fields__
            if not known or not isinstance(value, int) or not 0 <= value <= MOST_DELAY_MS:
                return web.json_response(error_body("invalid_request", f"no such fault: {name}"), status=400)
        for name, value in wish.items():
            setattr(faults, name, value)
        return await read_faults(request)

    async def enter_past(request: web.Request) -> web.Response:
        body = await json_object(request)
        return web.json_response(await clerk.do(lambda books, now: past.enter(books, now, body=body)), status=201)

    return [
        web.post("/test/charges", enter_past),
        web.get("/test/clock", read_clock),
        web.post("/test/clock", set_clock),
        web.get("/test/faults", read_faults),
        web.post("/test/faults", set_faults),
    ]
