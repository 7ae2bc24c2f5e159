"""A gateway that loses requests and answers, forgets keys, is slow, is down, and never protects us from ourselves.

It keeps the gateway protocol and nothing more: it charges again under a key it has forgotten, and refuses a refund
above a charge only where a dispute or the dashboard has taken of it, as these may be unknown to us. So only our own
rules stand between a mistake of ours and the customer's money.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from goodterms.domain.money import Money
from goodterms.gateways.gate import Gate
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
    WebhookRefusedError,
)
from goodterms.simulation.books import KEY_LIFETIME, BankBooks, Booked, BookedCharge, BookedRefund
from goodterms.simulation.choices import Option
from goodterms.simulation.stage import Stage

SIGNATURE = "by the bank"
HARD = {"lost_card", "expired_card"}  # what a card says for good
SOFT = {"insufficient_funds", "card_declined"}
_LOST = Answer(Outcome.UNKNOWN, None, "no_answer", None, None)


class SimulatedBank:
    """The bank outside. `watch_charge` and `watch_refund` are told of every request before it is booked."""

    def __init__(self, stage: Stage, books: BankBooks) -> None:
        self.stage = stage
        self.books = books
        self.closed_until: datetime | None = None
        self.watch_charge: Callable[[ChargeIntent], tuple[str, int]] = lambda _intent: ("", 0)
        self.watch_refund: Callable[[RefundIntent], None] = lambda _intent: None
        self.tell: Callable[[Booked], None] = lambda _it: None  # that something has changed

    def door(self) -> BankDoor:
        """A connection to it, for one process."""
        return BankDoor(self)

    def charge(self, intent: ChargeIntent) -> BookedCharge:
        """Book a charge, or find the one made under this key."""
        now = self.stage.now
        made = self.books.remembered(intent.key, now)
        if made is not None:
            return self.books.charges[made]
        term = self.watch_charge(intent)
        ref = f"ch_{len(self.books.charges) + 1:06d}"
        outcome, code, decides_at = self._card_says(intent.payment_method, now)
        booked = BookedCharge(
            ref, intent.key, intent.reference, intent.payment_method, intent.amount, now, outcome, code, decides_at,
            term,
        )  # fmt: skip
        self.books.charges[ref] = booked
        self.books.keys[intent.key] = (now, ref)
        if outcome is Outcome.SUCCEEDED:
            self.books.write(booked, now)
        self.stage.note(f"bank {ref} {outcome.value} {intent.key}")
        self.tell(booked)
        return booked

    def refund_what_was_just_paid(self) -> None:
        """A process was killed, perhaps before it took in an answer: now and then somebody at the dashboard is there.

        What was paid in this very minute is refunded in part, before anybody here knows that it was paid.
        """
        paid = [charge for charge in self.books.charges.values() if charge.outcome is Outcome.SUCCEEDED][-1:]
        if not self.stage.odds["gateway"] or self.stage.choices.quiet or not paid:
            return
        charge, now = paid[0], self.stage.now
        fresh = charge.at > now - timedelta(minutes=1) and not self.books.refunds_of(charge.ref)
        if fresh and self.stage.choices.chance("refunded at once", 0.5):
            part = Money(max(1, charge.amount.minor // 3), charge.amount.currency)
            self.refund(charge.ref, part, None, None, at_once=True)
            self.stage.counted["refunded at once"] += 1

    def refund(
        self, charge_ref: str, amount: Money, key: str | None, reference: str | None, *, at_once: bool = False
    ) -> BookedRefund:
        """Book a refund, or find the one made under this key; without a key it is made in the dashboard.

        `at_once`: the payment had not left the bank yet, so that nobody has to wait for the money.
        """
        now = self.stage.now
        made = self.books.remembered(key, now) if key else None
        if made is not None:
            return self.books.refunds[made]
        if key and reference:
            self.watch_refund(RefundIntent(key, reference, charge_ref, amount))
        ref = f"re_{len(self.books.refunds) + 1:06d}"
        # What it does look at is what others did: it can not give away what is not there any more.
        beside_a_dashboard = any(r.reference is None for r in self.books.refunds_of(charge_ref)) or any(
            d.charge_ref == charge_ref and d.holds for d in self.books.disputes.values()
        )
        left = self.books.charges[charge_ref].amount.minor - self.books.paid_back(charge_ref)
        booked = BookedRefund(ref, key, reference, charge_ref, amount, now, Outcome.PENDING)
        if beside_a_dashboard and amount.minor > left:
            booked.outcome, booked.failure = Outcome.DECLINED, "exceeds_charge"
        elif at_once:
            booked.outcome, booked.bank_reference = Outcome.SUCCEEDED, f"arn_{ref}"
        else:
            self._plan(booked)
        self.books.refunds[ref] = booked
        if key:
            self.books.keys[key] = (now, ref)
        self.stage.note(f"bank {ref} {booked.outcome.value} {key}")
        if key and booked.changes_at is not None and self.stage.choices.chance("refund shown late", 0.5):
            return booked  # neither in the statement nor told of, before something comes of it
        if booked.outcome is not Outcome.DECLINED:
            self.books.write(booked, now)
        self.tell(booked)
        return booked

    def _card_says(self, method: str, now: datetime) -> tuple[Outcome, str | None, datetime | None]:
        """What a card does: its kind is the first word of the token."""
        kind = method.split(".", 1)[0]
        choose = self.stage.choices
        if kind == "slow":
            code = "insufficient_funds" if choose.chance("slow fails", 0.3) else None
            return Outcome.PENDING, code, now + timedelta(hours=1 + choose.below("slow", 140))
        if kind == "lost":
            return Outcome.DECLINED, "lost_card", None
        if choose.chance("decline", {"good": 0.03, "poor": 0.5}.get(kind, 0.03)):
            return Outcome.DECLINED, choose.one_of("code", sorted(SOFT | HARD)), None
        return Outcome.SUCCEEDED, None, None

    def _plan(self, refund: BookedRefund) -> None:
        choose = self.stage.choices
        way = choose.below("refund's way", 20)
        days = timedelta(days=3 + choose.below("refund's days", 5))
        if way == 0:
            refund.outcome, refund.failure = Outcome.DECLINED, "refund_rejected"
        elif way == 1:
            refund.next, refund.changes_at = (Outcome.DECLINED,), refund.at + days
        elif way in (2, 3):
            refund.next, refund.changes_at = (Outcome.SUCCEEDED, Outcome.DECLINED), refund.at + days
        elif way == 4:
            refund.outcome, refund.bank_reference = Outcome.SUCCEEDED, f"arn_{refund.ref}"
        else:
            refund.next, refund.changes_at = (Outcome.SUCCEEDED,), refund.at + days


class BankDoor:
    """The gateway as one process sees it: the protocol, with a gate of its own and a network that fails."""

    name = "bank"

    def __init__(self, bank: SimulatedBank) -> None:
        self._bank = bank
        self._stage = bank.stage
        self._begins = self._stage.now
        self._gate = Gate(elapsed=self._elapsed)

    def _elapsed(self) -> float:
        return (self._stage.now - self._begins).total_seconds()

    @property
    def abilities(self) -> Abilities:
        """It charges when told to; people refund in its dashboard too."""
        return Abilities(False, True, True, KEY_LIFETIME)

    @property
    def gate(self) -> Gate:
        """This process's own."""
        return self._gate

    def charge(self, intent: ChargeIntent) -> Answer:
        """Take the money once, as far as the bank remembers the key."""
        _keyed(intent.key)
        return self._ask(lambda: _of_charge(self._bank.charge(intent)), intent.key, stuck=self._stage.odds["gateway"])

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:
        """One after the other; those there is no time for are not sent."""
        run = self._gate.run(within)
        return [self.charge(intent) if self._gate.goes_on(run) else NOT_SENT for intent in intents]

    def refund(self, intent: RefundIntent) -> Answer:
        """Give money back."""
        _keyed(intent.key)
        act = self._bank.refund
        return self._ask(
            lambda: _of_refund(act(intent.charge_ref, intent.amount, intent.key, intent.reference)),
            intent.key, stuck=4 * self._stage.odds["gateway"],  # there are far fewer refunds than charges
        )  # fmt: skip

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:  # noqa: ARG002
        """By its key, then by our reference."""
        _keyed(key)
        books = self._bank.books

        def find() -> Answer:
            made = books.remembered(key, self._stage.now)
            found = [books.charges[made]] if made else books.charges_of(reference)
            return _of_charge(found[0]) if found else _nothing()

        return self._ask(find, None)

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:  # noqa: ARG002
        """By its key, then by our reference."""
        _keyed(key)
        books = self._bank.books

        def find() -> Answer:
            made = books.remembered(key, self._stage.now)
            found = [books.refunds[made]] if made else books.refunds_with(reference)
            return _of_refund(found[0]) if found else _nothing()

        return self._ask(find, None)

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The statement after a cursor. Raises GatewayUnavailableError when the bank or the network is down."""
        fault = self._stage.point("statement", [("request lost", self._stage.odds["gateway"])])
        if fault or self._closed():
            raise GatewayUnavailableError("no answer")
        start = int(after.rpartition("_")[2]) if after else 0
        return self._bank.books.lines[start : start + limit]

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """How something stands now."""
        if self._stage.point("current", [("request lost", self._stage.odds["gateway"])]) or self._closed():
            raise GatewayUnavailableError("no answer")
        books = self._bank.books
        found: Booked | None = books.charges.get(gateway_ref) if kind == "charge" else None
        if kind != "charge":
            found = books.refunds.get(gateway_ref) or books.disputes.get(gateway_ref)
        return books.line_of(found, found.at) if found is not None else None

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
        """What a webhook of the simulated bank hints at."""
        if headers.get("signature") != SIGNATURE:
            raise WebhookRefusedError("not signed")
        event_id, kind, ref = body.decode().split()
        return [Hint(event_id, cast(Literal["charge", "refund", "dispute"], kind), ref, now)]

    def _ask(self, act: Callable[[], Answer], key: str | None, *, stuck: float = 0) -> Answer:
        """Pass the network there and back; `stuck` are the odds that the key is answered by an error from now on."""
        stage, odds = self._stage, self._stage.odds["gateway"]
        began = _at_once(self._gate.enter())
        faults: list[Option] = [("request lost", odds), ("refused", odds / 2)]
        fault = stage.point("gateway>", faults, hot=True)
        stage.now += timedelta(milliseconds=20 + stage.choices.below("latency", 400))
        if fault or self._closed():
            return self._left(began, _LOST)
        answer = act()
        if key is not None and key in self._bank.books.stuck and self._bank.books.remembered(key, stage.now):
            return self._left(began, _LOST)
        after: list[Option] = [("answer lost", odds * 2), ("late answer", odds), ("stuck", stuck)]
        fault = stage.point("gateway<", after, hot=True)
        if fault == "late answer":
            stage.now += timedelta(seconds=30)
        if fault == "stuck" and key is not None:
            self._bank.books.stuck.add(key)
        return self._left(began, _LOST if fault else answer)

    def _left(self, began: float | None, answer: Answer) -> Answer:
        assert began is not None
        self._gate.leave(began, well=answer.outcome is not Outcome.UNKNOWN or answer.not_found)
        return answer

    def _closed(self) -> bool:
        until = self._bank.closed_until
        return until is not None and self._stage.now < until


def _at_once(waiting: Coroutine[Any, Any, float | None]) -> float | None:
    """The value of something that need not wait: there are more places than actors."""
    try:
        waiting.send(None)
    except StopIteration as done:
        value: float | None = done.value
        return value
    raise RuntimeError("there is no place to call the bank")


def _keyed(key: str) -> None:
    if not key:
        raise ValueError("a key is needed")


def _of_charge(booked: BookedCharge) -> Answer:
    code = "processing" if booked.outcome is Outcome.PENDING else booked.code
    return Answer(
        booked.outcome, booked.ref, code, None, booked.at, retryable=booked.code not in HARD, amount=booked.amount
    )


def _of_refund(booked: BookedRefund) -> Answer:
    return Answer(
        booked.outcome, booked.ref, booked.failure, None, booked.at, retryable=False, amount=booked.amount,
        bank_reference=booked.bank_reference,
    )  # fmt: skip


def _nothing() -> Answer:
    return Answer(Outcome.UNKNOWN, None, "not_found", None, None, not_found=True)
