from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="Replay")



@_attrs_define
class Replay:
    """ A span of time `[from_at, until_at)` by when the facts happened.

        Attributes:
            from_at (datetime.datetime):
            until_at (datetime.datetime):
     """

    from_at: datetime.datetime
    until_at: datetime.datetime





    def to_dict(self) -> dict[str, Any]:
        from_at = self.from_at.isoformat()

        until_at = self.until_at.isoformat()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "from_at": from_at,
            "until_at": until_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        from_at = datetime.datetime.fromisoformat(d.pop("from_at"))




        until_at = datetime.datetime.fromisoformat(d.pop("until_at"))




        replay = cls(
            from_at=from_at,
            until_at=until_at,
        )

        return replay

