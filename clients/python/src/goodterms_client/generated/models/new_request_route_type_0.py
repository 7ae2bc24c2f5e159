from typing import Literal

NewRequestRouteType0 = Literal['chat', 'email', 'letter', 'phone']

NEW_REQUEST_ROUTE_TYPE_0_VALUES: set[NewRequestRouteType0] = { 'chat', 'email', 'letter', 'phone',  }

def check_new_request_route_type_0(value: str) -> NewRequestRouteType0:
    if value in NEW_REQUEST_ROUTE_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_REQUEST_ROUTE_TYPE_0_VALUES!r}")
