"""`Stripe`: our side of Stripe, speaking the gateway protocol through the official SDK.

A charge is a payment intent that is confirmed off session with a saved payment method; a payment method is kept here
as "customer:method", both Stripe's own ids. Where the cardholder would have to authenticate, the charge is declined
and the cardholder asked to save the card anew on Stripe's page; nothing stays open that could be paid later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, TypeVar

from goodterms.gateways.gate import Gate, Run
from goodterms.gateways.protocol import (
    NOT_SENT,
    Abilities,
    Answer,
    CardPage,
    ChargeIntent,
    GatewayUnavailableError,
    Hint,
    Movement,
    Outcome,
    RefundIntent,
)
from goodterms.gateways.stripe import cards, statement
from goodterms.gateways.stripe.calls import Calls, Client, Refused, Unanswered
from goodterms.gateways.stripe.objects import (
    Expected,
    Fields,
    OddObject,
    read_decline,
    read_intent,
    read_refund,
    unknown,
)
from goodterms.gateways.stripe.webhooks import read_event
from goodterms.gateways.stripe.words import CHARGE_ERRORS, CHARGE_KEY, NOT_AS_ISO, REFUND_ERRORS, REFUND_KEY

T = TypeVar("T")
_PAGE = 100
_NOT_FOUND = Answer(Outcome.UNKNOWN, None, "not_found", None, None, not_found=True)


class Stripe:
    """Stripe. Safe to share between threads: every call brings its own event loop and connections.

    `timeout` is in seconds and counts for each request by itself. `base_url` is another address than Stripe's own.
    """

    name = "stripe"

    def __init__(
        self, api_key: str, *, base_url: str | None = None, timeout: int = 30, gate: Gate | None = None,
        webhook_secrets: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.gate = gate or Gate()
        self.abilities = Abilities(
            charges_itself=False,
            refunds_in_dashboard=True,
            test_cards="_test_" in api_key,
            key_lifetime=timedelta(hours=24),
            card_page=True,
            statement_days=30,
        )
        self._webhook_secrets = tuple(webhook_secrets)
        self._calls = Calls(api_key, base_url, timeout, self.gate)

    def charge(self, intent: ChargeIntent) -> Answer:
        """Take the money once."""
        _checked_charge(intent)
        return self._calls.run(lambda client: _charge(client, intent, None))

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:
        """Charge each once, as the gate lets them; one answer per intent, in the same order."""
        for intent in intents:
            _checked_charge(intent)
        if not intents:
            return []
        run = self.gate.run(within)
        return self._calls.run(lambda client: self._charge_all(client, intents, run))

    def refund(self, intent: RefundIntent) -> Answer:
        """Give money back once."""
        _required(key=intent.key, reference=intent.reference, charge_ref=intent.charge_ref)
        if intent.amount.minor <= 0:
            raise ValueError("a refund must be of more than nothing")
        return self._calls.run(lambda client: _refund(client, intent))

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:
        """Look for a charge among the customer's payment intents, or among all; Stripe can not look by key."""
        _required(key=key, reference=reference)
        customer = _customer(payment_method) or None
        return self._calls.run(lambda client: _find_charge(client, Expected(reference), customer))

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:
        """Look for a refund among those of its charge, or among all; Stripe can not look by key."""
        _required(key=key, reference=reference)
        return self._calls.run(lambda client: _find_refund(client, Expected(reference), charge_ref))

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The statement after a cursor, read from Stripe's events, oldest first; Stripe lists them for 30 days."""
        if limit <= 0:
            raise ValueError("limit must be positive")
        return self._read(lambda client: statement.movements(client, after, limit))

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """How one object stands now; None when Stripe knows none of that id."""
        return self._read(lambda client: statement.current(client, kind, gateway_ref))

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
        """What a signed event hints at."""
        return read_event(self._webhook_secrets, headers, body, now)

    def open_card_page(self, *, reference: str, email: str, payment_method: str | None, back_url: str) -> CardPage:
        """A page of Stripe's on which a card is saved for later charges."""
        return self._read(
            lambda client: cards.open_page(
                client, reference, email, (payment_method or "").partition(":")[0], back_url
            )
        )

    def card_saved(self, page_ref: str, *, reference: str) -> str | None:
        """The payment method that was saved on a page; None while there is none."""
        return self._read(lambda client: cards.saved(client, page_ref, reference))

    # --- the network -------------------------------------------------------------------------

    def _read(self, work: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
        try:
            return self._calls.run(work)
        except (Unanswered, Refused, OddObject) as problem:
            raise GatewayUnavailableError(f"Stripe can not be read: {problem}") from problem

    async def _charge_all(self, client: Client, intents: Sequence[ChargeIntent], run: Run) -> list[Answer]:
        answers = [NOT_SENT] * len(intents)
        waiting = iter(enumerate(intents))
        workers = min(self.gate.pace.at_once, len(intents))
        await asyncio.gather(*(_work(client, waiting, answers, run) for _ in range(workers)))
        return answers


async def _work(client: Client, waiting: Iterator[tuple[int, ChargeIntent]], answers: list[Answer], run: Run) -> None:
    for position, intent in waiting:
        answers[position] = await _charge(client, intent, run)


async def _charge(client: Client, intent: ChargeIntent, run: Run | None) -> Answer:
    customer, _, method = intent.payment_method.partition(":")
    if not method:
        return _declined("no_such_payment_method", "there is no saved card")
    if intent.amount.currency in NOT_AS_ISO:
        return _declined("currency_not_supported", f"{intent.amount.currency} is counted otherwise at Stripe")
    expected = Expected(intent.reference, intent.amount)
    params: Any = {
        "amount": intent.amount.minor,
        "currency": intent.amount.currency.lower(),
        "customer": customer,
        "payment_method": method,
        "payment_method_types": ["card"],
        "confirm": True,
        "off_session": True,
        "metadata": {CHARGE_KEY: intent.reference, "description": intent.description},
    }
    try:
        made = await client.call(
            lambda sdk: sdk.v1.payment_intents.create_async(params, {"idempotency_key": intent.key}), run
        )
        return NOT_SENT if made is None else read_intent(made, expected)
    except Unanswered as nothing:
        return unknown(nothing.code, str(nothing))
    except OddObject as odd:
        return unknown("bad_answer", str(odd))
    except Refused as refused:
        return _refused_charge(refused, expected)


def _refused_charge(refused: Refused, expected: Expected) -> Answer:
    made = refused.error.get("payment_intent")
    if isinstance(made, Mapping):
        try:
            answer = read_intent(made, expected)
        except OddObject as odd:
            return unknown("bad_answer", str(odd))
        if answer.code == "mismatch" or answer.outcome is Outcome.SUCCEEDED:
            return unknown("bad_answer", "the error and its object disagree")
        return read_decline(refused.error, answer)
    if refused.code == "resource_missing" and refused.error.get("param") in ("payment_method", "customer"):
        return _declined("no_such_payment_method", "Stripe knows no such saved card")
    if refused.code in CHARGE_ERRORS:
        return _declined(CHARGE_ERRORS[refused.code], str(refused.error.get("message")))
    return unknown(refused.code or "invalid_request", str(refused.error.get("type")))


async def _refund(client: Client, intent: RefundIntent) -> Answer:
    params: Any = {
        "payment_intent": intent.charge_ref,
        "amount": intent.amount.minor,
        "metadata": {REFUND_KEY: intent.reference},
    }
    try:
        made = await client.call(lambda sdk: sdk.v1.refunds.create_async(params, {"idempotency_key": intent.key}))
        assert made is not None, "only what belongs to a run is kept back"
        return read_refund(made, Expected(intent.reference, intent.amount))
    except Unanswered as nothing:
        return unknown(nothing.code, str(nothing))
    except OddObject as odd:
        return unknown("bad_answer", str(odd))
    except Refused as refused:
        code = REFUND_ERRORS.get(refused.code)
        if code is None and refused.error.get("param") == "amount":
            code = "exceeds_charge"
        return (
            _declined(code, str(refused.error.get("message"))) if code else unknown(refused.code or "invalid_request")
        )


async def _find_charge(client: Client, expected: Expected, customer: str | None) -> Answer:
    params: Any = {"limit": _PAGE, **({"customer": customer} if customer else {})}
    return await _find(client, lambda sdk, page: sdk.v1.payment_intents.list_async(page), params, CHARGE_KEY,
                       partial(read_intent, expected=expected), expected)  # fmt: skip


async def _find_refund(client: Client, expected: Expected, charge_ref: str | None) -> Answer:
    params: Any = {"limit": _PAGE, **({"payment_intent": charge_ref} if charge_ref else {})}
    return await _find(client, lambda sdk, page: sdk.v1.refunds.list_async(page), params, REFUND_KEY,
                       partial(read_refund, expected=expected), expected)  # fmt: skip


async def _find(
    client: Client, list_: Callable[[Any, Any], Any], params: Any, key: str, read: Callable[[Fields], Answer],
    expected: Expected,
) -> Answer:  # fmt: skip
    """Of all with our reference, what did not fail first, then the latest. Lists are never behind, as searches are."""
    found: list[Answer] = []
    try:
        async for fields in statement.listed(client, list_, params):
            if (fields.get("metadata") or {}).get(key) == expected.reference:
                found.append(read(fields))
    except Unanswered as nothing:
        return unknown(nothing.code, str(nothing))
    except (OddObject, TypeError, AttributeError) as odd:
        return unknown("bad_answer", str(odd))
    except Refused as refused:
        if refused.code != "resource_missing" and set(params) != {"limit"}:
            # A far side that can not list by customer or charge lists all.
            return await _find(client, list_, {"limit": _PAGE}, key, read, expected)
        # A customer or charge that Stripe does not know has no charges and no refunds.
        return _NOT_FOUND if refused.code == "resource_missing" else unknown(refused.code or "invalid_request")
    took = [answer for answer in found if answer.outcome is not Outcome.DECLINED]
    return (took or found or [_NOT_FOUND])[0]


def _checked_charge(intent: ChargeIntent) -> None:
    _required(key=intent.key, reference=intent.reference, payment_method=intent.payment_method)
    if intent.amount.minor <= 0:
        raise ValueError("a charge must be of more than nothing")


def _required(**texts: str) -> None:
    for name, text in texts.items():
        if not text.strip():
            raise ValueError(f"{name} is empty")
        if name == "key" and not (text.isascii() and text.isprintable() and len(text) <= 255):
            raise ValueError("a key travels in a header: at most 255 characters of plain ASCII")


def _customer(payment_method: str | None) -> str:
    return (payment_method or "").partition(":")[0]


def _declined(code: str, message: str) -> Answer:
    return Answer(Outcome.DECLINED, None, code, message, None, retryable=False)
