"""Fixtures of journeys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.deciding import Deciding
from tests.support.smtp import sink

if TYPE_CHECKING:
    from tests.support.worlds import Sandbox  # needs Django set up, which comes after this file

__all__ = ["file", "gateway", "sink"]


@pytest.fixture
def file(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Where this host remembers the database; the sandbox's world looks there too."""
    place = tmp_path / "fence.json"
    sandbox.world.fence.file = place
    assert sandbox.world.held() is None
    return place


@pytest.fixture
def gateway(sandbox: Sandbox, settings: Any) -> Deciding:
    """The sandbox's gateway, which can be slow, silent or forgetful; mails stay in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    made = Deciding(sandbox.world.gateways["bank"])
    sandbox.world = replace(sandbox.world, gateways={"bank": made})
    return made
