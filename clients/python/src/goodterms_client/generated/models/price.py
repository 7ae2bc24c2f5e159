from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="Price")



@_attrs_define
class Price:
    """ A price of a plan from an instant on. It is never changed, only followed by another.

        Attributes:
            currency (str):
            amount_minor (int):
            tax_minor (int):
            effective_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
     """

    currency: str
    amount_minor: int
    tax_minor: int
    effective_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        amount_minor = self.amount_minor

        tax_minor = self.tax_minor

        effective_at = self.effective_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "currency": currency,
            "amount_minor": amount_minor,
            "tax_minor": tax_minor,
            "effective_at": effective_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        currency = d.pop("currency")

        amount_minor = d.pop("amount_minor")

        tax_minor = d.pop("tax_minor")

        effective_at = datetime.datetime.fromisoformat(d.pop("effective_at"))




        price = cls(
            currency=currency,
            amount_minor=amount_minor,
            tax_minor=tax_minor,
            effective_at=effective_at,
        )


        price.additional_properties = d
        return price

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
