from typing import Literal

ListRefundsStateType0 = Literal['failed', 'intended', 'pending', 'succeeded', 'unknown']

LIST_REFUNDS_STATE_TYPE_0_VALUES: set[ListRefundsStateType0] = { 'failed', 'intended', 'pending', 'succeeded', 'unknown',  }

def check_list_refunds_state_type_0(value: str) -> ListRefundsStateType0:
    if value in LIST_REFUNDS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_REFUNDS_STATE_TYPE_0_VALUES!r}")
