from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="OnSale")



@_attrs_define
class OnSale:
    """ Whether a plan is sold. Running subscriptions renew either way.

        Attributes:
            on_sale (bool):
     """

    on_sale: bool





    def to_dict(self) -> dict[str, Any]:
        on_sale = self.on_sale


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "on_sale": on_sale,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        on_sale = d.pop("on_sale")

        on_sale = cls(
            on_sale=on_sale,
        )

        return on_sale

