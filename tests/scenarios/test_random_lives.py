"""Random sequences of acts on one subscription: whatever people and gateways do, the invariants hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodterms.domain.payment import RefundWay
from tests.support import second_policy as second
from tests.support.random_life import RandomLife

Act = Callable[[RandomLife], None]
WHICH = st.integers(0, 3)
CHARGED = st.sampled_from(["succeeded", "succeeded", "declined", "lost", "unknown", "not_found"])
REFUNDED = st.sampled_from(["pending", "succeeded", "rejected", "failed", "unknown", "not_found"])
PERCENT, BY_HAND = st.sampled_from([0, 0, 0, 10, 100]), st.sampled_from([1, 50, 100, 130])
WAYS = st.sampled_from([RefundWay.ORIGINAL, RefundWay.BANK_TRANSFER])


def acts() -> st.SearchStrategy[Act]:
    """One act, drawn; what moves life on comes more often than what ends it."""
    often: list[st.SearchStrategy[Act]] = [
        st.integers(1, 40).map(lambda days: lambda life: life.live(days)),
        CHARGED.map(lambda outcome: lambda life: life.settle(outcome)),
        st.tuples(WHICH, st.booleans()).map(lambda a: lambda life: life.ask(*a)),
        st.tuples(WHICH, st.booleans(), PERCENT).map(lambda a: lambda life: life.approve(*a)),
        st.tuples(WHICH, REFUNDED).map(lambda a: lambda life: life.refund_outcome(*a)),
    ]
    now_and_then: list[st.SearchStrategy[Act]] = [
        st.just(RandomLife.undo),
        st.integers(1, 3).map(lambda number: lambda life: life.card(number)),
        st.integers(1, 24 * 20).map(lambda hours: lambda life: life.wait(hours)),
        st.tuples(WHICH, st.booleans()).map(lambda a: lambda life: life.answer(*a)),
        st.tuples(WHICH, WAYS).map(lambda a: lambda life: life.another_way(*a)),
    ]
    rarely: list[st.SearchStrategy[Act]] = [
        st.just(RandomLife.work),
        st.just(RandomLife.cancel),
        st.tuples(WHICH, st.sampled_from(["decline", "retract", "reopen"])).map(lambda a: lambda life: life.close(*a)),
        st.tuples(WHICH, BY_HAND, st.booleans()).map(lambda a: lambda life: life.external(*a)),
    ]
    return st.sampled_from([*often * 6, *now_and_then * 2, *rarely]).flatmap(lambda kind: kind)


@pytest.mark.requirement("R1", "R2", "R14", "R15", "R22", "R41", "R48", "R52")
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(months=st.sampled_from([1, 12]), sequence=st.lists(acts(), min_size=5, max_size=60))
def test_whatever_happens_the_invariants_hold(months: int, sequence: list[Act]) -> None:
    """Facts fold to the state, terms never overlap, refunds never exceed the charge, the books agree."""
    life = RandomLife.bought(months)
    life.settle("succeeded")
    for act in sequence:
        act(life)
    life.check()


def _asked_and_paid(waits: int, outcome: str) -> Act:
    """The newest order asked back, answered, decided after days of waiting, and heard of from the gateway."""

    def act(life: RandomLife) -> None:
        life.ask(-1, True)
        life.answer(-1, unused=True)
        life.live(waits)
        life.settle("succeeded")
        life.approve(-1, False, 0)
        for which in range(len(life.sub.refunds)):
            life.refund_outcome(which, outcome)

    return act


def journeys() -> st.SearchStrategy[Act]:
    """Single acts, and whole requests among them."""
    asked = st.tuples(st.integers(0, 40), st.sampled_from(["pending", "succeeded", "rejected", "unknown"]))
    return st.one_of(acts(), acts(), asked.map(lambda a: _asked_and_paid(*a)))


RULES = [second.NEXT_MONTH, second.PRORATED, second.HALF, second.IF_UNUSED]


@pytest.mark.requirement("R22", "R41", "R48", "R52")
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    months=st.sampled_from([1, 12]), rules=st.sampled_from(RULES),
    sequence=st.lists(journeys(), min_size=5, max_size=50),
)  # fmt: skip
def test_under_any_policy_the_invariants_hold(months: int, rules: str, sequence: list[Act]) -> None:
    """The same where parts are paid back, access ends later, and verdicts wait for facts."""
    life = RandomLife.bought(months, policy=second.policy(rules))
    life.settle("succeeded")
    for act in sequence:
        act(life)
    life.check()
