from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.by_by import ByBy
from ..models.by_by import check_by_by
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="By")



@_attrs_define
class By:
    """ Who acts.

        Attributes:
            by (ByBy | Unset):  Default: 'customer'.
     """

    by: ByBy | Unset = 'customer'





    def to_dict(self) -> dict[str, Any]:
        by: str | Unset = UNSET
        if not isinstance(self.by, Unset):
            by = self.by



        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if by is not UNSET:
            field_dict["by"] = by

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _by = d.pop("by", UNSET)
        by: ByBy | Unset
        if isinstance(_by,  Unset):
            by = UNSET
        else:
            by = check_by_by(_by)




        by = cls(
            by=by,
        )

        return by

