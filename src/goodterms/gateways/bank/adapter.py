"""`Bank`: our side of the built-in bank, speaking the gateway protocol over HTTP.

Nothing here retries. Whether and when to ask again is a business decision with a committed intent behind it,
and a look-up comes first; a client that retries on its own hides from the caller that the outcome was
unknown.

A request that the bank refuses as malformed, or because its key was used for another request, is a bug of
ours. It is reported as `UNKNOWN` with the bank's code ("invalid_request", "key_reused", "unauthorized") and
not raised, so that one bad request in `charge_many` can not swallow the answers of the others; the term stays
blocked and visible.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, TypeVar

import aiohttp

from goodterms.gateways.bank.answers import (
    Expected,
    UnreadableError,
    read_current,
    read_found,
    read_hint,
    read_movements,
    read_reply,
    unknown,
)
from goodterms.gateways.gate import Gate, Run
from goodterms.gateways.loops import run_here
from goodterms.gateways.protocol import (
    NOT_SENT,
    Abilities,
    Answer,
    ChargeIntent,
    GatewayUnavailableError,
    Hint,
    Movement,
    Outcome,
    RefundIntent,
)
from goodterms.gateways.signatures import verified_id

T = TypeVar("T")
_PAGE = 1000
#: Statuses that say nothing about one request: the bank does not take any from us now.
_TAKES_NONE = (401, 403, 429)


@dataclass(frozen=True, slots=True)
class _Request:
    """A POST that is ready to go, and what its answer must be about."""

    path: str
    key: str
    body: dict[str, Any]
    expected: Expected


class Bank:
    """The built-in bank. Safe to share between threads: every call brings its own event loop and connections.

    `timeout` is in seconds and counts for each request by itself.
    """

    name = "bank"
    abilities = Abilities(
        charges_itself=False,
        refunds_in_dashboard=True,
        test_cards=True,
        key_lifetime=timedelta(hours=24),
    )

    def __init__(
        self, base_url: str, api_key: str, *, timeout: int = 30, gate: Gate | None = None,
        webhook_secrets: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.gate = gate or Gate()
        self._webhook_secrets = tuple(webhook_secrets)
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    def charge(self, intent: ChargeIntent) -> Answer:
        """Take the money once."""
        return self._post([_charge_request(intent)])[0]

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:
        """Charge each once, as the gate lets them; one answer per intent, in the same order."""
        return self._post([_charge_request(intent) for intent in intents], self.gate.run(within))

    def refund(self, intent: RefundIntent) -> Answer:
        """Give money back once."""
        return self._post([_refund_request(intent)])[0]

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:  # noqa: ARG002
        """Look for a charge by its key, then by our reference. Creates nothing."""
        return run_here(self._find("/v1/charges", key, Expected("charge", reference)))

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:  # noqa: ARG002
        """Look for a refund by its key, then by our reference. Creates nothing."""
        return run_here(self._find("/v1/refunds", key, Expected("refund", reference)))

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The statement after a cursor, oldest first; up to `limit` lines, fewer only at its end."""
        if limit <= 0:
            raise ValueError("limit must be positive")
        return run_here(self._movements(after, limit))

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """How one object stands now; None when the bank knows none of that id."""
        return run_here(self._current({"kind": kind, "id": gateway_ref}))

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
        """What a signed webhook of the bank hints at."""
        id = verified_id(self._webhook_secrets, headers, body, now)
        return [read_hint(id, body)]

    # --- the network -------------------------------------------------------------------------

    def _session(self, at_once: int) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=at_once),
            headers=self._headers,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    def _post(self, requests: list[_Request], run: Run | None = None) -> list[Answer]:
        return run_here(self._post_all(requests, run)) if requests else []

    async def _post_all(self, requests: list[_Request], run: Run | None) -> list[Answer]:
        answers = [NOT_SENT] * len(requests)
        waiting = iter(enumerate(requests))
        workers = min(self.gate.pace.at_once, len(requests))
        async with self._session(workers) as session:
            await asyncio.gather(*(self._work(session, run, waiting, answers) for _ in range(workers)))
        return answers

    async def _work(
        self,
        session: aiohttp.ClientSession,
        run: Run | None,
        waiting: Iterator[tuple[int, _Request]],
        answers: list[Answer],
    ) -> None:
        for position, request in waiting:
            answers[position] = await self._ask(
                session,
                "POST",
                request.path,
                partial(read_reply, expected=request.expected),
                run,
                json=request.body,
                headers={"Idempotency-Key": request.key},
            )

    async def _find(self, path: str, key: str, expected: Expected) -> Answer:
        _required(key=key, reference=expected.reference)
        async with self._session(1) as session:
            for query in ({"key": key}, {"reference": expected.reference}):
                found = await self._ask(session, "GET", path, partial(_looked_up, expected=expected), params=query)
                if not found.not_found:
                    return found
        return found

    async def _ask(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        read: Callable[[int, object], Answer],
        run: Run | None = None,
        **options: Any,
    ) -> Answer:
        """One request and its answer; whatever goes wrong on the way is an UNKNOWN that says what."""
        try:
            sent = await self._send(session, method, path, run, **options)
            return NOT_SENT if sent is None else read(*sent)
        except UnreadableError as unreadable:
            return unknown(unreadable.code, str(unreadable))
        except TimeoutError:
            return unknown("timeout", "no answer in time")
        except (aiohttp.ClientError, OSError) as broken:
            return unknown("connection_broken", type(broken).__name__)

    async def _send(
        self, session: aiohttp.ClientSession, method: str, path: str, run: Run | None = None, **options: Any
    ) -> tuple[int, object] | None:
        """Status and body of an answer; None when the gate did not let the request pass."""
        began = await self.gate.enter(run)
        if began is None:
            return None
        well = False
        try:
            async with session.request(method, self._base_url + path, allow_redirects=False, **options) as response:
                if response.status >= 500:
                    raise UnreadableError("server_error", f"HTTP {response.status}")
                try:
                    body = await response.json(content_type=None)
                except (ValueError, RecursionError):
                    raise UnreadableError("bad_answer", "not JSON") from None
                well = response.status not in _TAKES_NONE
                return response.status, body
        finally:
            self.gate.leave(began, well=well)

    async def _current(self, query: dict[str, str]) -> Movement | None:
        try:
            async with self._session(1) as session:
                sent = await self._send(session, "GET", "/v1/current", params=query)
            assert sent is not None, "only what belongs to a run is kept back"
            status, body = sent
            if status != 200:
                raise GatewayUnavailableError(f"the bank refused to look: HTTP {status} {_code_in(body)}")
            return read_current(body)
        except (UnreadableError, TimeoutError, aiohttp.ClientError, OSError) as broken:
            raise GatewayUnavailableError(f"the bank can not be read: {broken!r}") from broken

    async def _movements(self, after: str | None, limit: int) -> list[Movement]:
        found: list[Movement] = []
        more = True
        async with self._session(1) as session:
            while more and len(found) < limit:
                query = {"limit": str(min(_PAGE, limit - len(found)))}
                if after is not None:
                    query["after"] = after
                page, more = await self._page(session, query)
                found += page
                after = found[-1].cursor if found else after
        return found

    async def _page(self, session: aiohttp.ClientSession, query: dict[str, str]) -> tuple[list[Movement], bool]:
        try:
            sent = await self._send(session, "GET", "/v1/movements", params=query)
            assert sent is not None, "only what belongs to a run is kept back"
            status, body = sent
            if status != 200:
                raise GatewayUnavailableError(f"the bank refused its statement: HTTP {status} {_code_in(body)}")
            page, more = read_movements(body)
        except (UnreadableError, TimeoutError, aiohttp.ClientError, OSError) as broken:
            raise GatewayUnavailableError(f"the bank's statement can not be read: {broken!r}") from broken
        if more and not page:
            raise GatewayUnavailableError("the bank's statement says that there is more and gives nothing")
        return page, more


def _charge_request(intent: ChargeIntent) -> _Request:
    _required(key=intent.key, reference=intent.reference, payment_method=intent.payment_method)
    if intent.amount.minor <= 0:
        raise ValueError("a charge must be of more than nothing")
    body = {
        "amount_minor": intent.amount.minor,
        "currency": intent.amount.currency,
        "payment_method": intent.payment_method,
        "reference": intent.reference,
        "description": intent.description,
    }
    return _Request("/v1/charges", intent.key, body, Expected("charge", intent.reference, intent.amount))


def _refund_request(intent: RefundIntent) -> _Request:
    _required(key=intent.key, reference=intent.reference, charge_ref=intent.charge_ref)
    if intent.amount.minor <= 0:
        raise ValueError("a refund must be of more than nothing")
    body = {
        "charge": intent.charge_ref,
        "amount_minor": intent.amount.minor,
        "currency": intent.amount.currency,
        "reference": intent.reference,
    }
    expected = Expected("refund", intent.reference, intent.amount, intent.charge_ref)
    return _Request("/v1/refunds", intent.key, body, expected)


def _required(**texts: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise ValueError(f"{name} is empty")
        if name == "key" and not (text.isascii() and text.isprintable()):
            raise ValueError("a key travels in a header: plain ASCII only")


def _looked_up(status: int, body: object, expected: Expected) -> Answer:
    if status != 200:
        return unknown(_code_in(body) or "bad_answer", f"HTTP {status}")
    not_found = Answer(Outcome.UNKNOWN, None, "not_found", None, None, not_found=True)
    return read_found(body, expected) or not_found


def _code_in(body: object) -> str | None:
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) else None
