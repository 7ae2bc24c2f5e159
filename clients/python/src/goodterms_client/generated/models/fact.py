from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.fact_data import FactData





T = TypeVar("T", bound="Fact")



@_attrs_define
class Fact:
    """ Something that happened. `data` holds the values that matter; what they are follows from the name.

        Attributes:
            id (str):
            position (int):
            name (str):
            at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            actor (str):
            customer (None | str):
            subscription (None | str):
            seq (int):
            data (FactData):
     """

    id: str
    position: int
    name: str
    at: datetime.datetime
    actor: str
    customer: None | str
    subscription: None | str
    seq: int
    data: FactData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.fact_data import FactData # noqa: PLC0415
        id = self.id

        position = self.position

        name = self.name

        at = self.at.isoformat()

        actor = self.actor

        customer: None | str
        customer = self.customer

        subscription: None | str
        subscription = self.subscription

        seq = self.seq

        data = self.data.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "position": position,
            "name": name,
            "at": at,
            "actor": actor,
            "customer": customer,
            "subscription": subscription,
            "seq": seq,
            "data": data,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.fact_data import FactData # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        position = d.pop("position")

        name = d.pop("name")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        actor = d.pop("actor")

        def _parse_customer(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        customer = _parse_customer(d.pop("customer"))


        def _parse_subscription(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subscription = _parse_subscription(d.pop("subscription"))


        seq = d.pop("seq")

        data = FactData.from_dict(d.pop("data"))




        fact = cls(
            id=id,
            position=position,
            name=name,
            at=at,
            actor=actor,
            customer=customer,
            subscription=subscription,
            seq=seq,
            data=data,
        )


        fact.additional_properties = d
        return fact

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
