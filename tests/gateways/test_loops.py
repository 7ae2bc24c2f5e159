"""Asynchronous work is waited for whether or not an event loop runs already."""

from __future__ import annotations

import asyncio
import threading

import pytest

from goodterms.gateways.loops import run_here


async def where() -> int:
    await asyncio.sleep(0)
    return threading.get_ident()


async def fails() -> None:
    raise KeyError("gone")


def test_in_this_thread_where_no_loop_runs() -> None:
    """Nothing else is started for it."""
    assert run_here(where()) == threading.get_ident()


def test_beside_a_loop_that_runs() -> None:
    """In a thread of its own, since a loop can not be entered twice."""

    async def from_inside() -> int:
        return run_here(where())

    assert asyncio.run(from_inside()) != threading.get_ident()


def test_what_fails_is_raised() -> None:
    """In both places as it was."""

    async def from_inside() -> None:
        run_here(fails())

    with pytest.raises(KeyError, match="gone"):
        run_here(fails())
    with pytest.raises(KeyError, match="gone"):
        asyncio.run(from_inside())
