"""A policy that charges when the term ends: one attempt at that very end, and none of the ways to lose it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodterms import policies
from goodterms.domain.cancellation import not_cancelable
from goodterms.domain.charging import ChargeResult, decide_charge_outcome, still_wanted
from goodterms.domain.payment import CHARGED_AT_THE_END_WITHIN, Charge
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.renewal import plan_renewal, renewal_plan
from goodterms.domain.subscription import EndReason, Subscription
from goodterms.domain.term import Interval
from tests.support import samples

YEAR = Interval(months=12)
BOUGHT = samples.at("2026-05-10T00:00:00Z")
AT_THE_END = [
    name for name in policies.names() if parse_policy(policies.read(name), name).renewal.lead_days(YEAR) == 0
]
SECOND = timedelta(seconds=1)


def _announced(policy: Policy) -> Subscription:
    sub = samples.bought(BOUGHT)
    plan = renewal_plan(sub, policy)
    assert plan is not None
    return samples.after(plan_renewal(sub, policy, plan.announce_at))


def _charges(sub: Subscription, policy: Policy, seconds: int) -> list[Charge]:
    at = sub.terms[-1].ends_at + seconds * SECOND
    return [row for row in plan_renewal(sub, policy, at).inserts if isinstance(row, Charge)]


@pytest.mark.parametrize("name", AT_THE_END)
def test_a_renewal_without_a_lead_is_charged_at_the_end(name: str) -> None:
    """Not a second before; at the end, or a little later, once; a day later it has expired."""
    policy = parse_policy(policies.read(name), name)
    sub = _announced(policy)
    end = sub.terms[-1].ends_at
    late = int(CHARGED_AT_THE_END_WITHIN.total_seconds())

    assert sub.next_step_at == end
    assert not _charges(sub, policy, -1)
    for seconds in (0, 60, late - 1):
        assert [charge.term_number for charge in _charges(sub, policy, seconds)] == [2]
    assert not _charges(sub, policy, late)
    gone = samples.after(plan_renewal(sub, policy, end + CHARGED_AT_THE_END_WITHIN))
    assert gone.end_reason is EndReason.NOT_CHARGED


def test_the_charge_is_sent_though_its_term_has_begun_and_then_no_more() -> None:
    """What was intended at the end is still wanted an hour later, not a day later, and never once canceled."""
    policy = parse_policy(policies.read("steam"), "steam")
    sub = _announced(policy)
    (charge,) = _charges(sub, policy, 30)

    assert still_wanted(charge, charge.starts_at + timedelta(hours=1), auto_renew=True)
    assert not still_wanted(charge, charge.starts_at + CHARGED_AT_THE_END_WITHIN, auto_renew=True)
    assert not still_wanted(charge, charge.starts_at, auto_renew=False)


def test_a_declined_charge_at_the_end_is_not_repeated() -> None:
    """Access has ended with the term: it expires, and says why."""
    policy = parse_policy(policies.read("steam"), "steam")
    sub = _announced(policy)
    end = sub.terms[-1].ends_at
    trying = samples.after(plan_renewal(sub, policy, end))
    charge = trying.open_charge
    assert charge is not None
    no = ChargeResult("declined", code="card_declined")
    declined = samples.after(decide_charge_outcome(trying, charge, no, policy, end + SECOND))

    after = samples.after(plan_renewal(declined, policy, end + 2 * SECOND))

    assert after.end_reason is EndReason.PAYMENT_FAILED


def test_until_that_charge_is_begun_it_can_be_canceled() -> None:
    """A second after the end nobody is told that nothing will be charged while it still will be."""
    policy, reference = parse_policy(policies.read("steam"), "steam"), samples.reference()
    sub = _announced(policy)
    just_after = sub.terms[-1].ends_at + SECOND

    assert not_cancelable(sub, policy, just_after) is None
    assert not_cancelable(sub, policy, sub.terms[-1].ends_at + CHARGED_AT_THE_END_WITHIN) is not None
    assert not_cancelable(sub, reference, just_after) is not None
