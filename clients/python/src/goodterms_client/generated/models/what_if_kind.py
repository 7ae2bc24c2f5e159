from typing import Literal

WhatIfKind = Literal['initial', 'renewal']

WHAT_IF_KIND_VALUES: set[WhatIfKind] = { 'initial', 'renewal',  }

def check_what_if_kind(value: str) -> WhatIfKind:
    if value in WHAT_IF_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WHAT_IF_KIND_VALUES!r}")
