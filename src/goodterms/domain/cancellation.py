"""Cancelling: it stops the next charge (R15), and does what policy and laws attach to that.

Under a plain policy nothing is paid back and access runs to the end of the last paid term (R9, R18).
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from goodterms.domain.approval import intend_refund, next_attempt, refund_intent
from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.cancellation_case import open_case
from goodterms.domain.cancellation_effect import CancellationEffect, cancellation_effect
from goodterms.domain.decision import Decision, Draft, Refusal, TermRow, iso
from goodterms.domain.expiring import expire
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.money import Money
from goodterms.domain.payment import Refund, RefundEffect, RefundWay
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.refundability import ALONE, Beside, RefundOffer, refund_offer, term_of
from goodterms.domain.renewal import RenewalPlan, charged_at_the_end, may_have_charged, renewal_plan, settle
from goodterms.domain.request_checks import verdict_data
from goodterms.domain.subscription import Cancellation, DisplayState, Subscription, access_end, display_state
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class CancellationOutcome:
    """What cancelling means for this subscription at this instant, shown before it is confirmed (R7, R16, R21).

    `access_until` is exclusive. `dropped_charge_at` and `dropped_charge` are the charge that will not happen;
    `last_charge` is the one that still will, where the cancellation comes too late to stop it. `charge_under_way`
    means that a payment was begun before and may still succeed; then access runs to `access_until_if_charged`.
    `early_billed_from` is the start of a next term that is already paid. `refund` is the latest order's way back,
    where it is still open. `effect` is what the rules decide: which clause, what is paid back by itself, and what is
    left to a case. `pays_back` is the refund that was committed with it, and `case` the id of that case; `waits` tells
    that the case comes when the order's open request is closed.
    """

    access_until: datetime
    dropped_charge_at: datetime | None
    dropped_charge: Money | None
    charge_under_way: bool
    access_until_if_charged: datetime | None
    early_billed_from: datetime | None
    refund: RefundOffer | None
    effect: CancellationEffect | None = None
    last_charge: RenewalPlan | None = None
    pays_back: Refund | None = None
    case: UUID | None = None
    waits: bool = False

    @property
    def paid_back(self) -> Money | None:
        """What cancelling pays back by itself; None where it pays nothing."""
        return self.effect.amount if self.effect is not None and self.effect.pays_now else None

    @property
    def to_confirm(self) -> Money | None:
        """What it would pay back once a person has looked at it; None where there is nothing of the kind."""
        effect = self.effect
        return effect.amount if effect is not None and effect.amount and not effect.pays_now else None

    @property
    def fingerprint(self) -> str:
        """A short digest of what was shown; the act must match it, or the customer is asked again."""
        effect, last = self.effect, self.last_charge
        # Access that ends with the act itself ends at whatever instant that is.
        ends_now = effect is not None and effect.effect.kind is RefundEffect.REVOKE_TERM
        parts = (
            "now" if ends_now else iso(self.access_until),
            str(self.dropped_charge),
            str(self.charge_under_way),
            iso(self.early_billed_from) if self.early_billed_from else "-",
            f"{self.refund.order_id.hex}{self.refund.amount}" if self.refund else "-",
            f"{effect.amount}{effect.effect.kind}{effect.follow_up}" if effect else "-",
            f"{last.amount}{last.term.number}" if last else "-",
            *(("waits",) if self.waits else ()),
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def decide_cancellation(
    subscription: Subscription, policy: Policy, now: datetime, *, actor: Actor, channel: str, id: UUID,
    order_policy: Policy | None = None, shown: str | None = None, beside: Beside = ALONE,
    calendar: BusinessCalendar | None = None, open_request: bool = False,
) -> Decision | Refusal:  # fmt: skip
    """Stop the next charge (R4, R8-R10, R15), and do what policy and laws attach to that.

    Allowed at any instant while access runs, also when payment is failing, and as long as a charge is under way.
    `order_policy` is the one pinned to the latest order: it decides what is paid back by cancelling and by asking
    (default: `policy`). What is paid back by itself is committed as a refund in this decision; access that it ends is
    ended when the gateway accepts it. Where a person has to confirm it, or the rules need to know more, a case is
    opened instead and the cancellation holds at once; while the order has an `open_request`, the case waits for that
    to be closed (`decide_owed_case`).
    `calendar` counts the promised answer. `shown` is the fingerprint of the preview that was confirmed; when the
    outcome has changed since, the refusal `preview_changed` asks again. `id` is the new cancellation's. Refuses
    `expired`, `already_canceled`, `channel_not_offered`, and what `cancellation_effect` refuses.
    """
    if channel not in policy.cancellation.channels:
        return Refusal("channel_not_offered", f"Cancelling by {channel} is not offered.", {"channel": channel})
    refusal = not_cancelable(subscription, policy, now)
    if refusal is not None:
        return refusal
    pinned = order_policy or policy
    outcome = cancellation_outcome(subscription, policy, now, pinned, beside, open_request=open_request)
    if isinstance(outcome, Refusal):
        return outcome
    if shown is not None and shown != outcome.fingerprint:
        return Refusal("preview_changed", "What cancelling means has changed since it was shown.")
    draft = Draft(subscription, now=now, actor=actor, policy_digest=policy.digest)
    effect = outcome.effect
    if effect is not None and effect.case and not open_request and calendar is not None:
        case = open_case(draft, effect.order, channel, pinned, calendar, beside, because=effect.follow_up)
        outcome = replace(outcome, case=case.id)
    refund = _payback(draft, effect) if effect is not None and effect.pays_now else None
    outcome = replace(outcome, pays_back=refund)
    record_cancellation(draft, id, channel, outcome.access_until, outcome=outcome)
    if effect is not None and refund is None and not outcome.to_confirm:
        _end_term(draft, effect)
    _confirm(draft, outcome, channel)
    return settle(draft, policy, outcome)


def _payback(draft: Draft, effect: CancellationEffect) -> Refund:
    """Commit what is paid back without anybody asking; access changes when the gateway has accepted it."""
    order = effect.order
    refund = refund_intent(
        draft.subscription, order, effect.amount, effect.effect.kind, until_at=effect.effect.until_at,
        attempt=next_attempt(draft.subscription, order), way=RefundWay.ORIGINAL, request=None, now=draft.now,
        tax_kept=effect.tax_kept,
    )  # fmt: skip
    intend_refund(draft, order, refund)
    return refund


def _end_term(draft: Draft, effect: CancellationEffect) -> None:
    """Nothing is paid back, so nothing has to be waited for: the term ends as the rule has it."""
    if effect.effect.kind is RefundEffect.MONEY_ONLY:
        return
    sub, order = draft.subscription, effect.order
    term = term_of(sub, order)
    if effect.effect.kind is RefundEffect.DROP_TERM:
        changed, name = replace(term, dropped_at=draft.now), FactName.TERM_DROPPED
    else:
        changed, name = replace(term, revoked_at=effect.effect.until_at or draft.now), FactName.TERM_REVOKED
    put_term(draft, changed)
    later = {"revoked_at": changed.revoked_at} if effect.effect.until_at else {}
    draft.fact(name, term_number=term.number, order_id=order.id, **later)
    end = access_end(draft.subscription.terms)
    if end is not None and end <= draft.now and not draft.subscription.open_charge:
        expire(draft, end, tell=False)


def _confirm(draft: Draft, outcome: CancellationOutcome, channel: str) -> None:
    cancellation = draft.subscription.cancellation
    effect, last = outcome.effect, outcome.last_charge
    verdict = effect.verdict if effect else None
    draft.message(
        "cancellation_confirmed",
        cancellation.id.hex if cancellation else "",
        number=cancellation.number if cancellation else "",
        requested_at=draft.now,
        channel=channel,
        access_until=outcome.access_until,
        dropped_charge_at=outcome.dropped_charge_at,
        charge_under_way=outcome.charge_under_way,
        access_until_if_charged=outcome.access_until_if_charged,
        refund_order_number=outcome.refund.order_number if outcome.refund else None,
        refundable_until=outcome.refund.until_at if outcome.refund else None,
        refund_last_day_on=outcome.refund.last_day_on if outcome.refund else None,
        early_billed_from=outcome.early_billed_from,
        order_number=effect.order.number if effect else None,
        paid=effect.order.amount if effect else None,
        paid_from_on=verdict.paid_from_on if verdict else None,
        shortened=effect is not None and effect.shortens,
        paid_back=outcome.paid_back,
        to_confirm=outcome.to_confirm,
        follow_up=effect.follow_up if effect else None,
        waits=outcome.waits,
        pay_by_on=verdict.pay_by_on if verdict else None,
        rule=verdict.rule if verdict else None,
        article=verdict.article if verdict else None,
        because=verdict.because if verdict else None,
        last_charge_at=last.charge_at if last else None,
        last_charge=last.amount if last else None,
    )


def not_cancelable(subscription: Subscription, policy: Policy, now: datetime) -> Refusal | None:
    """Why there is nothing to cancel: `expired` or `already_canceled`; None when there is.

    Where only a dispute has stopped the renewal, it can be canceled: then it stays off, whoever wins.
    """
    if subscription.renewal_held and display_state(subscription, now) is not DisplayState.EXPIRED:
        return None
    sliding = subscription.cancellation is not None and subscription.cancellation.last_term is not None
    if (sliding or not subscription.auto_renew) and display_state(subscription, now) is not DisplayState.EXPIRED:
        return Refusal(
            "already_canceled", "The subscription is canceled already; nothing more will be charged.", already=True
        )
    # After the end an unknown charge may still pay the next term, and then it would renew again; and where the policy
    # charges at the end, that charge is still to come.
    coming = subscription.open_charge is not None or charged_at_the_end(subscription, policy, now)
    if not subscription.auto_renew or (display_state(subscription, now) is DisplayState.EXPIRED and not coming):
        return Refusal("expired", "The subscription has ended already; nothing will be charged.")
    return None


def record_cancellation(
    draft: Draft, id: UUID, channel: str, access_until: datetime, *, at: datetime | None = None,
    outcome: CancellationOutcome | None = None,
) -> None:  # fmt: skip
    """Turn auto-renew off and write down who asked; also part of every refund's initiation (R41).

    `at` is when it was asked, where that is known to lie in the past (an imported history). `outcome` is what the
    rules decided. One that came too late for the next charge leaves auto-renew on until that is paid; where something
    ends the subscription before, it is that one which then holds.
    """
    sub = draft.subscription
    standing = sub.cancellation
    effect = outcome.effect if outcome else None
    verdict = effect.verdict if effect else None
    last_term = effect.last_term if effect else None
    if standing is not None and standing.last_term is not None:
        cancellation = replace(standing, access_until=access_until, last_term=None)
        draft.update(cancellation)
    else:
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
            clause=verdict.clause if verdict else "",
            rule=verdict.rule if verdict else "",
            article=verdict.article if verdict else None,
            last_term=last_term,
            refund_id=outcome.pays_back.id if outcome and outcome.pays_back else None,
            request_id=outcome.case if outcome else None,
        )
        draft.insert(cancellation)
    renews = last_term is not None
    draft.subscription = replace(
        sub, auto_renew=renews, announced=sub.announced if renews else None, cancellation=cancellation
    )
    ruled = {"verdict": verdict_data(verdict)} if verdict else {}
    draft.fact(
        FactName.SUBSCRIPTION_CANCELED,
        at=at,
        cancellation_id=cancellation.id,
        number=cancellation.number,
        channel=channel,
        access_until=access_until,
        **({"last_term": last_term} if renews else {}),
        **ruled,
    )


def cancellation_outcome(
    subscription: Subscription, policy: Policy, now: datetime, order_policy: Policy, beside: Beside = ALONE, *,
    open_request: bool = False,
) -> CancellationOutcome | Refusal:  # fmt: skip
    """The preview: what would happen if it were canceled at `now` (R7, R18, R19, R21).

    `open_request` tells whether the latest order has a request that is still open. Refuses what
    `cancellation_effect` refuses.
    """
    effect = cancellation_effect(subscription, order_policy, now, beside)
    if isinstance(effect, Refusal):
        return effect
    end = effect.access_until if effect else access_end(subscription.terms) or now
    charge = subscription.open_charge
    plan = None if charge else renewal_plan(subscription, policy)
    reported_later = plan is not None and may_have_charged(subscription, plan.charge_at, now)
    coming = charge.ends_at if charge else subscription.next_term().ends_at if reported_later else None
    plan = None if reported_later else plan
    late = effect is not None and effect.last_term is not None
    latest = subscription.latest_paid_term
    offer = refund_offer(subscription, order_policy, now, beside)
    if offer is not None and effect is not None and effect.pays_now and offer.amount <= effect.amount:
        offer = None  # cancelling pays that back by itself
    stays = effect is None or effect.effect.kind is not RefundEffect.DROP_TERM
    return CancellationOutcome(
        access_until=end,
        dropped_charge_at=plan.charge_at if plan and not late else None,
        dropped_charge=plan.amount if plan and not late else None,
        charge_under_way=charge is not None or reported_later,
        access_until_if_charged=coming,
        early_billed_from=latest.starts_at if stays and latest and now < latest.starts_at else None,
        refund=offer,
        effect=effect,
        last_charge=plan if late else None,
        waits=open_request and effect is not None and effect.case,
    )


def put_term(draft: Draft, term: Term) -> None:
    """A term in its new state."""
    sub = draft.subscription
    draft.update(TermRow(sub.bucket, sub.id, term, None))
    draft.subscription = replace(sub, terms=tuple(term if t.number == term.number else t for t in sub.terms))
