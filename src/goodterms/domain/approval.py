"""Approving a refund request: who may, for how much, and the intent that follows (R33, R34, R37, R38, R48)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from goodterms.domain.case import Verdict
from goodterms.domain.decision import Decision, Draft, Refusal, iso
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.judging.clauses_facts import FactCheck, facts_confirmed
from goodterms.domain.ledger import owe_refund
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, Refund, RefundEffect, RefundState, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.refund_request import Approval, RefundRequest, RequestState
from goodterms.domain.refundability import (
    ALONE,
    Beside,
    Effect,
    access_after,
    charged_meanwhile,
    effect_by,
    effect_of,
    effect_on_later,
    judge_request,
    keeps_tax,
    paid_since_canceled,
)
from goodterms.domain.renewal import settle
from goodterms.domain.request_checks import verdict_data
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class ApprovalOutcome:
    """What approving does, shown before it is confirmed: money, access (exclusive), and whether another person must.

    `access_until` is None when access ends at once. `also` are renewals that were charged while the request waited and
    are paid back with it. `final` is False when this approval is the first of two and nothing is paid yet.
    """

    amount: Money
    effect: RefundEffect
    access_until: datetime | None
    final: bool
    goodwill: bool
    refund: Refund | None
    also: tuple[Order, ...] = ()
    refunds: tuple[Refund, ...] = ()
    until_at: datetime | None = None

    @property
    def total(self) -> Money:
        """All that is paid back."""
        return self.amount + Money(sum(order.refundable.minor for order in self.also), self.amount.currency)

    @property
    def fingerprint(self) -> str:
        """A short digest of what was shown; the act must match it, or the person is asked again."""
        until = iso(self.access_until) if self.access_until else "-"
        parts = (str(self.amount), self.effect.value, until, str(self.final), str(self.goodwill), str(self.total))
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the approving person wants: the policy's amount, or another one outside it with a reason (goodwill)."""

    amount: Money | None = None
    reason: str = ""


def decide_approval(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, in_force: Policy, now: datetime,
    *, actor: Actor, wish: Wish | None = None, related: frozenset[str] = frozenset(), senior: bool = True,
    beside: Beside = ALONE,
) -> Decision | Refusal:  # fmt: skip
    """Confirm a request (R33); with the last confirmation needed, commit the intent to refund (R37).

    It pays what the verdict of policy and laws grants and ends access as that says, and pays back in full what was
    charged for later terms while the request waited. For the limit above which two people confirm, what a cancellation
    has paid at once counts with the rest that its case grants. `policy` is the one pinned to the order. `wish` is set
    for a goodwill or partial refund outside the clauses, within the policy's limits and always by two people.
    `related` holds e-mail addresses of the actor: nobody approves a refund to himself. `senior` tells whether the
    actor may give the last word on a goodwill refund. Refusals: `wrong_state` (done already, when it is approved),
    `facts_not_confirmed`, `own_case`, `same_person`, `charge_under_way`, `refund_under_way`, `disputed`,
    `facts_missing`, `not_granted` (with the clause), `over_charge`, `over_goodwill_limit` (which counts what was
    paid back before), `reason_missing`, `amount_invalid`, `amount_changed`, `senior_needed`, `nothing_paid`.
    """
    refusal = _not_approvable(subscription, order, request, policy, actor, related)
    if refusal:
        return refusal
    verdict = judge_request(subscription, order, request, policy, beside)
    goodwill = wish is not None and wish.amount is not None
    if wish is None or wish.amount is None:
        if verdict.outcome == "ask":
            return Refusal(
                "facts_missing", "The rules need to know more; state the facts that are missing first.",
                {"missing": ", ".join(verdict.missing)},
            )  # fmt: skip
        if verdict.outcome != "grant":
            return Refusal("not_granted", verdict.because, {"clause": verdict.clause, "outcome": verdict.outcome})
        amount = verdict.amount
        if not amount:
            nothing = f"The rule {verdict.clause} grants it and leaves nothing to pay back."
            paid = "Nothing was paid for this order, so there is nothing to pay back."
            return Refusal("nothing_paid", nothing if order.amount else paid)
    else:
        amount = wish.amount
        refusal = _outside_goodwill(order, request, policy, wish)
        if refusal:
            return refusal
    if order.refundable < amount:
        return Refusal("over_charge", f"At most {order.refundable} of this order can still be refunded.")
    if request.approvals and (request.amount != amount or request.goodwill != goodwill):
        return Refusal("amount_changed", "The second person confirms the same refund as the first.")
    if request.approvals and goodwill and not senior:
        return Refusal("senior_needed", "A supervisor or an administrator has to confirm a goodwill refund.")
    outcome = approval_outcome(subscription, order, request, verdict, amount, goodwill=goodwill)
    before = paid_since_canceled(subscription, order) if request.act == "cancel" else []
    at_stake = outcome.total + Money(sum(r.amount.minor for r in before), amount.currency)
    second = goodwill or policy.refund.needs_second_person(at_stake)
    final = not second or bool(request.approvals)
    return _approve(
        subscription, order, request, verdict, in_force, now,
        actor=actor, outcome=replace(outcome, final=final), reason=wish.reason if wish and goodwill else None,
        tax_kept=not goodwill and keeps_tax(policy, verdict),
    )  # fmt: skip


def approval_outcome(
    subscription: Subscription, order: Order, request: RefundRequest, verdict: Verdict, amount: Money, *,
    goodwill: bool,
) -> ApprovalOutcome:  # fmt: skip
    """What paying `amount` back will do, in dates and amounts: as the verdict says, or outside it as goodwill."""
    if goodwill:
        whole = amount == order.refundable
        effect = Effect(effect_of(subscription, order, request.received_at, whole=whole))
    else:
        effect = effect_by(subscription, order, request.received_at, verdict)
    also = () if goodwill else charged_meanwhile(subscription, order, request.received_at, effect)
    access_until = access_after(subscription, order, effect, *also)
    return ApprovalOutcome(amount, effect.kind, access_until, True, goodwill, None, also, until_at=effect.until_at)


def refund_intent(
    subscription: Subscription, order: Order, amount: Money, effect: RefundEffect, *, attempt: int, way: RefundWay,
    request: RefundRequest | None, now: datetime, until_at: datetime | None = None, tax_kept: bool = False,
) -> Refund:  # fmt: skip
    """The frozen wish to pay back; its key is derived from the order and attempt (DESIGN 4.1).

    Only what we send to the gateway has the name that the gateway knows it by. What was paid in another way has one of
    its own: a lost history may have sent the attempt of that number, and its line in the statement can come late.

    `until_at` is the end of access with the effect `END_LATER`; with `tax_kept` the amount carries no tax (X23).
    """
    number = f"{attempt}" if way is RefundWay.ORIGINAL else f"{way}/{attempt}"
    return Refund(
        bucket=order.bucket,
        id=subscription.derived_id(f"refund/{order.term_number}/{number}"),
        customer_id=order.customer_id,
        subscription_id=order.subscription_id,
        order_id=order.id,
        request_id=request.id if request else None,
        attempt=attempt,
        way=way,
        key=refund_key(order.id, number),
        amount=amount,
        tax_minor=0 if tax_kept else order.tax_in(amount, subscription.refunds, subscription.disputes),
        gateway=order.gateway,
        charge_ref=order.gateway_ref,
        state=RefundState.INTENDED,
        intended_at=now,
        effect=effect,
        check_at=now if way is RefundWay.ORIGINAL else None,
        access_until_at=until_at,
    )


def refund_key(order_id: UUID, number: str) -> str:
    """What the gateway knows an attempt at paying an order back by, and pays once."""
    return f"gt-refund-{order_id.hex}-{number}"


def next_attempt(subscription: Subscription, order: Order) -> int:
    """The number of the next refund of an order; every refund of the order must be loaded."""
    return 1 + max((r.attempt for r in subscription.refunds if r.order_id == order.id), default=0)


def _not_approvable(
    subscription: Subscription, order: Order, request: RefundRequest, policy: Policy, actor: Actor,
    related: frozenset[str],
) -> Refusal | None:  # fmt: skip
    if not request.state.open:
        return Refusal(
            "wrong_state", f"The request is {request.state.replace('_', ' ')} already.", {"state": request.state},
            already=request.state is RequestState.APPROVED,
        )  # fmt: skip
    own = {order.buyer_email.casefold(), request.contact_email.casefold()}
    if own & {email.casefold() for email in related}:
        return Refusal("own_case", "Nobody approves a refund to himself; a colleague has to.")
    checks = tuple(FactCheck(c["name"], c["result"], c["because"]) for c in request.checks)  # type: ignore[arg-type]
    if not facts_confirmed(policy, checks):
        return Refusal("facts_not_confirmed", "The four facts are not confirmed yet; ask the customer first.")
    if subscription.open_charge:
        return Refusal("charge_under_way", "A charge is under way; approve when its outcome is known.")
    if any(r.order_id == order.id and r.state.open for r in subscription.refunds):
        return Refusal("refund_under_way", "A refund of this order is under way; approve when its outcome is known.")
    if order.disputed:
        return Refusal(
            "disputed", "The bank looks into this payment and holds it; the request waits until it decides."
        )
    if any(a.by == str(actor) for a in request.approvals):
        return Refusal("same_person", "You have confirmed. A second person has to confirm before anything is paid.")
    return None


def _outside_goodwill(order: Order, request: RefundRequest, policy: Policy, wish: Wish) -> Refusal | None:
    limits = policy.refund.goodwill
    amount = wish.amount
    if amount is None or amount.currency != order.amount.currency or amount.minor <= 0:
        return Refusal("amount_invalid", f"The amount must be positive and in {order.amount.currency}.")
    if not wish.reason.strip():
        return Refusal("reason_missing", "A refund outside the policy needs a reason.")
    if not limits.possible:
        return Refusal("over_goodwill_limit", "The policy leaves no room for goodwill.", {"days": "0"})
    last_at = order.placed_at + timedelta(days=limits.max_days_after_order + 1)
    if request.received_at >= last_at:
        return Refusal(
            "over_goodwill_limit",
            f"Goodwill ends {limits.max_days_after_order} days after the order.",
            {"days": str(limits.max_days_after_order)},
        )
    if order.amount.share(limits.max_share_percent, 100).minor < order.refunded_minor + amount.minor:
        return Refusal("over_goodwill_limit", f"Goodwill pays back at most {limits.max_share_percent} percent.")
    return None


def _approve(
    subscription: Subscription, order: Order, request: RefundRequest, verdict: Verdict, in_force: Policy,
    now: datetime, *, actor: Actor, outcome: ApprovalOutcome, reason: str | None, tax_kept: bool,
) -> Decision:  # fmt: skip
    draft = Draft(subscription, now=now, actor=actor, policy_digest=request.policy_digest)
    approved = replace(
        request, approvals=(*request.approvals, Approval(str(actor), now)), amount=outcome.amount,
        goodwill=reason is not None, verdict=verdict_data(verdict),
        goodwill_reason=reason or request.goodwill_reason, handled_by=request.handled_by or str(actor),
        version=request.version + 1,
    )  # fmt: skip
    if not outcome.final:
        draft.update(approved)
        draft.fact(FactName.REQUEST_APPROVED_ONCE, request_id=request.id, amount=outcome.amount, reason=reason)
        return settle(draft, in_force, outcome)
    return settle(draft, in_force, _intend(draft, order, approved, outcome, verdict, tax_kept=tax_kept))


def _intend(
    draft: Draft, order: Order, request: RefundRequest, outcome: ApprovalOutcome, verdict: Verdict, *, tax_kept: bool
) -> ApprovalOutcome:
    """Commit the intent for the order, and one for each later term that was charged while the request waited."""
    draft.update(
        replace(request, state=RequestState.APPROVED, decided_at=draft.now, decided_by=str(draft.actor), due_at=None)
    )
    draft.fact(
        FactName.REQUEST_APPROVED, request_id=request.id, clause=verdict.clause, rule=verdict.rule,
        amount=outcome.amount, goodwill=request.goodwill, reason=request.goodwill_reason,
    )  # fmt: skip
    refunds = []
    # The newest first: what never began goes before what it follows.
    for later in reversed(outcome.also):
        effect = effect_on_later(draft.subscription, later, draft.now)
        refunds.append(_refund(draft, later, later.refundable, Effect(effect), request))
    effect_now = Effect(outcome.effect, outcome.until_at)
    main = _refund(draft, order, outcome.amount, effect_now, request, tax_kept=tax_kept)
    return replace(outcome, refund=main, refunds=(*refunds, main))


def _refund(
    draft: Draft, order: Order, amount: Money, effect: Effect, request: RefundRequest, *, tax_kept: bool = False
) -> Refund:
    refund = refund_intent(
        draft.subscription, order, amount, effect.kind, until_at=effect.until_at, tax_kept=tax_kept,
        attempt=next_attempt(draft.subscription, order), way=RefundWay.ORIGINAL, request=request, now=draft.now,
    )  # fmt: skip
    intend_refund(draft, order, refund)
    return refund


def intend_refund(draft: Draft, order: Order, refund: Refund, *, recovered: bool = False) -> None:
    """Commit the intent: reserve the amount on the order (so that refunds never exceed the charge) and owe it.

    `recovered` tells that it was made before and lost with the database.
    """
    more: dict[str, Any] = {"recovered": True} if recovered else {}
    reserved = replace(order, refunded_minor=order.refunded_minor + refund.amount.minor)
    sub = draft.subscription
    draft.insert(refund)
    draft.update(reserved)
    draft.subscription = replace(
        sub,
        orders=tuple(reserved if o.id == order.id else o for o in sub.orders),
        refunds=(*sub.refunds, refund),
    )
    draft.fact(
        FactName.REFUND_INTENDED, refund_id=refund.id, order_id=order.id, request_id=refund.request_id,
        amount=refund.amount, way=refund.way, effect=refund.effect, access_until_at=refund.access_until_at,
        tax_minor=refund.tax_minor, **more,
    )  # fmt: skip
    draft.post(owe_refund(refund.amount, refund.tax_minor), order)
