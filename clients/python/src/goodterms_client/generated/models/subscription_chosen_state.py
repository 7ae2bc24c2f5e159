from typing import Literal

SubscriptionChosenState = Literal['active', 'expired', 'non_renewing', 'past_due']

SUBSCRIPTION_CHOSEN_STATE_VALUES: set[SubscriptionChosenState] = { 'active', 'expired', 'non_renewing', 'past_due',  }

def check_subscription_chosen_state(value: str) -> SubscriptionChosenState:
    if value in SUBSCRIPTION_CHOSEN_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SUBSCRIPTION_CHOSEN_STATE_VALUES!r}")
