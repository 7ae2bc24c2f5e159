from typing import Literal

SubscriptionState = Literal['active', 'expired', 'non_renewing', 'past_due']

SUBSCRIPTION_STATE_VALUES: set[SubscriptionState] = { 'active', 'expired', 'non_renewing', 'past_due',  }

def check_subscription_state(value: str) -> SubscriptionState:
    if value in SUBSCRIPTION_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBSCRIPTION_STATE_VALUES!r}")
