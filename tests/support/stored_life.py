"""Random lives that are written down: every decision is saved as a use case would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from goodterms.domain.charging import decide_purchase
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.term import Interval
from goodterms.storage.policies import publish
from goodterms.storage.save import save
from tests.support.random_life import POLICY, RandomLife
from tests.support.samples import CUSTOMER, at, customer, subscription


@dataclass
class StoredLife(RandomLife):
    """A random life in the database."""

    @classmethod
    def bought(
        cls, months: int, minor: int = 7995, policy: Policy = POLICY, number: int = 1, owner: int = 0
    ) -> StoredLife:
        """A subscription whose first charge is open, of a customer of its own or of `owner`; policies are there."""
        start = at("2027-01-31T10:00")
        for one in {p.digest: p for p in (POLICY, policy)}.values():
            publish(one.text, at=start - timedelta(days=1), by="test", effective_at=start - timedelta(days=1))
        buyer = customer(bucket=(owner or number) % 4096, number=owner or number)
        new = subscription(
            bought_at=start, interval=Interval(months=months), price=Money(minor, "AUD"), buyer=buyer,
            number=10_000_000 + number,
        )  # fmt: skip
        if not owner:
            with transaction.atomic():
                save([Decision(inserts=(buyer,))])
        life = cls(new, start, policy=policy, ids=number * 1_000_000)
        life.apply(decide_purchase(new, POLICY, start, CUSTOMER))
        return life

    def apply(self, decision: Decision | Refusal) -> None:
        """Save what was decided, then check as ever."""
        if isinstance(decision, Decision):
            with transaction.atomic():
                save([decision])
        super().apply(decision)
