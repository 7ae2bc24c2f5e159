from typing import Literal

RefundRequestChosenState = Literal['approved', 'declined', 'in_review', 'needs_information', 'received', 'retracted']

REFUND_REQUEST_CHOSEN_STATE_VALUES: set[RefundRequestChosenState] = { 'approved', 'declined', 'in_review', 'needs_information', 'received', 'retracted',  }

def check_refund_request_chosen_state(value: str) -> RefundRequestChosenState:
    if value in REFUND_REQUEST_CHOSEN_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_REQUEST_CHOSEN_STATE_VALUES!r}")
