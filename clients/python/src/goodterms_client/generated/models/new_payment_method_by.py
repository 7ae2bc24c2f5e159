from typing import Literal

NewPaymentMethodBy = Literal['customer', 'support']

NEW_PAYMENT_METHOD_BY_VALUES: set[NewPaymentMethodBy] = { 'customer', 'support',  }

def check_new_payment_method_by(value: str) -> NewPaymentMethodBy:
    if value in NEW_PAYMENT_METHOD_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_PAYMENT_METHOD_BY_VALUES!r}")
