from typing import Literal

RefundChosenWay = Literal['bank_transfer', 'external', 'original']

REFUND_CHOSEN_WAY_VALUES: set[RefundChosenWay] = { 'bank_transfer', 'external', 'original',  }

def check_refund_chosen_way(value: str) -> RefundChosenWay:
    if value in REFUND_CHOSEN_WAY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_CHOSEN_WAY_VALUES!r}")
