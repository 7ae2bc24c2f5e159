from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="NextCharge")



@_attrs_define
class NextCharge:
    """ The next renewal: announced first, then charged, for the term that begins at `term_starts_at`.

        Attributes:
            amount (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            announce_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            charge_at (datetime.datetime | None):
            term_starts_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            term_ends_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
     """

    amount: Amount
    announce_at: datetime.datetime
    charge_at: datetime.datetime | None
    term_starts_at: datetime.datetime
    term_ends_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        amount = self.amount.to_dict()

        announce_at = self.announce_at.isoformat()

        charge_at: None | str
        if isinstance(self.charge_at, datetime.datetime):
            charge_at = self.charge_at.isoformat()
        else:
            charge_at = self.charge_at

        term_starts_at = self.term_starts_at.isoformat()

        term_ends_at = self.term_ends_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "amount": amount,
            "announce_at": announce_at,
            "charge_at": charge_at,
            "term_starts_at": term_starts_at,
            "term_ends_at": term_ends_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        amount = Amount.from_dict(d.pop("amount"))




        announce_at = datetime.datetime.fromisoformat(d.pop("announce_at"))




        def _parse_charge_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                charge_at_type_0 = datetime.datetime.fromisoformat(data)



                return charge_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        charge_at = _parse_charge_at(d.pop("charge_at"))


        term_starts_at = datetime.datetime.fromisoformat(d.pop("term_starts_at"))




        term_ends_at = datetime.datetime.fromisoformat(d.pop("term_ends_at"))




        next_charge = cls(
            amount=amount,
            announce_at=announce_at,
            charge_at=charge_at,
            term_starts_at=term_starts_at,
            term_ends_at=term_ends_at,
        )


        next_charge.additional_properties = d
        return next_charge

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
