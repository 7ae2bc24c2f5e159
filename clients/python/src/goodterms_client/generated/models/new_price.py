from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="NewPrice")



@_attrs_define
class NewPrice:
    """ A price from an instant on (now if none is given). The tax is a part of the amount.

        Attributes:
            currency (str):
            amount_minor (int):
            tax_minor (int | Unset):  Default: 0.
            effective_at (datetime.datetime | None | Unset):
     """

    currency: str
    amount_minor: int
    tax_minor: int | Unset = 0
    effective_at: datetime.datetime | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        amount_minor = self.amount_minor

        tax_minor = self.tax_minor

        effective_at: None | str | Unset
        if isinstance(self.effective_at, Unset):
            effective_at = UNSET
        elif isinstance(self.effective_at, datetime.datetime):
            effective_at = self.effective_at.isoformat()
        else:
            effective_at = self.effective_at


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "currency": currency,
            "amount_minor": amount_minor,
        })
        if tax_minor is not UNSET:
            field_dict["tax_minor"] = tax_minor
        if effective_at is not UNSET:
            field_dict["effective_at"] = effective_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        currency = d.pop("currency")

        amount_minor = d.pop("amount_minor")

        tax_minor = d.pop("tax_minor", UNSET)

        def _parse_effective_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                effective_at_type_0 = datetime.datetime.fromisoformat(data)



                return effective_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        effective_at = _parse_effective_at(d.pop("effective_at", UNSET))


        new_price = cls(
            currency=currency,
            amount_minor=amount_minor,
            tax_minor=tax_minor,
            effective_at=effective_at,
        )

        return new_price

