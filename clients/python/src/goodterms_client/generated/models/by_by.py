from typing import Literal

ByBy = Literal['customer', 'support']

BY_BY_VALUES: set[ByBy] = { 'customer', 'support',  }

def check_by_by(value: str) -> ByBy:
    if value in BY_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BY_BY_VALUES!r}")
