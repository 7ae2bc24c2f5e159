"""Replaying the journal: whether the state of subscriptions follows from their facts, for a customer or for all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from goodterms.domain.folded_state import Difference, differences, state_of
from goodterms.domain.folding import fold
from goodterms.domain.public_id import CUSTOMER, SUBSCRIPTION, PublicIdError, decode, encode
from goodterms.storage.audit.rule import Violation
from goodterms.storage.audit.snapshot import SHOWN, snapshot
from goodterms.storage.directory import EMAIL, look_up
from goodterms.storage.load import Key, NotFound, load_customer, subscription_keys_of
from goodterms.storage.queries.journal import Remembered, every_key, remembered, subscription_count
from goodterms.usecases.world import World

#: Of how many subscriptions an audit folds the journals, unless it is asked for all.
JOURNALS: Final = 20_000
_TABLE_OF = {"request": "refund_requests"}


@dataclass(frozen=True, slots=True)
class Replayed:
    """A subscription after its facts were folded: how many, and where the state says something else."""

    bucket: int
    id: UUID
    facts: int
    parts: int
    differences: tuple[Difference, ...]

    @property
    def key(self) -> str:
        """Its public id."""
        return encode(SUBSCRIPTION, self.bucket, self.id)


def replay_customer(world: World, who: str) -> list[Replayed]:
    """Every subscription of a customer, by public id or e-mail address. Raises `NotFound`."""
    with snapshot():
        bucket, id = _customer(who)
        return [_replayed(one) for one in remembered(subscription_keys_of(bucket, id), world.now())]


def replay_all(at: datetime, most: int | None = None) -> Iterator[Violation]:
    """What does not follow from the facts, over all customers (invariant 51), up to `SHOWN`. In a snapshot.

    With `most`, about so many subscriptions a day, others each day, until all had their turn.
    """
    shown = 0
    shares = -(-subscription_count() // most) or 1 if most else 1
    for keys in every_key(at.toordinal() % shares, shares):
        for one in _whole_or_one_by_one(keys, at):
            yield one
            shown += 1
            if shown == SHOWN:
                return


def _customer(who: str) -> Key:
    try:
        found = decode(CUSTOMER, who.strip())
    except PublicIdError:
        by_address = look_up(EMAIL, who.strip())
        if by_address is None:
            raise NotFound(f"no customer {who}") from None
        found = by_address
    load_customer(*found)
    return found


def _replayed(one: Remembered) -> Replayed:
    sub = one.subscription
    stored = state_of(sub, one.cancellations, one.requests)
    found = differences(fold(one.facts), stored)
    return Replayed(sub.bucket, sub.id, len(one.facts), len(stored), tuple(found))


def _whole_or_one_by_one(keys: Sequence[Key], at: datetime) -> Iterator[Violation]:
    """The violations of a batch; where a row can not even be read, that is one, and its neighbors are looked at."""
    try:
        batch = [_replayed(one) for one in remembered(keys, at)]
    except (ValueError, LookupError, TypeError) as problem:
        if len(keys) == 1:
            key = encode(SUBSCRIPTION, *keys[0])
            yield Violation(51, "subscriptions", key, f"its rows or facts can not be read: {type(problem).__name__}")
            return
        for key_of_one in keys:
            yield from _whole_or_one_by_one([key_of_one], at)
        return
    for one in batch:
        for difference in one.differences:
            kind = difference.part[0]
            yield Violation(51, _TABLE_OF.get(kind, f"{kind}s"), one.key, str(difference))
