"""What came of a refund: money, access and the books move together, whoever paid and whatever failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.entitlement import entitlement
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundEffect, RefundState, RefundWay
from goodterms.domain.refunding import (
    SETTLEMENT_CHECK_EVERY,
    RefundResult,
    decide_another_way,
    decide_external_refund,
    decide_refund_outcome,
)
from goodterms.domain.subscription import EndReason
from tests.support.refunds import Books
from tests.support.samples import AGENT, after, at, bought, renewed, step

BOUGHT_AT = at("2026-05-11T09:00")  # a Monday
DAY = timedelta(days=1)
NOW = BOUGHT_AT + DAY
ALL = 7995


def _first() -> Books:
    return Books(bought(BOUGHT_AT))


def _early() -> Books:
    """Renewed two weeks before the running term ends."""
    return Books(renewed(bought(BOUGHT_AT)))


def _code(done: Decision | Refusal) -> str:
    return done.code if isinstance(done, Refusal) else "decided"


@pytest.mark.requirement("R41", "R42")
def test_initiation_ends_access_and_cancels_at_once() -> None:
    """Accepted by the gateway, the refund of a begun term ends access and auto-renew in one decision."""
    books = _first()
    books.intend(ALL, NOW)
    assert (books.sub.auto_renew, books.sub.next_step_at) == (True, None)
    books.hear(1, "pending", NOW)
    sub = books.sub
    assert (sub.auto_renew, sub.expired_at, sub.end_reason) == (False, NOW, EndReason.REFUNDED)
    assert sub.cancellation is not None
    assert not entitlement(sub.terms, NOW).may_use
    assert entitlement(sub.terms, NOW - timedelta(microseconds=1)).may_use


@pytest.mark.requirement("R46", "R47")
def test_the_refund_of_an_early_renewal_keeps_the_running_term() -> None:
    """Refunded before it begins, the next term never starts and the running one lasts to its own end."""
    books = _early()
    end = books.sub.terms[0].ends_at
    now = end - 5 * DAY
    books.intend(ALL, now)
    books.hear(1, "pending", now)
    assert books.sub.paid_through == end
    assert entitlement(books.sub.terms, end - timedelta(microseconds=1)).until == end
    assert not entitlement(books.sub.terms, end).may_use
    assert books.sub.next_step_at == end
    assert step(books.sub, end).end_reason is EndReason.REFUNDED


@pytest.mark.requirement("R45")
def test_at_exactly_its_start_a_renewal_has_begun() -> None:
    """A refund asked for at the first instant of the renewed term ends access; a moment earlier it does not."""
    for offset, effect in (
        (timedelta(microseconds=1), RefundEffect.DROP_TERM),
        (timedelta(0), RefundEffect.REVOKE_TERM),
    ):
        books = _early()
        refund = books.intend(ALL, books.sub.terms[1].starts_at - offset)
        assert refund.effect is effect


@pytest.mark.requirement("R41")
@pytest.mark.parametrize("outcome", ["rejected", "unknown", "not_found"])
def test_without_initiation_access_stays(outcome: str) -> None:
    """Refused or unanswered, a refund changes neither access nor auto-renew; refused, nothing holds the renewal."""
    books = _first()
    before = books.sub.terms
    books.intend(ALL, NOW)
    books.hear(1, outcome, NOW)
    assert (books.sub.terms, books.sub.auto_renew, books.sub.expired_at) == (before, True, None)
    assert (books.sub.next_step_at is not None) == (outcome == "rejected")
    assert books.order.refundable.minor == (ALL if outcome == "rejected" else 0)


@pytest.mark.requirement("R39")
def test_the_promised_days_are_business_days() -> None:
    """Initiated on a Tuesday, the money is promised between the Tuesday and the Thursday after."""
    books = _first()
    books.intend(ALL, NOW)
    books.hear(1, "pending", NOW)
    refund = books.refund(1)
    assert (refund.credit_from_on, refund.due_on) == (date(2026, 5, 19), date(2026, 5, 21))
    assert refund.due_at == at("2026-05-22")


@pytest.mark.requirement("R48")
@pytest.mark.parametrize("first", ["pending", "succeeded", "rejected"])
@pytest.mark.parametrize("again", ["pending", "succeeded", "rejected", "failed", "unknown", "not_found"])
def test_an_answer_that_comes_twice_moves_no_money_twice(first: str, again: str) -> None:
    """Whatever is heard twice after the first answer is booked once, and the books agree all the time."""
    books = _first()
    books.intend(ALL, NOW)
    books.hear(1, first, NOW)
    books.hear(1, again, NOW + DAY)
    settled, balance = books.sub, dict(books.balance)
    mails = [m.subject for m in books.messages]
    books.hear(1, again, NOW + 2 * DAY)
    assert books.balance == balance
    assert books.sub.terms == settled.terms
    assert [m.subject for m in books.messages] == mails


def test_a_late_pending_answer_does_not_reopen_a_credited_refund() -> None:
    """The statement said credited before our own answer arrived: the answer changes nothing."""
    books = _first()
    books.intend(ALL, NOW)
    books.hear(1, "succeeded", NOW)
    books.hear(1, "pending", NOW)
    assert books.refund(1).state is RefundState.SUCCEEDED
    assert books.refund(1).check_at is None


def test_an_unknown_refund_is_looked_up_at_growing_intervals() -> None:
    """Unknown is never anything else until the gateway says so; each look-up waits longer than the last."""
    books = _first()
    books.intend(ALL, NOW)
    waits = []
    for _ in range(7):
        books.hear(1, "unknown", NOW)
        check_at = books.refund(1).check_at
        assert check_at is not None
        waits.append(check_at - NOW)
        assert books.refund(1).state is RefundState.UNKNOWN
    assert waits == sorted(waits)
    assert waits[-1] == DAY
    assert books.facts.count("refund.unknown") == 1


def test_what_never_arrived_is_sent_again_under_its_key() -> None:
    """Conclusively unknown to the gateway, the refund is due at once, with the key it always had."""
    books = _first()
    key = books.intend(ALL, NOW).key
    books.hear(1, "unknown", NOW)
    books.hear(1, "not_found", NOW + DAY)
    refund = books.refund(1)
    assert (refund.state, refund.sent_at, refund.check_at, refund.key) == (RefundState.INTENDED, None, NOW + DAY, key)


def test_a_pending_refund_is_watched_and_marked_late_once() -> None:
    """Every look-up moves the next one; past the promised day one fact says that the promise was missed."""
    books = _first()
    books.intend(ALL, NOW)
    books.hear(1, "pending", NOW)
    due_at = books.refund(1).due_at
    assert due_at is not None
    for when in (due_at - timedelta(microseconds=1), due_at, due_at + DAY):
        books.hear(1, "pending", when)
        assert books.refund(1).check_at == when + SETTLEMENT_CHECK_EVERY
    assert books.refund(1).late_at == due_at
    assert books.facts.count("refund.late") == 1


def test_a_returned_refund_is_owed_again_and_access_stays_ended() -> None:
    """Money that came back is cash again and can be paid again; what initiation did to access is not undone."""
    books = _first()
    books.intend(ALL, NOW)
    books.hear(1, "succeeded", NOW)
    assert books.balance["cash"] == 0
    books.hear(1, "failed", NOW + DAY)
    assert books.balance["cash"] == ALL
    assert books.order.refundable.minor == ALL
    assert books.sub.expired_at == NOW
    books.another_way(1, RefundWay.BANK_TRANSFER, NOW + 2 * DAY, "BT-1")
    assert books.refund(2).state is RefundState.SUCCEEDED
    assert books.refund(2).effect is RefundEffect.MONEY_ONLY
    assert books.balance["cash"] == 0


@pytest.mark.parametrize(
    ("way", "reference", "code"),
    [
        pytest.param(RefundWay.ORIGINAL, "", "decided", id="same-card-again"),
        pytest.param(RefundWay.BANK_TRANSFER, " ", "reference_missing", id="transfer-without-reference"),
        pytest.param(RefundWay.BANK_TRANSFER, "BT-1", "decided", id="transfer"),
    ],
)
def test_only_the_latest_failed_refund_is_tried_another_way(way: RefundWay, reference: str, code: str) -> None:
    """A refund that failed can be tried again once; the second click finds that it was."""
    books = _first()
    books.intend(ALL, NOW)
    assert _code(books.another_way(1, way, NOW, "BT-0")) == "not_failed"
    books.hear(1, "rejected", NOW)
    assert _code(books.another_way(1, way, NOW, reference)) == code
    if code == "decided":
        assert _code(books.another_way(1, way, NOW, reference)) == "not_failed"


def test_tried_again_after_the_next_term_was_paid_only_money_moves() -> None:
    """A refused refund whose term has been followed by another does not take the later term's access away."""
    books = _early()
    refused = books.intend(ALL, books.sub.terms[1].starts_at - DAY)
    books.hear(1, "rejected", books.sub.terms[1].starts_at - DAY)
    later = Books(renewed(books.sub))
    order = next(o for o in later.sub.orders if o.id == refused.order_id)
    context = replace(later.context, order=order)
    now = later.sub.terms[2].starts_at - DAY
    done = decide_another_way(later.sub, later.sub.refunds[0], context, now, actor=AGENT, way=RefundWay.ORIGINAL)
    sub = after(done)
    again = sub.refunds[-1]
    context = replace(context, order=next(o for o in sub.orders if o.id == order.id))
    sub = after(decide_refund_outcome(sub, again, RefundResult("pending", "re_2"), context, now))
    assert again.effect is RefundEffect.MONEY_ONLY
    assert all(term.standing for term in sub.terms)
    assert sub.auto_renew


def test_nothing_is_tried_again_while_a_charge_is_under_way() -> None:
    """A transfer that would end access waits for the outcome of the charge that is on its way."""
    books = _first()
    books.intend(ALL, NOW)
    books.hear(1, "rejected", NOW)
    sub = books.sub
    while sub.open_charge is None:
        assert sub.next_step_at is not None
        sub = step(sub, sub.next_step_at)
    books.sub = sub
    now = sub.open_charge.intended_at
    assert _code(books.another_way(1, RefundWay.BANK_TRANSFER, now, "BT-1")) == "charge_under_way"


@pytest.mark.requirement("R48")
def test_an_external_refund_of_everything_is_decided_like_ours() -> None:
    """Paid back in the dashboard, the payment's term ends and auto-renew with it; told twice, nothing more happens."""
    books = _first()
    assert _code(books.external(ALL, NOW, at=NOW - timedelta(hours=1))) == "decided"
    assert (books.sub.expired_at, books.sub.auto_renew, books.order.refundable.minor) == (NOW, False, 0)
    told = decide_external_refund(
        books.sub, Money(ALL, "AUD"), "re_1", books.context, NOW, at=NOW, settled=False
    )  # fmt: skip
    assert isinstance(told, Refusal)
    assert told.already
    other = decide_external_refund(
        books.sub, Money(ALL, "EUR"), "re_9", books.context, NOW, at=NOW, settled=False
    )  # fmt: skip
    assert _code(other) == "currency_differs"


def test_parts_that_leave_nothing_end_access() -> None:
    """A part only moves money; the part that leaves nothing of the payment ends what it paid for."""
    books = _first()
    books.external(5000, NOW, at=NOW)
    assert books.sub.expired_at is None
    books.intend(ALL - 5000, NOW + DAY)
    books.hear(2, "pending", NOW + DAY)
    assert books.sub.expired_at == NOW + DAY


def test_thirds_add_up_to_all() -> None:
    """Parts are whole minor units and the last one takes what is left, of the tax too: nothing over, nothing short."""
    books = _first()
    for attempt, minor in enumerate((ALL // 3 - 1, ALL // 3, ALL // 3 + 1), 1):
        assert books.order.refundable.minor >= minor
        books.intend(minor, NOW + attempt * DAY)
        books.hear(attempt, "succeeded", NOW + attempt * DAY)
    assert (books.order.refundable.minor, books.order.refunded_minor) == (0, ALL)
    assert {name: minor for name, minor in books.balance.items() if minor} == {}


def test_what_exceeds_the_charge_is_kept_apart_per_refund() -> None:
    """Of two external refunds beyond the charge each knows its own part, whichever is credited or fails first."""
    books = _first()
    books.external(5000, NOW, at=NOW)
    books.external(5000, NOW, at=NOW)
    assert (books.refund(1).excess_minor, books.refund(2).excess_minor) == (0, 2005)
    books.hear(1, "succeeded", NOW + DAY)
    assert books.balance["cash"] == ALL - 5000
    books.hear(2, "succeeded", NOW + DAY)
    assert books.balance["excess"] == 2005
    books.hear(2, "failed", NOW + 2 * DAY)
    assert (books.balance["excess"], books.order.excess_minor, books.order.refundable.minor) == (0, 0, 2995)


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("outcome", ["rejected", "not_found"])
def test_an_external_refund_while_ours_is_in_flight_counts_when_ours_fails(settled: bool, outcome: str) -> None:
    """Paid in the dashboard beside ours it is excess; refused or never seen there, ours is over, and access ends."""
    books = _first()
    books.intend(ALL, NOW)
    books.external(ALL, NOW, at=NOW, settled=settled)
    assert (books.order.excess_minor, books.sub.expired_at) == (ALL, None)
    books.hear(1, outcome, NOW + DAY)
    assert books.refund(1).state is RefundState.FAILED
    assert (books.order.excess_minor, books.order.refunded_minor) == (0, ALL)
    assert (books.sub.expired_at, books.sub.auto_renew) == (NOW + DAY, False)
    assert books.balance["excess"] == 0
    books.hear(2, "succeeded", NOW + 2 * DAY)
    assert books.balance["cash"] == 0


EVENTS = st.one_of(
    st.tuples(st.just("intend"), st.integers(1, 110)),
    st.tuples(st.just("external"), st.integers(1, 110)),
    st.tuples(st.sampled_from(["pending", "succeeded", "rejected", "unknown", "not_found"]), st.integers(1, 5)),
    st.tuples(st.sampled_from(["again", "transfer"]), st.integers(1, 5)),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, max_size=14), st.integers(0, 100), st.booleans())
def test_whatever_happens_the_books_agree(events: list[tuple[str, int]], tax: int, early: bool) -> None:
    """Any order of refunds, answers and failures leaves cash, debts, tax and the order in agreement."""
    sub = bought(BOUGHT_AT, price=Money(1000, "AUD"))
    sub = renewed(replace(sub, tax_minor=tax)) if early else sub
    sub = replace(sub, orders=tuple(replace(o, tax_minor=tax) for o in sub.orders))
    books = Books(sub)
    now = (sub.paid_through or NOW) - 30 * DAY
    for name, number in events:
        now += timedelta(hours=7)
        attempts = {r.attempt for r in books.sub.refunds if r.order_id == books.order.id}
        if name == "intend":
            minor = min(number * 10, books.order.refundable.minor)
            if minor and not books.sub.open_refund:
                books.intend(minor, now)
        elif name == "external":
            books.external(number * 10, now, at=now, settled=number % 2 == 0)
        elif number in attempts and name in ("again", "transfer"):
            if not books.sub.open_refund:
                way = RefundWay.ORIGINAL if name == "again" else RefundWay.BANK_TRANSFER
                books.another_way(number, way, now, "BT")
        elif number in attempts:
            books.hear(number, name, now)
