"""What must hold after two sessions, in whatever order their steps came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import OperationalError

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.public_id import CHARGE, decode
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.protocol import Outcome
from goodterms.storage.load import load_subscription
from goodterms.storage.models import FactRow, RefundRow
from goodterms.usecases import collect, pay_back, renew
from tests.interleavings.player import Played
from tests.interleavings.scenes import Scene
from tests.support.books import assert_books_agree
from tests.support.fold import fold, state_of

_ROUNDS = 6
_LEASE = timedelta(minutes=6)


class Statement:
    """The bank's statement, read on from where it was read last."""

    def __init__(self, bank: Bank) -> None:
        self._bank, self._cursor = bank, None
        self._lines: list[Any] = []

    def lines(self) -> list[Any]:
        """All lines there are."""
        while page := self._bank.movements(after=self._cursor, limit=1000):
            self._lines += page
            self._cursor = page[-1].cursor
        return self._lines


def settle(scene: Scene) -> None:
    """Let the workers finish: leases run out, what was cut off is looked up, the statement is read."""
    for _ in range(_ROUNDS):
        scene.sandbox.now += _LEASE
        done = collect.collect_due(scene.sandbox.world) + pay_back.pay_back_due(scene.sandbox.world)
        done += renew.renew_and_charge(scene.sandbox.world)
        done += pay_back.read_statement(scene.sandbox.world, "bank")
        if not done:
            return


def broken(scene: Scene, played: Played, statement: Statement) -> Iterator[str]:
    """Every law that does not hold, in words."""
    for session in played.sessions:
        if isinstance(session.failure, OperationalError):
            yield f"{session.name} was ended by the database: {session.failure}"
        elif session.failure is not None:
            yield f"{session.name} failed: {session.failure!r}"
    settle(scene)
    sub = load_subscription(*scene.key, at=scene.sandbox.now, lock=False)
    yield from _money(sub, statement.lines())
    facts = list(FactRow.objects.filter(bucket=sub.bucket, stream=sub.id).order_by("seq"))
    if fold(facts) != state_of(sub):
        yield "the facts do not add up to the state"
    yield from _canceled_first(facts)
    try:
        assert_books_agree(scene.sale)
    except AssertionError as problem:
        yield f"the books do not agree: {problem}"
    yield from _answers(scene, played)


def _money(sub: Any, lines: list[Any]) -> Iterator[str]:
    """Each term is taken once, what is taken is known here, and never is more paid back than was taken."""
    ours = {charge.id: charge for charge in sub.charges}
    taken: Counter[int] = Counter()
    amounts, back = {}, {}
    for line in lines:
        id = decode(CHARGE, line.reference)[1] if line.kind == "charge" else None
        if id in ours:
            taken[ours[id].term_number] += 1
            amounts[line.gateway_ref] = line.amount.minor
            if ours[id].state != "succeeded":
                yield f"the bank took {line.gateway_ref}, which is {ours[id].state} here"
        elif line.kind == "refund":
            back[line.gateway_ref] = line
    for number, times in taken.items():
        if times > 1:
            yield f"term {number} was charged {times} times"
    paid_back: Counter[str] = Counter()
    held = {refund.gateway_ref for refund in sub.refunds}
    for ref, line in back.items():
        if line.charge_ref in amounts and line.outcome is not Outcome.DECLINED:
            paid_back[line.charge_ref] += line.amount.minor
            if ref not in held:
                yield f"the bank's {ref} is not known here"
    for ref, minor in paid_back.items():
        if minor > amounts[ref]:
            yield f"{minor} of {amounts[ref]} were paid back"
    for row in (*sub.charges, *sub.refunds):
        if row.state in ("intended", "unknown"):
            yield f"{row.key} is still {row.state}"


def _canceled_first(facts: list[Any]) -> Iterator[str]:
    """A cancellation that was committed before the intent of a charge, and not taken back, means no charge."""
    canceled = False
    for fact in facts:
        if fact.name == "subscription.canceled":
            canceled = True
        elif fact.name == "subscription.cancellation_undone":
            canceled = False
        elif fact.name == "charge.intended" and canceled:
            yield "a charge was intended after the cancellation"


def _answers(scene: Scene, played: Played) -> Iterator[str]:
    """Nobody is told twice that it was his act that decided, and of one request one refund comes."""
    decided = [one.result for one in played.sessions if isinstance(one.result, Decision)]
    same = played.first._journey.func is played.second._journey.func  # type: ignore[attr-defined]
    if same and len(decided) > 1:
        yield "both were told that they decided"
    if same and isinstance(played.first.result, Refusal | Decision) and not decided:
        yield "both were refused"
    if scene.request is not None:
        refunds = RefundRow.objects.filter(bucket=scene.sale.bucket, request_id=scene.request.id)
        if refunds.exclude(state="failed").count() > 1:
            yield "one request was paid back twice"
