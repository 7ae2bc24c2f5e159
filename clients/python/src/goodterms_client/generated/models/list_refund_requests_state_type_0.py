from typing import Literal

ListRefundRequestsStateType0 = Literal['approved', 'declined', 'in_review', 'needs_information', 'open', 'received', 'retracted']

LIST_REFUND_REQUESTS_STATE_TYPE_0_VALUES: set[ListRefundRequestsStateType0] = { 'approved', 'declined', 'in_review', 'needs_information', 'open', 'received', 'retracted',  }

def check_list_refund_requests_state_type_0(value: str) -> ListRefundRequestsStateType0:
    if value in LIST_REFUND_REQUESTS_STATE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_REFUND_REQUESTS_STATE_TYPE_0_VALUES!r}")
