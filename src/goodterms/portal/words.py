"""What a refusal is called on a customer's screen: one table from code to words."""

from __future__ import annotations

from collections.abc import Mapping

from goodterms.domain.decision import Refusal
from goodterms.domain.refundability import Beside

REFUSALS: Mapping[str, str] = {
    "expired": "This subscription has ended. Nothing more will be charged.",
    "already_canceled": "This subscription is canceled already. Nothing more will be charged.",
    "not_canceled": "This subscription renews already. There is nothing to take back.",
    "preview_changed": "Something has changed since this page was shown to you. Please read it again.",
    "refund_under_way": "A refund for this subscription is being sent. Please try again in a few minutes.",
    "channel_not_offered": "This can not be done here. Please write to our support.",
    "open_request_exists": "You have asked for this refund already. It is being worked on.",
    "received_in_future": "The date of the request lies in the future.",
    "wrong_state": "This request has moved on since this page was shown to you.",
    "appealed_already": "This decision was looked at a second time already, and confirmed.",
    "reason_missing": "Please say what should be looked at again.",
    "answer_missing": "Please answer our question, or correct what is not right.",
    "fact_unknown": "This is not asked for any more.",
    "answer_known": "This is what we have already; nothing was changed.",
    "retracted": "You have taken this request back already.",
    "plan_unknown": "This plan is not on sale any more.",
    "sold_elsewhere": "This is sold in another shop. Please buy it there.",
    "paid_at_seller": "You pay in the shop where you bought. Please change your card there.",
    "not_sold_in_currency": "This plan is not sold in that currency.",
    "already_subscribed": "You have a subscription to this product already.",
    "payment_method_missing": "Please choose how to pay.",
    "gateway_unavailable": "The payment service does not answer. Please try again in a few minutes.",
    "card_not_saved": "No card was saved. You can try again.",
    "not_possible_now": "This is not possible at the moment, and nothing was charged. Please try again later.",
    "order_unknown": "We could not find this order.",
}

DECLINES: Mapping[str, str] = {
    "card_declined": "the bank declined the card",
    "insufficient_funds": "the account did not have enough funds",
    "expired_card": "the card has expired",
    "lost_card": "the card was reported lost",
    "authentication_required": "your bank wants you to confirm it, by saving the card once more",
    "amount_not_taken": "our payment service does not take this amount",
}

FAILURES: Mapping[str, str] = {
    "card_closed": "The bank sent the money back, because the card's account is closed.",
    "refund_rejected": "The card's bank does not accept refunds.",
    "gateway_balance": "Our payment service could not send the money yet.",
    "canceled_at_gateway": "It was stopped before it was sent.",
    "too_old_to_refund": "The payment is too old to be sent back to the card.",
    "charge_disputed": "You have asked your bank for this payment, and the bank decides about it now.",
}

FACTS: Mapping[str, str] = {
    "order_number": "Order number",
    "email": "E-mail address",
    "name": "Name",
    "purchase_date": "Date of purchase",
}

END_REASONS: Mapping[str, str] = {
    "canceled": "It was canceled.",
    "refunded": "It ended with the refund of its last payment.",
    "next_refunded": "The next term was refunded and did not start.",
    "payment_failed": "The payment for the next term did not succeed.",
    "not_charged": "The next term was not charged.",
    "disputed": "Your bank has given you the payment back.",
}

CHANNELS: Mapping[str, str] = {
    "account": "in your account",
    "support": "through support",
    "public_form": "with the public form",
    "public_page": "on the public page",
}


def law_words(rule: object, article: object, beside: Beside) -> str:
    """The law that gave an outcome, with its article: "EU right of withdrawal, art. 9(1)"; empty for the policy."""
    law = next((one for one in beside.laws.laws if one.label == rule), None)
    if law is None:
        return ""
    title = law.title.get("en") or law.source
    return f"{title}, {article}" if article else title


def refusal_words(refusal: Refusal) -> str:
    """A refusal in words for a customer; its own reason where the table has none."""
    return REFUSALS.get(refusal.code, refusal.reason)


def decline_words(code: str | None) -> str:
    """Why a charge was declined, as part of a sentence."""
    return DECLINES.get(code or "", "the bank declined the payment")


def failure_words(code: str | None) -> str:
    """Why a refund did not arrive, as a sentence."""
    return FAILURES.get(code or "", "The bank could not credit the money.")
