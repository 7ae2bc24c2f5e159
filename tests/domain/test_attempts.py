"""What the card networks allow: no card too often, and none that said no for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from goodterms import policies
from goodterms.domain.attempts import LIMITS, AttemptLimit, next_try, too_often
from goodterms.domain.charging import decide_payment_method
from goodterms.domain.payment import Charge
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.subscription import Subscription
from tests.domain.test_renewal import CHARGE_AT, POLICY, _charged, _declined
from tests.support.rules_documents import changed, problem_at, problems_of
from tests.support.samples import CUSTOMER, after, step

VISA = AttemptLimit("Visa", 15, 30)
_REFERENCE = policies.read("reference")
_ALL = 'retry_after = ["3 days", "6 days", "9 days", "12 days"]'
_YEARLY = 'charge_before_end = "14 days"'
_REMINDED = 'announce_before_end = "30 days"'


def days(count: int, every: int = 1) -> tuple[int, ...]:
    return tuple(range(every, every * count + 1, every))


def text(retry_days: tuple[int, ...]) -> str:
    return "[" + ", ".join(f'"{day} day{"s" if day > 1 else ""}"' for day in retry_days) + "]"


@pytest.mark.parametrize(
    ("retries", "found"),
    [
        ((), None),
        ((3, 6, 9, 12), None),
        (days(14), None),
        (days(15), (VISA, 16)),
        (days(29), (VISA, 30)),
        (days(14, 2), None),
        (days(40, 2), None),
        ((20, *range(30, 45)), (VISA, 16)),
        ((1, *range(31, 46)), None),
    ],
)
def test_schedules_that_try_too_often(retries: tuple[int, ...], found: object) -> None:
    """The first attempt counts, and any thirty days in a row do."""
    assert too_often(retries) == found


def test_a_policy_that_tries_too_often_is_refused() -> None:
    """At the list that does, the common one or a schedule's own; only retries that can come count."""
    early = changed(
        _REFERENCE, (_YEARLY, 'charge_before_end = "40 days"'), (_REMINDED, 'announce_before_end = "50 days"')
    )
    wanted = "a card that says no would be tried 16 times within 30 days, and Visa allows 15; leave out 1"
    common = changed(early, (_ALL, f"retry_after = {text(days(15))}"))
    assert problem_at(common, f"retry_after = «{text(days(15))}»", wanted) in problems_of(common)
    own = changed(
        early, ('announce_before_end = "50 days"', f'announce_before_end = "50 days"\nretry_after = {text(days(15))}')
    )
    assert problems_of(own) == [problem_at(own, f"retry_after = «{text(days(15))}»", wanted)]
    fits = changed(early, (_ALL, f"retry_after = {text(days(14))}"))
    assert parse_policy(fits, "p.toml").renewal.retry_after_days == days(14)
    late = changed(_REFERENCE, (_ALL, f"retry_after = {text(days(20))}"))
    assert parse_policy(late, "p.toml"), "of twenty, thirteen come before the end of the term"


@pytest.mark.parametrize("name", policies.names())
def test_no_shipped_policy_tries_too_often(name: str) -> None:
    """Every schedule of every policy keeps within all limits."""
    renewal = parse_policy(policies.read(name), name).renewal
    assert [too_often(renewal.retries(row)) for row in renewal.schedules] == [None] * len(renewal.schedules)


def attempts(count: int, hours: int, *, card: str = "a", retryable: bool = True) -> list[Charge]:
    charge = _charged().open_charge
    assert charge is not None
    return [
        replace(charge, payment_method=card, retryable=retryable, intended_at=CHARGE_AT + timedelta(hours=hours * n))
        for n in range(count)
    ]


def test_the_limits_hold_whatever_the_schedule() -> None:
    """After ten attempts in a day it waits for the next, after fifteen in thirty days for the thirty-first."""
    soon = CHARGE_AT + timedelta(hours=12)
    assert next_try(attempts(9, 1), "a", soon) == soon
    assert next_try(attempts(10, 1), "a", soon) == CHARGE_AT + timedelta(days=1)
    later = CHARGE_AT + timedelta(days=15)
    assert next_try(attempts(14, 24), "a", later) == later
    assert next_try(attempts(15, 24), "a", later) == CHARGE_AT + timedelta(days=30)
    assert next_try(attempts(15, 24), "a", later + timedelta(days=90)) == later + timedelta(days=90)
    assert next_try(attempts(15, 24), "b", later) == later, "another card has a count of its own"
    assert {limit.attempts for limit in LIMITS} == {10, 15, 35}


def test_a_card_that_said_no_for_good_stays_out() -> None:
    """Also after another card was tried in between, and whatever it said at another time."""
    gone = [*attempts(1, 1, retryable=False), *attempts(1, 1, card="b")]
    assert next_try(gone, "a", CHARGE_AT) is None
    assert next_try(gone, "b", CHARGE_AT) == CHARGE_AT


def _other_card(sub: Subscription, card: str) -> Subscription:
    return after(decide_payment_method(sub, card, POLICY, CHARGE_AT, CUSTOMER))


def test_going_back_to_a_dead_card_charges_nothing() -> None:
    """Stolen card, another that fails, and the stolen one again: it is not tried, a third card is."""
    sub = _charged()
    first = str(sub.payment_method)
    sub = _declined(sub, CHARGE_AT, retryable=False)
    assert sub.next_step_at == sub.paid_through, "nothing comes until another card does"
    sub = step(_other_card(sub, "pm_second"), CHARGE_AT)
    sub = _declined(sub, CHARGE_AT)
    back = _other_card(sub, first)
    plan = renewal_plan(back, POLICY)
    assert plan is not None
    assert plan.charge_at is None
    assert renewal_plan(_other_card(sub, "pm_third"), POLICY).charge_at == CHARGE_AT  # type: ignore[union-attr]


def test_changing_cards_to_and_fro_is_no_way_around() -> None:
    """A customer who changes between two cards that fail has each tried ten times a day and not once more."""
    sub = _charged()
    cards = [str(sub.payment_method), "pm_second"]
    for turn in range(60):
        if sub.open_charge is None:
            sub = _other_card(sub, cards[turn % 2])
            if sub.next_step_at != CHARGE_AT:
                break
            sub = step(sub, CHARGE_AT)
        sub = _declined(sub, CHARGE_AT)
    tried = [charge.payment_method for charge in sub.charges if charge.term_number == 2]
    assert {tried.count(card) for card in cards} == {10}
    plan = renewal_plan(sub, POLICY)
    assert plan is not None
    assert plan.charge_at == CHARGE_AT + timedelta(days=1)
