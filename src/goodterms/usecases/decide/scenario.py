"""Reading one scenario of `goodterms decide`: what happened, in checked values, before anything is decided.

The fields about the order, the subscription and the request are read here; those that only rules ask for are facts
(`facts`). Any other name is refused, so that a slip of the pen never changes an answer silently.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from goodterms.domain.money import Money
from goodterms.domain.reading.policy_words import AFTER_TRIAL
from goodterms.usecases.decide.values import (
    ScenarioError,
    amount_in,
    count_or_none,
    date_in,
    instant,
    instant_in,
    instant_or_none,
    one_of,
    place,
    read_amount,
    text_or_none,
    there,
    timezone_or_none,
    word_for,
    yes,
)

ACTIONS = ("refund", "cancel", "withdraw", "renewal_check", "render_page")
FACTS = ("order_number", "email", "name", "purchase_date")
RESULTS = ("match", "mismatch", "missing")

#: How a request or a cancellation arrived, as scenarios say it, and the channel of ours that it is.
CHANNELS: Mapping[str, str] = {
    **dict.fromkeys(("self_service", "account", "online", "web", "website", "app"), "account"),
    **dict.fromkeys(("support", "phone", "email", "chat", "letter", "mail", "post"), "support"),
    **dict.fromkeys(("public_form", "web_form", "form"), "public_form"),
}
#: The state of the next renewal's charge, as scenarios say it: not begun, begun without an outcome, or declined.
CHARGE_STATES: Mapping[str, str] = {
    **dict.fromkeys(("none", "scheduled", "succeeded", "captured", "paid"), "none"),
    **dict.fromkeys(("submitted", "intended", "pending", "processing", "unknown", "authorized"), "open"),
    **dict.fromkeys(("declined", "failed"), "declined"),
}
GATEWAY_RESULTS: Mapping[str, str] = {
    **dict.fromkeys(("accepted", "pending", "succeeded"), "pending"),
    **dict.fromkeys(("rejected", "declined", "failed"), "rejected"),
    **dict.fromkeys(("unknown", "timeout"), "unknown"),
}
STATUSES: Mapping[str, str] = {
    "active": "active",
    "past_due": "active",
    **dict.fromkeys(("active_not_renewing", "non_renewing", "cancelled", "canceled"), "canceled"),
    "expired": "expired",
}

#: What `amount` is the price of: the whole term, or one month of a commitment.
AMOUNTS_PER: Mapping[str, str] = {
    **dict.fromkeys(("term", "order"), "term"),
    **dict.fromkeys(("installment", "instalment"), "instalment"),
}

READ = frozenset(
    "action requested_at channel acted_by kind order_at charged_at term_start term_end current_term_start "
    "current_term_end amount amount_per already_refunded currency status cancelled cancelled_at charge_state "
    "next_charge_at latest_paid_term_start renewal_term_end verified provided information_completed_at decided_at "
    "refund_initiated_at gateway_result customer_timezone sales_channel chargeback_opened country state evidence "
    "contract_made_on installments_billed instalments_billed installments_total instalments_total lang".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario, checked. Instants are in UTC; `current` is the term before a renewal's, where there was one."""

    action: str
    requested_at: datetime
    channel: str | None
    acted_by: str | None
    kind: str
    order_at: datetime
    term: tuple[datetime, datetime]
    current: tuple[datetime | None, datetime | None]
    amount: Money
    refunded: Money
    status: str | None
    canceled_at: datetime | None
    charge_state: str
    latest_term_start: datetime | None
    further_end: datetime | None
    checks: Mapping[str, str]
    completed_at: datetime | None
    decided_at: datetime
    initiated_at: datetime
    gateway_result: str
    timezone: str | None
    country: str | None
    state: str | None
    sales_channel: str
    disputed: bool
    contract_made: date | datetime | None
    per_instalment: bool
    instalments: tuple[int | None, int | None]
    after_trial: bool


def read_action(fields: Mapping[str, Any]) -> str:
    """The action of a scenario; raises `ScenarioError` for an unknown one."""
    action = there(fields, "action")
    if action not in ACTIONS:
        raise ScenarioError("unknown_action", "action", f"An action is one of {', '.join(ACTIONS)}, not {action!r}.")
    return str(action)


def check_fields(fields: Mapping[str, Any], others: Container[str]) -> None:
    """Refuse the first field that is neither read here nor one of `others`."""
    for name in sorted(set(fields) - READ):
        if name not in others:
            raise ScenarioError("unknown_field", name, f"A scenario has no field {name!r}.")


def read_scenario(fields: Mapping[str, Any]) -> Scenario:
    """A scenario about an order. Raises `ScenarioError` where it is malformed or could never have happened."""
    requested_at = instant(fields, "requested_at")
    completed_at = instant_or_none(fields, "information_completed_at")
    checks = _checks(fields, completed_at is not None)
    if fields.get("verified") is False:
        completed_at = None
    decided_at = instant_or_none(fields, "decided_at") or completed_at or requested_at
    instant_or_none(fields, "next_charge_at")
    country, state = place(fields)
    scenario = Scenario(
        action=read_action(fields),
        requested_at=requested_at,
        channel=_channel(fields),
        acted_by=text_or_none(fields, "acted_by"),
        kind=one_of(fields, "kind", ("initial", "renewal")),
        order_at=_ordered_at(fields),
        term=(instant(fields, "term_start"), instant(fields, "term_end")),
        current=(instant_or_none(fields, "current_term_start"), instant_or_none(fields, "current_term_end")),
        amount=read_amount(fields),
        refunded=_refunded(fields),
        status=word_for(fields, "status", STATUSES),
        canceled_at=_canceled_at(fields, requested_at),
        charge_state=word_for(fields, "charge_state", CHARGE_STATES) or "none",
        latest_term_start=instant_or_none(fields, "latest_paid_term_start"),
        further_end=instant_or_none(fields, "renewal_term_end"),
        checks=checks,
        completed_at=completed_at,
        decided_at=decided_at,
        initiated_at=instant_or_none(fields, "refund_initiated_at") or decided_at,
        gateway_result=word_for(fields, "gateway_result", GATEWAY_RESULTS) or "pending",
        timezone=timezone_or_none(fields, "customer_timezone"),
        country=country,
        state=state,
        sales_channel=text_or_none(fields, "sales_channel") or "vendor_store",
        disputed=yes(fields, "chargeback_opened"),
        contract_made=_contract_made(fields),
        per_instalment=word_for(fields, "amount_per", AMOUNTS_PER) == "instalment",
        instalments=_instalments(fields),
        after_trial=AFTER_TRIAL in (fields.get("charge_origin"), fields.get("origin")),
    )
    _check_order_of_events(scenario)
    return scenario


def _check_order_of_events(s: Scenario) -> None:
    """Nothing ends before it starts, and nothing is asked for, decided or paid before what it follows."""
    start, end = s.term
    current_start, current_end = s.current
    before_the_term = current_end or start
    latest, made = s.latest_term_start, s.contract_made
    made_on = made.date() if isinstance(made, datetime) else made
    billed, of = s.instalments
    rules: tuple[tuple[bool, str, str], ...] = (
        (end <= start, "term_end", "The term ends before it starts."),
        (s.order_at >= end, "order_at", "The order is placed after its term is over."),
        (s.requested_at < s.order_at, "requested_at", "The request comes before the order."),
        (
            s.kind == "initial" and current_end is not None and not s.after_trial,
            "current_term_end",
            "A first purchase follows no term.",
        ),
        (before_the_term > start, "current_term_end", "The running term ends after the next one starts."),
        (bool(current_start and current_start >= before_the_term), "current_term_start", "It starts after its end."),
        (bool(s.completed_at and s.completed_at < s.requested_at), "information_completed_at", "Before the request."),
        (s.decided_at < (s.completed_at or s.requested_at), "decided_at", "It is decided before it is complete."),
        (s.initiated_at < s.decided_at, "refund_initiated_at", "The refund is initiated before it is decided."),
        (bool(s.canceled_at and s.canceled_at > s.requested_at), "cancelled_at", "Canceled after the request."),
        (bool(latest and latest < start), "latest_paid_term_start", "It starts before the order's own term."),
        (bool(latest and start < latest < end), "latest_paid_term_start", "It overlaps the order's own term."),
        # A date has no time zone: somewhere it may already have been the next day.
        (
            bool(made_on and made_on > s.order_at.date() + timedelta(days=1)),
            "contract_made_on",
            "The contract is made after the order.",
        ),
        (s.amount < s.refunded and not s.per_instalment, "already_refunded", "More was paid back than was paid."),
        (bool(of is not None and (billed or 0) > of), "installments_billed", "More instalments than there are."),
    )
    for broken, field, message in rules:
        if broken:
            raise ScenarioError("impossible_scenario", field, message)


def _ordered_at(fields: Mapping[str, Any]) -> datetime:
    charged_at = instant_or_none(fields, "charged_at")
    order_at = instant_or_none(fields, "order_at") or charged_at or instant(fields, "order_at")
    if charged_at is not None and charged_at != order_at:
        raise ScenarioError("impossible_scenario", "charged_at", "An order is dated by its charge: the two differ.")
    return order_at


def _canceled_at(fields: Mapping[str, Any], requested_at: datetime) -> datetime | None:
    """When it was canceled before; a cancellation without a date is taken as just before the request."""
    at = instant_or_none(fields, "cancelled_at")
    said = yes(fields, "cancelled") or word_for(fields, "status", STATUSES) == "canceled"
    if at is not None and fields.get("cancelled") is False:
        raise ScenarioError("impossible_scenario", "cancelled", "It has a date of cancellation and is not canceled.")
    return at or (requested_at if said else None)


def _checks(fields: Mapping[str, Any], completed: bool) -> Mapping[str, str]:
    """Each fact as first given: match, mismatch or missing. Where nothing is said, the facts were confirmed."""
    provided, verified = fields.get("provided"), fields.get("verified")
    if verified not in (None, True, False):
        raise ScenarioError("invalid_value", "verified", f"verified is true or false, not {verified!r}.")
    if provided is None:
        usual = "missing" if completed or verified is False else "match"
        return dict.fromkeys(FACTS, usual)
    if not isinstance(provided, dict):
        raise ScenarioError("invalid_value", "provided", "provided names each fact: match, mismatch or missing.")
    for name, result in provided.items():
        if name not in FACTS or result not in RESULTS:
            raise ScenarioError("invalid_value", "provided", f"provided can not say {name}: {result!r}.")
    if verified is True and not completed and "mismatch" in provided.values():
        raise ScenarioError("impossible_scenario", "verified", "A fact that differs can not have been confirmed.")
    return {name: provided.get(name, "missing") for name in FACTS}


def _channel(fields: Mapping[str, Any]) -> str | None:
    said = text_or_none(fields, "channel")
    return CHANNELS.get(said, said) if said else None


def _contract_made(fields: Mapping[str, Any]) -> date | datetime | None:
    """When the subscription was first bought: a date or, where somebody knows better, an instant."""
    said = fields.get("contract_made_on")
    if said is None:
        return None
    return date_in(said) or instant_in(said, "contract_made_on", "invalid_value")


def _instalments(fields: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """How many instalments of a commitment have been billed, and how many there are."""
    return (
        count_or_none(fields, "installments_billed", "instalments_billed"),
        count_or_none(fields, "installments_total", "instalments_total"),
    )


def _refunded(fields: Mapping[str, Any]) -> Money:
    """What of the payment has been paid back before."""
    paid, said = read_amount(fields), fields.get("already_refunded")
    return (
        Money(0, paid.currency)
        if said is None
        else amount_in(paid.currency, said, "already_refunded", "invalid_amount")
    )
