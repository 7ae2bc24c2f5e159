from typing import Literal

RefundRequestChosenAct = Literal['cancel', 'refund', 'withdraw']

REFUND_REQUEST_CHOSEN_ACT_VALUES: set[RefundRequestChosenAct] = { 'cancel', 'refund', 'withdraw',  }

def check_refund_request_chosen_act(value: str) -> RefundRequestChosenAct:
    if value in REFUND_REQUEST_CHOSEN_ACT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_REQUEST_CHOSEN_ACT_VALUES!r}")
