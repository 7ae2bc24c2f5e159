from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Told")



@_attrs_define
class Told:
    """ The four facts as they were told; empty where they were not.

        Attributes:
            order_number (str):
            email (str):
            name (str):
            purchase_on (None | str):
     """

    order_number: str
    email: str
    name: str
    purchase_on: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        order_number = self.order_number

        email = self.email

        name = self.name

        purchase_on: None | str
        purchase_on = self.purchase_on


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "order_number": order_number,
            "email": email,
            "name": name,
            "purchase_on": purchase_on,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        order_number = d.pop("order_number")

        email = d.pop("email")

        name = d.pop("name")

        def _parse_purchase_on(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        purchase_on = _parse_purchase_on(d.pop("purchase_on"))


        told = cls(
            order_number=order_number,
            email=email,
            name=name,
            purchase_on=purchase_on,
        )


        told.additional_properties = d
        return told

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
