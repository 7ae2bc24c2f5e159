from typing import Literal

AccessReason = Literal['never_paid', 'not_begun', 'paid_term', 'refunded', 'term_ended']

ACCESS_REASON_VALUES: set[AccessReason] = { 'never_paid', 'not_begun', 'paid_term', 'refunded', 'term_ended',  }

def check_access_reason(value: str) -> AccessReason:
    if value in ACCESS_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACCESS_REASON_VALUES!r}")
