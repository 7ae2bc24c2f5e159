from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.cancel_by import CancelBy
from ..models.cancel_by import check_cancel_by
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Cancel")



@_attrs_define
class Cancel:
    """ Who cancels, and the fingerprint of the preview that was confirmed.

        Attributes:
            shown (str):
            by (CancelBy | Unset):  Default: 'customer'.
     """

    shown: str
    by: CancelBy | Unset = 'customer'





    def to_dict(self) -> dict[str, Any]:
        shown = self.shown

        by: str | Unset = UNSET
        if not isinstance(self.by, Unset):
            by = self.by



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "shown": shown,
        })
        if by is not UNSET:
            field_dict["by"] = by

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        shown = d.pop("shown")

        _by = d.pop("by", UNSET)
        by: CancelBy | Unset
        if isinstance(_by,  Unset):
            by = UNSET
        else:
            by = check_cancel_by(_by)




        cancel = cls(
            shown=shown,
            by=by,
        )

        return cancel

