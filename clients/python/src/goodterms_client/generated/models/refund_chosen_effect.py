from typing import Literal

RefundChosenEffect = Literal['drop_term', 'end_later', 'money_only', 'revoke_term']

REFUND_CHOSEN_EFFECT_VALUES: set[RefundChosenEffect] = { 'drop_term', 'end_later', 'money_only', 'revoke_term',  }

def check_refund_chosen_effect(value: str) -> RefundChosenEffect:
    if value in REFUND_CHOSEN_EFFECT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_CHOSEN_EFFECT_VALUES!r}")
