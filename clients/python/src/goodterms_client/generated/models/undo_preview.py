from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.next_charge import NextCharge





T = TypeVar("T", bound="UndoPreview")



@_attrs_define
class UndoPreview:
    """ What keeping the subscription would mean: the next charge, and how far it is paid.

        Attributes:
            paid_through (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            next_charge (NextCharge): The next renewal: announced first, then charged, for the term that begins at
                `term_starts_at`.
     """

    paid_through: datetime.datetime
    next_charge: NextCharge
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.next_charge import NextCharge # noqa: PLC0415
        paid_through = self.paid_through.isoformat()

        next_charge = self.next_charge.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "paid_through": paid_through,
            "next_charge": next_charge,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.next_charge import NextCharge # noqa: PLC0415
        d = dict(src_dict)
        paid_through = datetime.datetime.fromisoformat(d.pop("paid_through"))




        next_charge = NextCharge.from_dict(d.pop("next_charge"))




        undo_preview = cls(
            paid_through=paid_through,
            next_charge=next_charge,
        )


        undo_preview.additional_properties = d
        return undo_preview

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
