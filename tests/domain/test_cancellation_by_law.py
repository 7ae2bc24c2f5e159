"""Cancelling where a law gives more than the policy: the better of the two holds (A27)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect
from goodterms.domain.subscription import DisplayState, EndReason, display_state
from tests.support import cancel_rules as rules
from tests.support.cancel_life import Life, canceled
from tests.support.samples import (
    at,
    bought,
    renewed,
)


@pytest.mark.parametrize(
    ("canceled_at", "until", "days"),
    [
        # Notice on 12 May runs to the end of 12 June in Berlin: 331 days of the year are left from 13 June on.
        ("2026-05-12T10:00", "2026-06-12T22:00", 331),
        # On the evening of 31 January the month ends with 28 February.
        ("2027-01-31T20:00", "2027-02-28T23:00", 70),
    ],
)
def test_germany_ends_a_renewed_year_a_month_after_notice(canceled_at: str, until: str, days: int) -> None:
    """By German law access runs on for a month and the rest of the year goes back; the policy would pay nothing."""
    sub = replace(
        renewed(bought(at("2025-05-10"), price=Money(7995, "EUR"))), buyer_country="DE", buyer_timezone="Europe/Berlin"
    )
    sub = replace(sub, orders=tuple(replace(o, buyer_timezone="Europe/Berlin") for o in sub.orders))
    life = Life("", sub, now=at(canceled_at), laws=(rules.GERMANY,), facts={"consumer": True})
    life.beside = replace(life.beside, facts={"consumer": True, "contract_made_on": date(2025, 5, 10)})
    outcome = canceled(life.cancel())
    assert (outcome.access_until, outcome.paid_back) == (at(until), Money(7995, "EUR").share(days, 365))
    proof = life.sub.cancellation
    assert proof is not None
    assert (proof.rule, proof.article) == ("test-germany@1", "par. 309 no. 9")
    life.hear()
    assert (life.sub.paid_through, life.sub.expired_at) == (at(until), None)
    assert display_state(life.sub, at(until) - timedelta(seconds=1)) is DisplayState.NON_RENEWING
    life.work(at(until))
    assert (life.sub.expired_at, life.sub.end_reason) == (at(until), EndReason.CANCELED)


def test_germany_before_the_renewed_year_has_begun() -> None:
    """Billed early and canceled at once: access runs a month from notice into the new year, the rest goes back."""
    sub = replace(renewed(bought(at("2025-05-10"), price=Money(7995, "EUR"))), buyer_country="DE")
    life = Life("", sub, now=at("2026-05-01T10:00"), laws=(rules.GERMANY,))
    life.beside = replace(life.beside, facts={"consumer": True, "contract_made_on": date(2025, 5, 10)})
    outcome = canceled(life.cancel())
    # The month ends with 1 June: 22 days of the new year are used, from 10 May to 1 June.
    assert outcome.access_until == at("2026-06-02")
    assert life.refund.effect is RefundEffect.END_LATER
    life.hear()
    assert (life.sub.terms[0].standing, life.sub.paid_through) == (True, at("2026-06-02"))


def test_france_without_notice_pays_back_the_rest_at_once() -> None:
    """By French law a renewal that was not announced ends at once; the rest of the year is paid within 30 days."""
    sub = replace(renewed(bought(at("2025-02-01"), price=Money(6000, "EUR"))), buyer_country="FR")
    life = Life("", sub, now=at("2026-05-11"), laws=(rules.FRANCE,), facts={"chatel_notice_sent_at": None})
    life.beside = replace(life.beside, facts={"consumer": True, "chatel_notice_sent_at": None})
    outcome = canceled(life.cancel())
    assert outcome.paid_back == Money(4356, "EUR")
    assert life.mail["pay_by_on"] == "2026-06-10"
    life.hear()
    assert display_state(life.sub, life.now) is DisplayState.EXPIRED


def test_france_with_notice_runs_out() -> None:
    """Announced in time, the policy's own rule holds: nothing is paid back."""
    sub = replace(renewed(bought(at("2025-02-01"))), buyer_country="FR")
    life = Life("", sub, now=at("2026-05-11"), laws=(rules.FRANCE,))
    life.beside = replace(life.beside, facts={"consumer": True, "chatel_notice_sent_at": at("2025-12-01")})
    outcome = canceled(life.cancel())
    assert (outcome.paid_back, outcome.access_until) == (None, at("2027-02-01"))
