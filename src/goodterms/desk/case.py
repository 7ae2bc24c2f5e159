"""One refund request as its page shows it: facts compared, findings, what approving would do, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from goodterms.desk.case_rules import facts_rows, finding_groups, questions, reckoning_lines, rule_words, verdict_of
from goodterms.desk.picture import picture
from goodterms.desk.words import EFFECTS, FACT_LABELS, about_request, entries, failure_words, say_day
from goodterms.domain.approval import ApprovalOutcome, Wish
from goodterms.domain.business_days import add_business_days
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.decision import Refusal
from goodterms.domain.entitlement import entitlement
from goodterms.domain.payment import RefundEffect
from goodterms.domain.public_id import REQUEST, encode
from goodterms.storage.models import RefundRow
from goodterms.storage.queries.desk_customer import (
    facts_of_subscription,
    policy_labels,
    refunds_beside,
    refunds_of_order,
    requests_of_subscription,
)
from goodterms.usecases.cases import Case, load_case
from goodterms.usecases.fact_words import value_text
from goodterms.usecases.world import World, calendar_for


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with everything its pages need."""

    case: Case
    public_id: str
    now: datetime
    verdict: Mapping[str, Any]

    @property
    def zone(self) -> ZoneInfo:
        """The zone the case is counted in, and its pages are written in (A2)."""
        return counting_zone(self.case.policy.counting, self.case.order.buyer_timezone)

    @property
    def wish(self) -> Wish | None:
        """What a first person proposed outside the policy, to be confirmed as it is."""
        request = self.case.request
        if request.goodwill and request.approvals:
            return Wish(request.amount, request.goodwill_reason or "")
        return None


def load_shown(world: World, bucket: int, request_id: UUID) -> Shown:
    """A case for showing, not locked. Raises `NotFound`."""
    now = world.now()
    case = load_case(bucket, request_id, now, lock=False)
    return Shown(case, encode(REQUEST, bucket, request_id), now, verdict_of(case))


def checks(case: Case) -> list[dict[str, Any]]:
    """The four facts as told and as on the order, side by side (R32)."""
    order, told = case.order, case.request.claimed
    zone = counting_zone(case.policy.counting, order.buyer_timezone)
    pairs: dict[str, tuple[object, object]] = {
        "order_number": (told.order_number, order.number),
        "email": (told.email, order.buyer_email),
        "name": (told.name, order.buyer_name),
        "purchase_date": (told.purchase_on, local_date(order.placed_at, zone)),
    }
    results = {c["name"]: c for c in case.request.checks}
    return [
        {
            "label": FACT_LABELS[rule.name],
            "claimed": pairs[rule.name][0],
            "found": pairs[rule.name][1],
            "result": results[rule.name]["result"] if rule.name in results else "missing",
            "note": results[rule.name]["because"] if rule.name in results else "",
            "strength": rule.strength,
        }
        for rule in case.policy.refund.verify
    ]


def preview_rows(shown: Shown, outcome: ApprovalOutcome) -> list[dict[str, Any]]:
    """What approving does, before and after, in amounts and dates (R37-R39, R41-R47)."""
    case, now = shown.case, shown.now
    sub = case.subscription
    access = entitlement(sub.terms, now)
    promised_in = counting_zone(case.policy.counting, None)  # as the promise itself is counted (R39)
    today = local_date(now, promised_in)
    first, last = case.policy.refund.credit_business_days
    calendar = calendar_for(case.policy, now)
    credit = (
        f"{say_day(add_business_days(today, first, calendar))} to {say_day(add_business_days(today, last, calendar))}"
    )
    before = f"Until {say_day(local_date(access.until, shown.zone))}" if access.may_use and access.until else "None"
    told = [] if outcome.goodwill else reckoning_lines(case, shown.verdict)
    rows: list[dict[str, Any]] = [
        {
            "label": "Paid back", "before": None, "after": outcome.amount,
            "note": " ".join([*told, "To the original payment method."]),
        },
        *_also_rows(outcome, shown.zone),
        {
            "label": "Access", "before": before, "after": _access_after(outcome, before, shown.zone),
            "note": _effect_note(outcome, shown.zone),
        },
    ]  # fmt: skip
    if outcome.effect is not RefundEffect.MONEY_ONLY:
        rows.append({"label": "Auto-renew", "before": "On" if sub.auto_renew else "Off", "after": "Off"})
    note = f"When it is initiated today; business days are counted in {promised_in.key}."
    pay_by = shown.verdict.get("pay_by_on")
    if pay_by:
        note += f" The law wants it paid by {say_day(date.fromisoformat(pay_by))}."
    rows.append({"label": "Credit expected", "before": None, "after": credit, "note": note})
    return rows


def _also_rows(outcome: ApprovalOutcome, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Renewals that were charged while the request waited, and go back with it."""
    return [
        {
            "label": "Also paid back", "before": None, "after": later.refundable,
            "note": f"Order {later.number}, charged on {say_day(local_date(later.placed_at, zone))} while the request "
            "waited; its term goes as well.",
        }
        for later in outcome.also
    ]  # fmt: skip


def _effect_note(outcome: ApprovalOutcome, zone: ZoneInfo) -> str:
    if outcome.effect is RefundEffect.END_LATER and outcome.access_until:
        return f"It ends on {value_text(outcome.access_until, zone)}; nothing renews."
    return EFFECTS[outcome.effect.value]


def _access_after(outcome: ApprovalOutcome, before: str, zone: ZoneInfo) -> str:
    if outcome.effect is RefundEffect.MONEY_ONLY:
        return before
    if outcome.access_until is None:
        return "Ends at once"
    return f"Until {say_day(local_date(outcome.access_until, zone))}"


def tracker(refund: RefundRow, approved_at: datetime | None) -> list[dict[str, Any]]:
    """Where a refund is: approved, initiated, credited."""
    failed = refund.state == "failed"
    initiated = refund.initiated_at is not None
    why = failure_words(refund.failure) if failed else ""
    steps = [{"label": "Approved", "state": "done", "at": approved_at or refund.intended_at}]
    if failed and not initiated:
        return [*steps, {"label": "Rejected by the gateway", "state": "failed", "at": refund.settled_at, "note": why}]
    unknown = "Its answer is being looked up; it is never sent twice." if refund.state == "unknown" else ""
    steps.append(
        {"label": "Initiated", "state": "done" if initiated else "current", "at": refund.initiated_at, "note": unknown}
    )
    if failed:
        return [*steps, {"label": "Came back", "state": "failed", "at": refund.settled_at, "note": why}]
    done = refund.state == "succeeded"
    state = "done" if done else "current" if initiated else "upcoming"
    late = refund.late_at is not None and not done
    return [
        *steps,
        {
            "label": "Credited", "state": "failed" if late else state, "at": refund.settled_at if done else None,
            "from_on": None if done else refund.credit_from_on, "until_on": None if done else refund.due_on,
            "note": "Late: ask the gateway." if late else (refund.bank_reference or ""),
        },
    ]  # fmt: skip


def case_context(shown: Shown, preview: ApprovalOutcome | Refusal | None) -> dict[str, Any]:
    """Everything the case page shows."""
    case = shown.case
    request, order = case.request, case.order
    requests = requests_of_subscription(request.bucket, request.subscription_id)
    facts = facts_of_subscription(request.bucket, request.subscription_id)
    others = {o.id: o.number for o in case.subscription.orders if o.id != order.id}
    refunds = [*refunds_of_order(request.bucket, order.id), *refunds_beside(request.bucket, request.id, order.id)]
    until = shown.verdict.get("refundable_until_at")
    until = datetime.fromisoformat(until) if isinstance(until, str) else until
    window = (order.placed_at, until, "Refund can be asked for") if until else None
    approvable = isinstance(preview, ApprovalOutcome)
    return {
        "shown": shown,
        "case": case,
        "request_": request,
        "order": order,
        "subscription": case.subscription,
        "verdict": shown.verdict,
        "checks": checks(case),
        "finding_groups": finding_groups(case, shown.verdict),
        "rule": rule_words(case, shown.verdict),
        "facts_known": facts_rows(case, shown.zone),
        "facts_missing": questions(case, shown.verdict),
        "preview": preview if approvable else None,
        "preview_rows": preview_rows(shown, preview) if isinstance(preview, ApprovalOutcome) else [],
        "blocked": preview if isinstance(preview, Refusal) else None,
        "picture": picture(
            case.subscription, case.in_force, shown.now,
            [r for r in requests if r.order_id == order.id], window,
        ),
        "refunds": [
            (refund, tracker(refund, request.decided_at), others.get(refund.order_id, ""))
            for refund in refunds
        ],
        "audit": entries(about_request(facts, request.id, order.id), policy_labels(), shown.zone),
        "others": [r for r in requests if r.id != request.id],
        "policy": case.policy,
    }  # fmt: skip
