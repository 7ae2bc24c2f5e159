"""Paddle's words in ours: why a payment failed, why a refund was refused, how disputes stand.

Closed tables: a code that is not listed could mean anything. Source: the reference at https://developer.paddle.com,
API version 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from goodterms.gateways.protocol import DisputeWord, Outcome

#: The version of the API that is asked for.
API_VERSION = "1"
LIVE_URL, SANDBOX_URL = "https://api.paddle.com", "https://sandbox-api.paddle.com"

#: What our part of `custom_data` is called: of a subscription what it was told, of a price or product the plan's code,
#: of a transaction the sales channel.
MARK, PLAN, CHANNEL = "goodterms", "goodterms_plan", "goodterms_channel"
#: The channel of a sale that names none: Paddle's checkout stands in the vendor's own shop.
USUAL_CHANNEL = "vendor_store"

#: An adjustment has no data of ours but its reason, which is free text; our reference is in it.
_REASON = re.compile(r"goodterms ([A-Za-z0-9_-]{1,100})\Z")

#: Paddle never says when a refund arrived. One that was approved so long ago and not reversed counts as arrived.
ARRIVES_WITHIN = timedelta(days=10)

#: Why a payment attempt failed: our code, and whether the same card may be tried again.
PAYMENT_ERRORS: Mapping[str, tuple[str, bool]] = {
    "authentication_failed": ("authentication_required", False),
    "blocked_card": ("lost_card", False),
    "declined": ("card_declined", True),
    "declined_not_retryable": ("card_declined", False),
    "expired_card": ("expired_card", False),
    "fraud": ("card_declined", False),
    "invalid_payment_details": ("card_declined", False),
    "issuer_unavailable": ("card_declined", True),
    "not_enough_balance": ("insufficient_funds", True),
    "psp_error": ("card_declined", True),
    "redacted_payment_method": ("card_declined", False),
    "system_error": ("card_declined", True),
    "transaction_not_permitted": ("card_declined", True),
}
#: An attempt that failed for a reason not listed has failed all the same: its transaction is not paid.
OTHER_ERROR = ("card_declined", True)

#: Why a refund was not taken at all. Paddle holds nothing under our reference then.
REFUND_ERRORS: Mapping[str, str] = {
    "adjustment_amount_above_remaining_allowed": "exceeds_charge",
    "adjustment_total_amount_above_remaining_allowed": "exceeds_charge",
    "adjustment_transaction_item_has_already_been_fully_adjusted": "exceeds_charge",
    "adjustment_transaction_item_over_adjustment": "exceeds_charge",
    "adjustment_transaction_item_invalid": "exceeds_charge",
    "adjustment_transaction_invalid_status_for_refund": "charge_not_refundable",
    "not_found": "no_such_charge",
}
#: Paddle decides about one refund of a transaction at a time.
PENDING_REFUND = "adjustment_pending_refund_request"

#: Adjustments that Paddle makes because of a dispute. Each is an adjustment of its own; they are one dispute together,
#: up to the one that takes it back.
DISPUTES: Mapping[str, DisputeWord] = {
    "chargeback_warning": "opened",
    "chargeback_warning_reverse": "won",
    "chargeback": "lost",
    "chargeback_reverse": "reversed",
}
#: What a bank has decided, beside which a mere warning counts for nothing.
CHARGEBACKS = ("chargeback", "chargeback_reverse")
DISPUTE_OUTCOMES: Mapping[DisputeWord, Outcome] = {
    "opened": Outcome.PENDING,
    "under_review": Outcome.PENDING,
    "lost": Outcome.SUCCEEDED,
    "won": Outcome.DECLINED,
    "reversed": Outcome.DECLINED,
}

#: Which event is about what. A subscription that was made is told of by its first sale.
EVENTS: Mapping[str, str] = {
    "transaction.completed": "charge",
    "transaction.payment_failed": "charge",
    "adjustment.created": "adjustment",
    "adjustment.updated": "adjustment",
    "subscription.canceled": "agreement",
    "subscription.paused": "agreement",
    "subscription.resumed": "agreement",
    "subscription.updated": "agreement",
}
_ID = re.compile(r"[a-z]{2,10}_[a-z0-9]{1,60}\Z")


def is_id(text: str, kind: str) -> bool:
    """Whether a text can be the id of an object of that kind: "txn", "sub", "adj"."""
    return bool(_ID.match(text)) and text.startswith(f"{kind}_")


def reason_of(reference: str) -> str:
    """The reason under which a refund of ours is asked for."""
    return f"goodterms {reference}"


def reference_in(reason: object) -> str | None:
    """Our reference in the reason of an adjustment; None where somebody else made it."""
    found = _REASON.match(reason) if isinstance(reason, str) else None
    return found[1] if found else None


def dispute_ref(transaction: str, before: int = 0) -> str:
    """What a dispute of a transaction is called here: it spans several adjustments. `before`: how many there were."""
    return f"{transaction}:dispute{before + 1 if before else ''}"
