from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Approve")



@_attrs_define
class Approve:
    """ The fingerprint of the preview that was confirmed.

        Attributes:
            shown (str):
     """

    shown: str





    def to_dict(self) -> dict[str, Any]:
        shown = self.shown


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "shown": shown,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        shown = d.pop("shown")

        approve = cls(
            shown=shown,
        )

        return approve

