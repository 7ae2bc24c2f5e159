"""Stripe's words in ours: why a card says no, how refunds and disputes stand, which currencies it counts as we do.

Closed tables: a code that is not listed could mean anything, also that money moved. Sources: the API reference and
https://docs.stripe.com/declines/codes as of the pinned version.
"""

from __future__ import annotations

from collections.abc import Mapping

from goodterms.gateways.protocol import DisputeWord, Outcome

#: The API version that requests and objects are in.
API_VERSION = "2026-10-28.endive"

#: What the intent's and refund's metadata call our reference.
CHARGE_KEY, REFUND_KEY = "goodterms_charge", "goodterms_refund"

_AGAIN = (
    "approve_with_id call_issuer card_declined card_velocity_exceeded do_not_honor duplicate_transaction "
    "fraudulent generic_decline issuer_not_available merchant_blacklist no_action_taken "
    "not_permitted processing_error reenter_transaction security_violation service_not_allowed "
    "transaction_not_allowed try_again_later withdrawal_count_limit_exceeded"
)
_FOR_GOOD = (
    "card_not_supported currency_not_supported incorrect_address incorrect_cvc incorrect_number incorrect_pin "
    "incorrect_zip invalid_account invalid_amount invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number "
    "invalid_pin new_account_information_available offline_pin_required online_or_offline_pin_required pickup_card "
    "pin_try_exceeded restricted_card revocation_of_all_authorizations revocation_of_authorization stop_payment_order "
    "testmode_decline"
)
#: Stripe's decline code: ours, and whether the same card may be tried again.
DECLINES: Mapping[str, tuple[str, bool]] = {
    **dict.fromkeys(_AGAIN.split(), ("card_declined", True)),
    **dict.fromkeys(_FOR_GOOD.split(), ("card_declined", False)),
    "insufficient_funds": ("insufficient_funds", True),
    "expired_card": ("expired_card", False),
    "lost_card": ("lost_card", False),
    "stolen_card": ("lost_card", False),
    # Only the cardholder can help: the same card again would be asked for the same.
    "authentication_required": ("authentication_required", False),
    "do_not_try_again": ("card_declined", False),
}

#: Why a charge was not taken at all, by the code of the error: no card was asked, and none can help.
CHARGE_ERRORS: Mapping[str, str] = {
    "amount_too_small": "amount_not_taken",
    "amount_too_large": "amount_not_taken",
}

#: Why a refund failed.
REFUND_FAILURES: Mapping[str, str] = {
    "lost_or_stolen_card": "card_closed",
    "expired_or_canceled_card": "card_closed",
    "charge_for_pending_refund_disputed": "charge_disputed",
    "insufficient_funds": "gateway_balance",
    "declined": "refund_rejected",
    "merchant_request": "canceled_at_gateway",
    "unknown": "refund_failed",
}
#: Why a refund was not taken at all, by the code of the error.
REFUND_ERRORS: Mapping[str, str] = {
    "charge_already_refunded": "exceeds_charge",
    "charge_disputed": "charge_disputed",
    "refund_disputed_payment": "charge_disputed",
    "charge_exceeds_source_limit": "exceeds_charge",
    "amount_too_large": "exceeds_charge",
    "resource_missing": "no_such_charge",
    "payment_intent_unexpected_state": "charge_not_refundable",
    "charge_expired_for_capture": "charge_not_refundable",
    "refund_too_old": "too_old_to_refund",
}

#: Inquiries ("warning_...") and what was prevented take no money; they are nothing to us.
DISPUTES: Mapping[str, DisputeWord] = {
    "needs_response": "opened",
    "under_review": "under_review",
    "won": "won",
    "lost": "lost",
}
DISPUTE_OUTCOMES: Mapping[DisputeWord, Outcome] = {
    "opened": Outcome.PENDING,
    "under_review": Outcome.PENDING,
    "lost": Outcome.SUCCEEDED,
    "won": Outcome.DECLINED,
    "reversed": Outcome.DECLINED,
}

#: Stripe counts these in other units than ISO 4217 does, and the last two to the nearest hundred only.
NOT_AS_ISO = frozenset({"MGA", "UGX", "ISK", "HUF", "TWD"})

#: The events that the statement is read from, and the kind of object each is about.
EVENTS: Mapping[str, str] = {
    "payment_intent.succeeded": "charge",
    "refund.created": "refund",
    "refund.updated": "refund",
    "refund.failed": "refund",
    "charge.dispute.created": "dispute",
    "charge.dispute.updated": "dispute",
    "charge.dispute.closed": "dispute",
    "charge.dispute.funds_withdrawn": "dispute",
    "charge.dispute.funds_reinstated": "dispute",
}
