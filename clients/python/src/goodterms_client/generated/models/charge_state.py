from typing import Literal

ChargeState = Literal['declined', 'intended', 'succeeded', 'unknown']

CHARGE_STATE_VALUES: set[ChargeState] = { 'declined', 'intended', 'succeeded', 'unknown',  }

def check_charge_state(value: str) -> ChargeState:
    if value in CHARGE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHARGE_STATE_VALUES!r}")
