"""The feed of facts, brought up to date."""

from __future__ import annotations

import time

from goodterms.storage.models_programs import FeedState, FeedWaiting
from goodterms.usecases.webhooks.deliver import feed_due
from goodterms.usecases.world import World


def feed_all(world: World) -> None:
    """Feed every fact so far, where facts are wanted.

    The first feeding waits for older transactions, and those of other databases of the same server count as well: so
    tests that run beside this one can keep it waiting.
    """
    deadline = time.monotonic() + 60
    while True:
        while feed_due(world):
            pass
        wanted = FeedState.objects.filter(wanted=True).first()
        if wanted is None or (wanted.begun and not FeedWaiting.objects.exists()):
            return
        assert time.monotonic() < deadline
        time.sleep(0.02)
