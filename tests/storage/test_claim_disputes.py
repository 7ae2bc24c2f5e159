"""Open disputes that a gateway is to be asked about: each is taken once, and again when it has said nothing."""

from __future__ import annotations

from datetime import timedelta

from goodterms.storage.claim import claim_disputes
from goodterms.storage.models import DisputeRow
from tests.support.worlds import Sandbox


def test_a_gateway_that_says_nothing_of_a_dispute_is_asked_again_after_an_hour(sandbox: Sandbox) -> None:
    """Not every few minutes: statements and webhooks tell of it too."""
    sandbox.dispute(sandbox.sell())
    sandbox.work()
    due = DisputeRow.objects.get().check_at
    assert due is not None
    assert len(claim_disputes(due, 10, "bank")) == 1
    assert claim_disputes(due + timedelta(minutes=59), 10, "bank") == []
    assert len(claim_disputes(due + timedelta(hours=1), 10, "bank")) == 1
