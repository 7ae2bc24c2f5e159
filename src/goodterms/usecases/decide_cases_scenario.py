"""Reading one scenario of `goodterms decide`: what happened, in checked values, before anything is decided.

Every field a scenario may have is listed here. Fields that no rule of a policy reads are accepted and left alone;
any other name is refused, so that a slip of the pen never changes an answer silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from babel.numbers import is_currency

from goodterms.domain.counting import known_zone
from goodterms.domain.money import Money, MoneyError

ACTIONS = ("refund", "cancel", "withdraw", "renewal_check", "render_page")
FACTS = ("order_number", "email", "name", "purchase_date")
RESULTS = ("match", "mismatch", "missing")

#: How a request or a cancellation arrived, as scenarios say it, and the channel of ours that it is.
CHANNELS: Mapping[str, str] = {
    **dict.fromkeys(("self_service", "account", "online"), "account"),
    **dict.fromkeys(("support", "phone", "email", "chat", "letter"), "support"),
    **dict.fromkeys(("public_form", "web_form"), "public_form"),
}
#: The state of the next renewal's charge, as scenarios say it: not begun, begun without an outcome, or declined.
CHARGE_STATES: Mapping[str, str] = {
    **dict.fromkeys(("none", "scheduled", "succeeded", "captured"), "none"),
    **dict.fromkeys(("submitted", "intended", "pending", "unknown", "authorized"), "open"),
    **dict.fromkeys(("declined", "failed"), "declined"),
}
GATEWAY_RESULTS: Mapping[str, str] = {
    **dict.fromkeys(("accepted", "pending", "succeeded"), "pending"),
    "rejected": "rejected",
    "unknown": "unknown",
}
STATUSES: Mapping[str, str] = {
    "active": "active",
    "past_due": "active",
    **dict.fromkeys(("active_not_renewing", "non_renewing", "cancelled", "canceled"), "canceled"),
    "expired": "expired",
}

READ = frozenset(
    "action requested_at channel acted_by kind order_at charged_at term_start term_end current_term_start "
    "current_term_end amount currency status cancelled cancelled_at charge_state latest_paid_term_start "
    "renewal_term_end verified provided information_completed_at decided_at refund_initiated_at gateway_result "
    "customer_timezone sales_channel chargeback_opened".split()
)
#: Facts that other policies may need. A policy that has no rule about them decides without them.
LEFT_ALONE = frozenset(
    "amount_per next_charge_at charge_origin country state consumer payment_method plan product product_class ground "
    "used_in_cycle benefits_used_since_charge value_of_benefits_used first_order prior_refunds_same_service "
    "prior_refunds_user contract_made_on regime_in_force express_request_to_start chatel_notice_sent_at "
    "previous_amount consent_to_increase certificate_earned_at installments_billed installments_total evidence".split()
)


class ScenarioError(ValueError):
    """A line that can not be decided: a stable code, the field it is about, and a sentence for people."""

    def __init__(self, code: str, field: str | None, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


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
    sales_channel: str
    disputed: bool


def read_action(fields: Mapping[str, Any]) -> str:
    """The action of a scenario; raises `ScenarioError` for unknown actions and unknown fields."""
    unknown = sorted(set(fields) - READ - LEFT_ALONE)
    if unknown:
        raise ScenarioError("unknown_field", unknown[0], f"A scenario has no field {unknown[0]!r}.")
    action = _there(fields, "action")
    if action not in ACTIONS:
        raise ScenarioError("unknown_action", "action", f"An action is one of {', '.join(ACTIONS)}, not {action!r}.")
    return str(action)


def read_scenario(fields: Mapping[str, Any]) -> Scenario:
    """A scenario about an order. Raises `ScenarioError` where it is malformed or could never have happened."""
    action = read_action(fields)
    requested_at = _instant(fields, "requested_at")
    completed_at = instant_or_none(fields, "information_completed_at")
    checks = _checks(fields, completed_at is not None)
    if fields.get("verified") is False:
        completed_at = None
    decided_at = instant_or_none(fields, "decided_at") or completed_at or requested_at
    scenario = Scenario(
        action=action,
        requested_at=requested_at,
        channel=_channel(fields),
        acted_by=_text(fields, "acted_by"),
        kind=_one_of(fields, "kind", ("initial", "renewal")),
        order_at=_ordered_at(fields),
        term=(_instant(fields, "term_start"), _instant(fields, "term_end")),
        current=(instant_or_none(fields, "current_term_start"), instant_or_none(fields, "current_term_end")),
        amount=read_amount(fields),
        status=_known(fields, "status", STATUSES),
        canceled_at=_canceled_at(fields, requested_at),
        charge_state=_known(fields, "charge_state", CHARGE_STATES) or "none",
        latest_term_start=instant_or_none(fields, "latest_paid_term_start"),
        further_end=instant_or_none(fields, "renewal_term_end"),
        checks=checks,
        completed_at=completed_at,
        decided_at=decided_at,
        initiated_at=instant_or_none(fields, "refund_initiated_at") or decided_at,
        gateway_result=_known(fields, "gateway_result", GATEWAY_RESULTS) or "pending",
        timezone=_timezone(fields),
        sales_channel=_text(fields, "sales_channel") or "vendor_store",
        disputed=_yes(fields, "chargeback_opened"),
    )
    _check_order_of_events(scenario)
    return scenario


def _check_order_of_events(s: Scenario) -> None:
    """Nothing ends before it starts, and nothing is asked for, decided or paid before what it follows."""
    start, end = s.term
    current_start, current_end = s.current
    before_the_term = current_end or start
    latest = s.latest_term_start
    rules: tuple[tuple[bool, str, str], ...] = (
        (end <= start, "term_end", "The term ends before it starts."),
        (s.order_at >= end, "order_at", "The order is placed after its term is over."),
        (s.requested_at < s.order_at, "requested_at", "The request comes before the order."),
        (s.kind == "initial" and current_end is not None, "current_term_end", "A first purchase follows no term."),
        (before_the_term > start, "current_term_end", "The running term ends after the next one starts."),
        (bool(current_start and current_start >= before_the_term), "current_term_start", "It starts after its end."),
        (bool(s.completed_at and s.completed_at < s.requested_at), "information_completed_at", "Before the request."),
        (s.decided_at < (s.completed_at or s.requested_at), "decided_at", "It is decided before it is complete."),
        (s.initiated_at < s.decided_at, "refund_initiated_at", "The refund is initiated before it is decided."),
        (bool(s.canceled_at and s.canceled_at > s.requested_at), "cancelled_at", "Canceled after the request."),
        (bool(latest and latest < start), "latest_paid_term_start", "It starts before the order's own term."),
        (bool(latest and start < latest < end), "latest_paid_term_start", "It overlaps the order's own term."),
    )
    for broken, field, message in rules:
        if broken:
            raise ScenarioError("impossible_scenario", field, message)


def read_amount(fields: Mapping[str, Any]) -> Money:
    """`amount` and `currency`, as money."""
    currency, amount = _there(fields, "currency"), _there(fields, "amount")
    if not isinstance(currency, str) or not currency.isupper() or not is_currency(currency):
        raise ScenarioError("unknown_currency", "currency", f"Not an ISO 4217 currency code: {currency!r}.")
    if not isinstance(amount, str):
        raise ScenarioError(
            "invalid_amount", "amount", f'An amount is a decimal text such as "59.95", not {amount!r}.'
        )
    try:
        money = Money.parse(amount, currency)
    except MoneyError as error:
        raise ScenarioError("invalid_amount", "amount", f"{error}.") from None
    if money.minor < 0:
        raise ScenarioError("invalid_amount", "amount", "An amount is not negative.")
    return money


def instant_or_none(fields: Mapping[str, Any], name: str) -> datetime | None:
    """An ISO 8601 instant with its zone, in UTC; None when absent or null."""
    text = fields.get(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ScenarioError("invalid_instant", name, f"{name} needs a time zone, such as Z: {text!r}.")
        return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError("invalid_instant", name, f"{name} is no ISO 8601 instant: {text!r}.") from None


def _instant(fields: Mapping[str, Any], name: str) -> datetime:
    _there(fields, name)
    at = instant_or_none(fields, name)
    assert at is not None
    return at


def _there(fields: Mapping[str, Any], name: str) -> Any:
    """A value that a scenario can not do without."""
    value = fields.get(name)
    if value is None:
        raise ScenarioError("missing_field", name, f"A scenario of this action needs {name}.")
    return value


def _ordered_at(fields: Mapping[str, Any]) -> datetime:
    charged_at = instant_or_none(fields, "charged_at")
    order_at = instant_or_none(fields, "order_at") or charged_at or _instant(fields, "order_at")
    if charged_at is not None and charged_at != order_at:
        raise ScenarioError("impossible_scenario", "charged_at", "An order is dated by its charge: the two differ.")
    return order_at


def _canceled_at(fields: Mapping[str, Any], requested_at: datetime) -> datetime | None:
    """When it was canceled before; a cancellation without a date is taken as just before the request."""
    at = instant_or_none(fields, "cancelled_at")
    said = _yes(fields, "cancelled") or _known(fields, "status", STATUSES) == "canceled"
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
    said = _text(fields, "channel")
    return CHANNELS.get(said, said) if said else None


def _timezone(fields: Mapping[str, Any]) -> str | None:
    name = _text(fields, "customer_timezone")
    if name is not None and known_zone(name) is None:
        raise ScenarioError("invalid_value", "customer_timezone", f"There is no time zone {name!r}.")
    return name


def _one_of(fields: Mapping[str, Any], name: str, values: tuple[str, ...]) -> str:
    value = _there(fields, name)
    if value not in values:
        raise ScenarioError("invalid_value", name, f"{name} is one of {', '.join(values)}, not {value!r}.")
    return str(value)


def _known(fields: Mapping[str, Any], name: str, values: Mapping[str, str]) -> str | None:
    return values[_one_of(fields, name, tuple(values))] if fields.get(name) is not None else None


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ScenarioError("invalid_value", name, f"{name} is a text, not {value!r}.")
    return value or None


def _yes(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name)
    if value not in (None, True, False):
        raise ScenarioError("invalid_value", name, f"{name} is true or false, not {value!r}.")
    return bool(value)
