from typing import Literal

AnswerBy = Literal['customer', 'support']

ANSWER_BY_VALUES: set[AnswerBy] = { 'customer', 'support',  }

def check_answer_by(value: str) -> AnswerBy:
    if value in ANSWER_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ANSWER_BY_VALUES!r}")
