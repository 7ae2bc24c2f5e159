"""Who may use the product: from the paid terms and the instant alone, with its reason."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.entitlement import Reason, entitlement
from goodterms.domain.term import Term
from tests.support.samples import at

Y26, Y27, Y28, Y29 = at("2026-01-10"), at("2027-01-10"), at("2028-01-10"), at("2029-01-10")
MOMENT = timedelta(microseconds=1)
FIRST, SECOND, THIRD = Term(1, Y26, Y27), Term(2, Y27, Y28), Term(3, Y28, Y29)
DROPPED = Term(2, Y27, Y28, dropped_at=at("2026-12-30"))
DROPPED_LATE = Term(2, Y27, Y28, dropped_at=at("2027-01-15"))
REVOKED = Term(2, Y27, Y28, revoked_at=at("2027-03-01"))


@pytest.mark.requirement("R12", "R13", "R18")
@pytest.mark.parametrize(
    ("terms", "when", "reason", "until"),
    [
        pytest.param([], Y26, Reason.NEVER_PAID, None, id="never-paid"),
        pytest.param([FIRST], Y26 - MOMENT, Reason.NOT_BEGUN, None, id="before-the-first"),
        pytest.param([FIRST], Y26, Reason.PAID_TERM, Y27, id="first-instant"),
        pytest.param([FIRST], Y27 - MOMENT, Reason.PAID_TERM, Y27, id="last-moment"),
        pytest.param([FIRST], Y27, Reason.TERM_ENDED, Y27, id="at-the-end"),
        pytest.param([FIRST, SECOND], at("2026-12-30"), Reason.PAID_TERM, Y28, id="next-paid-early"),
        pytest.param([FIRST, SECOND], Y27, Reason.PAID_TERM, Y28, id="from-one-into-the-next"),
        pytest.param([SECOND, FIRST], Y26, Reason.PAID_TERM, Y28, id="in-any-order"),
        pytest.param([FIRST, DROPPED], at("2026-12-31"), Reason.PAID_TERM, Y27, id="next-one-dropped"),
        pytest.param([FIRST, DROPPED], Y27, Reason.TERM_ENDED, Y27, id="dropped-never-starts"),
        pytest.param([FIRST, DROPPED, Term(3, Y27, Y28)], Y26, Reason.PAID_TERM, Y28, id="paid-again-after-a-drop"),
        pytest.param([FIRST, DROPPED_LATE], at("2027-01-14"), Reason.PAID_TERM, at("2027-01-15"), id="decided-late"),
        pytest.param([FIRST, DROPPED_LATE], at("2027-01-15"), Reason.REFUNDED, at("2027-01-15"), id="and-over"),
        pytest.param([FIRST, REVOKED], at("2027-03-01") - MOMENT, Reason.PAID_TERM, at("2027-03-01"), id="until"),
        pytest.param([FIRST, REVOKED], at("2027-03-01"), Reason.REFUNDED, at("2027-03-01"), id="as-revoked"),
        pytest.param([FIRST, REVOKED], Y28, Reason.REFUNDED, at("2027-03-01"), id="after-its-planned-end"),
        pytest.param([FIRST, REVOKED, THIRD], Y28, Reason.PAID_TERM, Y29, id="paid-again-after-a-gap"),
        pytest.param([Term(1, Y26, Y27, dropped_at=Y26 - MOMENT)], Y26, Reason.REFUNDED, None, id="only-one-dropped"),
    ],
)  # fmt: skip
def test_access_at_an_instant(terms: list[Term], when: datetime, reason: Reason, until: datetime | None) -> None:
    """Access is on exactly within paid terms that were not given back, and the answer says why and until when."""
    found = entitlement(terms, when)
    assert (found.may_use, found.reason, found.until) == (reason is Reason.PAID_TERM, reason, until)


DAYS = st.integers(0, 60)


@st.composite
def chains(draw: st.DrawFn) -> list[Term]:
    """Terms in a chain, some given back at any instant, with or without gaps."""
    starts_at, terms = Y26, []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        starts_at += timedelta(days=draw(st.sampled_from([0, 0, 3])))
        ends_at = starts_at + timedelta(days=draw(st.integers(1, 20)))
        given_back_at = Y26 + timedelta(days=draw(DAYS))
        kind = draw(st.sampled_from(["standing", "standing", "dropped_at", "revoked_at"]))
        terms.append(Term(number, starts_at, ends_at, **({} if kind == "standing" else {kind: given_back_at})))
        if kind != "dropped_at":
            starts_at = ends_at
    return terms


@given(chains(), DAYS)
def test_since_and_until_are_the_edges_of_unbroken_access(terms: list[Term], day: int) -> None:
    """Every instant between since and until has access; the one at until, and the one before since, has none."""
    when = Y26 + timedelta(days=day)
    found = entitlement(terms, when)
    assert found.may_use == any(t.starts_at <= when < t.access_ends_at for t in terms)
    if not found.may_use:
        return
    assert found.since is not None
    assert found.until is not None
    assert found.since <= when < found.until
    steps = (found.until - found.since) // timedelta(hours=12)
    assert all(entitlement(terms, found.since + n * timedelta(hours=12)).may_use for n in range(steps))
    assert not entitlement(terms, found.until).may_use
    assert not entitlement(terms, found.since - MOMENT).may_use
