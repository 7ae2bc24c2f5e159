"""The case of a cancellation that had to wait, because a refund of the same order was asked for before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from goodterms.domain.cancellation_case import decide_owed_case
from goodterms.storage.load import load_request, load_subscription, subscription_of
from goodterms.storage.policies import policy_by_digest, policy_of_plan
from goodterms.storage.save import save
from goodterms.usecases.beside import beside_of
from goodterms.usecases.world import calendar_for


def open_owed_case(bucket: int, request_id: UUID, now: datetime) -> None:
    """Open what a standing cancellation still owes once this request is closed, if it owes anything.

    To be called in the transaction that closed the request, after that was saved. Raises `NotFound`.
    """
    id = subscription_of("refund_requests", bucket, request_id)
    subscription = load_subscription(bucket, id, at=now, lock=True)
    canceled = subscription.cancellation
    request = load_request(bucket, request_id)
    if canceled is None or canceled.request_id is not None or request.state.open:
        return
    order = next(o for o in subscription.orders if o.id == request.order_id)
    policy = policy_by_digest(order.policy_digest)
    decision = decide_owed_case(
        subscription, order, request, policy, policy_of_plan(subscription.plan, now), now,
        calendar=calendar_for(policy, now, canceled.requested_at),
        beside=beside_of(subscription, order, policy, canceled.requested_at, now),
    )  # fmt: skip
    if decision is not None:
        save([decision])
