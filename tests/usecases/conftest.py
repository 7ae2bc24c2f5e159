"""Fixtures of journeys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.smtp import sink

__all__ = ["crew", "sink"]

pytest.register_assert_rewrite("tests.support.crew")


@pytest.fixture
def crew(transactional_db: None, bank_process: Any, data_dir: Path) -> Iterator[Any]:
    """Workers that are gone after the test (`tests.support.crew`)."""
    from tests.support.crew import Crew

    data_dir.mkdir(parents=True)
    with Crew(bank_process, data_dir) as made:
        yield made
