"""The oracle's own calendar agrees with the domain's on every term, and with no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.term import Interval, next_term
from goodterms.simulation.calendar import is_a_term

ANCHORS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
LENGTHS = st.one_of(
    st.integers(1, 36).map(lambda months: Interval(months, 0)), st.integers(1, 400).map(lambda days: Interval(0, days))
)


@given(ANCHORS, LENGTHS, st.integers(1, 30))
def test_every_term_of_the_domain_is_one(anchor: datetime, length: Interval, count: int) -> None:
    starts = anchor
    for number in range(1, count + 1):
        term = next_term(anchor, length, number=number, starts_at=starts)
        assert is_a_term(anchor, length.months, length.days, term.starts_at, term.ends_at)
        assert not is_a_term(anchor, length.months, length.days, term.starts_at, term.ends_at + timedelta(days=1))
        starts = term.ends_at
