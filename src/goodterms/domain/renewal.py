"""Renewing ahead: announce, charge once per term, retry, and expire when nothing paid for the next term.

`plan_renewal` is asked whenever a subscription's `next_step_at` has passed; it does whatever is due at `now` (so a
missed night, or a missed week, is caught up) and always moves `next_step_at`, so that claimed work leaves the due set.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from goodterms.domain.attempts import next_try
from goodterms.domain.decision import Decision, Draft
from goodterms.domain.expiring import expire
from goodterms.domain.facts import SYSTEM, FactName
from goodterms.domain.money import Money
from goodterms.domain.payment import CHARGED_AT_THE_END_WITHIN, REPORTED_WITHIN, Charge, ChargeState, OrderKind
from goodterms.domain.policy import Policy
from goodterms.domain.price_change import price_of_renewal, told_too_late
from goodterms.domain.reminders import NO_NOTICES, ReminderPlan, own_day_suffices, planned
from goodterms.domain.subscription import Announcement, PriceTold, Subscription, access_end
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class RenewalPlan:
    """When the next term will be announced and charged, for how much. What screens show and the worker follows.

    `charge_at` is the next charge or retry; None when no further attempt will be made before the term ends.
    `announced` tells whether the customer has been told; `announce_at` is when, or was meant to be, and `again_at`
    when a law wants it repeated.
    """

    term: Term
    amount: Money
    announce_at: datetime
    charge_at: datetime | None
    announced: bool
    again_at: datetime | None = None

    @property
    def mail_at(self) -> datetime | None:
        """When the next mail about it is due; None when all are out."""
        return self.again_at if self.announced else self.announce_at


def renewal_plan(subscription: Subscription, policy: Policy) -> RenewalPlan | None:
    """The next renewal, or None when there will be none (auto-renew off, over, or never paid) (R1, R17)."""
    schedule = _schedule(subscription, policy)
    return RenewalPlan(subscription.next_term(), *schedule) if schedule else None


def _schedule(
    subscription: Subscription, policy: Policy
) -> tuple[Money, datetime, datetime | None, bool, datetime | None] | None:
    """A renewal plan without its term: what the next step depends on."""
    last = subscription.latest_paid_term
    if last is None or not subscription.auto_renew or subscription.expired_at is not None:
        return None
    told = subscription.announced
    announced = told is not None and told.term_number == subscription.next_number
    reminder_days = policy.renewal.reminder_days(subscription.interval, subscription.buyer_country)
    announce_at = last.ends_at - timedelta(days=reminder_days)
    again_at = None
    if subscription.notices is not None and not _own_day_suffices(subscription, policy, reminder_days):
        reminders = reminder_plan(subscription, policy, last)
        announce_at = reminders.reminders[0].at
        if told is not None and announced and not subscription.declined_attempts(subscription.next_number):
            again_at = reminders.due_at(told.told)
    amount = subscription.price
    if told is not None and announced:
        amount = min(told.amount, subscription.price) if told.amount.currency == amount.currency else told.amount
        charge_at = _charge_at(subscription, policy, last, told.at)
    else:
        charge_at = max(_lead_point(subscription, policy, last), announce_at + _notice(policy, announce_at, last))
        if policy.price_change is not None:
            amount = price_of_renewal(subscription, policy, last, told_at=announce_at, charge_at=charge_at)
    if subscription.payment_method is None:
        charge_at = None  # nothing to charge: tried as soon as the customer gives one
    return amount, announce_at, charge_at, announced, again_at


def _own_day_suffices(subscription: Subscription, policy: Policy, reminder_days: int) -> bool:
    notices, interval = subscription.notices, subscription.interval
    lead_days = policy.renewal.lead_days(interval, subscription.buyer_country)
    return notices is None or own_day_suffices(notices, reminder_days, lead_days, interval.shortest_days)


def reminder_plan(subscription: Subscription, policy: Policy, last: Term) -> ReminderPlan:
    """The mails that announce the renewal after `last`: the policy's own and what the laws of the subscriber add."""
    order = subscription.order_of(last)
    days = policy.renewal.reminder_days(subscription.interval, subscription.buyer_country)
    return planned(
        subscription.notices or NO_NOTICES,
        last.ends_at,
        _lead_point(subscription, policy, last),
        last.ends_at - timedelta(days=days),
        min(order.placed_at, last.starts_at) if order else last.starts_at,
        policy.counting,
        subscription.buyer_timezone,
    )


def next_step_at(subscription: Subscription, policy: Policy) -> datetime | None:
    """The instant at which `plan_renewal` has something to do; None while an open charge or refund decides.

    Where the seller charges, nothing is to be done here between the announcement and the end: the seller reports.
    """
    if subscription.open_charge or subscription.open_refund or subscription.expired_at is not None:
        return None
    end = access_end(subscription.terms)
    schedule = _schedule(subscription, policy)
    if schedule is None or end is None:
        return end
    _, announce_at, charge_at, announced, again_at = schedule
    if not announced:
        return min(announce_at, end)
    if subscription.seller_charges:
        step_at = end + REPORTED_WITHIN
    else:
        step_at = end if charge_at is None else min(charge_at, end)
    return step_at if again_at is None else min(again_at, step_at)


def plan_renewal(
    subscription: Subscription, policy: Policy, now: datetime, *, send_until: datetime | None = None
) -> Decision:
    """Do what is due: announce the renewal, commit the intent of its charge, or record that it expired.

    `send_until` is given by who is going to send the charge right after the commit: until then nobody else does.

    Never charges at or after the end of the last paid term (R14), except once where the policy charges at that very
    end; never while another charge of that term is open, and never what was not announced `notice_days` before.
    """
    draft = Draft(subscription, now=now, actor=SYSTEM, policy_digest=policy.digest)
    end = access_end(subscription.terms)
    held = subscription.open_charge or subscription.open_refund
    if end is not None and not held and subscription.expired_at is None:
        plan = renewal_plan(subscription, policy)
        if now >= end and not charged_at_the_end(subscription, policy, now):
            expire(draft, end)
        elif plan is not None and (mail_at := plan.mail_at) is not None and mail_at <= now:
            announce(draft, policy, plan)
        elif plan is not None and _charge_is_due(subscription, plan, now):
            _intend_charge(draft, policy, plan, send_until)
    return settle(draft, policy)


def _charge_is_due(subscription: Subscription, plan: RenewalPlan, now: datetime) -> bool:
    """Whether we are to charge now; never where the seller does."""
    due = plan.announced and plan.charge_at is not None and plan.charge_at <= now
    return due and not subscription.seller_charges


def charged_at_the_end(subscription: Subscription, policy: Policy, now: datetime) -> bool:
    """Whether the policy charges at the end of the running term, and that one attempt is still to be made.

    It may come late by `CHARGED_AT_THE_END_WITHIN`, no more: who was without access for longer is not charged.
    Where the seller charges, its report of the renewal may come so late as `REPORTED_WITHIN`.
    """
    if subscription.seller_charges:
        end = access_end(subscription.terms)
        return subscription.auto_renew and end is not None and end <= now < end + REPORTED_WITHIN
    if not subscription.auto_renew or policy.renewal.lead_days(subscription.interval, subscription.buyer_country):
        return False
    plan = renewal_plan(subscription, policy)
    if plan is None or not plan.announced or plan.charge_at is None:
        return False
    tried = any(charge.term_number == plan.term.number for charge in subscription.charges)
    return not tried and now < plan.term.starts_at + CHARGED_AT_THE_END_WITHIN


def may_have_charged(subscription: Subscription, charge_at: datetime | None, now: datetime) -> bool:
    """Whether the seller may have charged the next term already and its report is still to come."""
    tried = any(
        c.term_number == subscription.next_number and c.state is ChargeState.DECLINED and not c.retryable
        for c in subscription.charges
    )
    return subscription.seller_charges and charge_at is not None and charge_at <= now and not tried


def settle(draft: Draft, policy: Policy, outcome: object = None) -> Decision:
    """Finish a draft: derive paid-through and the next step from the state it reached."""
    sub = draft.subscription
    return draft.done(outcome, paid_through=access_end(sub.terms), next_step_at=next_step_at(sub, policy))


def announce(draft: Draft, policy: Policy, plan: RenewalPlan) -> None:
    """Tell the customer of the coming charge: amount, date, and how to cancel before it.

    The first time binds the amount. A repetition says the same again; the fact names the laws' windows that this mail
    is in time for, and those that no mail was.
    """
    sub = draft.subscription
    earlier = sub.announced if plan.announced else None
    if not plan.announced and policy.price_change is not None:
        plan = replace(plan, amount=_told_now(sub, policy, plan, draft.now))
    told = replace(earlier, again_at=draft.now) if earlier else Announcement(plan.term.number, plan.amount, draft.now)
    draft.subscription = replace(sub, announced=told)
    later = told_too_late(policy, sub.price, plan.amount)
    if later and (sub.price_told is None or sub.price_told.amount != sub.price):
        draft.subscription = replace(draft.subscription, price_told=PriceTold(sub.price, draft.now))
    after: dict[str, Any] = {"price_after": sub.price} if later else {}
    coming = renewal_plan(draft.subscription, policy)
    when = coming.charge_at if coming else None
    draft.fact(
        FactName.SUBSCRIPTION_RENEWAL_ANNOUNCED,
        term_number=plan.term.number,
        amount=plan.amount,
        charge_at=when,
        **after,
        **_notices(sub, policy, draft.now, earlier),
    )
    draft.message(
        "renewal_coming",
        f"{plan.term.number}/{draft.subscription.version}",
        amount=plan.amount,
        charge_at=when,
        term_starts_at=plan.term.starts_at,
        term_ends_at=plan.term.ends_at,
        **after,
    )


def _told_now(sub: Subscription, policy: Policy, plan: RenewalPlan, now: datetime) -> Money:
    """The amount that a first announcement at `now` binds; it may go out later than it was planned."""
    last = sub.latest_paid_term
    if last is None:
        return plan.amount
    charge_at = max(_lead_point(sub, policy, last), now + _notice(policy, now, last))
    return price_of_renewal(sub, policy, last, told_at=now, charge_at=charge_at)


def _notices(sub: Subscription, policy: Policy, now: datetime, earlier: Announcement | None) -> dict[str, Any]:
    """What a mail at `now` means for the laws' windows; nothing to say where no law has one."""
    last = sub.latest_paid_term
    if sub.notices is None or last is None:
        return {}
    days = policy.renewal.reminder_days(sub.interval, sub.buyer_country)
    late = now - (last.ends_at - timedelta(days=days))
    if earlier is None and late < timedelta(hours=12) and _own_day_suffices(sub, policy, days):
        return {"notices": sub.notices.names}
    told = earlier.told if earlier else ()
    reminders = reminder_plan(sub, policy, last)
    out: dict[str, Any] = {"notices": reminders.satisfied_by(now)}
    if missed := reminders.missed_by(now, told):
        out["missed"] = missed
    if reminders.impossible and not told:
        out["impossible"] = {one.name: one.because for one in reminders.impossible}
    return out


def charge_intent(
    subscription: Subscription, term: Term, amount: Money, tax_minor: int, *, kind: OrderKind, policy: Policy,
    now: datetime, send_until: datetime | None = None, attempt: int | None = None,
) -> Charge:  # fmt: skip
    """The frozen wish to be paid for a term: its key is derived from subscription, term and attempt (DESIGN 4.1).

    With `send_until` it counts as sent with its commit: who finds it after that instant looks it up first.
    """
    attempt = attempt or 1 + sum(1 for c in subscription.charges if c.term_number == term.number)
    return Charge(
        bucket=subscription.bucket,
        id=subscription.derived_id(f"charge/{term.number}/{attempt}"),
        subscription_id=subscription.id,
        term_number=term.number,
        attempt=attempt,
        kind=kind,
        amount=amount,
        tax_minor=tax_minor,
        payment_method=subscription.payment_method or "",
        starts_at=term.starts_at,
        ends_at=term.ends_at,
        policy_digest=policy.digest,
        gateway=subscription.gateway,
        state=ChargeState.INTENDED,
        intended_at=now,
        sent_at=None if send_until is None else now,
        check_at=send_until or now,
    )


def _intend_charge(draft: Draft, policy: Policy, plan: RenewalPlan, send_until: datetime | None) -> None:
    sub = draft.subscription
    tax_minor = sub.tax_minor
    if sub.price.minor and plan.amount != sub.price:
        tax_minor = Money(sub.tax_minor, sub.price.currency).share(plan.amount.minor, sub.price.minor).minor
    charge = charge_intent(
        sub, plan.term, plan.amount, tax_minor, kind=OrderKind.RENEWAL, policy=policy, now=draft.now,
        send_until=send_until,
    )  # fmt: skip
    draft.insert(charge)
    draft.subscription = replace(sub, charges=(*sub.charges, charge))
    draft.fact(
        FactName.CHARGE_INTENDED,
        term_number=charge.term_number,
        attempt=charge.attempt,
        amount=charge.amount,
    )


def _lead_point(subscription: Subscription, policy: Policy, last: Term) -> datetime:
    return last.ends_at - timedelta(days=policy.renewal.lead_days(subscription.interval, subscription.buyer_country))


def _notice(policy: Policy, told_at: datetime, last: Term) -> timedelta:
    """Least time between announcement and charge: the policy's notice, or half of what is left of the term."""
    notice = timedelta(days=policy.renewal.notice_days)
    left = last.ends_at - told_at
    return notice if notice < left else max(left, timedelta()) // 2


def _charge_at(subscription: Subscription, policy: Policy, last: Term, told_at: datetime) -> datetime | None:
    """The next attempt, never before the notice has passed since the customer was told (also when told again)."""
    earliest = told_at + _notice(policy, told_at, last)
    declined = subscription.declined_attempts(subscription.next_number)
    if not declined:
        return max(_lead_point(subscription, policy, last), earliest)
    latest, card = declined[-1], subscription.payment_method
    if card and latest.payment_method != card:  # another card: try at once
        return next_try(declined, card, max(latest.settled_at or latest.intended_at, earliest))
    # Retries that a standstill has missed are made up for by one, not by a burst.
    row = policy.renewal.schedule(subscription.interval, subscription.buyer_country)
    retries = (declined[0].intended_at + timedelta(days=days) for days in policy.renewal.retries(row))
    coming = next((retry_at for retry_at in retries if retry_at > latest.intended_at), None)
    if coming is None:
        return None
    retry_at = next_try(declined, latest.payment_method, max(coming, earliest))
    return retry_at if retry_at is not None and retry_at < last.ends_at else None
