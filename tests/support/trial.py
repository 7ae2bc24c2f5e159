"""One refund request under a policy of its own, lived through in memory: what tests of refunds by policy act on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from goodterms.domain.approval import ApprovalOutcome, Wish, decide_approval
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor, Fact
from goodterms.domain.payment import Order, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.domain.refunding import Context, RefundResult, decide_another_way, decide_refund_outcome
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.request_facts import decide_facts
from goodterms.domain.requests import Intake, decide_information, decide_refund_request
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import Subscription
from tests.support import second_policy as second
from tests.support.samples import AGENT, CUSTOMER, SECOND_AGENT, after, decided, reference, weekdays_only


class Trial:
    """One request under a policy, lived through; the facts of every decision are kept."""

    def __init__(self, rules: str, sub: Subscription, *, refund: str = "", asked_at: datetime) -> None:
        self.policy: Policy = second.policy(rules, refund=refund)
        self.sub = sub
        self.order_id = sub.orders[-1].id
        self.now = asked_at
        self.facts: list[Fact] = []
        self.mails: list[tuple[str, dict[str, object]]] = []
        order = sub.orders[-1]
        told = Claimed(order.number, order.buyer_email, order.buyer_name, order.placed_at.date())
        self.request = self._take(
            decide_refund_request(
                sub, order, Intake(UUID(int=900), asked_at, "account", told, order.buyer_email), self.policy,
                reference(), asked_at, actor=CUSTOMER, calendar=weekdays_only(),
            )
        ).outcome  # fmt: skip
        assert isinstance(self.request, RefundRequest)

    @property
    def order(self) -> Order:
        """The order asked about."""
        return next(o for o in self.sub.orders if o.id == self.order_id)

    def state(self, **facts: FactValue) -> Decision | Refusal:
        """A specialist enters facts."""
        return self._kept(
            decide_facts(
                self.sub, self.order, self.request, facts, self.policy, reference(), self.now, actor=AGENT,
                calendar=weekdays_only(),
            )
        )  # fmt: skip

    def answer(self, answer: str = "", **facts: FactValue) -> Decision | Refusal:
        """The customer answers."""
        return self._kept(
            decide_information(
                self.sub, self.order, self.request, Claimed(), self.policy, reference(), self.now, actor=CUSTOMER,
                calendar=weekdays_only(), answer=answer, stated=facts,
            )
        )  # fmt: skip

    def approve(self, actor: Actor = AGENT, wish: Wish | None = None) -> Decision | Refusal:
        """A specialist confirms."""
        return self._kept(
            decide_approval(
                self.sub, self.order, self.request, self.policy, reference(), self.now, actor=actor, wish=wish
            )
        )

    def hear(self, outcome: str, attempt: int = 1, *, order_id: UUID | None = None) -> Decision | Refusal:
        """The gateway says something of a refund."""
        wanted = order_id or self.order_id
        refund = next(r for r in self.sub.refunds if r.order_id == wanted and r.attempt == attempt)
        return self._kept(
            decide_refund_outcome(
                self.sub, refund, RefundResult(outcome, f"re_{refund.key[-9:]}"), self._context(wanted), self.now
            )
        )

    def _context(self, order_id: UUID) -> Context:
        order = next(o for o in self.sub.orders if o.id == order_id)
        return Context(order, self.request, self.policy, reference(), weekdays_only())

    def again(self, order_id: UUID | None = None) -> Decision | Refusal:
        """The failed refund of an order is tried once more."""
        wanted = order_id or self.order_id
        failed = [r for r in self.sub.refunds if r.order_id == wanted][-1]
        context = self._context(wanted)
        return self._kept(
            decide_another_way(self.sub, failed, context, self.now, actor=SECOND_AGENT, way=RefundWay.ORIGINAL)
        )

    def work(self) -> None:
        """The worker does what is due."""
        self._take(plan_renewal(self.sub, reference(), self.now))

    def _kept(self, decision: Decision | Refusal) -> Decision | Refusal:
        if isinstance(decision, Decision):
            self._take(decision)
        return decision

    def _take(self, decision: Decision | Refusal) -> Decision:
        done = decided(decision)
        self.sub = after(done)
        rows = [row for row in (*done.inserts, *done.updates) if isinstance(row, RefundRequest)]
        self.request = rows[-1] if rows else getattr(self, "request", None)  # type: ignore[assignment]
        self.facts += done.facts
        self.mails += [(m.kind, dict(m.data)) for m in done.messages]
        return done


def outcome_of(done: Decision | Refusal) -> ApprovalOutcome:
    """What an approval does; it must not be refused."""
    outcome = decided(done).outcome
    assert isinstance(outcome, ApprovalOutcome)
    return outcome


def code_of(done: Decision | Refusal) -> str:
    """The code of a refusal, or "decided"."""
    return done.code if isinstance(done, Refusal) else "decided"
