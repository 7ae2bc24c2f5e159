"""What comes next in the demo, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from goodterms.domain.renewal import renewal_plan
from goodterms.domain.subscription import Subscription, access_end
from goodterms.storage.load import load_subscription
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.queries.due import next_due


@dataclass(frozen=True, slots=True)
class Coming:
    """The next thing that happens by itself, to whom, and when."""

    at: datetime
    who: str
    words: str


def coming(now: datetime) -> Coming | None:
    """The next step of a subscription or charge after `now`; None when nothing is coming."""
    due = next_due(now, watched=False)
    if due is None or due.subscription_id is None:
        return None
    subscription = load_subscription(due.bucket, due.subscription_id, at=now, lock=False)
    words = "the bank is asked what became of a charge" if due.what == "charge" else _step(subscription, due.at)
    return Coming(due.at, subscription.buyer_name, words)


def _step(subscription: Subscription, at: datetime) -> str:
    end = access_end(subscription.terms)
    if end is not None and at >= end:
        return "access ends"
    plan = renewal_plan(subscription, policy_of_plan(subscription.plan, at))
    if plan is None or not plan.announced:
        return "the coming renewal is announced by mail"
    if subscription.declined_attempts(subscription.next_number):
        return "the declined card is tried again"
    return "the next term is charged"
