from typing import Literal

StretchOutcome = Literal['ask', 'deny', 'grant', 'refer', 'review']

STRETCH_OUTCOME_VALUES: set[StretchOutcome] = { 'ask', 'deny', 'grant', 'refer', 'review',  }

def check_stretch_outcome(value: str) -> StretchOutcome:
    if value in STRETCH_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STRETCH_OUTCOME_VALUES!r}")
