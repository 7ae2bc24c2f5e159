from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="Customer")



@_attrs_define
class Customer:
    """ A buyer. `country`, `state` and `consumer` choose the law; null is not known.

        Attributes:
            id (str):
            email (str):
            name (str):
            timezone (None | str):
            locale (str):
            country (None | str):
            state (None | str):
            consumer (bool | None):
            created_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
     """

    id: str
    email: str
    name: str
    timezone: None | str
    locale: str
    country: None | str
    state: None | str
    consumer: bool | None
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        email = self.email

        name = self.name

        timezone: None | str
        timezone = self.timezone

        locale = self.locale

        country: None | str
        country = self.country

        state: None | str
        state = self.state

        consumer: bool | None
        consumer = self.consumer

        created_at = self.created_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "email": email,
            "name": name,
            "timezone": timezone,
            "locale": locale,
            "country": country,
            "state": state,
            "consumer": consumer,
            "created_at": created_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        email = d.pop("email")

        name = d.pop("name")

        def _parse_timezone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        timezone = _parse_timezone(d.pop("timezone"))


        locale = d.pop("locale")

        def _parse_country(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        country = _parse_country(d.pop("country"))


        def _parse_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state = _parse_state(d.pop("state"))


        def _parse_consumer(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        consumer = _parse_consumer(d.pop("consumer"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        customer = cls(
            id=id,
            email=email,
            name=name,
            timezone=timezone,
            locale=locale,
            country=country,
            state=state,
            consumer=consumer,
            created_at=created_at,
        )


        customer.additional_properties = d
        return customer

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
