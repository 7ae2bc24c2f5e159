from typing import Literal

RefundEffect = Literal['drop_term', 'end_later', 'money_only', 'revoke_term']

REFUND_EFFECT_VALUES: set[RefundEffect] = { 'drop_term', 'end_later', 'money_only', 'revoke_term',  }

def check_refund_effect(value: str) -> RefundEffect:
    if value in REFUND_EFFECT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_EFFECT_VALUES!r}")
