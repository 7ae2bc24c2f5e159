"""A clock that never goes back, moved by hand: for what is remembered or counted for some seconds."""

from __future__ import annotations


class Ticking:
    """Stands in for `wiring.elapsed`."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def go(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds
