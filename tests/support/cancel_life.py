"""A subscription that is canceled under rules of its own, lived through without a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodterms.domain.approval import ApprovalOutcome, decide_approval
from goodterms.domain.cancellation import CancellationOutcome, decide_cancellation
from goodterms.domain.cancellation_undo import decide_undo
from goodterms.domain.charging import ChargeResult, decide_charge_outcome
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.payment import Refund
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refundability import Beside
from goodterms.domain.refunding import Context, RefundResult, decide_refund_outcome
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.request_facts import decide_facts
from goodterms.domain.rules import FactValue
from goodterms.domain.subscription import Subscription
from tests.support import cancel_rules as rules
from tests.support.fold import state_of
from tests.support.samples import (
    AGENT,
    CUSTOMER,
    at,
    bought,
    decided,
    reference,
    weekdays_only,
)

BOUGHT_AT = at("2026-01-10T09:00")
NOW = at("2026-05-20T10:00")


class Life:
    """A subscription under a policy, lived through; facts, mails and requests are kept."""

    def __init__(self, document: str, sub: Subscription | None = None, *, now: datetime = NOW, **more: Any) -> None:
        self.policy: Policy = rules.policy(document) if document else reference()
        self.sub = sub or bought(BOUGHT_AT)
        self.beside = Beside(rules.laws(*more.pop("laws", ())), more.pop("facts", {}))
        assert not more
        self.now = now
        self.before = state_of(self.sub)
        self.facts: list[Any] = []
        self.mails: list[tuple[str, dict[str, Any]]] = []
        self.request: RefundRequest | None = None

    def _take(self, decision: Decision | Refusal) -> Decision:
        done = decided(decision)
        for row in (*done.inserts, *done.updates):
            if isinstance(row, Subscription):
                self.sub = row
            elif isinstance(row, RefundRequest):
                self.request = row
        self.facts += done.facts
        self.mails += [(m.kind, dict(m.data)) for m in done.messages]
        return done

    def cancel(self, shown: str | None = None, *, open_request: bool = False) -> CancellationOutcome | str:
        """The customer cancels; what it did, or the code of the refusal."""
        done = decide_cancellation(
            self.sub, reference(), self.now, actor=CUSTOMER, channel="account", id=self.sub.derived_id("cancel"),
            order_policy=self.policy, beside=self.beside, calendar=weekdays_only(), shown=shown,
            open_request=open_request,
        )  # fmt: skip
        if isinstance(done, Refusal):
            return done.code
        outcome = self._take(done).outcome
        assert isinstance(outcome, CancellationOutcome)
        return outcome

    def undo(self) -> str:
        """The customer takes it back; "kept", or the code of the refusal."""
        done = decide_undo(self.sub, reference(), self.now, actor=CUSTOMER, case=self.request)
        if isinstance(done, Refusal):
            return done.code
        self._take(done)
        return "kept"

    def hear(self, outcome: str = "pending") -> None:
        """The gateway says something of the latest refund."""
        refund = self.sub.refunds[-1]
        order = next(o for o in self.sub.orders if o.id == refund.order_id)
        context = Context(order, self.request, self.policy, reference(), weekdays_only())
        self._take(decide_refund_outcome(self.sub, refund, RefundResult(outcome, "re_1"), context, self.now))

    def work(self, until: datetime) -> None:
        """The worker does what is due up to an instant."""
        while self.sub.next_step_at is not None and self.sub.next_step_at <= until:
            self.now = self.sub.next_step_at
            self._take(plan_renewal(self.sub, reference(), self.now))
            if self.sub.open_charge:
                self.pay()
        self.now = until

    def pay(self, outcome: str = "succeeded") -> None:
        """The open charge comes out."""
        charge = self.sub.open_charge
        assert charge is not None
        result = ChargeResult(outcome, "ch_2", retryable=False)
        self._take(decide_charge_outcome(self.sub, charge, result, reference(), self.now))

    def state(self, **facts: FactValue) -> None:
        """A specialist enters facts."""
        assert self.request is not None
        order = self.sub.orders[-1]
        self._take(
            decide_facts(
                self.sub, order, self.request, facts, self.policy, reference(), self.now, actor=AGENT,
                calendar=weekdays_only(), beside=self.beside,
            )
        )  # fmt: skip

    def approve(self, actor: Any = AGENT) -> ApprovalOutcome:
        """A specialist confirms."""
        assert self.request is not None
        outcome = self._take(
            decide_approval(
                self.sub, self.sub.orders[-1], self.request, self.policy, reference(), self.now, actor=actor,
                beside=self.beside,
            )
        ).outcome  # fmt: skip
        assert isinstance(outcome, ApprovalOutcome)
        return outcome

    @property
    def mail(self) -> dict[str, Any]:
        """The confirmation."""
        return next(data for kind, data in self.mails if kind == "cancellation_confirmed")

    @property
    def refund(self) -> Refund:
        """The only refund."""
        (refund,) = self.sub.refunds
        return refund


def canceled(outcome: CancellationOutcome | str) -> CancellationOutcome:
    """What a cancellation did; it must not have been refused."""
    assert isinstance(outcome, CancellationOutcome), outcome
    return outcome
