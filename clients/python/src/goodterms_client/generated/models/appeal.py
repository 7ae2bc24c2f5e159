from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.appeal_by import AppealBy
from ..models.appeal_by import check_appeal_by
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Appeal")



@_attrs_define
class Appeal:
    """ Why a declined request is to be looked at again.

        Attributes:
            reason (str):
            by (AppealBy | Unset):  Default: 'customer'.
     """

    reason: str
    by: AppealBy | Unset = 'customer'





    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        by: str | Unset = UNSET
        if not isinstance(self.by, Unset):
            by = self.by



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "reason": reason,
        })
        if by is not UNSET:
            field_dict["by"] = by

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        _by = d.pop("by", UNSET)
        by: AppealBy | Unset
        if isinstance(_by,  Unset):
            by = UNSET
        else:
            by = check_appeal_by(_by)




        appeal = cls(
            reason=reason,
            by=by,
        )

        return appeal

