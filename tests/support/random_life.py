"""One subscription under random acts, in memory: every act is a decision of the domain, and after each one the
invariants of money and time are checked."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from goodterms.domain.approval import Wish, decide_approval
from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.cancellation import decide_cancellation
from goodterms.domain.cancellation_undo import decide_undo
from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_payment_method, decide_purchase
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.disputing import DisputeReport, decide_dispute
from goodterms.domain.entitlement import entitlement
from goodterms.domain.facts import Actor, Fact, FactName
from goodterms.domain.folded_state import differences, state_of
from goodterms.domain.folding import fold
from goodterms.domain.ledger import Posting
from goodterms.domain.money import Money
from goodterms.domain.payment import (
    Charge,
    ChargeState,
    DisputeState,
    Order,
    OrderKind,
    Refund,
    RefundState,
    RefundWay,
)
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.refunding import (
    Context,
    RefundResult,
    decide_another_way,
    decide_external_refund,
    decide_refund_outcome,
)
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.requests import (
    Intake,
    decide_decline,
    decide_information,
    decide_refund_request,
    decide_reopening,
    decide_retraction,
)
from goodterms.domain.subscription import Cancellation, Subscription, access_end
from goodterms.domain.term import Interval
from tests.support.samples import AGENT, CUSTOMER, SECOND_AGENT, at, reference, subscription

POLICY = reference()
CALENDAR = BusinessCalendar(frozenset({5, 6}), frozenset())
OUTSIDE = Actor("gateway", "bank")


@dataclass
class RandomLife:
    """The subscription with everything that was recorded about it."""

    sub: Subscription
    now: datetime
    facts: list[Fact] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    requests: dict[UUID, RefundRequest] = field(default_factory=dict)
    cancellations: dict[UUID, Cancellation] = field(default_factory=dict)
    policy: Policy = POLICY  # pinned to every order; the shipped one renews
    ids: int = 1000

    @classmethod
    def bought(cls, months: int, minor: int = 7995, policy: Policy = POLICY) -> RandomLife:
        """A subscription whose first charge is open."""
        start = at("2027-01-31T10:00")
        new = subscription(bought_at=start, interval=Interval(months=months), price=Money(minor, "AUD"))
        life = cls(new, start, policy=policy)
        life.apply(decide_purchase(new, POLICY, start, CUSTOMER))
        return life

    def new_id(self) -> UUID:
        """The next id."""
        self.ids += 1
        return UUID(int=self.ids)

    # --- acts ---------------------------------------------------------------------------------

    def wait(self, hours: int) -> None:
        """Time passes and nobody works."""
        self.now += timedelta(hours=hours)

    def live(self, days: int) -> None:
        """Time passes and the worker does what is due on its day; charges stay open until somebody settles them."""
        until = self.now + timedelta(days=days)
        while (due := self.sub.next_step_at) is not None and due <= until:
            self.now = max(self.now, due)
            self.work()
        self.now = until

    def work(self) -> None:
        """The worker, if something is due."""
        due = self.sub.next_step_at
        if due is not None and due <= self.now:
            decision = plan_renewal(self.sub, POLICY, self.now)
            self.apply(decision)
            assert self.sub.next_step_at is None or self.sub.next_step_at > due, "work that is due leaves the due set"

    def settle(self, outcome: str) -> None:
        """The gateway speaks about the open charge."""
        charge = self.sub.open_charge
        if charge is not None:
            hard = outcome == "lost"
            result = ChargeResult("declined" if hard else outcome, f"ch_{charge.id.hex[:16]}", None, not hard)
            self.apply(decide_charge_outcome(self.sub, charge, result, POLICY, self.now))

    def cancel(self) -> None:
        """The customer cancels."""
        decision = decide_cancellation(self.sub, POLICY, self.now, actor=CUSTOMER, channel="account", id=self.new_id())
        before = len(self.sub.refunds)
        self.apply(decision)
        assert len(self.sub.refunds) == before, "canceling pays nothing back (R15)"

    def undo(self) -> None:
        """The customer keeps it after all."""
        self.apply(decide_undo(self.sub, POLICY, self.now, actor=CUSTOMER))

    def card(self, number: int) -> None:
        """Another card."""
        self.apply(decide_payment_method(self.sub, f"pm_{number}", POLICY, self.now, CUSTOMER))

    def ask(self, which: int, right: bool) -> None:
        """A refund request for one of the orders; one open at a time, as the database holds it."""
        if not self.sub.orders:
            return
        order = self.sub.orders[which % len(self.sub.orders)]
        if any(r.order_id == order.id and r.state.open for r in self.requests.values()):
            return
        claimed = Claimed(order.number if right else "?", order.buyer_email, order.buyer_name)
        intake = Intake(self.new_id(), self.now, "account", claimed, order.buyer_email)
        self.apply(
            decide_refund_request(
                self.sub, order, intake, self.policy, POLICY, self.now, actor=CUSTOMER, calendar=CALENDAR
            )
        )

    def answer(self, which: int, unused: bool = False) -> None:
        """The customer answers a question, perhaps also what a rule needs to know."""
        if (found := self._request(which)) is not None:
            order = self._order(found.order_id)
            self.apply(
                decide_information(
                    self.sub, order, found, Claimed(order_number=order.number), self.policy, POLICY, self.now,
                    actor=CUSTOMER, calendar=CALENDAR, stated={"used_in_cycle": False} if unused else {},
                )
            )  # fmt: skip

    def approve(self, which: int, second: bool, goodwill: int) -> None:
        """A specialist confirms, by the policy or with a percentage as goodwill."""
        if (found := self._request(which)) is not None:
            order = self._order(found.order_id)
            wish = Wish(order.amount.share(goodwill, 100), "kindness") if goodwill else None
            actor = SECOND_AGENT if second else AGENT
            self.apply(decide_approval(self.sub, order, found, self.policy, POLICY, self.now, actor=actor, wish=wish))

    def close(self, which: int, how: str) -> None:
        """A request is declined, taken back or looked at again."""
        if (found := self._request(which)) is None:
            return
        order = self._order(found.order_id)
        decide: dict[str, Callable[[], Decision | Refusal]] = {
            "decline": lambda: decide_decline(
                self.sub, order, found, self.policy, POLICY, self.now, actor=AGENT, note="no"
            ),
            "retract": lambda: decide_retraction(self.sub, found, POLICY, self.now, actor=CUSTOMER),
            "reopen": lambda: decide_reopening(
                self.sub, order, found, self.policy, POLICY, self.now, actor=AGENT, reason="again", calendar=CALENDAR
            ),
        }
        others = [r for r in self.requests.values() if r.order_id == found.order_id and r.id != found.id]
        if how != "reopen" or not any(r.state.open for r in others):
            self.apply(decide[how]())

    def refund_outcome(self, which: int, outcome: str) -> None:
        """The gateway speaks about one of the refunds."""
        if self.sub.refunds:
            refund = self.sub.refunds[which % len(self.sub.refunds)]
            initiated_only = outcome == "failed" and refund.state.open
            looked_up_only = outcome == "not_found" and not refund.state.open
            if refund.state is RefundState.FAILED or initiated_only or looked_up_only:
                return
            if refund.state.initiated and outcome == "rejected":
                return
            result = RefundResult(outcome, refund.gateway_ref or f"re_{refund.id.hex[:16]}")
            self.apply(decide_refund_outcome(self.sub, refund, result, self._context(refund), self.now))

    def another_way(self, which: int, way: RefundWay) -> None:
        """After a failure: again, or by hand."""
        if self.sub.refunds:
            refund = self.sub.refunds[which % len(self.sub.refunds)]
            self.apply(
                decide_another_way(
                    self.sub, refund, self._context(refund), self.now, actor=SECOND_AGENT, way=way, reference="TR"
                )
            )

    def external(self, which: int, percent: int, settled: bool) -> None:
        """Somebody refunds in the gateway's dashboard, perhaps more than is left."""
        if not self.sub.orders:
            return
        order = self.sub.orders[which % len(self.sub.orders)]
        amount = order.amount.share(percent, 100)
        if amount.minor > 0:
            context = Context(order, None, self.policy, POLICY, CALENDAR)
            self.apply(
                decide_external_refund(
                    self.sub, amount, f"ext_{self.new_id().int}", context, self.now, at=self.now, settled=settled
                )
            )

    def dispute(self, which: int, percent: int, state: DisputeState) -> None:
        """The cardholder's bank takes a payment back, or decides on the one it has taken."""
        if self.sub.orders:
            order = self.sub.orders[which % len(self.sub.orders)]
            amount = order.amount.share(percent, 100)
            known = next((d for d in self.sub.disputes if d.order_id == order.id), None)
            ref = f"dp_{order.id.hex[:16]}"
            report = DisputeReport(ref, state, known.amount if known else amount, "fraudulent", self.now)
            if report.amount.minor > 0:
                context = Context(order, None, self.policy, POLICY, CALENDAR)
                self.apply(decide_dispute(self.sub, report, context, self.now))

    # --- what storage would do -------------------------------------------------------------------

    def apply(self, decision: Decision | Refusal) -> None:
        """Take over what was decided, as `save` would, and check everything."""
        if isinstance(decision, Refusal):
            return
        rows = [*decision.inserts, *decision.updates]
        after = next(row for row in rows if isinstance(row, Subscription))
        assert after.version == self.sub.version + 1
        for row in rows:
            for kind, kept in ((Order, after.orders), (Charge, after.charges), (Refund, after.refunds)):
                if isinstance(row, kind):
                    assert row in kept, "what is written is what the state holds"
            if isinstance(row, RefundRequest):
                self.requests[row.id] = row
            if isinstance(row, Cancellation):
                self.cancellations[row.id] = row
        self.sub = after
        self.facts += decision.facts
        self.postings += decision.postings
        self.check()

    def check(self) -> None:
        """Every invariant, after every act."""
        sub = self.sub
        assert [f.seq for f in self.facts] == list(range(1, sub.last_fact + 1))
        assert differences(fold(self.facts), state_of(sub, self.cancellations.values(), self.requests.values())) == []
        check_terms(sub)
        check_money(sub, self.postings)
        told = entitlement(sub.terms, self.now)
        assert not told.may_use or told.until is not None
        assert sub.paid_through == access_end(sub.terms)
        if sub.expired_at is not None:
            assert not sub.auto_renew
        for fact in self.facts:
            if fact.name is FactName.REFUND_INTENDED:
                assert fact.data["request_id"], "a refund happens only on a request (R22)"

    def _request(self, which: int) -> RefundRequest | None:
        found = list(self.requests.values())
        return found[which % len(found)] if found else None

    def _order(self, id: UUID) -> Order:
        return next(order for order in self.sub.orders if order.id == id)

    def _context(self, refund: Refund) -> Context:
        request = self.requests.get(refund.request_id) if refund.request_id else None
        return Context(self._order(refund.order_id), request, self.policy, POLICY, CALENDAR)


def check_terms(sub: Subscription) -> None:
    """Terms never overlap, one order each, and no renewal's charge begins at or after the paid end (R1, R2, R14)."""
    closing = [(t.starts_at, t.starts_at if t.dropped_at else t.ends_at) for t in sub.terms]
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(closing))
    for before, after in itertools.pairwise(sub.terms):
        assert before.dropped_at is None or after.starts_at < before.ends_at, "no term is dropped under its successor"
    assert [o.term_number for o in sub.orders] == [t.number for t in sub.terms]
    for number in {c.term_number for c in sub.charges}:
        counting = [c for c in sub.charges if c.term_number == number]
        assert sum(c.state.open or c.state is ChargeState.SUCCEEDED for c in counting) <= 1
    for charge in sub.charges:
        assert charge.kind is OrderKind.INITIAL or charge.intended_at < charge.starts_at


def check_money(sub: Subscription, postings: list[Posting]) -> None:
    """Refunds never exceed a charge, and the books say what orders and refunds say (R48)."""
    books: Counter[str] = Counter()
    for posting in postings:
        assert posting.amount.minor > 0
        books[posting.debit] += posting.amount.minor
        books[posting.credit] -= posting.amount.minor
    for order in sub.orders:
        standing = [r for r in sub.refunds if r.order_id == order.id and r.state is not RefundState.FAILED]
        assert 0 <= order.refunded_minor <= order.amount.minor
        assert order.refunded_minor == sum(r.inside.minor for r in standing)
        taken = [d for d in sub.disputes if d.order_id == order.id and d.state.holds]
        assert order.excess_minor == sum(r.excess_minor for r in standing) + sum(d.excess_minor for d in taken)
        assert order.disputed_minor == sum(d.inside.minor for d in taken)
    away = [d for d in sub.disputes if d.state.holds]
    lost = [d for d in away if not d.state.open]
    settled = [r for r in sub.refunds if r.state is RefundState.SUCCEEDED]
    owed = [r for r in sub.refunds if r.state.open or r.state is RefundState.PENDING]
    assert books["cash"] == sum(o.amount.minor for o in sub.orders) - sum(
        one.amount.minor for one in (*settled, *away)
    )
    assert -books["refunds_payable"] == sum(r.inside.minor for r in owed)
    assert books["excess"] == sum(one.excess_minor for one in (*settled, *away))
    kept = sum(o.amount.minor - o.refunded_minor for o in sub.orders) - sum(d.inside.minor for d in lost)
    assert -books["sales"] - books["tax"] == kept
    assert 0 <= -books["tax"] <= sum(o.tax_minor for o in sub.orders)


__all__ = ["RandomLife", "RequestState"]
