"""What asking for a refund would lead to, shown before it is asked for. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from goodterms.domain.business_days import add_business_days
from goodterms.domain.case import Verdict
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.judging.known_facts import asked_of_customer, facts_asked
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, RefundEffect
from goodterms.domain.policy import Policy
from goodterms.domain.refundability import Beside, Effect, access_after, effect_by, effect_of, judge
from goodterms.domain.rules import Fact
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_subscription, subscription_of
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.requests import open_request_of
from goodterms.usecases.beside import beside_of
from goodterms.usecases.reckoning import Line, reckoning
from goodterms.usecases.world import World, calendar_for


@dataclass(frozen=True, slots=True)
class RefundPreview:
    """What a granted request would do to an order's money and term.

    `amount` is what the verdict grants; where it does not grant, all that is left of the payment. `reckoning` tells
    how a part of the payment comes about. `access_until` is exclusive and None when access would end with the refund.
    `asked` are the questions the verdict waits for, as far as a customer can answer. `answer_by_on` is the promised
    day of the decision. `open_request` is the request that exists already.
    """

    subscription: Subscription
    order: Order
    policy: Policy
    beside: Beside
    verdict: Verdict
    effect: RefundEffect
    amount: Money
    reckoning: tuple[Line, ...]
    access_until: datetime | None
    asked: tuple[Fact, ...]
    answer_by_on: date
    open_request: UUID | None

    @property
    def granted(self) -> bool:
        """Whether it would be granted, with something to pay back."""
        return self.verdict.outcome == "grant" and self.amount.minor > 0


def preview_refund_request(world: World, bucket: int, order_id: UUID) -> RefundPreview:
    """The verdict if it were asked for now, and the effect of granting it (R42-R47). Raises `NotFound`."""
    now = world.now()
    subscription = load_subscription(bucket, subscription_of("orders", bucket, order_id), at=now, lock=False)
    order = next(o for o in subscription.orders if o.id == order_id)
    policy = policy_by_digest(order.policy_digest)
    beside = beside_of(subscription, order, policy, now, now)
    verdict = judge(subscription, order, policy, now, beside=beside)
    granted = verdict.outcome == "grant"
    effect = effect_by(subscription, order, now, verdict) if granted else Effect(
        effect_of(subscription, order, now, whole=True)
    )  # fmt: skip
    today = local_date(now, counting_zone(policy.counting, None))
    return RefundPreview(
        subscription, order, policy, beside, verdict, effect.kind, verdict.amount if granted else order.refundable,
        reckoning(subscription, order, (verdict.clause, verdict.rule), policy, beside, now) if granted else (),
        access_after(subscription, order, effect),
        asked_of_customer(facts_asked(verdict.missing, policy, beside.laws)),
        add_business_days(today, policy.refund.decide_within_business_days, calendar_for(policy, now)),
        open_request_of(bucket, order_id),
    )  # fmt: skip
