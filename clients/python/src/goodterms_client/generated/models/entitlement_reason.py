from typing import Literal

EntitlementReason = Literal['never_paid', 'not_begun', 'paid_term', 'refunded', 'term_ended']

ENTITLEMENT_REASON_VALUES: set[EntitlementReason] = { 'never_paid', 'not_begun', 'paid_term', 'refunded', 'term_ended',  }

def check_entitlement_reason(value: str) -> EntitlementReason:
    if value in ENTITLEMENT_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENTITLEMENT_REASON_VALUES!r}")
