"""Mistakes that really were in our code and that the simulation found: put back, they are found again."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from goodterms.domain import cancellation_undo, refunding
from goodterms.domain.value import replace as changed
from goodterms.simulation.plants.plant import Plant, answers, found_as, instead, sees
from goodterms.storage import save
from goodterms.storage.tables import FACTS, SUBSCRIPTIONS
from goodterms.usecases import lost_tries, pay_back, resume
from goodterms.usecases.fence import Guard

Real = Callable[..., Any]


def _never_resumed(real: Real) -> Real:
    def work(world: Any, claimed: Any) -> None:
        forgetful = copy(world.fence)
        forgetful._lately_resumed = False
        real(replace(world, fence=forgetful), claimed)

    return work


def _as_if_undisputed(real: Real) -> Real:
    return lambda subscription, *rest: real(changed(subscription, disputes=()), *rest)


def _kept_back_late(_real: Real) -> Real:
    return lambda fence: fence.lost_until or fence.since


class _InsertsFirst:
    """New rows are written before the old ones that make room for them."""

    def __init__(self, update: Real, insert: Real) -> None:
        self._real_update, self._real_insert = update, insert
        self._waiting: list[tuple[Any, Any]] = []

    def update(self, table: Any, rows: Any) -> None:
        if table is SUBSCRIPTIONS:
            self._waiting.clear()
            self._real_update(table, rows)
        else:
            self._waiting.append((table, rows))

    def insert(self, table: Any, rows: Any) -> None:
        while table is FACTS and self._waiting:
            self._real_update(*self._waiting.pop(0))
        self._real_insert(table, rows)


def _inserts_first() -> list[Any]:
    order = _InsertsFirst(save._update, save._insert)
    return [patch.object(save, "_update", order.update), patch.object(save, "_insert", order.insert)]


MENDED = (
    Plant(
        "lost-charge-not-looked-for", "after a restore, what the lost history may have sent is sent without looking",
        lambda: [sees(Guard, "lately_resumed", False)],
        found_as("charged twice", "refunded twice"),
    ),
    Plant(
        "lost-refund-not-looked-for", "after a restore, a refund the lost history may have sent is sent unlooked for",
        lambda: [instead(pay_back, "work_on_refund", _never_resumed)],
        found_as("refunded twice"),
    ),
    Plant(
        "later-try-not-looked-for", "after a restore, a charge is sent anew though a lost history has tried again",
        lambda: [answers(lost_tries, "find_charge_after", lost_tries.NO_MORE)],
        found_as("charged twice"),
    ),
    Plant(
        "late-letters-kept-back", "letters about what a lost history never heard of count as sent by it",
        lambda: [instead(resume, "_told_until", _kept_back_late)],
        found_as("mail given up"),
    ),
    Plant(
        "undone-while-disputed", "a cancellation is taken back, and the renewal charged, while the bank looks into it",
        lambda: [instead(cancellation_undo, "_not_undoable", _as_if_undisputed)],
        found_as("charged while disputed"),
    ),
    Plant(
        "sent-although-paid-back", "an approved refund is sent although a dispute has taken the same money since",
        lambda: [answers(refunding, "paid_back_meanwhile", False)],
        found_as("refunded too much"),
    ),
    Plant(
        "inserts-first", "new rows are written before the old ones that make room for them",
        _inserts_first,
        found_as("paid and not known", "still open"),
    ),
)  # fmt: skip
