"""Judging what has been decided, and what stands open, again under another policy: what would come out differently."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from goodterms.domain.case import Case, Verdict
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, RefundState
from goodterms.domain.policy import Policy
from goodterms.domain.refundability import Beside, refund_case
from goodterms.domain.rules import Act, FactValue
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass, replace

Change = Literal[
    "same", "granted", "refused", "to a person", "to be asked", "more money", "less money", "longer access",
    "shorter access", "other rule",
]  # fmt: skip
_STANDING = {"deny": 0, "refer": 0, "ask": 1, "review": 2, "grant": 3}


@dataclass(frozen=True, slots=True)
class Replayed:
    """One act judged under two policies: what became of it, and what would."""

    act: Act
    before: Verdict
    after: Verdict

    @property
    def change(self) -> Change:
        """How the second verdict differs for the customer; the first difference that matters names it."""
        old, new = self.before, self.after
        if old.outcome != new.outcome and _STANDING[old.outcome] != _STANDING[new.outcome]:
            return _OUTCOMES[_STANDING[new.outcome]]
        if old.outcome != "grant":
            return "same" if old.clause == new.clause else "other rule"
        if _net(old) != _net(new):
            return "more money" if _net(old) < _net(new) else "less money"
        if _access(old) != _access(new):
            return "longer access" if _longer(old, new) else "shorter access"
        return "same" if old.clause == new.clause else "other rule"


_OUTCOMES: tuple[Change, ...] = ("refused", "to be asked", "to a person", "granted")


def replay(
    subscription: Subscription, order: Order, at: datetime, act: Act, policies: tuple[Policy, Policy],
    besides: tuple[Beside, Beside], stated: Mapping[str, FactValue] | None = None,
) -> Replayed:  # fmt: skip
    """Judge an act on an order at an instant under two policies, each with the laws and facts beside it.

    `subscription` and `order` are as they stood then (`as_of`). Briefly: without findings. ValueError where a policy
    can not judge the case.
    """
    old, new = besides
    case = _case(subscription, order, at, act, old, stated)
    other = case if new.facts == old.facts else _case(subscription, order, at, act, new, stated)
    before = evaluate(policies[0], case, old.laws, brief=True)
    return Replayed(act, before, evaluate(policies[1], other, new.laws, brief=True))


def as_of(subscription: Subscription, at: datetime) -> Subscription:
    """A subscription as it stood at an instant: without the orders that came after it, and without the ends and
    refunds of that instant or later: they followed from what was asked for.

    Whether a payment was disputed then is not on record; it is taken as it is now.
    """
    orders = tuple(_order_as_of(order, subscription, at) for order in subscription.orders if order.placed_at <= at)
    paid = {order.term_number for order in orders}
    return replace(
        subscription,
        orders=orders,
        terms=tuple(_term_as_of(term, at) for term in subscription.terms if term.number in paid),
        refunds=tuple(refund for refund in subscription.refunds if refund.intended_at < at),
    )


def _case(
    subscription: Subscription, order: Order, at: datetime, act: Act, beside: Beside,
    stated: Mapping[str, FactValue] | None,
) -> Case:  # fmt: skip
    facts = {**beside.facts, **stated} if stated else beside.facts
    return refund_case(subscription, order, at, None, facts, act)


def _order_as_of(order: Order, subscription: Subscription, at: datetime) -> Order:
    back = sum(
        refund.inside.minor
        for refund in subscription.refunds
        if refund.order_id == order.id and refund.intended_at < at and refund.state is not RefundState.FAILED
    )
    return order if back == order.refunded_minor else replace(order, refunded_minor=back)


def _term_as_of(term: Term, at: datetime) -> Term:
    dropped_at = term.dropped_at if term.dropped_at and term.dropped_at < at else None
    revoked_at = term.revoked_at if term.revoked_at and term.revoked_at < at else None
    if (dropped_at, revoked_at) == (term.dropped_at, term.revoked_at):
        return term
    return replace(term, dropped_at=dropped_at, revoked_at=revoked_at)


def _net(verdict: Verdict) -> Money:
    return verdict.amount - verdict.fee if verdict.fee else verdict.amount


def _access(verdict: Verdict) -> tuple[object, ...]:
    if verdict.access_until_at is not None:
        return (verdict.access_until_at,)
    return (verdict.access,)


def _longer(old: Verdict, new: Verdict) -> bool:
    """Whether access lasts longer under the second verdict; "ends now" is the shortest, "unchanged" the longest."""
    if old.access_until_at is not None and new.access_until_at is not None:
        return old.access_until_at < new.access_until_at
    return _rank(old) < _rank(new)


def _rank(verdict: Verdict) -> int:
    if verdict.access_until_at is not None:
        return 1
    return {"ends_now": 0, "unchanged": 2}.get(verdict.access, 1)
