from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="EndpointSecret")



@_attrs_define
class EndpointSecret:
    """ An endpoint with its new secret (Standard Webhooks). It is told once: with this answer.

        Attributes:
            id (str):
            url (str):
            names (list[str]):
            created_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            failing_since (datetime.datetime | None):
            disabled_at (datetime.datetime | None):
            disabled_for (None | str):
            secret (str):
     """

    id: str
    url: str
    names: list[str]
    created_at: datetime.datetime
    failing_since: datetime.datetime | None
    disabled_at: datetime.datetime | None
    disabled_for: None | str
    secret: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        url = self.url

        names = self.names



        created_at = self.created_at.isoformat()

        failing_since: None | str
        if isinstance(self.failing_since, datetime.datetime):
            failing_since = self.failing_since.isoformat()
        else:
            failing_since = self.failing_since

        disabled_at: None | str
        if isinstance(self.disabled_at, datetime.datetime):
            disabled_at = self.disabled_at.isoformat()
        else:
            disabled_at = self.disabled_at

        disabled_for: None | str
        disabled_for = self.disabled_for

        secret = self.secret


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "url": url,
            "names": names,
            "created_at": created_at,
            "failing_since": failing_since,
            "disabled_at": disabled_at,
            "disabled_for": disabled_for,
            "secret": secret,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        url = d.pop("url")

        names = cast(list[str], d.pop("names"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_failing_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                failing_since_type_0 = datetime.datetime.fromisoformat(data)



                return failing_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        failing_since = _parse_failing_since(d.pop("failing_since"))


        def _parse_disabled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                disabled_at_type_0 = datetime.datetime.fromisoformat(data)



                return disabled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        disabled_at = _parse_disabled_at(d.pop("disabled_at"))


        def _parse_disabled_for(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        disabled_for = _parse_disabled_for(d.pop("disabled_for"))


        secret = d.pop("secret")

        endpoint_secret = cls(
            id=id,
            url=url,
            names=names,
            created_at=created_at,
            failing_since=failing_since,
            disabled_at=disabled_at,
            disabled_for=disabled_for,
            secret=secret,
        )


        endpoint_secret.additional_properties = d
        return endpoint_secret

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
