"""What the program logs while it is simulated: a failure that no fault explains is a finding like any other."""

from __future__ import annotations

import logging
import threading

from goodterms.simulation.stage import BrokenRuleError, Stage

#: Failures that faults lead to: the connection was lost, or another was quicker.
EXPLAINED = frozenset({"OperationalError", "InterfaceError", "StaleState", "DatabaseError"})
HELD_BACK = "nothing is sent outward"
_FAILURES = frozenset(
    {
        "row set aside", "step failed", "batch failed, going on one by one", "batch failed, going on under lock",
        "line of a statement not taken in",
    }
)  # fmt: skip


class Listener(logging.Handler):
    """Counts what is logged, and ends the run at a failure that should not happen."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.stage: Stage | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Note a line; lines of actors that unwind after a crash do not count."""
        stage = self.stage
        actor = stage.current if stage is not None else None
        if stage is None or actor is None or actor.doomed or actor.thread is not threading.current_thread():
            return
        said = record.msg if isinstance(record.msg, dict) else {"event": str(record.msg)}
        event, error = str(said.get("event")), str(said.get("error", ""))
        stage.counted[f"log: {event}"] += 1
        if event == HELD_BACK:
            stage.on_alarm()
        if event in _FAILURES and error not in EXPLAINED and stage.failure is None:
            stage.failure = BrokenRuleError("failed", f"{actor.name}: {event}: {error}", [said])
