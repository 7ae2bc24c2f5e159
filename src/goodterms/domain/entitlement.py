"""Who may use the product: a pure function of paid terms and the instant, with its reason (R12, R13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from goodterms.domain.term import Term
from goodterms.domain.value import dataclass


class Reason(StrEnum):
    """Why access is on or off."""

    PAID_TERM = "paid_term"
    NEVER_PAID = "never_paid"
    NOT_BEGUN = "not_begun"
    TERM_ENDED = "term_ended"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The answer: may the product be used, since and until when (exclusive), why, and by which term's payment."""

    may_use: bool
    reason: Reason
    since: datetime | None
    until: datetime | None
    term_number: int | None


def entitlement(terms: Iterable[Term], at: datetime) -> Entitlement:
    """Access at an instant from the paid terms alone; no job has to have run (R13).

    `until` looks through terms that follow without a gap, so after early billing it is the end of the next term (R18).
    """
    terms = tuple(terms)
    ordered = sorted((t for t in terms if t.access_ends_at > t.starts_at), key=lambda t: t.starts_at)
    current = next((t for t in ordered if t.covers(at)), None)
    if current is None:
        return _no_access(terms, ordered, at)
    since, until = current.starts_at, current.access_ends_at
    for term in ordered:
        if term.starts_at <= until < term.access_ends_at:
            until = term.access_ends_at
    for term in reversed(ordered):
        if term.starts_at < since <= term.access_ends_at:
            since = term.starts_at
    return Entitlement(True, Reason.PAID_TERM, since, until, current.number)


def _no_access(terms: tuple[Term, ...], ordered: list[Term], at: datetime) -> Entitlement:
    past = [t for t in ordered if t.access_ends_at <= at]
    if past:
        last = max(past, key=lambda t: t.access_ends_at)
        given_back = last.access_ends_at < last.ends_at
        reason = Reason.REFUNDED if given_back else Reason.TERM_ENDED
        return Entitlement(False, reason, None, last.access_ends_at, last.number)
    if ordered:
        return Entitlement(False, Reason.NOT_BEGUN, ordered[0].starts_at, None, ordered[0].number)
    return Entitlement(False, Reason.REFUNDED if terms else Reason.NEVER_PAID, None, None, None)
