from typing import Literal

VerdictOutcome = Literal['ask', 'deny', 'grant', 'refer', 'review']

VERDICT_OUTCOME_VALUES: set[VerdictOutcome] = { 'ask', 'deny', 'grant', 'refer', 'review',  }

def check_verdict_outcome(value: str) -> VerdictOutcome:
    if value in VERDICT_OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {VERDICT_OUTCOME_VALUES!r}")
