"""Planning anew: when a policy or a law takes effect, renewals that were planned before follow it too.

The next step of a subscription is a column, reckoned when it was last decided on. A rule that takes effect afterwards
may want the renewal announced earlier: every subscription is looked at once, in batches, by any worker.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from goodterms.domain.decision import Decision, Draft
from goodterms.domain.facts import SYSTEM
from goodterms.domain.policy import Policy
from goodterms.domain.renewal import next_step_at, settle
from goodterms.domain.subscription import Subscription
from goodterms.storage.claim import planned_subscriptions
from goodterms.storage.load import Key, load_subscriptions
from goodterms.storage.notices import laws_in_force
from goodterms.storage.policies import digests_in_force, policy_of_plan
from goodterms.storage.save import save
from goodterms.storage.statement import cursor_of, move_cursor
from goodterms.usecases.world import World

#: Where it is written down how far the subscriptions follow which rules: beside the statements of gateways.
MARK = "rules in force"
_DONE = "done"


def replan_due(world: World, limit: int = 500) -> int:
    """Look at the next subscriptions that have not followed the rules in force yet; returns how many there were.

    Nobody is told anything by this: a step that is due earlier now is done when the worker comes to it.
    """
    now = world.now()
    rules, seen = _rules(now), cursor_of(MARK)
    after = _after(seen, rules)
    if after == _DONE:
        return 0
    assert not isinstance(after, str)
    with transaction.atomic():
        keys = planned_subscriptions(now, after, limit)
        subscriptions = load_subscriptions(keys, at=now, lock=False)  # the selection holds the locks
        policies = {plan: policy_of_plan(plan, now) for plan in dict.fromkeys(s.plan for s in subscriptions)}
        save([d for s in subscriptions if (d := _planned_anew(s, policies[s.plan], now)) is not None])
    place = f"{keys[-1][0]} {keys[-1][1].hex}" if len(keys) == limit else _DONE
    move_cursor(MARK, seen, f"{rules} {place}")
    return len(keys)


def _planned_anew(subscription: Subscription, policy: Policy, now: datetime) -> Decision | None:
    if next_step_at(subscription, policy) == subscription.next_step_at:
        return None
    return settle(Draft(subscription, now=now, actor=SYSTEM, policy_digest=policy.digest), policy)


def _rules(now: datetime) -> str:
    """A short digest of every rule that plans renewals at an instant."""
    named = "\n".join((*digests_in_force(now), *laws_in_force(now)))
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _after(seen: str | None, rules: str) -> Key | str | None:
    """The key to go on after; "done" when all follow these rules, None for the first."""
    known, _, place = (seen or "").partition(" ")
    if known != rules or not place:
        return None
    if place == _DONE:
        return _DONE
    bucket, _, id = place.partition(" ")
    return int(bucket), UUID(hex=id)
