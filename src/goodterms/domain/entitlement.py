"""Who may use the product: a pure function of paid terms and the instant, with its reason (R12, R13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from uuid import UUID

from goodterms.domain.term import Term
from goodterms.domain.value import dataclass

_starts_at, _access_ends_at = attrgetter("starts_at"), attrgetter("access_ends_at")


class Reason(StrEnum):
    """Why access is on or off."""

    PAID_TERM = "paid_term"
    NEVER_PAID = "never_paid"
    NOT_BEGUN = "not_begun"
    TERM_ENDED = "term_ended"
    REFUNDED = "refunded"


class ChangeKind(StrEnum):
    """What happens to access next: it begins, goes on only if a renewal is paid by then, or ends for certain."""

    BEGINS = "begins"
    RENEWAL_DUE = "renewal_due"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The answer: may the product be used, since and until when (exclusive), why, and by which term's payment."""

    may_use: bool
    reason: Reason
    since: datetime | None
    until: datetime | None
    term_number: int | None


@dataclass(frozen=True, slots=True)
class Grant:
    """What one subscription to a product brings: its terms, and whether it will renew."""

    subscription_id: UUID
    terms: tuple[Term, ...]
    renews: bool


@dataclass(frozen=True, slots=True)
class Change:
    """The next change of access, and when."""

    kind: ChangeKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Combined:
    """The answer from all subscriptions to a product: access, the term it rests on and whose it is, what comes next.

    While there is access, the term is the one that reaches furthest of those that run; else the one that gave it
    last, or will give it first.
    """

    access: Entitlement
    term: Term | None
    subscription_id: UUID | None
    change: Change | None


def entitlement(terms: Iterable[Term], at: datetime) -> Entitlement:
    """Access at an instant from the paid terms alone; no job has to have run (R13).

    `until` looks through terms that follow without a gap, so after early billing it is the end of the next term (R18).
    """
    return _entitlement(tuple(terms), at)[0]


def combined(grants: Sequence[Grant], at: datetime) -> Combined:
    """Access to one product from every subscription to it: losing one never takes what another grants."""
    terms = grants[0].terms if len(grants) == 1 else tuple([term for grant in grants for term in grant.terms])
    access, term = _entitlement(terms, at)
    owner = None
    if term is not None:
        owner = next(grant.subscription_id for grant in grants if any(one is term for one in grant.terms))
    return Combined(access, term, owner, _next_change(grants, terms, access, at))


def _entitlement(terms: tuple[Term, ...], at: datetime) -> tuple[Entitlement, Term | None]:
    """The answer, and the term that it rests on. Of several terms that run, the one that reaches furthest."""
    ordered = sorted([t for t in terms if t.access_ends_at > t.starts_at], key=_starts_at)
    current = max((t for t in ordered if t.covers(at)), key=_access_ends_at, default=None)
    if current is None:
        return _no_access(terms, ordered, at)
    since, until = current.starts_at, current.access_ends_at
    for term in ordered:
        if term.starts_at <= until < term.access_ends_at:
            until = term.access_ends_at
    for term in reversed(ordered):
        if term.starts_at < since <= term.access_ends_at:
            since = term.starts_at
    return Entitlement(True, Reason.PAID_TERM, since, until, current.number), current


def _no_access(terms: tuple[Term, ...], ordered: list[Term], at: datetime) -> tuple[Entitlement, Term | None]:
    past = [t for t in ordered if t.access_ends_at <= at]
    if past:
        last = max(past, key=_access_ends_at)
        given_back = last.access_ends_at < last.ends_at
        reason = Reason.REFUNDED if given_back else Reason.TERM_ENDED
        return Entitlement(False, reason, None, last.access_ends_at, last.number), last
    if ordered:
        return Entitlement(False, Reason.NOT_BEGUN, ordered[0].starts_at, None, ordered[0].number), ordered[0]
    return Entitlement(False, Reason.REFUNDED if terms else Reason.NEVER_PAID, None, None, None), None


def _next_change(grants: Sequence[Grant], terms: tuple[Term, ...], access: Entitlement, at: datetime) -> Change | None:
    """The end of unbroken access, or its next beginning. A subscription that is over renews nothing."""
    if access.until is not None and access.may_use:
        renews = any(grant.renews and any(t.access_ends_at > at for t in grant.terms) for grant in grants)
        return Change(ChangeKind.RENEWAL_DUE if renews else ChangeKind.ENDS, access.until)
    begins = [t.starts_at for t in terms if at < t.starts_at < t.access_ends_at]
    return Change(ChangeKind.BEGINS, min(begins)) if begins else None
