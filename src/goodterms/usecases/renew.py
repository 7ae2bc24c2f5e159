"""The renewal run: announce, commit charge intents, expire; whatever is due, in batches, on any number of workers."""

from __future__ import annotations

from django.db import transaction

from goodterms.domain.renewal import plan_renewal
from goodterms.storage.claim import due_subscriptions
from goodterms.storage.load import load_subscriptions
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.save import save
from goodterms.usecases.world import World


def renew_due(world: World, limit: int = 500) -> int:
    """Decide every subscription whose next step is due, up to `limit`; returns how many.

    Claim, load, decide and save are one transaction; what it commits are intents, sent afterwards by `collect`.
    """
    now = world.now()
    with transaction.atomic():
        keys = due_subscriptions(now, limit)
        subscriptions = load_subscriptions(keys, at=now, lock=False)  # the claim holds the locks
        policies = {plan: policy_of_plan(plan, now) for plan in {s.plan for s in subscriptions}}
        save([plan_renewal(s, policies[s.plan], now) for s in subscriptions])
    return len(keys)
