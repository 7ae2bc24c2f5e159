"""Faults planted in our own code, one at a time: each must be found, or the search proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

PLANTS: dict[str, object] = {}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Run with a fault in place; "" is the code as it is. Raises KeyError for a name nobody knows."""
    if not name:
        yield
        return
    raise KeyError(name)
