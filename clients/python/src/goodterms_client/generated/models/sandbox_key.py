from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="SandboxKey")



@_attrs_define
class SandboxKey:
    """ A sandbox with the key that opens it, and nothing else.

        Attributes:
            name (str):
            state (str):
            url (None | str):
            reason (None | str):
            created_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            created_by (str):
            key (str):
     """

    name: str
    state: str
    url: None | str
    reason: None | str
    created_at: datetime.datetime
    created_by: str
    key: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state = self.state

        url: None | str
        url = self.url

        reason: None | str
        reason = self.reason

        created_at = self.created_at.isoformat()

        created_by = self.created_by

        key = self.key


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "state": state,
            "url": url,
            "reason": reason,
            "created_at": created_at,
            "created_by": created_by,
            "key": key,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = d.pop("state")

        def _parse_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url = _parse_url(d.pop("url"))


        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        created_by = d.pop("created_by")

        key = d.pop("key")

        sandbox_key = cls(
            name=name,
            state=state,
            url=url,
            reason=reason,
            created_at=created_at,
            created_by=created_by,
            key=key,
        )


        sandbox_key.additional_properties = d
        return sandbox_key

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
