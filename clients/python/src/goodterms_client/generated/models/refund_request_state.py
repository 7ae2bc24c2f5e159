from typing import Literal

RefundRequestState = Literal['approved', 'declined', 'in_review', 'needs_information', 'received', 'retracted']

REFUND_REQUEST_STATE_VALUES: set[RefundRequestState] = { 'approved', 'declined', 'in_review', 'needs_information', 'received', 'retracted',  }

def check_refund_request_state(value: str) -> RefundRequestState:
    if value in REFUND_REQUEST_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_REQUEST_STATE_VALUES!r}")
