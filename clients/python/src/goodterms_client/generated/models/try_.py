from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="Try")



@_attrs_define
class Try:
    """ One attempt: what was answered, in how many milliseconds, or what was in the way.

        Attributes:
            at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            status (int | None):
            milliseconds (int):
            trouble (str):
     """

    at: datetime.datetime
    status: int | None
    milliseconds: int
    trouble: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        status: int | None
        status = self.status

        milliseconds = self.milliseconds

        trouble = self.trouble


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "at": at,
            "status": status,
            "milliseconds": milliseconds,
            "trouble": trouble,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))




        def _parse_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status = _parse_status(d.pop("status"))


        milliseconds = d.pop("milliseconds")

        trouble = d.pop("trouble")

        try_ = cls(
            at=at,
            status=status,
            milliseconds=milliseconds,
            trouble=trouble,
        )


        try_.additional_properties = d
        return try_

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
