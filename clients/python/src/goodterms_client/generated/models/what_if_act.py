from typing import Literal

WhatIfAct = Literal['cancel', 'refund', 'withdraw']

WHAT_IF_ACT_VALUES: set[WhatIfAct] = { 'cancel', 'refund', 'withdraw',  }

def check_what_if_act(value: str) -> WhatIfAct:
    if value in WHAT_IF_ACT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WHAT_IF_ACT_VALUES!r}")
