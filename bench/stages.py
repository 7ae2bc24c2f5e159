"""Where the time of a run goes: the parts of the use cases, timed where they are called."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from goodterms.usecases import collect, renew

_PARTS = (
    (renew, "due_subscriptions", "intents: claim"),
    (renew, "load_subscriptions", "intents: load"),
    (renew, "plan_renewal", "intents: decide"),
    (renew, "save", "intents: save"),
    (collect, "claim_charges", "outcomes: claim"),
    (collect, "load_subscriptions", "outcomes: load"),
    (collect, "policy_of_plan", "outcomes: find policy"),
    (collect, "decide_charge_outcome", "outcomes: decide"),
    (collect, "save", "outcomes: save"),
)


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """Collect the seconds spent in each part while inside; `finish` adds the rest."""
    took: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for module, name, label in _PARTS:
            if hasattr(module, name):
                stack.enter_context(patch.object(module, name, _watched(getattr(module, name), label, took)))
        yield took


def _watched(function: Callable[..., Any], label: str, took: dict[str, float]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            took[label] += time.perf_counter() - started

    return call
