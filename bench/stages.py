"""Where the time of a run goes: its parts, timed where they are called, with one hand.

Of each part, seconds on the clock and seconds that this program computed: the difference is what it waited, nearly all
of it for the database.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from goodterms.storage import save
from goodterms.usecases import renew

Named = Callable[..., str]


@dataclass
class Took:
    """Seconds of a part, without those of the parts inside it."""

    clock: float = 0.0
    program: float = 0.0


def _plainly(name: str) -> Named:
    return lambda *_, **__: name


def _of_table(verb: str) -> Named:
    return lambda table, *_, **__: f"save: {verb} {table.name}"


#: Where a function is called from, and what to call the part; phases first.
_PHASES = ((renew, "_plan", "intents"), (renew, "_record", "outcomes"))
_PARTS: tuple[tuple[Any, str, Named], ...] = (
    (renew, "claim_due", _plainly("claim and load")),
    (renew, "plan_renewal", _plainly("decide")),
    (renew, "decide_charge_outcome", _plainly("decide")),
    (renew, "charge_all", _plainly("ask the gateway")),
    (renew, "save", _plainly("save: sort rows")),
    (save, "_insert", _of_table("insert")),
    (save, "_update", _of_table("update")),
)


class _Watch:
    """Knows which part is being worked on; the time of an inner part is not its outer's."""

    def __init__(self) -> None:
        self.took: dict[str, Took] = defaultdict(Took)
        self._phase = ""
        self._inside = [Took()]

    def phase(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            before, self._phase = self._phase, name
            try:
                return self._timed(f"{name}: commit and the rest", function, args, kwargs)
            finally:
                self._phase = before

        return call

    def part(self, function: Callable[..., Any], name: Named) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            label = f"{self._phase}: {name(*args, **kwargs)}" if self._phase else name(*args, **kwargs)
            return self._timed(label, function, args, kwargs)

        return call

    def _timed(self, label: str, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        clock, program = time.perf_counter(), time.thread_time()
        self._inside.append(Took())
        try:
            return function(*args, **kwargs)
        finally:
            inner = self._inside.pop()
            clock, program = time.perf_counter() - clock, time.thread_time() - program
            self._inside[-1].clock += clock
            self._inside[-1].program += program
            self.took[label].clock += clock - inner.clock
            self.took[label].program += program - inner.program


@contextmanager
def timed() -> Iterator[dict[str, Took]]:
    """Collect what each part takes while inside; a part that has gone from its place is left out."""
    watch = _Watch()
    with ExitStack() as stack:
        for module, name, label in _PHASES:
            if hasattr(module, name):
                stack.enter_context(patch.object(module, name, watch.phase(getattr(module, name), label)))
        for module, name, named in _PARTS:
            if hasattr(module, name):
                stack.enter_context(patch.object(module, name, watch.part(getattr(module, name), named)))
        yield watch.took
