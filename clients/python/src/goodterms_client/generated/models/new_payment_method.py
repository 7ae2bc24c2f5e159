from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_payment_method_by import check_new_payment_method_by
from ..models.new_payment_method_by import NewPaymentMethodBy
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="NewPaymentMethod")



@_attrs_define
class NewPaymentMethod:
    """ Another payment method, by the gateway's name for it.

        Attributes:
            payment_method (str):
            by (NewPaymentMethodBy | Unset):  Default: 'customer'.
     """

    payment_method: str
    by: NewPaymentMethodBy | Unset = 'customer'





    def to_dict(self) -> dict[str, Any]:
        payment_method = self.payment_method

        by: str | Unset = UNSET
        if not isinstance(self.by, Unset):
            by = self.by



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "payment_method": payment_method,
        })
        if by is not UNSET:
            field_dict["by"] = by

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        payment_method = d.pop("payment_method")

        _by = d.pop("by", UNSET)
        by: NewPaymentMethodBy | Unset
        if isinstance(_by,  Unset):
            by = UNSET
        else:
            by = check_new_payment_method_by(_by)




        new_payment_method = cls(
            payment_method=payment_method,
            by=by,
        )

        return new_payment_method

