"""Mistakes that really were in our code and that the simulation found: put back, they are found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from goodterms.domain import cancellation_undo, refunding
from goodterms.domain.value import replace as changed
from goodterms.simulation.plants.plant import Plant, answers, found_as, instead, sees
from goodterms.usecases import lost_tries, resume
from goodterms.usecases.fence import Guard

Real = Callable[..., Any]


def _as_if_undisputed(real: Real) -> Real:
    return lambda subscription, *rest: real(changed(subscription, disputes=()), *rest)


def _kept_back_late(_real: Real) -> Real:
    return lambda fence: fence.lost_until or fence.since


MENDED = (
    Plant(
        "lost-not-looked-for", "after a restore, what the lost history may have sent is sent without looking",
        lambda: [sees(Guard, "lately_resumed", False)],
        found_as("charged twice", "refunded twice"),
    ),
    Plant(
        "later-try-not-looked-for", "after a restore, a charge is sent anew though a lost history has tried again",
        lambda: [answers(lost_tries, "find_charge_after", lost_tries.NO_MORE)],
        found_as("charged twice"),
    ),
    Plant(
        "late-letters-kept-back", "letters about what a lost history never heard of count as sent by it",
        lambda: [
            instead(resume, "_told_until", _kept_back_late), patch.object(resume, "TOLD_WITHIN", timedelta(0)),
        ],
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
)  # fmt: skip
