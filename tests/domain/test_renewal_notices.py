"""Announcing under laws that have windows of their own, and raising a price: who is told what, when, and pays what."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from goodterms.domain.decision import Decision
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy, PriceChange
from goodterms.domain.reminders import notices_for
from goodterms.domain.renewal import plan_renewal, renewal_plan
from goodterms.domain.subscription import Subscription
from tests.support import cancel_rules as rules
from tests.support.samples import after, at, bought, paid, reference, renewed

BOUGHT_AT = at("2026-01-10T09:00")
END = at("2027-01-10T09:00")
CHARGE_AT = END - timedelta(days=14)  # 27 December: France's window is from 27 September to 27 November
FRENCH_AT = at("2026-11-24T09:00")  # the latest, at the policy's time of day, that leaves three days of the window
OWN_AT = END - timedelta(days=30)
DAY = timedelta(days=1)
PRICE = Money(7995, "AUD")
DEARER = Money(8995, "AUD")


def _french(**more: Any) -> Subscription:
    laws = rules.laws(rules.FRANCE).laws
    found = notices_for(laws, interval=bought(BOUGHT_AT).interval, country="FR", state=None, on=BOUGHT_AT.date())
    return replace(bought(BOUGHT_AT, **more), notices=found, buyer_country="FR")


def _next(
    sub: Subscription, now: datetime | None = None, policy: Policy | None = None
) -> tuple[Subscription, Decision]:
    when = now or sub.next_step_at
    assert when is not None
    decision = plan_renewal(sub, policy or reference(), when)
    return after(decision), decision


def _said(decision: Decision) -> dict[str, Any]:
    (fact,) = decision.facts
    return dict(fact.data)


def test_the_french_notice_and_the_policys_own_are_two_mails() -> None:
    """The first binds the amount; the second repeats amount and date on the policy's own day; then it is charged."""
    sub = _french()
    told = []
    sub = replace(sub, next_step_at=after(plan_renewal(sub, reference(), BOUGHT_AT)).next_step_at)
    while sub.open_charge is None:
        when = sub.next_step_at
        assert when is not None
        sub, decision = _next(sub)
        told += [(when, _said(decision).get("notices"), m.data["charge_at"]) for m in decision.messages]
    assert [(when, names) for when, names, _ in told] == [(FRENCH_AT, ["test-france@1 RENEWAL"]), (OWN_AT, [])]
    assert {charge_at for _, _, charge_at in told} == {"2026-12-27T09:00:00Z"}
    assert (sub.charges[-1].intended_at, sub.charges[-1].amount) == (CHARGE_AT, PRICE)


def test_the_first_mail_binds_the_amount_of_the_second() -> None:
    """A price that rises between the two mails does not rise in the second."""
    sub, _ = _next(_french(), FRENCH_AT)
    sub = replace(sub, price=DEARER)
    sub, decision = _next(sub, OWN_AT)
    assert decision.messages[0].data["amount_minor"] == PRICE.minor
    assert sub.announced is not None
    assert (sub.announced.at, sub.announced.again_at, sub.announced.amount) == (FRENCH_AT, OWN_AT, PRICE)
    sub, _ = _next(sub, CHARGE_AT)
    assert sub.charges[-1].amount == PRICE


def test_a_standstill_is_caught_up_by_one_mail_and_named() -> None:
    """After weeks without a worker one mail stands for both; the window that nobody reached is named as missed."""
    sub, decision = _next(_french(), OWN_AT + 7 * DAY)
    assert (_said(decision)["notices"], _said(decision)["missed"]) == ([], ["test-france@1 RENEWAL"])
    plan = renewal_plan(sub, reference())
    assert plan is not None
    assert (plan.mail_at, plan.charge_at) == (None, CHARGE_AT)


def test_a_standstill_before_the_second_mail_keeps_the_order() -> None:
    """With the first mail out, a standstill over the second and the charge sends the mail first and charges after."""
    sub, _ = _next(_french(), FRENCH_AT)
    late = CHARGE_AT + DAY
    sub, mail = _next(sub, late)
    assert ([m.kind for m in mail.messages], sub.open_charge, sub.next_step_at) == (
        ["renewal_coming"],
        None,
        CHARGE_AT,
    )
    assert "missed" not in _said(mail)
    sub, _ = _next(sub, late)
    assert sub.charges[-1].intended_at == late


def test_a_charge_counts_its_notice_from_the_first_mail() -> None:
    """A second mail just before the charge does not move it."""
    sub, _ = _next(_french(), FRENCH_AT)
    sub, _ = _next(sub, CHARGE_AT - timedelta(hours=1))
    assert sub.next_step_at == CHARGE_AT


def test_a_first_mail_right_before_the_charge_moves_it() -> None:
    """Without any mail before, the charge waits for the policy's notice."""
    sub, _ = _next(_french(), CHARGE_AT + DAY)
    assert sub.next_step_at == CHARGE_AT + 4 * DAY


def test_windows_that_can_not_be_reached_are_named_with_the_first_mail() -> None:
    """A month is too short for France's window: the mail says so in its fact, and goes out as the policy has it."""
    laws = rules.laws(rules.FRANCE).laws
    month = bought(BOUGHT_AT, interval=replace(bought(BOUGHT_AT).interval, months=1))
    found = notices_for(laws, interval=month.interval, country="FR", state=None, on=BOUGHT_AT.date())
    sub, decision = _next(replace(month, notices=found))
    assert list(_said(decision)["impossible"]) == ["test-france@1 RENEWAL"]
    assert sub.announced is not None
    assert sub.announced.at == at("2026-02-10T09:00") - 21 * DAY


def _dearer(notice: int, consent: Any = "not_needed") -> Policy:
    return replace(reference(), price_change=PriceChange(notice, consent))


@pytest.mark.parametrize(
    ("policy", "told", "paid_then"),
    [
        pytest.param(reference(), DEARER, [DEARER, DEARER], id="no-rule"),
        pytest.param(_dearer(16), DEARER, [DEARER, DEARER], id="told-in-time"),
        pytest.param(_dearer(17), PRICE, [PRICE, DEARER], id="told-too-late"),
        pytest.param(_dearer(10, "needed"), PRICE, [PRICE, PRICE], id="never-agreed"),
    ],
)
def test_a_higher_price_has_to_be_told_in_time(policy: Policy, told: Money, paid_then: list[Money]) -> None:
    """Announced 16 days before the charge: with a longer notice the old price is charged once more, then the new."""
    sub = replace(bought(BOUGHT_AT), price=DEARER)
    amounts, first = [], None
    for _ in range(2):
        while sub.open_charge is None:
            sub, decision = _next(sub, policy=policy)
            first = first or decision
        amounts.append(sub.open_charge.amount)
        sub = paid(sub, sub.open_charge.intended_at)
        sub = replace(sub, price=DEARER)
    assert amounts == paid_then
    assert first is not None
    assert first.messages[0].data["amount_minor"] == told.minor
    assert first.messages[0].data.get("price_after_minor") == (DEARER.minor if paid_then == [PRICE, DEARER] else None)


def test_a_lower_price_needs_no_notice() -> None:
    """A price that falls is charged at once, under any rule."""
    sub = replace(renewed(bought(BOUGHT_AT)), price=Money(5995, "AUD"))
    plan = renewal_plan(sub, _dearer(300))
    assert plan is not None
    assert plan.amount == Money(5995, "AUD")


def test_a_late_mail_tells_too_late() -> None:
    """Planned in time and sent a day late, the mail announces the old price: what was sent counts, not the plan."""
    sub = replace(bought(BOUGHT_AT), price=DEARER)
    _, decision = _next(sub, OWN_AT + DAY, _dearer(16))
    assert decision.messages[0].data["amount_minor"] == PRICE.minor
