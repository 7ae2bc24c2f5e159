"""Cancelling and taking a cancellation back.

Cancelling stops the next charge, pays nothing back (R15), and access runs to the end of the last paid term (R9, R18).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from goodterms.domain.decision import Decision, Draft, Refusal, iso
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refundability import RefundOffer, refund_offer
from goodterms.domain.renewal import RenewalPlan, announce, renewal_plan, settle
from goodterms.domain.subscription import (
    Cancellation,
    DisplayState,
    Subscription,
    access_end,
    display_state,
    ended_by_refund,
)


@dataclass(frozen=True, slots=True)
class CancellationOutcome:
    """What cancelling means for this subscription at this instant, shown before it is confirmed (R7, R16, R21).

    `access_until` is exclusive. `dropped_charge_at` and `dropped_charge` are the charge that will not happen.
    `charge_under_way` means that a payment was begun before and may still succeed; then access runs to
    `access_until_if_charged`. `early_billed_from` is the start of a next term that is already paid. `refund` is the
    latest order's way back, where it is still open.
    """

    access_until: datetime
    dropped_charge_at: datetime | None
    dropped_charge: Money | None
    charge_under_way: bool
    access_until_if_charged: datetime | None
    early_billed_from: datetime | None
    refund: RefundOffer | None

    @property
    def fingerprint(self) -> str:
        """A short digest of what was shown; the act must match it, or the customer is asked again."""
        parts = (
            iso(self.access_until),
            str(self.dropped_charge),
            str(self.charge_under_way),
            iso(self.early_billed_from) if self.early_billed_from else "-",
            f"{self.refund.order_id.hex}{self.refund.amount}" if self.refund else "-",
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class UndoOutcome:
    """What keeping the subscription means: the next charge, announced again before it happens."""

    plan: RenewalPlan
    paid_through: datetime


def decide_cancellation(
    subscription: Subscription, policy: Policy, now: datetime, *, actor: Actor, channel: str, id: UUID,
    order_policy: Policy | None = None, shown: str | None = None,
) -> Decision | Refusal:  # fmt: skip
    """Stop the next charge (R4, R8-R10, R15).

    Allowed at any instant while access runs, also when payment is failing, and as long as a charge is under way.
    `order_policy` is the one pinned to the latest order, for the refund that is offered beside (default: `policy`).
    `shown` is the fingerprint of the preview that was confirmed; when the outcome has changed since, the refusal
    `preview_changed` asks again. `id` is the new cancellation's. Refuses `expired`, `already_canceled`,
    `channel_not_offered`.
    """
    if channel not in policy.cancellation.channels:
        return Refusal("channel_not_offered", f"Cancelling by {channel} is not offered.", {"channel": channel})
    refusal = not_cancelable(subscription, now)
    if refusal is not None:
        return refusal
    outcome = cancellation_outcome(subscription, policy, now, order_policy or policy)
    if shown is not None and shown != outcome.fingerprint:
        return Refusal("preview_changed", "What cancelling means has changed since it was shown.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=policy.digest)
    record_cancellation(draft, id, channel, outcome.access_until)
    cancellation = draft.subscription.cancellation
    draft.message(
        "cancellation_confirmed",
        id.hex,
        number=cancellation.number if cancellation else "",
        requested_at=now,
        channel=channel,
        access_until=outcome.access_until,
        dropped_charge_at=outcome.dropped_charge_at,
        charge_under_way=outcome.charge_under_way,
        access_until_if_charged=outcome.access_until_if_charged,
        refund_order_number=outcome.refund.order_number if outcome.refund else None,
        refundable_until=outcome.refund.until_at if outcome.refund else None,
        refund_last_day_on=outcome.refund.last_day_on if outcome.refund else None,
        early_billed_from=outcome.early_billed_from,
    )
    return settle(draft, policy, outcome)


def not_cancelable(subscription: Subscription, now: datetime) -> Refusal | None:
    """Why there is nothing to cancel: `expired` or `already_canceled`; None when there is."""
    if not subscription.auto_renew and display_state(subscription, now) is not DisplayState.EXPIRED:
        return Refusal(
            "already_canceled", "The subscription is canceled already; nothing more will be charged.", already=True
        )
    # After the end an unknown charge may still pay the next term, and then it would renew again.
    if not subscription.auto_renew or (
        display_state(subscription, now) is DisplayState.EXPIRED and not subscription.open_charge
    ):
        return Refusal("expired", "The subscription has ended already; nothing will be charged.")
    return None


def record_cancellation(
    draft: Draft, id: UUID, channel: str, access_until: datetime, *, at: datetime | None = None
) -> None:
    """Turn auto-renew off and write down who asked; also part of every refund's initiation (R41).

    `at` is when it was asked, where that is known to lie in the past (an imported history).
    """
    sub = draft.subscription
    cancellation = Cancellation(
        bucket=sub.bucket,
        id=id,
        customer_id=sub.customer_id,
        subscription_id=sub.id,
        number=human_number(sub.bucket, id, prefix="C-"),
        requested_at=at or draft.now,
        actor=str(draft.actor),
        channel=channel,
        access_until=access_until,
    )
    draft.insert(cancellation)
    draft.subscription = replace(sub, auto_renew=False, announced=None, cancellation=cancellation)
    draft.fact(
        FactName.SUBSCRIPTION_CANCELED,
        at=at,
        cancellation_id=id,
        number=cancellation.number,
        channel=channel,
        access_until=access_until,
    )


def cancellation_outcome(
    subscription: Subscription, policy: Policy, now: datetime, order_policy: Policy
) -> CancellationOutcome:
    """The preview: what would happen if it were canceled at `now` (R7, R18, R19, R21)."""
    end = access_end(subscription.terms) or now
    charge = subscription.open_charge
    plan = None if charge else renewal_plan(subscription, policy)
    latest = subscription.latest_paid_term
    return CancellationOutcome(
        access_until=end,
        dropped_charge_at=plan.charge_at if plan else None,
        dropped_charge=plan.amount if plan else None,
        charge_under_way=charge is not None,
        access_until_if_charged=charge.ends_at if charge else None,
        early_billed_from=latest.starts_at if latest and now < latest.starts_at else None,
        refund=refund_offer(subscription, order_policy, now),
    )


def decide_undo(subscription: Subscription, policy: Policy, now: datetime, *, actor: Actor) -> Decision | Refusal:
    """Keep the subscription after all, at any instant before access ends.

    Charges nothing at once: inside the lead the charge is announced again first, `notice_days` before it (or half of
    what is left of the term). Refuses `undo_not_offered`, `expired`, `not_canceled`, `refunded`, `refund_under_way`.
    """
    if policy.cancellation.undo == "never":
        return Refusal("undo_not_offered", "A cancellation can not be taken back; it can be bought again.")
    if display_state(subscription, now) is DisplayState.EXPIRED:
        return Refusal("expired", "The subscription has ended; it can be bought again.")
    if subscription.auto_renew:
        return Refusal("not_canceled", "The subscription renews already.", already=True)
    if ended_by_refund(subscription.terms):
        return Refusal("refunded", "Its payment was paid back and it ends with that; it can be bought again.")
    if subscription.open_refund:
        return Refusal("refund_under_way", "A refund is under way; try again when it has been initiated.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=policy.digest)
    undone = subscription.cancellation
    if undone is not None:
        undone = replace(undone, undone_at=now, undone_by=str(actor))
        draft.update(undone)
    draft.subscription = replace(subscription, auto_renew=True, announced=None, cancellation=None)
    draft.fact(FactName.SUBSCRIPTION_CANCELLATION_UNDONE, cancellation_id=undone.id if undone else None)
    plan = renewal_plan(draft.subscription, policy)
    if plan is not None and plan.announce_at <= now and not subscription.open_charge:
        announce(draft, policy, plan)
        plan = renewal_plan(draft.subscription, policy)
    end = access_end(subscription.terms)
    if plan is None or end is None:
        return Refusal("expired", "The subscription has ended; it can be bought again.")
    draft.message(
        "cancellation_undone",
        f"{subscription.version}",
        charge_at=plan.charge_at,
        amount=plan.amount,
        paid_through=end,
    )
    return settle(draft, policy, UndoOutcome(plan, end))
