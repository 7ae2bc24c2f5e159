from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="OfflineAnswer")



@_attrs_define
class OfflineAnswer:
    """ A signed answer (JWT, EdDSA). Its keys are published at `/.well-known/jwks.json`.

        Attributes:
            token (str):
            may_use (bool):
            expires_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
     """

    token: str
    may_use: bool
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        token = self.token

        may_use = self.may_use

        expires_at = self.expires_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "token": token,
            "may_use": may_use,
            "expires_at": expires_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        token = d.pop("token")

        may_use = d.pop("may_use")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))




        offline_answer = cls(
            token=token,
            may_use=may_use,
            expires_at=expires_at,
        )


        offline_answer.additional_properties = d
        return offline_answer

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
