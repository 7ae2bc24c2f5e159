from typing import Literal

RefundRequestAct = Literal['cancel', 'refund', 'withdraw']

REFUND_REQUEST_ACT_VALUES: set[RefundRequestAct] = { 'cancel', 'refund', 'withdraw',  }

def check_refund_request_act(value: str) -> RefundRequestAct:
    if value in REFUND_REQUEST_ACT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_REQUEST_ACT_VALUES!r}")
