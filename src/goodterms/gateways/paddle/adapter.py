"""`Paddle`: our side of Paddle Billing, the merchant of record. It charges by itself; we instruct it and follow it.

A charge is a transaction, a subscription here is theirs with its id as the agreement, a refund is an adjustment that
Paddle approves or rejects.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from goodterms.gateways.gate import Gate
from goodterms.gateways.paddle import agreements, refunding, statement
from goodterms.gateways.paddle.calls import ENDS_WITHIN, Calls, Client, Refused, Unanswered
from goodterms.gateways.paddle.objects import OddObject
from goodterms.gateways.paddle.webhooks import read_event
from goodterms.gateways.paddle.words import LIVE_URL, SANDBOX_URL
from goodterms.gateways.protocol import (
    Abilities,
    Answer,
    ChargeIntent,
    GatewayUnavailableError,
    Hint,
    Movement,
    Outcome,
    RefundIntent,
)
from goodterms.gateways.selling import AgreementReport, RenewalIntent

T = TypeVar("T")
_UNASKED = "this gateway charges by itself: it is never asked to"
_ODD = (OddObject, KeyError, TypeError, AttributeError)


class Paddle:
    """Paddle. Safe to share between threads: every call brings its own event loop and connections.

    `timeout` is in seconds and counts for each request by itself. `base_url` is another address than Paddle's own;
    which of those it is follows from the key. `clock` tells the instant.
    """

    name = "paddle"

    def __init__(
        self, api_key: str, *, clock: Callable[[], datetime], base_url: str | None = None, timeout: int = 15,
        gate: Gate | None = None, webhook_secrets: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.gate = gate or Gate()
        trying_out = "_sdbx_" in api_key
        self.abilities = Abilities(
            charges_itself=True,
            refunds_in_dashboard=True,
            test_cards=trying_out,
            key_lifetime=timedelta(0),
            answers_later=True,
            traces_refunds=False,
            statement_days=90,
        )
        self._clock = clock
        self._webhook_secrets = tuple(webhook_secrets)
        self._calls = Calls(api_key, base_url or (SANDBOX_URL if trying_out else LIVE_URL), timeout, self.gate)

    # --- charges: Paddle's own affair ---------------------------------------------------------

    def charge(self, intent: ChargeIntent) -> Answer:
        """Raises RuntimeError: never to be called."""
        raise RuntimeError(f"{_UNASKED} ({intent.reference})")

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:  # noqa: ARG002
        """Raises RuntimeError, unless there is nothing to charge."""
        if intents:
            raise RuntimeError(_UNASKED)
        return []

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:  # noqa: ARG002
        """There is never a charge of ours there. Raises ValueError for an empty key."""
        _required(key=key)
        return refunding.NOT_FOUND

    # --- refunds ------------------------------------------------------------------------------

    def refund(self, intent: RefundIntent) -> Answer:
        """Ask for a refund, once. It stays unknown until Paddle has approved or rejected it."""
        _required(key=intent.key, reference=intent.reference, charge_ref=intent.charge_ref)
        if intent.amount.minor <= 0:
            raise ValueError("a refund must be of more than nothing")
        return self._answer(lambda client: refunding.refund(client, intent, self._clock()))

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:
        """Look for a refund by our reference among those of its transaction, or among all; Paddle knows no keys."""
        _required(key=key, reference=reference)
        return self._answer(lambda client: refunding.find_refund(client, reference, charge_ref, self._clock()))

    # --- renewals -----------------------------------------------------------------------------

    def instruct(self, intent: RenewalIntent) -> Answer:
        """Tell Paddle to cancel a subscription at the end of its period, or to take that back."""
        _required(key=intent.key)
        return self._answer(lambda client: agreements.instruct(client, intent))

    def find_instruction(self, *, key: str, agreement: str) -> Answer:
        """Look for what came of an instruction."""
        _required(key=key)
        return self._answer(lambda client: agreements.find_instruction(client, key, agreement))

    def agreement(self, ref: str) -> AgreementReport | None:
        """How a subscription stands at Paddle."""
        return self._read(lambda client: agreements.report(client, ref))

    # --- what it reports ----------------------------------------------------------------------

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The statement after a cursor, read from Paddle's events, oldest first; Paddle lists them for 90 days."""
        if limit <= 0:
            raise ValueError("limit must be positive")
        return self._read(lambda client: statement.movements(client, after, limit))

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """How one object stands now; None when Paddle knows none of that id."""
        return self._read(lambda client: statement.current(client, kind, gateway_ref, self._clock()))

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
        """What a signed event hints at."""
        return read_event(self._webhook_secrets, headers, body, now)

    # --- the network --------------------------------------------------------------------------

    def _answer(self, work: Callable[[Client], Coroutine[Any, Any, Answer]]) -> Answer:
        """An answer; whatever goes wrong on the way is an UNKNOWN that says what."""
        try:
            return self._calls.run(work, within=ENDS_WITHIN)
        except Unanswered as nothing:
            return Answer(Outcome.UNKNOWN, None, nothing.code, str(nothing), None)
        except Refused as refused:
            return Answer(Outcome.UNKNOWN, None, refused.code, refused.detail, None)
        except _ODD as odd:
            return Answer(Outcome.UNKNOWN, None, "bad_answer", str(odd), None)

    def _read(self, work: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
        try:
            return self._calls.run(work)
        except (Unanswered, Refused, *_ODD) as problem:
            raise GatewayUnavailableError(f"Paddle can not be read: {problem!r}") from problem


def _required(**texts: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise ValueError(f"{name} is empty")
