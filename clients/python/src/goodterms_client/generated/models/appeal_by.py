from typing import Literal

AppealBy = Literal['customer', 'support']

APPEAL_BY_VALUES: set[AppealBy] = { 'customer', 'support',  }

def check_appeal_by(value: str) -> AppealBy:
    if value in APPEAL_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPEAL_BY_VALUES!r}")
