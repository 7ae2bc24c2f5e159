"""Several subscriptions to one product: together they grant what any of them grants, and losing one takes no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given

from goodterms.domain.entitlement import Change, ChangeKind, Grant, Reason, combined, entitlement
from goodterms.domain.term import Term
from tests.domain.test_entitlement import DAYS, Y26, chains
from tests.support.samples import at

ONE, OTHER = UUID(int=1), UUID(int=2)
JAN, MAR, JUN, SEP, DEC = (at(f"2027-{month:02}-01") for month in (1, 3, 6, 9, 12))
BEGINS, DUE, ENDS = ChangeKind.BEGINS, ChangeKind.RENEWAL_DUE, ChangeKind.ENDS


def grant(id: UUID, starts_at: datetime, ends_at: datetime, *, renews: bool = True, **given_back: datetime) -> Grant:
    """A subscription with one term."""
    return Grant(id, (Term(1, starts_at, ends_at, **given_back),), renews)


@pytest.mark.parametrize(
    ("grants", "when", "reason", "until", "owner", "change"),
    [
        pytest.param([], MAR, Reason.NEVER_PAID, None, None, None, id="none"),
        pytest.param([Grant(ONE, (), True)], MAR, Reason.NEVER_PAID, None, None, None, id="never-paid"),
        pytest.param([grant(ONE, JAN, JUN)], MAR, Reason.PAID_TERM, JUN, ONE, (DUE, JUN), id="running"),
        pytest.param([grant(ONE, JAN, JUN, renews=False)], MAR, Reason.PAID_TERM, JUN, ONE, (ENDS, JUN), id="ends"),
        pytest.param([grant(ONE, JAN, JUN)], JUN, Reason.TERM_ENDED, JUN, ONE, None, id="over-whatever-it-wished"),
        pytest.param([grant(ONE, JUN, DEC)], MAR, Reason.NOT_BEGUN, None, ONE, (BEGINS, JUN), id="upcoming"),
        pytest.param(
            [grant(ONE, JAN, JUN, revoked_at=MAR, renews=False), grant(OTHER, JAN, SEP, renews=False)],
            MAR, Reason.PAID_TERM, SEP, OTHER, (ENDS, SEP), id="one-refunded-the-other-grants",
        ),
        pytest.param(
            [grant(ONE, JAN, JUN, renews=False), grant(OTHER, MAR, SEP, renews=False)],
            MAR, Reason.PAID_TERM, SEP, OTHER, (ENDS, SEP), id="the-one-that-reaches-further",
        ),
        pytest.param(
            [grant(ONE, JAN, JUN), grant(OTHER, JAN, SEP, renews=False)],
            MAR, Reason.PAID_TERM, SEP, OTHER, (DUE, SEP), id="one-of-them-renews",
        ),
        pytest.param(
            [grant(ONE, JAN, MAR), grant(OTHER, MAR, SEP, renews=False)],
            MAR, Reason.PAID_TERM, SEP, OTHER, (ENDS, SEP), id="one-that-is-over-renews-no-more",
        ),
        pytest.param(
            [grant(ONE, JAN, MAR), grant(OTHER, SEP, DEC)],
            JUN, Reason.TERM_ENDED, MAR, ONE, (BEGINS, SEP), id="between-two",
        ),
    ],
)  # fmt: skip
def test_together(
    grants: list[Grant], when: datetime, reason: Reason, until: datetime | None, owner: UUID | None,
    change: tuple[ChangeKind, datetime] | None,
) -> None:  # fmt: skip
    """Access, its reason, whose term it rests on, and what changes next."""
    found = combined(grants, when)
    assert (found.access.reason, found.access.until, found.subscription_id) == (reason, until, owner)
    assert found.change == (Change(*change) if change else None)


@given(chains(), chains(), DAYS)
def test_access_is_that_of_any(one: list[Term], other: list[Term], day: int) -> None:
    """Whoever of them grants access, there is; the instants of change are instants at which access changes."""
    when = Y26 + timedelta(days=day)
    grants = [Grant(ONE, tuple(one), True), Grant(OTHER, tuple(other), False)]
    found = combined(grants, when)
    each = [entitlement(terms, when) for terms in (one, other)]
    assert found.access.may_use == any(single.may_use for single in each)
    if found.access.may_use:
        assert found.change is not None
        assert found.access.until == found.change.at == max(_reach(grants, when))
        assert found.term is not None
        assert found.term.covers(when)
    if found.change is not None:
        assert found.change.at > when
        after = combined(grants, found.change.at).access.may_use
        assert after == (found.change.kind is BEGINS) != found.access.may_use


def _reach(grants: list[Grant], when: datetime) -> list[datetime]:
    """The ends of access, followed from each to the next, in the simplest way."""
    terms = [term for grant in grants for term in grant.terms]
    ends = [term.access_ends_at for term in terms if term.covers(when)]
    while True:
        more = [t.access_ends_at for t in terms if any(t.covers(end) for end in ends) and t.access_ends_at not in ends]
        if not more:
            return ends
        ends += more


@given(chains(), chains(), DAYS)
def test_losing_one_takes_nothing_of_the_other(one: list[Term], other: list[Term], day: int) -> None:
    """Where one subscription is refunded whole, the answer is at least that of the other alone."""
    when = Y26 + timedelta(days=day)
    lost = [replace(term, dropped_at=None, revoked_at=term.starts_at) for term in one]
    found = combined([Grant(ONE, tuple(lost), False), Grant(OTHER, tuple(other), True)], when)
    alone = combined([Grant(OTHER, tuple(other), True)], when)
    assert found.access.may_use == alone.access.may_use
    if alone.access.may_use:
        assert found == alone
