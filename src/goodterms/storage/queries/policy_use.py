"""Where policies are used: by plans, by channels and countries of what was sold, and which rule decided how much."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import connection

from goodterms.storage.models import Plan
from goodterms.storage.policy_numbers import policy_digest, policy_number


@dataclass(frozen=True, slots=True)
class PolicyUse:
    """What is sold under a policy: plans on sale by its name, and orders by the channel and country of the buyer."""

    plans: tuple[str, ...]
    orders: int
    channels: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """How many refund requests and cancellations a rule decided, `rule` being its policy or law."""

    clause: str
    rule: str
    requests: int
    cancellations: int


_ORDERS = """
    SELECT o.policy, o.channel, coalesce(s.buyer_country, ''), count(*)
    FROM orders o JOIN subscriptions s ON s.bucket = o.bucket AND s.id = o.subscription_id
    WHERE o.bucket >= 0 GROUP BY 1, 2, 3
"""
_REQUESTS = """
    SELECT coalesce(r.verdict->>'clause', ''), coalesce(r.verdict->>'rule', ''), count(*)
    FROM refund_requests r
    WHERE r.bucket >= 0 AND r.policy_digest = %s AND r.verdict IS NOT NULL GROUP BY 1, 2
"""
_CANCELLATIONS = """
    SELECT c.clause, c.rule, count(*) FROM cancellations c
    WHERE c.bucket >= 0 AND c.rule <> '' AND EXISTS (
        SELECT FROM orders o WHERE o.bucket = c.bucket AND o.subscription_id = c.subscription_id
        AND o.policy = %s
    ) GROUP BY 1, 2
"""


def use_by_digest() -> dict[str, PolicyUse]:
    """Orders made under each version, by channel and country; plans are left to `plans_of`."""
    channels: dict[str, Counter[str]] = defaultdict(Counter)
    countries: dict[str, Counter[str]] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS)
        for policy, channel, country, count in cursor.fetchall():
            digest = policy_digest(policy)
            channels[digest][channel] += count
            countries[digest][country] += count
    return {
        digest: PolicyUse(
            (), sum(found.values()), tuple(found.most_common()), tuple(countries[digest].most_common())
        )
        for digest, found in channels.items()
    }  # fmt: skip


def plans_of(name: str) -> tuple[str, ...]:
    """The plans sold under a policy's name."""
    return tuple(Plan.objects.filter(policy_name=name).order_by("code").values_list("name", flat=True))


def clause_counts(digest: str) -> list[ClauseCount]:
    """Which rules decided what was made under a version, the busiest first."""
    requests: Counter[tuple[str, str]] = Counter()
    cancellations: Counter[tuple[str, str]] = Counter()
    with connection.cursor() as cursor:
        asked = ((requests, _REQUESTS, digest), (cancellations, _CANCELLATIONS, policy_number(digest)))
        for counter, sql, policy in asked:
            cursor.execute(sql, [policy])
            for clause, rule, count in cursor.fetchall():
                counter[clause, rule] += count
    keys = sorted({*requests, *cancellations}, key=lambda key: (-(requests[key] + cancellations[key]), key))
    return [ClauseCount(clause, rule, requests[clause, rule], cancellations[clause, rule]) for clause, rule in keys]
