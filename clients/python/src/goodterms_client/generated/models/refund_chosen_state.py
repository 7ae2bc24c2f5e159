from typing import Literal

RefundChosenState = Literal['failed', 'intended', 'pending', 'succeeded', 'unknown']

REFUND_CHOSEN_STATE_VALUES: set[RefundChosenState] = { 'failed', 'intended', 'pending', 'succeeded', 'unknown',  }

def check_refund_chosen_state(value: str) -> RefundChosenState:
    if value in REFUND_CHOSEN_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_CHOSEN_STATE_VALUES!r}")
