"""A gateway that is slow to decide, or says nothing: the tests' bank behind a face that can do so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from goodterms.gateways.protocol import Answer, ChargeIntent, Movement, Outcome, RefundIntent


class Deciding:
    """A gateway that takes charges and refunds which, while it is `slow`, are not in its statement.

    While it is `silent`, it answers no question about one of them. While it `remembers`, it repeats what it has said.
    While it is `rejecting`, it takes no refund and knows so afterwards; while `refusing`, nothing is left of it. With
    `decides_at` its statement says that everything was decided at that instant.
    """

    def __init__(self, bank: Any) -> None:
        self._bank = bank
        self.slow = False
        self.silent = False
        self.remembers = False
        self.rejecting = False
        self.refusing = False
        self.decides_at: datetime | None = None
        self._rejected: dict[str, Answer] = {}
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bank, name)

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:
        self.asked += [intent.reference for intent in intents]
        if self.remembers:
            return [self._bank.find_charge(key=intent.key, reference=intent.reference) for intent in intents]
        return [self._so_far(answer) for answer in self._bank.charge_many(intents, within=within)]

    def find_charge(self, **named: Any) -> Answer:
        if self.silent:
            return Answer(Outcome.UNKNOWN, None, "no_answer", None, None)
        return self._so_far(self._bank.find_charge(**named))

    def refund(self, intent: RefundIntent) -> Answer:
        self.asked.append(intent.reference)
        if self.refusing:
            return Answer(Outcome.DECLINED, None, "charge_disputed", None, None)
        if self.rejecting:
            return self._rejected.setdefault(intent.key, Answer(Outcome.DECLINED, None, "refund_rejected", None, None))
        answer: Answer = self._bank.refund(intent)
        return answer

    def find_refund(self, **named: Any) -> Answer:
        if self.silent:
            return Answer(Outcome.UNKNOWN, None, "no_answer", None, None)
        answer: Answer = self._rejected.get(named["key"]) or self._bank.find_refund(**named)
        return answer

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        lines = self._bank.movements(after=after, limit=limit)
        at = self.decides_at
        return [] if self.slow else [line if at is None else replace(line, at=at) for line in lines]

    def _so_far(self, answer: Answer) -> Answer:
        if not self.slow or answer.outcome is not Outcome.SUCCEEDED:
            return answer
        return Answer(Outcome.UNKNOWN, answer.gateway_ref, "processing", None, answer.at)
