from typing import Literal

CancelBy = Literal['customer', 'support']

CANCEL_BY_VALUES: set[CancelBy] = { 'customer', 'support',  }

def check_cancel_by(value: str) -> CancelBy:
    if value in CANCEL_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CANCEL_BY_VALUES!r}")
