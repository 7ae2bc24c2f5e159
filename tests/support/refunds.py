"""A sold subscription in memory, with the books kept beside it: what tests of refunds act on."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from goodterms.domain.approval import intend_refund, next_attempt, refund_intent
from goodterms.domain.decision import Decision, Draft, Message, Refusal
from goodterms.domain.facts import SYSTEM
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, Refund, RefundWay
from goodterms.domain.refundability import effect_of
from goodterms.domain.refunding import (
    Context,
    RefundResult,
    decide_another_way,
    decide_external_refund,
    decide_refund_outcome,
)
from goodterms.domain.renewal import settle
from goodterms.domain.subscription import Subscription
from tests.support.samples import AGENT, after, reference, weekdays_only

POLICY = reference()


class Books:
    """A subscription whose newest order is paid back in every way there is; every decision's postings are booked."""

    def __init__(self, sub: Subscription) -> None:
        self.sub = sub
        self.balance: Counter[str] = Counter()
        self.messages: list[Message] = []
        self.facts: list[str] = []
        for order in sub.orders:
            self.balance["cash"] += order.amount.minor
            self.balance["sales"] -= order.amount.minor - order.tax_minor
            self.balance["tax"] -= order.tax_minor

    @property
    def order(self) -> Order:
        """The newest order."""
        return self.sub.orders[-1]

    @property
    def context(self) -> Context:
        """What a decision on its refunds rests on."""
        return Context(self.order, None, POLICY, POLICY, weekdays_only())

    def take(self, decision: Decision | Refusal) -> Decision | Refusal:
        """Go on to the state that a decision leads to; a refusal changes nothing."""
        if isinstance(decision, Decision):
            self.sub = after(decision)
            self.sub = _with_rows(self.sub, decision)
            self.messages += decision.messages
            self.facts += [fact.name.value for fact in decision.facts]
            for posting in decision.postings:
                assert posting.amount.minor > 0
                self.balance[posting.debit] += posting.amount.minor
                self.balance[posting.credit] -= posting.amount.minor
            self.check()
        return decision

    def intend(self, minor: int, now: datetime) -> Refund:
        """Commit the intent of a refund, as an approval does."""
        amount = Money(minor, self.order.amount.currency)
        draft = Draft(self.sub, now=now, actor=AGENT, policy_digest=POLICY.digest)
        effect = effect_of(self.sub, self.order, now, whole=amount == self.order.refundable)
        refund = refund_intent(
            self.sub, self.order, amount, effect,
            attempt=next_attempt(self.sub, self.order), way=RefundWay.ORIGINAL, request=None, now=now,
        )  # fmt: skip
        intend_refund(draft, self.order, refund)
        self.take(settle(draft, POLICY))
        return refund

    def hear(self, attempt: int, outcome: str, now: datetime) -> Decision | Refusal:
        """The gateway says something of a refund."""
        refund = self.refund(attempt)
        result = RefundResult(outcome, refund.gateway_ref or f"re_{attempt}")
        return self.take(decide_refund_outcome(self.sub, refund, result, self.context, now))

    def external(self, minor: int, now: datetime, *, at: datetime, settled: bool = False) -> Decision | Refusal:
        """Somebody pays back in the gateway's dashboard."""
        amount = Money(minor, self.order.amount.currency)
        ref = f"re_{next_attempt(self.sub, self.order)}"
        decision = decide_external_refund(self.sub, amount, ref, self.context, now, at=at, settled=settled)
        return self.take(decision)

    def another_way(self, attempt: int, way: RefundWay, now: datetime, reference: str = "") -> Decision | Refusal:
        """A failed refund is tried again."""
        failed = self.refund(attempt)
        decision = decide_another_way(
            self.sub, failed, self.context, now, actor=SYSTEM, way=way, reference=reference
        )  # fmt: skip
        return self.take(decision)

    def refund(self, attempt: int) -> Refund:
        """The refund of the newest order with this number."""
        return next(r for r in self.sub.refunds if r.attempt == attempt and r.order_id == self.order.id)

    def check(self) -> None:
        """Cash, debts, the order's counters and the refunds say the same."""
        order = self.order
        mine = [r for r in self.sub.refunds if r.order_id == order.id]
        paid = sum(o.amount.minor for o in self.sub.orders)
        standing = [r for r in mine if r.state != "failed"]
        arrived = [r for r in mine if r.state == "succeeded"]
        coming = [r for r in standing if r.state != "succeeded"]
        assert self.balance["cash"] == paid - sum(r.amount.minor for r in arrived)
        assert -self.balance["refunds_payable"] == sum(r.inside.minor for r in coming)
        assert self.balance["excess"] == sum(r.excess_minor for r in arrived)
        assert order.refunded_minor == sum(r.inside.minor for r in standing) <= order.amount.minor
        assert order.excess_minor == sum(r.excess_minor for r in standing)
        carried = sum(r.tax_minor for r in standing)
        assert -self.balance["tax"] == sum(o.tax_minor for o in self.sub.orders) - carried
        assert 0 <= carried <= order.tax_minor
        if order.refunded_minor == order.amount.minor:
            assert carried == order.tax_minor
        assert sum(self.balance.values()) == 0
        assert all(0 <= r.tax_minor <= r.inside.minor for r in standing)


def _with_rows(sub: Subscription, decision: Decision) -> Subscription:
    """The rows that a decision writes are those that its subscription holds."""
    held = {r.id: r for r in (*sub.orders, *sub.refunds)}
    for row in (*decision.inserts, *decision.updates):
        if isinstance(row, Order | Refund):
            assert held[row.id] == row
    return sub
