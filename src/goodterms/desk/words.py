"""Facts, states and codes in words for the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import format_html
from django.utils.translation import get_language

from goodterms.desk.pages import person
from goodterms.domain.facts import FactName as F
from goodterms.domain.money import Money
from goodterms.storage.models import FactRow
from goodterms.usecases import wording
from goodterms.usecases.fact_words import fact_label, value_text

_UTC = ZoneInfo("UTC")
ROUTES = {"phone": "Phone", "email": "E-mail", "letter": "Letter", "chat": "Chat"}
CHANNELS = {"account": "Customer account", "public_form": "Public form", "support": "Support", "refund": "A refund"}
FACT_LABELS = {
    "order_number": "Order number",
    "email": "E-mail",
    "name": "Name",
    "purchase_date": "Date of purchase",
}
END_REASONS = {
    "canceled": "it was canceled",
    "refunded": "its last payment was refunded",
    "payment_failed": "the renewal could not be charged",
    "disputed": "its payment was disputed at the bank",
    "not_charged": "the renewal was not charged in time",
}
ENTITLEMENTS = {
    "paid_term": "covered by a paid term",
    "never_paid": "nothing was paid",
    "not_begun": "the paid term has not begun",
    "term_ended": "the last paid term has ended",
    "refunded": "the payment was refunded",
}
EFFECTS = {
    "drop_term": "The next term is dropped; the running one continues to its end.",
    "revoke_term": "Access ends at once.",
    "end_later": "Access runs on to its later end; nothing renews.",
    "money_only": "Only money moves; access stays as it is.",
}
# Why money did not move, as the gateways of this project name it.
CODES = {
    "card_declined": "the bank declined the card",
    "insufficient_funds": "the account does not have enough funds",
    "expired_card": "the card has expired",
    "lost_card": "the card was reported lost",
    "card_closed": "the card is closed",
    "refund_rejected": "the card's bank does not take refunds",
    "no_such_payment_method": "the gateway does not know this payment method",
    "no_such_charge": "the gateway does not know this charge",
    "charge_not_refundable": "the charge can not be refunded",
    "exceeds_charge": "more than is left of the charge",
    "authentication_required": "the cardholder has to confirm the payment",
    "gateway_balance": "the balance at the gateway is too low",
    "canceled_at_gateway": "it was canceled at the gateway",
    "refund_failed": "the gateway gives no reason",
    "too_old_to_refund": "the gateway refunds nothing that old",
    "amount_not_taken": "the gateway does not take so small or so large an amount",
    "currency_not_supported": "the gateway does not take this currency",
    "charge_disputed": "the cardholder disputes the payment at the bank",
    "no_such_agreement": "the seller knows no such subscription",
    "agreement_ended": "the subscription has ended at the seller",
    "pending_approval": "the seller has not approved it yet",
    "adjustment_pending_refund_request": "the seller decides about another refund of the payment first",
}

# name -> (what happened, tone)
_WHAT: Mapping[str, tuple[str, str]] = {
    F.SUBSCRIPTION_STARTED: ("Subscription started", "success"),
    F.SUBSCRIPTION_IMPORTED: ("Subscription taken over from another system", "neutral"),
    F.SUBSCRIPTION_RENEWAL_ANNOUNCED: ("Renewal announced", "neutral"),
    F.SUBSCRIPTION_RENEWED: ("Subscription renewed", "success"),
    F.SUBSCRIPTION_CANCELED: ("Subscription canceled", "warn"),
    F.SUBSCRIPTION_CANCELLATION_UNDONE: ("Cancellation taken back", "info"),
    F.SUBSCRIPTION_EXPIRED: ("Subscription ended", "neutral"),
    F.SUBSCRIPTION_PAYMENT_METHOD_CHANGED: ("Payment method changed", "neutral"),
    F.TERM_DROPPED: ("Next term dropped", "warn"),
    F.TERM_REVOKED: ("Access ended", "danger"),
    F.TERM_RESTORED: ("Term restored", "info"),
    F.CHARGE_INTENDED: ("Charge begun", "neutral"),
    F.CHARGE_SUCCEEDED: ("Charge paid", "success"),
    F.CHARGE_DECLINED: ("Charge declined", "danger"),
    F.CHARGE_UNKNOWN: ("Charge without an answer, being looked up", "warn"),
    F.REQUEST_RECEIVED: ("Refund request received", "info"),
    F.REQUEST_REVIEWED: ("Review started", "neutral"),
    F.REQUEST_INFORMATION_ASKED: ("Customer asked for information", "warn"),
    F.REQUEST_INFORMATION_GIVEN: ("Information given, facts compared again", "info"),
    F.REQUEST_FACT_STATED: ("Fact stated", "info"),
    F.REQUEST_APPROVED_ONCE: ("First approval, a second person is needed", "info"),
    F.REQUEST_APPROVED: ("Request approved", "success"),
    F.REQUEST_DECLINED: ("Request declined", "danger"),
    F.REQUEST_REOPENED: ("Request reopened", "info"),
    F.REQUEST_RETRACTED: ("Request taken back", "neutral"),
    F.REFUND_INTENDED: ("Refund committed", "info"),
    F.REFUND_UNKNOWN: ("Refund without an answer, being looked up", "warn"),
    F.REFUND_INITIATED: ("Refund initiated", "success"),
    F.REFUND_REJECTED: ("Refund rejected by the gateway", "danger"),
    F.REFUND_SUCCEEDED: ("Refund credited", "success"),
    F.REFUND_FAILED: ("Refund failed after it was initiated", "danger"),
    F.REFUND_EXTERNAL: ("Refund made in the gateway's dashboard", "warn"),
    F.REFUND_EXCESS_COUNTED: ("What went back beyond the charge counts as its refund", "info"),
    F.REFUND_LATE: ("Refund is late", "danger"),
    F.DISPUTE_OPENED: ("Payment disputed at the bank", "danger"),
    F.DISPUTE_UNDER_REVIEW: ("Dispute under review", "warn"),
    F.DISPUTE_WON: ("Dispute won, the money is back", "success"),
    F.DISPUTE_LOST: ("Dispute lost, the cardholder keeps the money", "danger"),
    F.DISPUTE_REVERSED: ("Lost dispute reversed, the money is back", "success"),
    F.DISPUTE_EXCESS_COUNTED: ("What a dispute took counts against the charge", "info"),
    F.SUBSCRIPTION_RENEWAL_STOPPED: ("Renewal stopped while the bank looks into the payment", "warn"),
    F.SUBSCRIPTION_RENEWAL_RESUMED: ("Renewal goes on", "info"),
    F.SUBSCRIPTION_STOP_CONFIRMED: ("The seller has stopped renewing", "success"),
    F.SUBSCRIPTION_STOP_REFUSED: ("The seller refuses to stop renewing", "danger"),
    F.SUBSCRIPTION_RENEWAL_CONFIRMED: ("The seller goes on renewing", "success"),
    F.SUBSCRIPTION_RENEWAL_REFUSED: ("The seller refuses to go on renewing", "danger"),
    F.SUBSCRIPTION_REVIVED: ("Subscription lives again", "info"),
}
# The values of a fact that are worth a line, in order, with their words.
_DETAILS: tuple[tuple[str, str], ...] = (
    ("reason", "Reason"),
    ("question", "Question"),
    ("answer", "Answer"),
    ("clause", "Clause"),
    ("because", "Because"),
    ("note", "Note"),
    ("state", "State"),
    ("received_at", "Received"),
    ("way", "Way"),
    ("effect", "Effect"),
    ("access_until_at", "Access until"),
    ("revoked_at", "Access until"),
    ("access_until", "Access until"),
    ("charge_at", "Charge on"),
    ("credit_from_on", "Credit from"),
    ("due_on", "Promised by"),
    ("bank_reference", "Bank reference"),
    ("code", "Why"),
    ("number", "Number"),
    ("term_number", "Term"),
)


def entries(
    facts: Iterable[FactRow], labels: Mapping[str, str] | None = None, zone: ZoneInfo = _UTC
) -> list[dict[str, Any]]:
    """Facts as lines of the audit list: when, who, what, and the values that matter (R52); instants in `zone`."""
    return [_entry(fact, labels or {}, zone) for fact in facts]


def about_request(facts: Iterable[FactRow], request_id: object, order_id: object) -> list[FactRow]:
    """Those facts that belong to one case: about the request, its order's refunds, and what followed from them."""
    wanted = {str(request_id), str(order_id)}
    refunds = {str(f.data.get("refund_id")) for f in facts if wanted & _named(f) and f.data.get("refund_id")}
    at = {f.at for f in facts if f.name == F.REFUND_INITIATED and refunds & _named(f)}
    return [
        f
        for f in facts
        if (f.name not in _ELSEWHERE and (wanted | refunds) & _named(f)) or (f.name in _WITH_REFUND and f.at in at)
    ]


# Committed together with a refund's initiation (R41), at its very instant.
_WITH_REFUND = {F.SUBSCRIPTION_CANCELED, F.SUBSCRIPTION_EXPIRED}
_ELSEWHERE = {F.SUBSCRIPTION_STARTED, F.SUBSCRIPTION_RENEWED, F.CHARGE_INTENDED, F.CHARGE_SUCCEEDED}


def _named(fact: FactRow) -> set[str]:
    return {str(fact.data[key]) for key in ("request_id", "order_id", "refund_id") if fact.data.get(key)}


def _entry(fact: FactRow, labels: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    what, tone = _WHAT.get(fact.name, (fact.name, "neutral"))
    data = fact.data
    amount = data.get("amount_minor")
    details = [f"{Money(amount, data['amount_currency'])}"] if amount is not None else []
    if fact.name == F.REQUEST_FACT_STATED:
        details = [f"{fact_label(str(data.get('name')))}: {_stated(data, zone)}"]
    details += [
        f"{label}: {_said_of(key, data[key], zone)}" for key, label in _DETAILS if data.get(key) not in (None, "")
    ]
    if fact.policy_digest:
        details.append(f"Policy {labels.get(fact.policy_digest, fact.policy_digest[:12])}")
    channel = CHANNELS.get(str(data.get("channel")), "")
    route = ROUTES.get(str(data.get("route")), "")
    return {
        "at": fact.at,
        "actor": person(fact.actor),
        "what": what,
        "tone": tone,
        "channel": f"{channel} ({route.lower()})" if channel and route else channel,
        "detail": " · ".join(details),
    }


def _stated(data: Mapping[str, Any], zone: ZoneInfo) -> str:
    """The value of a stated fact, from the journal."""
    if "value_minor" in data:
        return str(Money(data["value_minor"], data["value_currency"]))
    value = data.get("value")
    if value is None or isinstance(value, bool):
        return value_text(value)
    return _said(value, zone)


def _said_of(key: str, value: object, zone: ZoneInfo) -> str:
    return code_words(value) if key == "code" else _said(value, zone)


def _said(value: object, zone: ZoneInfo) -> str:
    text = str(value)
    for reader in _READERS:
        try:
            return reader(text, zone)
        except ValueError:
            continue
    return text.replace("_", " ") if text.isidentifier() else text


def _instant(text: str, zone: ZoneInfo) -> str:
    if "T" not in text:
        raise ValueError
    local = datetime.fromisoformat(text).astimezone(zone)
    return f"{say_day(local.date())}, {local:%H:%M} {wording.zone_text(local)}"


def _day(text: str, _zone: ZoneInfo) -> str:
    return say_day(date.fromisoformat(text))


def code_words(code: object) -> str:
    """A gateway's code in words, followed by the code itself, which one may have to tell the gateway."""
    return f"{CODES[str(code)]} ({code})" if str(code) in CODES else f"code {code}"


def failure_words(code: str | None) -> str:
    """Why a refund failed, as a page says it: in words, the code in small print; nothing when no code is known."""
    if not code:
        return ""
    small = format_html('<span class="ref faint sm">{}</span>', code)
    return format_html("{} {}", CODES[code].capitalize(), small) if code in CODES else small


def say_day(on: date) -> str:
    """A local date as the pages write dates."""
    return wording.day_text(on, wording.written_in(get_language()), "medium")


_READERS: tuple[Callable[[str, ZoneInfo], str], ...] = (_instant, _day)
