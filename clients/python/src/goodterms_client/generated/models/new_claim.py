from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="NewClaim")



@_attrs_define
class NewClaim:
    """ The four facts of somebody who is not signed in. Whether they fit is not told.

        Attributes:
            order_number (str):
            email (str):
            name (str):
            purchase_on (datetime.date | None | Unset):
     """

    order_number: str
    email: str
    name: str
    purchase_on: datetime.date | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        order_number = self.order_number

        email = self.email

        name = self.name

        purchase_on: None | str | Unset
        if isinstance(self.purchase_on, Unset):
            purchase_on = UNSET
        elif isinstance(self.purchase_on, datetime.date):
            purchase_on = self.purchase_on.isoformat()
        else:
            purchase_on = self.purchase_on


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "order_number": order_number,
            "email": email,
            "name": name,
        })
        if purchase_on is not UNSET:
            field_dict["purchase_on"] = purchase_on

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        order_number = d.pop("order_number")

        email = d.pop("email")

        name = d.pop("name")

        def _parse_purchase_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                purchase_on_type_0 = datetime.date.fromisoformat(data)



                return purchase_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        purchase_on = _parse_purchase_on(d.pop("purchase_on", UNSET))


        new_claim = cls(
            order_number=order_number,
            email=email,
            name=name,
            purchase_on=purchase_on,
        )

        return new_claim

