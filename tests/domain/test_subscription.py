"""A subscription at an instant: its state, its latest paid term, and the term that comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from goodterms.domain.payment import CANCELED_BEFORE_SENT, ChargeState, RefundState
from goodterms.domain.subscription import DisplayState, Subscription, access_end, display_state
from goodterms.domain.term import Term
from tests.support.refunds import Books
from tests.support.samples import at, bought, renewed, step, subscription

BOUGHT_AT = at("2026-01-10T09:00")
END, NEXT_END = at("2027-01-10T09:00"), at("2028-01-10T09:00")
CHARGE_AT = END - timedelta(days=14)
MOMENT = timedelta(microseconds=1)


def _canceled() -> Subscription:
    return replace(bought(BOUGHT_AT), auto_renew=False)


def _with_charge(state: ChargeState, code: str | None = None) -> Subscription:
    sub = step(step(bought(BOUGHT_AT), END - timedelta(days=30)), CHARGE_AT)
    return replace(sub, charges=(sub.charges[0], replace(sub.charges[1], state=state, decline_code=code)))


@pytest.mark.requirement("R13")
@pytest.mark.parametrize(
    ("sub", "when", "state"),
    [
        pytest.param(subscription(bought_at=BOUGHT_AT), BOUGHT_AT, DisplayState.EXPIRED, id="never-paid"),
        pytest.param(bought(BOUGHT_AT), BOUGHT_AT, DisplayState.ACTIVE, id="bought"),
        pytest.param(bought(BOUGHT_AT), END - MOMENT, DisplayState.ACTIVE, id="last-moment"),
        pytest.param(bought(BOUGHT_AT), END, DisplayState.EXPIRED, id="over-without-any-job"),
        pytest.param(_canceled(), CHARGE_AT, DisplayState.NON_RENEWING, id="canceled"),
        pytest.param(_canceled(), END, DisplayState.EXPIRED, id="canceled-and-over"),
        pytest.param(_with_charge(ChargeState.INTENDED), CHARGE_AT, DisplayState.ACTIVE, id="charge-intended"),
        pytest.param(_with_charge(ChargeState.UNKNOWN), CHARGE_AT, DisplayState.ACTIVE, id="charge-unknown"),
        pytest.param(_with_charge(ChargeState.DECLINED), CHARGE_AT, DisplayState.PAST_DUE, id="failing"),
        pytest.param(
            _with_charge(ChargeState.DECLINED, CANCELED_BEFORE_SENT), CHARGE_AT, DisplayState.ACTIVE, id="let-go"
        ),
        pytest.param(renewed(bought(BOUGHT_AT)), END, DisplayState.ACTIVE, id="renewed"),
    ],
)  # fmt: skip
def test_state_at_an_instant(sub: Subscription, when: datetime, state: DisplayState) -> None:
    """What people are shown follows from terms, charges and the instant, recorded or not."""
    assert display_state(sub, when) is state


def test_the_next_term_follows_the_latest_that_stands() -> None:
    """Numbers are never used again; the next term starts where the last one that was not given back ends."""
    sub = renewed(bought(BOUGHT_AT))
    assert sub.latest_paid_term == sub.terms[1]
    assert sub.next_term() == Term(3, NEXT_END, at("2029-01-10T09:00"))
    dropped = replace(sub, terms=(sub.terms[0], replace(sub.terms[1], dropped_at=CHARGE_AT)))
    assert dropped.latest_paid_term == sub.terms[0]
    assert dropped.next_term() == Term(3, END, NEXT_END)
    assert access_end(dropped.terms) == END


def test_derived_ids_belong_to_their_subscription() -> None:
    """The same thing of one subscription has one id, and another subscription's has another."""
    one, other = subscription(bought_at=BOUGHT_AT), subscription(bought_at=BOUGHT_AT, number=101)
    assert one.derived_id("order/1") == one.derived_id("order/1")
    assert len({one.derived_id("order/1"), one.derived_id("order/2"), other.derived_id("order/1")}) == 3


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        (RefundState.INTENDED, True), (RefundState.UNKNOWN, True), (RefundState.PENDING, False),
        (RefundState.SUCCEEDED, False), (RefundState.FAILED, False),
    ],
)  # fmt: skip
def test_a_refund_of_unknown_outcome_holds_everything(state: RefundState, is_open: bool) -> None:
    """Until the gateway has accepted or refused, the refund is open and no next step is due."""
    books = Books(bought(BOUGHT_AT))
    books.intend(100, BOUGHT_AT)
    sub = replace(books.sub, refunds=(replace(books.sub.refunds[0], state=state),))
    assert (sub.open_refund is not None) == is_open
    assert (step(sub, BOUGHT_AT).next_step_at is None) == is_open
