from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.movement import Movement





T = TypeVar("T", bound="Summary")



@_attrs_define
class Summary:
    """ What is waiting now, and what moved in a span of time.

        Attributes:
            from_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            until_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            open_requests (int):
            overdue_requests (int):
            waiting_for_second (int):
            refunds_to_follow (int):
            movements (list[Movement]): By currency; orders by when they were placed.
     """

    from_at: datetime.datetime
    until_at: datetime.datetime
    open_requests: int
    overdue_requests: int
    waiting_for_second: int
    refunds_to_follow: int
    movements: list[Movement]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.movement import Movement # noqa: PLC0415
        from_at = self.from_at.isoformat()

        until_at = self.until_at.isoformat()

        open_requests = self.open_requests

        overdue_requests = self.overdue_requests

        waiting_for_second = self.waiting_for_second

        refunds_to_follow = self.refunds_to_follow

        movements = []
        for movements_item_data in self.movements:
            movements_item = movements_item_data.to_dict()
            movements.append(movements_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "from_at": from_at,
            "until_at": until_at,
            "open_requests": open_requests,
            "overdue_requests": overdue_requests,
            "waiting_for_second": waiting_for_second,
            "refunds_to_follow": refunds_to_follow,
            "movements": movements,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.movement import Movement # noqa: PLC0415
        d = dict(src_dict)
        from_at = datetime.datetime.fromisoformat(d.pop("from_at"))




        until_at = datetime.datetime.fromisoformat(d.pop("until_at"))




        open_requests = d.pop("open_requests")

        overdue_requests = d.pop("overdue_requests")

        waiting_for_second = d.pop("waiting_for_second")

        refunds_to_follow = d.pop("refunds_to_follow")

        movements = []
        _movements = d.pop("movements")
        for movements_item_data in (_movements):
            movements_item = Movement.from_dict(movements_item_data)



            movements.append(movements_item)


        summary = cls(
            from_at=from_at,
            until_at=until_at,
            open_requests=open_requests,
            overdue_requests=overdue_requests,
            waiting_for_second=waiting_for_second,
            refunds_to_follow=refunds_to_follow,
            movements=movements,
        )


        summary.additional_properties = d
        return summary

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
