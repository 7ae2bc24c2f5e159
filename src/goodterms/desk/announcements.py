"""When the next renewal is announced: the policy's own day, the windows of laws, and those that nothing reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from goodterms.domain.policy import Policy
from goodterms.domain.reminders import Impossible
from goodterms.domain.renewal import RenewalPlan, reminder_plan
from goodterms.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Announced:
    """A mail that is planned or was sent; `names` are the notices of laws it satisfies, `own` the policy's own day."""

    at: datetime
    sent_at: datetime | None
    names: tuple[str, ...]
    own: bool


def announcements_of(
    subscription: Subscription, policy: Policy, plan: RenewalPlan | None
) -> tuple[list[Announced], tuple[Impossible, ...]]:
    """The mails about the next renewal in order, and the windows that none can reach; nothing where no law has one."""
    last = subscription.latest_paid_term
    if plan is None or last is None or subscription.notices is None:
        return [], ()
    told = subscription.announced.told if subscription.announced is not None and plan.announced else ()
    reminders = reminder_plan(subscription, policy, last)
    shown = [
        Announced(one.at, next((at for at in told if one.at <= at), None), one.satisfies, one.own)
        for one in reminders.reminders
    ]
    return shown, reminders.impossible
