from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Asked")



@_attrs_define
class Asked:
    """ One question: may this customer use this product?

        Attributes:
            customer (str):
            product (str):
     """

    customer: str
    product: str





    def to_dict(self) -> dict[str, Any]:
        customer = self.customer

        product = self.product


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "customer": customer,
            "product": product,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        customer = d.pop("customer")

        product = d.pop("product")

        asked = cls(
            customer=customer,
            product=product,
        )

        return asked

