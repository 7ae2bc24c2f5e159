from typing import Literal

RequestPreviewEffect = Literal['drop_term', 'end_later', 'money_only', 'revoke_term']

REQUEST_PREVIEW_EFFECT_VALUES: set[RequestPreviewEffect] = { 'drop_term', 'end_later', 'money_only', 'revoke_term',  }

def check_request_preview_effect(value: str) -> RequestPreviewEffect:
    if value in REQUEST_PREVIEW_EFFECT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REQUEST_PREVIEW_EFFECT_VALUES!r}")
