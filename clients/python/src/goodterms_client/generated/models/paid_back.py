from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="PaidBack")



@_attrs_define
class PaidBack:
    """ What goes back, and when it should arrive if it is sent today.

        Attributes:
            amount (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            credit_from_on (None | str):
            credit_by_on (None | str):
     """

    amount: Amount
    credit_from_on: None | str
    credit_by_on: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        amount = self.amount.to_dict()

        credit_from_on: None | str
        credit_from_on = self.credit_from_on

        credit_by_on: None | str
        credit_by_on = self.credit_by_on


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "amount": amount,
            "credit_from_on": credit_from_on,
            "credit_by_on": credit_by_on,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        amount = Amount.from_dict(d.pop("amount"))




        def _parse_credit_from_on(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        credit_from_on = _parse_credit_from_on(d.pop("credit_from_on"))


        def _parse_credit_by_on(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        credit_by_on = _parse_credit_by_on(d.pop("credit_by_on"))


        paid_back = cls(
            amount=amount,
            credit_from_on=credit_from_on,
            credit_by_on=credit_by_on,
        )


        paid_back.additional_properties = d
        return paid_back

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
