from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.try_ import Try





T = TypeVar("T", bound="Delivery")



@_attrs_define
class Delivery:
    """ One fact to one endpoint, with every attempt.

        Attributes:
            id (int):
            position (int):
            name (str):
            state (str):
            attempts (int):
            due_at (datetime.datetime | None):
            created_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            delivered_at (datetime.datetime | None):
            tries (list[Try]):
     """

    id: int
    position: int
    name: str
    state: str
    attempts: int
    due_at: datetime.datetime | None
    created_at: datetime.datetime
    delivered_at: datetime.datetime | None
    tries: list[Try]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.try_ import Try # noqa: PLC0415
        id = self.id

        position = self.position

        name = self.name

        state = self.state

        attempts = self.attempts

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        created_at = self.created_at.isoformat()

        delivered_at: None | str
        if isinstance(self.delivered_at, datetime.datetime):
            delivered_at = self.delivered_at.isoformat()
        else:
            delivered_at = self.delivered_at

        tries = []
        for tries_item_data in self.tries:
            tries_item = tries_item_data.to_dict()
            tries.append(tries_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "position": position,
            "name": name,
            "state": state,
            "attempts": attempts,
            "due_at": due_at,
            "created_at": created_at,
            "delivered_at": delivered_at,
            "tries": tries,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.try_ import Try # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        position = d.pop("position")

        name = d.pop("name")

        state = d.pop("state")

        attempts = d.pop("attempts")

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)



                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_delivered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivered_at_type_0 = datetime.datetime.fromisoformat(data)



                return delivered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        delivered_at = _parse_delivered_at(d.pop("delivered_at"))


        tries = []
        _tries = d.pop("tries")
        for tries_item_data in (_tries):
            tries_item = Try.from_dict(tries_item_data)



            tries.append(tries_item)


        delivery = cls(
            id=id,
            position=position,
            name=name,
            state=state,
            attempts=attempts,
            due_at=due_at,
            created_at=created_at,
            delivered_at=delivered_at,
            tries=tries,
        )


        delivery.additional_properties = d
        return delivery

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
