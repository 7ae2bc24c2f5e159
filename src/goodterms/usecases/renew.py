"""The renewal run: announce, commit charge intents, expire; whatever is due, in batches, on any number of workers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from goodterms.domain.renewal import plan_renewal
from goodterms.storage.claim import due_subscriptions
from goodterms.storage.load import Key, load_subscriptions
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.save import save
from goodterms.usecases.world import World


def renew_due(world: World, limit: int = 500) -> int:
    """Decide every subscription whose next step is due, up to `limit`; returns how many.

    Claim, load, decide and save are one transaction; what it commits are intents, sent afterwards by `collect`.
    """
    return _renew(world.now(), limit, None)


def renew_one(world: World, bucket: int, id: UUID) -> int:
    """The same for one subscription; 0 when it is not due any more or another worker has it."""
    return _renew(world.now(), 1, (bucket, id))


def _renew(now: datetime, limit: int, only: Key | None) -> int:
    with transaction.atomic():
        keys = due_subscriptions(now, limit, only=only)
        subscriptions = load_subscriptions(keys, at=now, lock=False)  # the claim holds the locks
        policies = {plan: policy_of_plan(plan, now) for plan in {s.plan for s in subscriptions}}
        save([plan_renewal(s, policies[s.plan], now) for s in subscriptions])
    return len(keys)
