from typing import Literal

ApprovalPreviewEffect = Literal['drop_term', 'end_later', 'money_only', 'revoke_term']

APPROVAL_PREVIEW_EFFECT_VALUES: set[ApprovalPreviewEffect] = { 'drop_term', 'end_later', 'money_only', 'revoke_term',  }

def check_approval_preview_effect(value: str) -> ApprovalPreviewEffect:
    if value in APPROVAL_PREVIEW_EFFECT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPROVAL_PREVIEW_EFFECT_VALUES!r}")
