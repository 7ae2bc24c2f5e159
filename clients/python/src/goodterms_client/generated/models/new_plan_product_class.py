from typing import Literal

NewPlanProductClass = Literal['digital_content', 'digital_service', 'goods']

NEW_PLAN_PRODUCT_CLASS_VALUES: set[NewPlanProductClass] = { 'digital_content', 'digital_service', 'goods',  }

def check_new_plan_product_class(value: str) -> NewPlanProductClass:
    if value in NEW_PLAN_PRODUCT_CLASS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_PLAN_PRODUCT_CLASS_VALUES!r}")
