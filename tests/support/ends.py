"""Whether the end of a history, which is all that the renewal run reads, decides as the whole history does."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from goodterms.domain.decision import Decision
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import replace
from goodterms.storage.load import load_subscription
from goodterms.storage.load_due import claim_due
from goodterms.storage.policies import policy_of_plan

_HISTORY = {"terms": (), "orders": (), "charges": (), "refunds": (), "cancellation": None}


def without_history(decision: Decision) -> Decision:
    """A decision with the rows that are written, without what hangs on them in memory."""
    kept = (replace(row, **_HISTORY) if isinstance(row, Subscription) else row for row in decision.updates)
    return replace(decision, updates=tuple(kept), outcome=None)


def assert_the_end_decides(bucket: int, id: UUID, now: datetime) -> None:
    """Plan a subscription's next step from the end of its history and from all of it, and compare what is written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE subscriptions SET next_step_at = NULL WHERE bucket <> %s OR id <> %s", [bucket, id])
            cursor.execute(
                "UPDATE subscriptions SET next_step_at = %s WHERE bucket = %s AND id = %s", [now, bucket, id]
            )
        (short,) = claim_due(now, 2)
        whole = load_subscription(bucket, id, at=now, lock=False)
        policy = policy_of_plan(whole.plan, now)
        plain = {field.name for field in fields(Subscription)} - _HISTORY.keys()
        assert {name: getattr(short, name) for name in plain} == {name: getattr(whole, name) for name in plain}
        assert without_history(plan_renewal(short, policy, now)) == without_history(plan_renewal(whole, policy, now))
        transaction.set_rollback(True)
