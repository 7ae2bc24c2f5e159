"""What cancelling does besides stopping the renewal: money back, an earlier end or a later one (A27).

Cancelling never waits for an answer. Where the rules need to know more, it does at once what holds whatever the answer
is, and a case asks for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import islice, product
from typing import Literal

from goodterms.domain.case import Verdict
from goodterms.domain.decision import Refusal
from goodterms.domain.judging.known_facts import facts_asked
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, RefundEffect
from goodterms.domain.policy import Policy
from goodterms.domain.refundability import (
    ALONE,
    Beside,
    Effect,
    access_after,
    effect_by,
    judge,
    keeps_tax,
    term_of,
)
from goodterms.domain.rules import Fact, FactValue
from goodterms.domain.subscription import Subscription, access_end
from goodterms.domain.term import TermState
from goodterms.domain.value import dataclass, replace

# Why what is paid back is left to a case: the rules need to know more, somebody has to confirm the amount, a charge is
# still under way, or the bank looks into the payment.
FollowUp = Literal["facts", "second_person", "charge_under_way", "disputed"]

_NO_CHANGE = Effect(RefundEffect.MONEY_ONLY)
_MOST_BRANCHES = 64


@dataclass(frozen=True, slots=True)
class CancellationEffect:
    """What a cancellation does to the latest paid order and its term, besides stopping the renewal.

    `verdict` is what decided; where facts are missing, the least of what the answers could lead to (`missing` names
    them), or None where that is not known either. `amount` is paid back at once, unless `follow_up` tells why it is
    left to a case; `effect` is what becomes of the term, at the refund's initiation where there is one and else at
    once. `access_until` (exclusive) is when access then ends. `last_term` is the number of the term that is still
    charged for, where the cancellation comes too late to stop that.
    """

    order: Order
    verdict: Verdict | None
    amount: Money
    effect: Effect
    access_until: datetime
    last_term: int | None = None
    follow_up: FollowUp | None = None
    missing: tuple[str, ...] = ()
    tax_kept: bool = False

    @property
    def pays_now(self) -> bool:
        """Whether it commits a refund by itself."""
        return bool(self.amount) and self.follow_up in (None, "facts")

    @property
    def shortens(self) -> bool:
        """Whether access ends before what was paid for does."""
        return self.effect.kind is not RefundEffect.MONEY_ONLY

    @property
    def case(self) -> bool:
        """Whether a case is opened beside it."""
        return self.follow_up is not None


def cancellation_effect(
    subscription: Subscription, policy: Policy, now: datetime, beside: Beside = ALONE
) -> CancellationEffect | Refusal | None:
    """What cancelling now does by the rules; None where nothing that was paid for is left to decide on.

    `policy` is the one pinned to the latest order (A23). Refuses what neither policy nor law grants: `referred` (it is
    another seller's to end, named in the values) and `not_granted`, with the clause.
    """
    latest = subscription.latest_paid_term
    order = subscription.order_of(latest) if latest else None
    if latest is None or order is None or latest.state(now) is TermState.ENDED:
        return None
    verdict = judge(subscription, order, policy, now, beside=beside, act="cancel")
    missing = verdict.missing if verdict.outcome == "ask" else ()
    if missing:
        least = _least(subscription, order, policy, now, beside, facts_asked(missing, policy, beside.laws))
        return _effect(subscription, order, policy, now, least, missing)
    if verdict.outcome == "refer":
        return Refusal("referred", verdict.because, {"clause": verdict.clause, "to": verdict.refer_to or ""})
    if verdict.outcome != "grant":
        return Refusal("not_granted", verdict.because, {"clause": verdict.clause, "outcome": verdict.outcome})
    return _effect(subscription, order, policy, now, verdict)


def _effect(
    subscription: Subscription, order: Order, policy: Policy, now: datetime, verdict: Verdict | None,
    missing: tuple[str, ...] = (),
) -> CancellationEffect:  # fmt: skip
    nothing = Money(0, order.amount.currency)
    if verdict is None:
        until = access_end(subscription.terms) or now
        return CancellationEffect(order, None, nothing, _NO_CHANGE, until, None, "facts", missing)
    # What the bank holds may come back: then a case pays, so it is not lost by a dispute that is won.
    held = Money(order.disputed_minor if order.disputed else 0, order.amount.currency)
    amount = min(verdict.amount, order.refundable + held)
    if any(r.order_id == order.id and r.state.open for r in subscription.refunds):
        amount = nothing
    effect = _on_the_term(subscription, order, now, verdict, paying=bool(amount))
    follow_up = _follow_up(subscription, order, policy, amount)
    until = _until(subscription, order, effect, now)
    if follow_up is not None and effect.kind is RefundEffect.REVOKE_TERM:
        until = access_end(subscription.terms) or now  # it ends when the money goes, not before
    too_late = verdict.access == "end_of_next_term" and not subscription.open_charge
    return CancellationEffect(
        order=order,
        verdict=verdict,
        amount=amount,
        effect=effect,
        access_until=subscription.next_term().ends_at if too_late else until,
        last_term=subscription.next_number if too_late else None,
        follow_up=follow_up or ("facts" if missing else None),
        missing=missing,
        tax_kept=keeps_tax(policy, verdict),
    )


def _on_the_term(subscription: Subscription, order: Order, now: datetime, verdict: Verdict, *, paying: bool) -> Effect:
    """What becomes of the order's term; one that is not shortened is left as it is."""
    if verdict.access in ("unchanged", "end_of_last_paid_term", "end_of_next_term"):
        return _NO_CHANGE
    term = term_of(subscription, order)
    upcoming = term.state(now) is TermState.UPCOMING
    if verdict.access == "keep_current_term" and not upcoming:
        return _NO_CHANGE
    effect = effect_by(subscription, order, now, verdict)
    if upcoming and effect.until_at is None and not paying and verdict.access != "ends_now":
        return _NO_CHANGE  # what was paid for is not taken away for nothing
    if effect.until_at is not None and term.ends_at <= effect.until_at:
        return _NO_CHANGE
    if effect.until_at is not None and effect.until_at <= now:
        return Effect(RefundEffect.REVOKE_TERM)
    return effect


def _until(subscription: Subscription, order: Order, effect: Effect, now: datetime) -> datetime:
    if effect.kind is RefundEffect.REVOKE_TERM:
        return now
    return access_after(subscription, order, effect) or now


def _follow_up(subscription: Subscription, order: Order, policy: Policy, amount: Money) -> FollowUp | None:
    if not amount:
        return None
    if subscription.open_charge:
        return "charge_under_way"
    if order.disputed:
        return "disputed"
    return "second_person" if policy.refund.needs_second_person(amount) else None


def _least(
    subscription: Subscription, order: Order, policy: Policy, now: datetime, beside: Beside, facts: tuple[Fact, ...]
) -> Verdict | None:
    """The verdict that takes and gives least among all that the answers could lead to; None where nobody can say.

    It is the least money, and of that the longest access. Only facts with a known list of values can be gone through.
    """
    values = [_values(fact) for fact in facts]
    if not all(values):
        return None
    found: list[Verdict] = []
    for answers in islice(product(*values), _MOST_BRANCHES + 1):
        stated: Mapping[str, FactValue] = {f.name: value for f, value in zip(facts, answers, strict=True)}
        verdict = judge(subscription, order, policy, now, beside=beside, stated=stated, act="cancel")
        if verdict.outcome == "ask" or len(found) == _MOST_BRANCHES:
            return None
        found.append(verdict if verdict.outcome == "grant" else _plain(verdict))
    return min(found, key=lambda v: (v.amount.minor, -_reach(subscription, order, now, v)))


def _plain(verdict: Verdict) -> Verdict:
    """A denied or referred cancellation still stops the renewal: nobody is kept in for want of an answer."""
    return replace(verdict, outcome="grant", access="end_of_last_paid_term", access_until_at=None)


def _reach(subscription: Subscription, order: Order, now: datetime, verdict: Verdict) -> int:
    effect = _on_the_term(subscription, order, now, verdict, paying=bool(verdict.amount))
    return int(_until(subscription, order, effect, now).timestamp())


def _values(fact: Fact) -> tuple[FactValue, ...]:
    return (True, False) if fact.type == "yes_or_no" else fact.words if fact.type == "word" else ()
