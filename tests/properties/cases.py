"""Cases drawn at random: orders, terms, requests around everything a drawn policy may test, facts known or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from goodterms.domain.case import Case
from goodterms.domain.money import Money
from goodterms.domain.rules import Act, FactValue
from goodterms.domain.term import Interval, Term, boundary

FIRST = datetime(2026, 3, 1, tzinfo=UTC)

instants = st.integers(0, 400 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))


def fact_values(name: str, currency: str) -> st.SearchStrategy[FactValue]:
    """Values of a fact of `documents.FACTS`, some of them just at the limits that conditions name."""
    strategies: dict[str, st.SearchStrategy[Any]] = {
        "consumer": st.booleans(),
        "used_in_cycle": st.booleans(),
        "prior_refunds_user": st.integers(0, 2),
        "logins": st.integers(0, 7),
        "plan": st.sampled_from(["monthly", "basic", "team", "annual"]),
        "product_class": st.sampled_from(["goods", "digital_service", "digital_content"]),
        "value_of_benefits_used": st.integers(0, 3_000).map(lambda minor: Money(minor, currency)),
        "contract_made_on": st.one_of(
            st.sampled_from([date(2026, 1, 14), date(2026, 1, 15), date(2026, 2, 19), date(2026, 2, 20)]),
            st.integers(0, 400).map(lambda days: date(2025, 2, 1) + timedelta(days=days)),
        ),
        "certificate_earned_at": st.one_of(st.none(), instants),
        "information_given_at": st.one_of(st.none(), instants),
        "delay": st.sampled_from([None, "9 days", "10 days", "11 days", "1 month"]),
        "ships_on": st.one_of(st.none(), st.integers(0, 400).map(lambda days: FIRST.date() + timedelta(days=days))),
    }
    return strategies[name]


@st.composite
def facts(draw: st.DrawFn, currency: str = "EUR") -> dict[str, FactValue]:
    """Some facts; the others are not known."""
    from tests.properties.documents import FACTS

    known = draw(st.sets(st.sampled_from(sorted(FACTS))))
    return {name: draw(fact_values(name, currency)) for name in sorted(known)}


@st.composite
def cases(draw: st.DrawFn, act: Act | None = None) -> Case:
    """A case: the request comes on the day of the order, at the edge of a day, or somewhere in the next year."""
    length = draw(st.sampled_from([Interval(months=1), Interval(months=12), Interval(days=30), Interval(months=24)]))
    placed_at = FIRST + timedelta(minutes=draw(st.integers(0, 10 * 24 * 60)))
    renewed = draw(st.booleans())
    starts_at = placed_at + timedelta(days=draw(st.sampled_from([0, 14]))) if renewed else placed_at
    days = draw(st.one_of(st.integers(0, 70), st.integers(0, 400)))
    midnight = (placed_at + timedelta(days=days)).replace(hour=0, minute=0)
    requested_at = max(
        placed_at, draw(st.sampled_from([midnight, midnight - timedelta(seconds=1), placed_at + timedelta(days=days)]))
    )
    currency = draw(st.sampled_from(["EUR", "USD", "JPY"]))
    amount = Money(draw(st.integers(1, 20_000)), currency)
    parts = st.integers(1, amount.minor).map(lambda minor: Money(minor, currency))
    instalments = draw(st.sampled_from([None, None, None, (1, 12), (4, 12), (12, 12)]))
    contract_at = None
    if not renewed or draw(st.booleans()):
        contract_at = placed_at if not renewed else boundary(starts_at, length, -1)
    known = draw(facts(currency))
    if contract_at is not None:
        known.pop("contract_made_on", None)
    return Case(
        act=act or draw(st.sampled_from(["refund", "cancel", "withdraw"])),
        kind="renewal" if renewed else "initial",
        placed_at=placed_at,
        term=Term(
            2 if renewed else 1,
            starts_at,
            boundary(starts_at, length, 1),
            dropped_at=draw(st.sampled_from([None, None, None, placed_at])),
        ),
        amount=amount,
        requested_at=requested_at,
        sales_channel=draw(st.sampled_from(["vendor_store", "vendor_store", "app_store"])),
        is_latest_paid=draw(st.sampled_from([True, True, False])),
        buyer_timezone=draw(st.sampled_from([None, "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"])),
        country=draw(st.sampled_from(["DE", "FR", "GB", "US", None])),
        contract_at=contract_at,
        current_term_ends_at=starts_at if placed_at < starts_at else None,
        next_term_ends_at=boundary(starts_at, length, 2),
        already_refunded=draw(st.one_of(st.none(), parts)),
        asked=draw(st.one_of(st.none(), parts)),
        disputed=draw(st.sampled_from([False, False, True])),
        instalments=instalments,
        facts=known,
    )
