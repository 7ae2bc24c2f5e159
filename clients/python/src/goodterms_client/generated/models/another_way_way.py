from typing import Literal

AnotherWayWay = Literal['bank_transfer', 'original']

ANOTHER_WAY_WAY_VALUES: set[AnotherWayWay] = { 'bank_transfer', 'original',  }

def check_another_way_way(value: str) -> AnotherWayWay:
    if value in ANOTHER_WAY_WAY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANOTHER_WAY_WAY_VALUES!r}")
