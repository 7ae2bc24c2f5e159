"""How an amount that is paid back comes about, in lines people can check: price x unused / whole days, deductions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from goodterms.domain.counting import counting_zone, plural
from goodterms.domain.judging.proration import unused_part
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.payment import Order, RefundState
from goodterms.domain.policy import Counting, Policy
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.refundability import Beside, term_of
from goodterms.domain.rules import Clause, Proration
from goodterms.domain.subscription import Subscription
from goodterms.usecases.fact_words import fact_label
from goodterms.usecases.wording import day_text


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the reckoning: "Unused part", "265 of 365 days of 79.95 AUD, from 1 May 2027"."""

    label: str
    text: str


def reckoning(
    subscription: Subscription, order: Order, granted_by: tuple[str, str], policy: Policy, beside: Beside,
    requested_at: datetime, request: RefundRequest | None = None,
) -> tuple[Line, ...]:  # fmt: skip
    """The steps from the price to what a clause grants; none where that is simply all of it.

    `granted_by` names the clause and the label of the policy or law it stands in, as a verdict keeps them.
    """
    clause_id, label = granted_by
    law = next((one for one in beside.laws.laws if one.label == label), None)
    listed = law.rights if law else (*policy.refund.clauses, *policy.cancellation.clauses)
    clause = next((one for one in listed if one.id == clause_id), None)
    if clause is None or clause.outcome != "grant":
        return ()
    lines = _main(subscription, order, clause, _zone(policy, law, order), beside, policy, law, requested_at)
    stated = {name: fact.value for name, fact in request.facts.items()} if request else {}
    for name in clause.payback.less:
        value = stated.get(name, beside.facts.get(name))
        if isinstance(value, Money):
            lines.append(Line("Less", f"{fact_label(name).lower()}, {value}"))
    handling = clause.payback.handling_fee.get(order.amount.currency)
    if handling is not None:
        lines.append(Line("Less", f"a handling fee of {handling}"))
    if policy.refund.tax == "kept" and law is None and order.tax_minor:
        lines.append(Line("Less", "the tax in it, which is not paid back"))
    before = _before(subscription, order, request)
    if before and lines:
        lines.append(Line("Paid back before", str(before)))
    return tuple(lines)


def _main(
    subscription: Subscription, order: Order, clause: Clause, zone: ZoneInfo, beside: Beside, policy: Policy,
    law: Law | None, requested_at: datetime,
) -> list[Line]:  # fmt: skip
    payback = clause.payback
    match payback.kind:
        case "unused_part":
            proration = payback.proration or Proration()
            holidays = (law or policy).business_days.holidays
            try:
                part = unused_part(
                    proration, term_of(subscription, order), requested_at, zone, beside.laws.calendars.get(holidays)
                )
            except ValueError:
                return []
            unit = plural(part.whole, "month" if proration.by == "whole_month" else "day")
            return [Line("Unused part", f"{part.units} of {unit} of {order.amount}, from {day_text(part.from_on)}")]
        case "share":
            return [Line("Share", f"{payback.percent} percent of {order.amount}")]
        case "fixed":
            return [Line("Fixed amount", f"of {order.amount} that was paid")]
        case "full" if payback.less or payback.handling_fee:
            return [Line("Paid", str(order.amount))]
    return []


def _before(subscription: Subscription, order: Order, request: RefundRequest | None) -> Money:
    """What other refunds have paid back of the order."""
    others = (r for r in subscription.refunds if r.order_id == order.id and r.state is not RefundState.FAILED)
    asked = request.id if request else None
    minor = sum(r.inside.minor for r in others if r.request_id is None or r.request_id != asked)
    return Money(minor, order.amount.currency)


def _zone(policy: Policy, law: Law | None, order: Order) -> ZoneInfo:
    counting = policy.counting
    if law is not None:
        counting = Counting(law.counting.timezone or policy.timezone, law.counting.buyer_timezone)
    return counting_zone(counting, order.buyer_timezone)
