"""Taking over a history: it is checked as if it had happened here, and ends in a state that lives on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from goodterms.domain.decision import Decision, Refusal, TermRow
from goodterms.domain.entitlement import entitlement
from goodterms.domain.facts import Actor
from goodterms.domain.importing import History, PastOrder, decide_import
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, Refund, RefundEffect
from goodterms.domain.subscription import DisplayState, EndReason, display_state
from goodterms.domain.term import Interval
from tests.support.samples import after, at, decided, reference, renewed, step, subscription

FIRST_AT = at("2024-03-01T08:00")
NOW = at("2026-06-01")
IMPORT = Actor("system", "import")
POLICY = reference()
PRICE = Money(7995, "AUD")


def _order(year: int, **changed: object) -> PastOrder:
    """The order of the term that starts in March of this year; renewals were charged two weeks before."""
    starts_at = at(f"{year}-03-01T08:00")
    placed_at = starts_at if year == 2024 else starts_at - timedelta(days=14)
    plain = PastOrder(f"INV-{year}", placed_at, starts_at, at(f"{year + 1}-03-01T08:00"), PRICE, 727, f"ch_{year}")
    return replace(plain, **changed)  # type: ignore[arg-type]


def _import(*orders: PastOrder, now: datetime = NOW, canceled_at: datetime | None = None) -> Decision | Refusal:
    sub = subscription(bought_at=FIRST_AT)
    return decide_import(sub, History(orders, canceled_at), POLICY, now, actor=IMPORT)


THREE = (_order(2026), _order(2024), _order(2025))


def test_a_history_becomes_terms_orders_and_books() -> None:
    """Orders in any order become numbered terms in a chain, each with its order, booked like any sale."""
    decision = decided(_import(*THREE))
    sub = after(decision)
    assert [(t.number, t.starts_at.year) for t in sub.terms] == [(1, 2024), (2, 2025), (3, 2026)]
    assert [o.number for o in sub.orders] == ["INV-2024", "INV-2025", "INV-2026"]
    assert [o.kind.value for o in sub.orders] == ["initial", "renewal", "renewal"]
    rows = [row for row in decision.inserts if isinstance(row, TermRow)]
    assert [row.previous for row in rows] == [None, (1, sub.terms[0].ends_at), (2, sub.terms[1].ends_at)]
    assert sum(p.amount.minor for p in decision.postings if p.debit == "cash") == 3 * 7995
    assert decision.messages == ()


def test_it_lives_on_as_if_it_had_begun_here() -> None:
    """Taken over in mid-term, it is announced and charged on its own calendar, and renews."""
    sub = after(_import(*THREE))
    assert sub.next_step_at == at("2027-03-01T08:00") - timedelta(days=30)
    assert [t.ends_at for t in renewed(sub).terms][-1] == at("2028-03-01T08:00")


def test_taken_over_inside_the_lead_it_is_announced_first() -> None:
    """Imported days before its end, nothing is charged at once: the announcement comes first, with its notice."""
    now = at("2027-02-25T08:00")
    sub = after(_import(*THREE, now=now))
    assert sub.next_step_at is not None
    assert sub.next_step_at <= now
    told = step(sub, now)
    assert told.open_charge is None
    assert told.next_step_at == now + timedelta(days=3)


@pytest.mark.parametrize(
    ("canceled_at", "reason"),
    [
        pytest.param(None, EndReason.NOT_CHARGED, id="ran-out"),
        pytest.param(at("2026-12-01"), EndReason.CANCELED, id="canceled"),
    ],
)
def test_what_is_over_is_imported_as_over(canceled_at: datetime | None, reason: EndReason) -> None:
    """A history that ended before the import is expired as of its end; nobody is written to about it."""
    now = at("2027-03-01T08:00")
    decision = decided(_import(*THREE, now=now, canceled_at=canceled_at))
    sub = after(decision)
    assert (sub.expired_at, sub.end_reason, sub.next_step_at) == (now, reason, None)
    assert decision.messages == ()
    assert display_state(after(_import(*THREE, now=now - timedelta(seconds=1))), now) is DisplayState.EXPIRED


def test_canceled_and_running_it_only_runs_out() -> None:
    """A cancellation that stands is taken over with its date; the end is all that is due."""
    sub = after(_import(*THREE, canceled_at=at("2026-05-01")))
    assert (sub.auto_renew, sub.next_step_at) == (False, at("2027-03-01T08:00"))
    assert sub.cancellation is not None
    assert sub.cancellation.requested_at == at("2026-05-01")


@pytest.mark.parametrize(
    ("refunded", "refunded_at", "effect", "until"),
    [
        pytest.param(PRICE, "2026-02-20", RefundEffect.DROP_TERM, "2026-03-01T08:00", id="before-it-began"),
        pytest.param(PRICE, "2026-03-10", RefundEffect.REVOKE_TERM, "2026-03-10", id="after-it-began"),
        pytest.param(Money(1000, "AUD"), "2026-03-10", RefundEffect.MONEY_ONLY, "2027-03-01T08:00", id="a-part"),
    ],
)
def test_a_refund_of_the_past_had_its_effect(
    refunded: Money, refunded_at: str, effect: RefundEffect, until: str
) -> None:
    """What was paid back ended what it paid for, by the same rule as here, and is booked as arrived."""
    last = _order(2026, refunded=refunded, refunded_at=at(refunded_at))
    decision = decided(_import(_order(2024), _order(2025), last))
    sub = after(decision)
    refund = next(row for row in decision.inserts if isinstance(row, Refund))
    assert (refund.effect, refund.state.value) == (effect, "succeeded")
    assert entitlement(sub.terms, at(until) - timedelta(seconds=1)).until == at(until)
    assert not entitlement(sub.terms, at(until)).may_use
    assert sub.auto_renew == (effect is RefundEffect.MONEY_ONLY)
    balance: Counter[str] = Counter()
    for posting in decision.postings:
        balance[posting.debit] += posting.amount.minor
        balance[posting.credit] -= posting.amount.minor
    assert balance["cash"] == 3 * 7995 - refunded.minor
    assert balance["refunds_payable"] == 0
    order = next(row for row in decision.inserts if isinstance(row, Order) and row.number == "INV-2026")
    assert order.refunded_minor == refunded.minor


def test_a_refund_of_an_older_order_only_moved_money() -> None:
    """Paid back for a term that was followed by another, the later terms stand."""
    sub = after(_import(_order(2024), _order(2025, refunded=PRICE, refunded_at=at("2025-03-05")), _order(2026)))
    assert all(term.standing for term in sub.terms)
    assert entitlement(sub.terms, NOW).may_use


@pytest.mark.parametrize(
    ("orders", "code"),
    [
        pytest.param((), "no_orders", id="nothing"),
        pytest.param((_order(2027),), "future_order", id="future"),
        pytest.param((_order(2024), _order(2026)), "gap_in_terms", id="gap"),
        pytest.param((_order(2024), _order(2024, number="INV-X")), "terms_overlap", id="overlap"),
        pytest.param((_order(2024, amount=Money(1, "EUR")),), "currency_differs", id="currency"),
        pytest.param((_order(2024, refunded=Money(1, "EUR"), refunded_at=NOW),), "currency_differs", id="other"),
        pytest.param((_order(2024, tax_minor=7996),), "amount_invalid", id="tax-beyond-the-amount"),
        pytest.param((_order(2024, tax_minor=-1),), "amount_invalid", id="negative-tax"),
        pytest.param((_order(2024, amount=Money(-5, "AUD"), tax_minor=0),), "amount_invalid", id="negative"),
        pytest.param((_order(2024, ends_at=FIRST_AT),), "term_empty", id="empty-term"),
        pytest.param((_order(2024, refunded=PRICE),), "refund_undated", id="refund-without-date"),
        pytest.param((_order(2024, refunded=PRICE, refunded_at=at("2024-02-01")),), "refund_undated", id="early"),
        pytest.param((_order(2024, refunded=PRICE, refunded_at=at("2026-06-02")),), "refund_undated", id="later"),
        pytest.param((_order(2024, refunded=Money(7996, "AUD"), refunded_at=NOW),), "over_charge", id="over-charge"),
        pytest.param((_order(2024, refunded=Money(0, "AUD"), refunded_at=NOW),), "over_charge", id="of-nothing"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(orders: tuple[PastOrder, ...], code: str) -> None:
    """Nothing is repaired by guessing: the first thing that is wrong is named with its order."""
    done = _import(*orders)
    assert isinstance(done, Refusal)
    assert done.code == code
    if orders and code != "no_orders":
        assert done.values["order"].startswith("INV-")


def test_a_cancellation_in_the_future_and_a_length_without_schedule() -> None:
    """A cancellation that has not happened yet, and terms that the policy can not renew, are refused."""
    done = _import(*THREE, canceled_at=NOW + timedelta(seconds=1))
    assert isinstance(done, Refusal)
    assert done.code == "canceled_in_future"
    weekly = subscription(bought_at=FIRST_AT, interval=Interval(days=7))
    done = decide_import(weekly, History(THREE), POLICY, NOW, actor=IMPORT)
    assert isinstance(done, Refusal)
    assert done.code == "not_covered"
