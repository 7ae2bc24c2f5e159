from typing import Literal

NewRequestBy = Literal['customer', 'support']

NEW_REQUEST_BY_VALUES: set[NewRequestBy] = { 'customer', 'support',  }

def check_new_request_by(value: str) -> NewRequestBy:
    if value in NEW_REQUEST_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_REQUEST_BY_VALUES!r}")
