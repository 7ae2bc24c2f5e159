"""What asking for a refund would lead to, shown before it is asked for. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from goodterms.domain.business_days import add_business_days
from goodterms.domain.clauses import Verdict
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, RefundEffect
from goodterms.domain.policy import Policy
from goodterms.domain.refundability import effect_of, judge, running_end, term_of
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_subscription, subscription_of
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.requests import open_request_of
from goodterms.usecases.world import World, calendar_for


@dataclass(frozen=True, slots=True)
class RefundPreview:
    """What a granted request would do to an order's money and term.

    `access_until` is exclusive and None when access would end with the refund. `answer_by_on` is the promised day of
    the decision. `open_request` is the request that exists already.
    """

    subscription: Subscription
    order: Order
    policy: Policy
    verdict: Verdict
    effect: RefundEffect
    amount: Money
    access_until: datetime | None
    answer_by_on: date
    open_request: UUID | None


def preview_refund_request(world: World, bucket: int, order_id: UUID) -> RefundPreview:
    """The verdict if it were asked for now, and the effect of granting it (R42-R47). Raises `NotFound`."""
    now = world.now()
    subscription = load_subscription(bucket, subscription_of("orders", bucket, order_id), at=now, lock=False)
    order = next(o for o in subscription.orders if o.id == order_id)
    policy = policy_by_digest(order.policy_digest)
    effect = effect_of(subscription, order, now, whole=True)
    access_until = None if effect is RefundEffect.REVOKE_TERM else subscription.paid_through
    if effect is RefundEffect.DROP_TERM:
        access_until = running_end(subscription, term_of(subscription, order))
    today = local_date(now, counting_zone(policy.counting, None))
    return RefundPreview(
        subscription, order, policy, judge(subscription, order, policy, now), effect, order.refundable, access_until,
        add_business_days(today, policy.refund.decide_within_business_days, calendar_for(policy, now)),
        open_request_of(bucket, order_id),
    )  # fmt: skip
