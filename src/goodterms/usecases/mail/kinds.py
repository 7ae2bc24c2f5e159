"""What each kind of letter states: subject, heading, facts, the one place it leads to, values for its sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from goodterms.usecases.fact_words import addressed
from goodterms.usecases.mail.reader import Reader

#: Why a payment did not go through, for somebody who can do something about it.
DECLINES: Mapping[str, str] = {
    "insufficient_funds": "Your bank says that there was not enough money on the account.",
    "card_declined": "Your bank declined the payment and gave no reason.",
    "expired_card": "The card has expired.",
    "lost_card": "The card has been reported lost.",
    "authentication_required": "Your bank wants you to confirm payments: please save your card once more.",
    "too_late": "The payment could not be made in time.",
}
FACT_NAMES: Mapping[str, str] = {
    "order_number": "the order number",
    "email": "the e-mail address",
    "name": "the name on the order",
    "purchase_date": "the date of purchase",
}


@dataclass(frozen=True, slots=True)
class Sketch:
    """A letter before it is put into words. `action` is an address and its label; facts without a value are left out.

    `more` holds values for the sentences of this kind's template.
    """

    subject: str
    heading: str
    facts: tuple[tuple[str, str], ...] = ()
    action: tuple[str, str] = ("", "")
    more: Mapping[str, object] = field(default_factory=dict)


def _sum(r: Reader, name: str) -> str:
    """An amount of the data; empty where there is none."""
    return r.money(name) if r.data.get(f"{name}_minor") else ""


def _receipt(r: Reader) -> Sketch:
    first = r.data["kind"] == "initial"
    tax = int(r.data.get("tax_minor") or 0)
    number = str(r.data["order_number"])
    return Sketch(
        subject=f"Receipt for {r.product}, order {number}" if first else f"{r.product} is renewed, order {number}",
        heading="Thank you for your order" if first else "Your subscription is renewed",
        facts=(
            ("Order number", number),
            ("Date of order", r.on("placed_at")),
            ("Paid", r.money()),
            ("Tax included", r.minor(tax, str(r.data["amount_currency"])) if tax else ""),
            ("Paid term begins", r.at("term_starts_at")),
            ("Paid term ends", r.at("term_ends_at")),
            ("Sold by", r.mail.merchant),
        ),
        action=(r.subscription_link(), "See your subscription"),
        more={"first": first, "canceled": bool(r.data.get("canceled")), "ends": r.at("term_ends_at")},
    )


def _renewal_coming(r: Reader) -> Sketch:
    on = r.on("charge_at")
    return Sketch(
        subject=f"{r.product}: {r.money()} is charged on {on}" if on else f"{r.product}: your next term",
        heading="Your subscription is about to renew",
        facts=(
            ("You will be charged", r.money()),
            ("Not before", r.at("charge_at")),
            ("You can cancel until", r.at("charge_at")),
            ("The next term begins", r.at("term_starts_at")),
            ("The next term ends", r.at("term_ends_at")),
        ),
        action=(r.subscription_link(), "Manage subscription"),
        more={
            "charge_at": r.at("charge_at"),
            "running_ends": r.at("term_starts_at"),
            "amount": r.money(),
            "price_after": _sum(r, "price_after"),
            "next_ends": r.at("term_ends_at"),
        },
    )


def _charge_failed(r: Reader) -> Sketch:
    first = r.data.get("kind") == "initial"
    return Sketch(
        subject=f"Your payment for {r.product} did not go through",
        heading="Your payment did not go through",
        facts=(
            ("Amount", r.money()),
            ("We try again on", r.at("retry_at")),
            ("Your access ends", r.at("access_until")),
        ),
        action=("", "") if first else (r.subscription_link(), "Use another payment method"),
        more={
            "first": first,
            "why": DECLINES.get(str(r.data.get("code")), ""),
            "retry_at": r.at("retry_at"),
            "access_until": r.at("access_until"),
        },
    )


def _subscription_expired(r: Reader) -> Sketch:
    return Sketch(
        subject=f"{r.product} has ended",
        heading="Your subscription has ended",
        facts=(("Ended", r.at("expired_at")),),
        action=(r.subscription_link(), "See your subscription"),
        more={"reason": str(r.data.get("reason")), "next_refunded": bool(r.data.get("next_term_refunded"))},
    )


def _cancellation_confirmed(r: Reader) -> Sketch:
    order = r.mail.refund_order_id
    under_way = bool(r.data.get("charge_under_way"))
    until = r.until("access_until")
    # The subject is short: the day alone, unless the access ends with it.
    day = until if until.startswith("the end") else r.on("access_until")
    back, to_confirm = _sum(r, "paid_back"), _sum(r, "to_confirm")
    return Sketch(
        subject=f"{r.product} is canceled: access until {day}",
        heading="Your subscription is canceled",
        facts=(
            ("Cancellation number", str(r.data.get("number") or "")),
            ("Canceled", r.at("requested_at")),
            ("Charged once more", _sum(r, "last_charge")),
            ("Access until", "" if under_way else until),
            ("Paid back", back),
            ("Access ends if the payment succeeds", r.at("access_until_if_charged") if under_way else ""),
            ("Access ends if it does not", r.at("access_until") if under_way else ""),
        ),
        action=(r.subscription_link(), "See your subscription"),
        more={
            "under_way": under_way,
            "access_until": until,
            "if_charged": r.at("access_until_if_charged"),
            "dropped_at": r.on("dropped_charge_at"),
            "early_from": r.at("early_billed_from"),
            "order_number": r.data.get("refund_order_number"),
            "refund_last_day": r.day("refund_last_day_on"),
            "refund_url": r.links.refund(r.mail.bucket, order) if order else "",
            "by_support": r.data.get("channel") == "support",
            "back": back,
            "to_confirm": to_confirm,
            "asks": r.data.get("follow_up") == "facts",
            "waits": bool(r.data.get("waits")),
            "paid": _sum(r, "paid"),
            "paid_from": r.day("paid_from_on"),
            "paid_order": r.data.get("order_number"),
            "pay_by": r.day("pay_by_on"),
            "law": r.data.get("article") or "",
            "shortened": bool(r.data.get("shortened")),
            "last_charge": _sum(r, "last_charge"),
            "last_charge_on": r.on("last_charge_at"),
        },
    )


def _cancellation_undone(r: Reader) -> Sketch:
    return Sketch(
        subject=f"{r.product} goes on",
        heading="Your subscription goes on",
        facts=(
            ("Next charge", r.money()),
            ("Not before", r.at("charge_at")),
            ("Paid until", r.at("paid_through")),
        ),
        action=(r.subscription_link(), "Manage subscription"),
    )


def _request_received(r: Reader) -> Sketch:
    own = r.mail.own
    return Sketch(
        subject=f"We have received your refund request {r.data['request_number']}",
        heading="We have received your request",
        facts=(
            ("Request number", str(r.data["request_number"])),
            ("Received", r.at("received_at")),
            ("Order number", str(r.data.get("order_number") or "") if own else ""),
            ("Paid for it", r.money() if own and "amount_minor" in r.data else ""),
            ("You have our answer before", r.at("due_at") if own else ""),
        ),
        action=(request_link(r), "Follow your request"),
    )


def _information_needed(r: Reader) -> Sketch:
    unclear = list(r.data.get("unclear") or ()) if r.mail.own else []
    asked = dict(r.data.get("asked") or {}) if r.mail.own else {}
    return Sketch(
        subject=f"Your refund request {r.data['request_number']}: we need your help",
        heading="We need a little more from you",
        facts=(("Request number", str(r.data["request_number"])), ("Received", r.at("received_at"))),
        action=(request_link(r), "Answer"),
        more={
            "unclear": [FACT_NAMES.get(name, name) for name in unclear],
            "question": r.data.get("question"),
            "asked": [addressed(name, ask) for name, ask in asked.items()],
        },
    )


def _request_declined(r: Reader) -> Sketch:
    return Sketch(
        subject=f"Our decision on your refund request {r.data['request_number']}",
        heading="Please ask where you paid" if r.data.get("refer_to") else "We can not refund this payment",
        facts=(
            ("Request number", str(r.data["request_number"])),
            ("Received", r.at("received_at")),
            ("Order number", str(r.data.get("order_number") or "")),
            ("Last day to ask", r.day("last_day_on")),
            ("Rule that decided", str(r.data.get("clause") or "")),
        ),
        action=(request_link(r), "See the decision"),
        more={
            "because": r.data.get("because"),
            "note": r.data.get("note"),
            "refer_to": str(r.data.get("refer_to") or "").replace("_", " "),
        },
    )


def _refund_initiated(r: Reader) -> Sketch:
    return Sketch(
        subject=f"Your refund of {r.money()} is on its way",
        heading="Your refund is on its way",
        facts=(
            ("Amount", r.money()),
            ("Of what you paid", part_of(r)),
            ("Order number", str(r.data["order_number"])),
            ("Expected on your account from", r.day("credit_from_on")),
            ("At the latest on", r.day("due_on")),
        ),
        action=(request_link(r), "Follow your refund"),
        more={
            "from_day": r.day("credit_from_on"),
            "due_day": r.day("due_on"),
            "effect": str(r.data.get("effect")),
            "way": str(r.data.get("way")),
            "access_until": r.at("access_until"),
            "over": bool(r.data.get("access_over")),
            "part_of": part_of(r),
            "meanwhile": bool(r.data.get("charged_meanwhile")),
        },
    )


def _refund_credited(r: Reader) -> Sketch:
    return Sketch(
        subject=f"Your refund of {r.money()} has been credited",
        heading="Your refund has been credited",
        facts=(
            ("Amount", r.money()),
            ("Order number", str(r.data["order_number"])),
            ("Reference for your bank", str(r.data.get("bank_reference") or "")),
        ),
        action=(request_link(r), "See your refund"),
        more={"bank_reference": r.data.get("bank_reference")},
    )


def _refund_failed(r: Reader) -> Sketch:
    return Sketch(
        subject=f"Your refund of {r.money()} did not arrive",
        heading="Your refund did not arrive",
        facts=(("Amount", r.money()), ("Order number", str(r.data["order_number"]))),
        action=(request_link(r), "See your refund"),
        more={"initiated": bool(r.data.get("initiated"))},
    )


def _dispute_opened(r: Reader) -> Sketch:
    return Sketch(
        subject=f"Your bank asks us about your payment for {r.product}",
        heading="Your bank asks us about your payment",
        facts=(("Amount", r.money()), ("Order number", str(r.data["order_number"])), ("Asked", r.at("opened_at"))),
        action=(r.subscription_link(), "See your subscription"),
        more={"access_until": r.at("access_until"), "stopped": bool(r.data.get("renewal_stopped"))},
    )


def _dispute_decided(r: Reader) -> Sketch:
    lost = r.data.get("state") == "lost"
    return Sketch(
        subject=f"Your bank has decided about your payment for {r.product}",
        heading="You have the money back from your bank" if lost else "The payment stands",
        facts=(("Amount", r.money()), ("Order number", str(r.data["order_number"]))),
        action=(r.subscription_link(), "See your subscription"),
        more={
            "lost": lost,
            "effect": str(r.data.get("effect")),
            "renews": bool(r.data.get("renews")),
            "access_until": r.at("access_until"),
        },
    )


def part_of(r: Reader) -> str:
    """What was paid, where only a part of it goes back; empty otherwise."""
    paid, back = r.data.get("paid_minor"), r.data.get("amount_minor")
    return r.money("paid") if paid is not None and back is not None and int(back) < int(paid) else ""


def request_link(r: Reader) -> str:
    """The signed address of the request or inquiry this is about; the subscription where there was none."""
    if r.data.get("request_id"):
        return r.links.request(r.mail.bucket, UUID(r.data["request_id"]))
    if r.data.get("inquiry_id"):
        return r.links.inquiry(UUID(r.data["inquiry_id"]))
    return r.subscription_link()


KINDS: Mapping[str, Callable[[Reader], Sketch]] = {
    "receipt": _receipt,
    "renewal_coming": _renewal_coming,
    "charge_failed": _charge_failed,
    "subscription_expired": _subscription_expired,
    "cancellation_confirmed": _cancellation_confirmed,
    "cancellation_undone": _cancellation_undone,
    "request_received": _request_received,
    "information_needed": _information_needed,
    "request_declined": _request_declined,
    "refund_initiated": _refund_initiated,
    "refund_credited": _refund_credited,
    "refund_failed": _refund_failed,
    "dispute_opened": _dispute_opened,
    "dispute_decided": _dispute_decided,
}
