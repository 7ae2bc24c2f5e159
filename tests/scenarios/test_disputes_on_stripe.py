"""The journeys of disputes and refunds, played through Stripe's adapter: they read abilities, never names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.scenarios import test_disputes as disputes
from tests.support.worlds import Sandbox

JOURNEYS = [
    disputes.test_a_dispute_that_is_won_changes_nothing_in_the_end,
    disputes.test_a_lost_dispute_ends_what_a_refund_would,
    disputes.test_a_reversed_dispute_brings_everything_back,
    disputes.test_a_dispute_freezes_open_requests,
    disputes.test_a_refund_on_its_way_and_a_dispute_pay_once,
    disputes.test_a_refund_whose_request_is_lost_before_the_dispute,
    disputes.test_a_dispute_of_what_was_paid_back_is_kept_apart,
    disputes.test_a_dispute_nobody_told_of_again_is_asked_about,
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda one: one.__name__.removeprefix("test_"))
def test_on_stripe(stripe_sandbox: Sandbox, journey: Callable[[Sandbox], None]) -> None:
    """The same, with another gateway."""
    journey(stripe_sandbox)
