"""The bank's webhooks: late, twice, in another order, under a new name, or never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, connections

from goodterms.simulation.bank import SIGNATURE
from goodterms.simulation.books import Booked, BookedCharge, BookedRefund
from goodterms.simulation.stage import Actor, Stage
from goodterms.usecases.webhooks_in import receive
from goodterms.usecases.world import World


class Bell:
    """Rings for what has changed at the bank; each delivery is a request to a web process of ours."""

    def __init__(self, stage: Stage, world: Callable[[], World]) -> None:
        self.stage = stage
        self.world = world
        self._rung = 0

    def ring(self, it: Booked) -> None:
        """Tell of a change, perhaps; nobody waits for it."""
        choose, odds = self.stage.choices, self.stage.odds["webhooks"]
        kind = "charge" if isinstance(it, BookedCharge) else "refund" if isinstance(it, BookedRefund) else "dispute"
        self._rung += 1
        event = f"evt_{self._rung:06d}"
        if choose.chance("webhook dropped", 0.1 * odds):
            self.stage.counted["webhooks dropped"] += 1
            return
        times = 1 + choose.chance("webhook twice", 0.2 * odds)
        for copy in range(times):
            name = f"{event}n" if copy and choose.chance("webhook renamed", 0.3) else event
            late = choose.one_of("webhook late", (0, 1, 1, 60, 3600, 40 * 3600)) if odds else 1
            self._deliver(
                f"hook-{self._rung}{'b' * copy}", f"{name} {kind} {it.ref}".encode(), timedelta(seconds=late)
            )

    def _deliver(self, name: str, body: bytes, late: timedelta) -> None:
        def body_of_actor(_actor: Actor) -> None:
            try:
                receive(self.world(), "bank", {"Signature": SIGNATURE}, body)
                self.stage.counted["webhooks"] += 1
            except (OperationalError, InterfaceError):
                connection.close()  # the bank sees an error, and this one is not sent again
            finally:
                connections.close_all()

        self.stage.enter(name, name, body_of_actor, at=self.stage.now + late)
