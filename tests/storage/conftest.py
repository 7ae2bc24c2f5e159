"""What the tests of storage have in common."""

from __future__ import annotations

import pytest

from tests.support.samples import at


@pytest.fixture
def published(db: None) -> None:
    """The shipped policy is published, as it is wherever something is sold under it."""
    from goodterms.storage import policies  # Django must be set up before

    policies.publish(policies.shipped_policy(), at=at("2026-01-01"), by="test")
