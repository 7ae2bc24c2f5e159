"""Feeding facts in tests until all that has happened is fed."""

from __future__ import annotations

import time
from collections.abc import Callable

from goodterms.storage.models_programs import FeedState

_SECONDS = 60


def feed(step: Callable[[], int]) -> None:
    """Feed until nothing is left, however long transactions of before are open.

    The first turn waits for those, and PostgreSQL counts them over all databases of a server: another process's tests
    on the same server hold it up too.
    """
    ends = time.monotonic() + _SECONDS
    while step() or FeedState.objects.filter(wanted=True, begun=False).exists():
        assert time.monotonic() < ends, "the feed has not begun"
        time.sleep(0.01)
