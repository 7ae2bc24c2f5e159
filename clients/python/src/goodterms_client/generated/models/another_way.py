from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.another_way_way import AnotherWayWay
from ..models.another_way_way import check_another_way_way
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="AnotherWay")



@_attrs_define
class AnotherWay:
    """ After a refund failed: the original method again, or a bank transfer made by hand, with its reference.

        Attributes:
            way (AnotherWayWay):
            reference (str | Unset):  Default: ''.
     """

    way: AnotherWayWay
    reference: str | Unset = ''





    def to_dict(self) -> dict[str, Any]:
        way: str = self.way

        reference = self.reference


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "way": way,
        })
        if reference is not UNSET:
            field_dict["reference"] = reference

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        way = check_another_way_way(d.pop("way"))




        reference = d.pop("reference", UNSET)

        another_way = cls(
            way=way,
            reference=reference,
        )

        return another_way

