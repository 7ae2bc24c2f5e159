from typing import Literal

TermState = Literal['dropped', 'ended', 'running', 'upcoming']

TERM_STATE_VALUES: set[TermState] = { 'dropped', 'ended', 'running', 'upcoming',  }

def check_term_state(value: str) -> TermState:
    if value in TERM_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TERM_STATE_VALUES!r}")
