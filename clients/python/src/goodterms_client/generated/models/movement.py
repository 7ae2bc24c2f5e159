from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Movement")



@_attrs_define
class Movement:
    """ Orders and refunds of a span of time, in one currency.

        Attributes:
            currency (str):
            orders (int):
            ordered_minor (int):
            refunds (int):
            refunded_minor (int):
     """

    currency: str
    orders: int
    ordered_minor: int
    refunds: int
    refunded_minor: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        orders = self.orders

        ordered_minor = self.ordered_minor

        refunds = self.refunds

        refunded_minor = self.refunded_minor


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "currency": currency,
            "orders": orders,
            "ordered_minor": ordered_minor,
            "refunds": refunds,
            "refunded_minor": refunded_minor,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        currency = d.pop("currency")

        orders = d.pop("orders")

        ordered_minor = d.pop("ordered_minor")

        refunds = d.pop("refunds")

        refunded_minor = d.pop("refunded_minor")

        movement = cls(
            currency=currency,
            orders=orders,
            ordered_minor=ordered_minor,
            refunds=refunds,
            refunded_minor=refunded_minor,
        )


        movement.additional_properties = d
        return movement

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
