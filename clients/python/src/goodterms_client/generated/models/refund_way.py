from typing import Literal

RefundWay = Literal['bank_transfer', 'external', 'original']

REFUND_WAY_VALUES: set[RefundWay] = { 'bank_transfer', 'external', 'original',  }

def check_refund_way(value: str) -> RefundWay:
    if value in REFUND_WAY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_WAY_VALUES!r}")
