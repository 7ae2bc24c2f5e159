"""Folding the journal: the state of every customer follows from it, and what does not is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.storage.audit.snapshot import snapshot
from goodterms.storage.load import NotFound
from goodterms.usecases import cancel, review
from goodterms.usecases.audit.replay import replay_all, replay_customer
from tests.support.worlds import Sale, Sandbox

AGENT = Actor("agent", "sam@desk.example")


@pytest.fixture
def lived(sandbox: Sandbox) -> Sale:
    """A subscription that was renewed, canceled, kept after all, asked back, declined and then refunded."""
    sale = sandbox.sell(plan="shield-month", minor=995, months=1)
    sandbox.live(35)
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=AGENT, channel="support")
    assert isinstance(cancel.undo(sandbox.world, sale.bucket, sale.subscription_id, actor=AGENT), Decision)
    request = sale.ask_refund()
    assert isinstance(review.approve(sandbox.world, request.bucket, request.id, actor=AGENT), Decision)
    sandbox.live(12)
    return sale


def test_the_state_follows_from_the_facts(lived: Sale, sandbox: Sandbox) -> None:
    """By e-mail and by public id; terms, orders, charges, refunds, cancellations and requests."""
    by_mail = replay_customer(sandbox.world, lived.customer.email)
    assert by_mail == replay_customer(sandbox.world, lived.customer_public_id)
    (one,) = by_mail
    assert one.differences == ()
    assert one.facts > 12
    assert one.parts >= 10
    with snapshot():
        assert list(replay_all(sandbox.now)) == []
    with pytest.raises(NotFound):
        replay_customer(sandbox.world, "nobody@example.org")


def test_a_large_database_is_replayed_by_shares(
    sandbox: Sandbox, pg_owner: psycopg.Connection[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others each day, all of them in as many days as there are shares."""
    for bucket in (1, 2, 4, 9):
        sandbox.world = replace(sandbox.world, draw_bucket=lambda bucket=bucket: bucket)
        sandbox.sell(sandbox.customer(f"c{bucket}@example.org"))
    pg_owner.execute("UPDATE orders SET tax_minor = tax_minor + 1")
    found: list[set[str]] = []
    for days in range(4):
        with snapshot():
            found.append({one.key for one in replay_all(sandbox.now + timedelta(days=days), 1)})
    assert sorted(map(len, found)) == [0, 1, 1, 2]
    assert len(set().union(*found)) == 4
    with snapshot():
        assert len({one.key for one in replay_all(sandbox.now, 4)}) == 4


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE terms SET revoked_at = revoked_at + interval '1 hour' WHERE revoked_at IS NOT NULL", "revoked_at"),
        ("UPDATE orders SET tax_minor = tax_minor + 1 WHERE term_number = 1", "tax_minor"),
        ("UPDATE charges SET gateway_ref = 'other' WHERE term_number = 1", "gateway_ref"),
        ("UPDATE refunds SET bank_reference = 'other'", "bank_reference"),
        ("UPDATE cancellations SET channel = 'account' WHERE undone_at IS NOT NULL", "channel"),
        ("UPDATE refund_requests SET decided_by = 'agent:other'", "decided_by"),
        ("UPDATE subscriptions SET end_reason = 'not_charged'", "end_reason"),
    ],
)  # fmt: skip
def test_what_does_not_follow_is_named(
    lived: Sale, sandbox: Sandbox, pg_owner: psycopg.Connection[object], statement: str, said: str
) -> None:
    """Every kind of part, changed by hand, is found with its value by the facts and in the state."""
    assert pg_owner.execute(statement).rowcount >= 1  # type: ignore[call-overload]
    (one,) = replay_customer(sandbox.world, lived.customer.email)
    assert [difference.value for difference in one.differences] == [said]
    with snapshot():
        (found,) = list(replay_all(sandbox.now))
    assert found.invariant == 51
    assert found.key == lived.public_id
    assert said in found.detail
