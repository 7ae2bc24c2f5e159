"""How long a search may go on: asked of whoever knows the time, so that the search itself reads no clock."""

from __future__ import annotations

from collections.abc import Callable

Enough = Callable[[], bool]
"""Whether a search has gone on long enough; once it is, it stays so."""


class CutShortError(Exception):
    """A search was ended before it had tried everything; what it has not found may be there all the same."""


def never() -> bool:
    """A search that may take the time it needs."""
    return False


def go_on(enough: Enough) -> None:
    """To be called between the steps of a search. Raises `CutShortError` where it has gone on long enough."""
    if enough():
        raise CutShortError
