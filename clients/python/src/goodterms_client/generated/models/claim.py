from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="Claim")



@_attrs_define
class Claim:
    """ What a claim has become: a refund request, or an inquiry until it leads to an order.

        Attributes:
            refund_request (None | str):
            inquiry (None | str):
     """

    refund_request: None | str
    inquiry: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        refund_request: None | str
        refund_request = self.refund_request

        inquiry: None | str
        inquiry = self.inquiry


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "refund_request": refund_request,
            "inquiry": inquiry,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_refund_request(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refund_request = _parse_refund_request(d.pop("refund_request"))


        def _parse_inquiry(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        inquiry = _parse_inquiry(d.pop("inquiry"))


        claim = cls(
            refund_request=refund_request,
            inquiry=inquiry,
        )


        claim.additional_properties = d
        return claim

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
