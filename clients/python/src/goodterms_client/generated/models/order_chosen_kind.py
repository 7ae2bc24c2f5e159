from typing import Literal

OrderChosenKind = Literal['initial', 'renewal']

ORDER_CHOSEN_KIND_VALUES: set[OrderChosenKind] = { 'initial', 'renewal',  }

def check_order_chosen_kind(value: str) -> OrderChosenKind:
    if value in ORDER_CHOSEN_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ORDER_CHOSEN_KIND_VALUES!r}")
