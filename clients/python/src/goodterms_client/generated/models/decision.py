from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.stretch import Stretch
  from ..models.verdict import Verdict





T = TypeVar("T", bound="Decision")



@_attrs_define
class Decision:
    """ What a policy says to a case on its day, and on every day around it. Nothing is changed.

        Attributes:
            policy (str):
            verdict (Verdict): What policy and law say: `clause` of `rule` decided. `ask` waits for the facts in `missing`.
            requested_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            days (int):
            stretches (list[Stretch]):
     """

    policy: str
    verdict: Verdict
    requested_at: datetime.datetime
    days: int
    stretches: list[Stretch]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.stretch import Stretch # noqa: PLC0415
        from ..models.verdict import Verdict # noqa: PLC0415
        policy = self.policy

        verdict = self.verdict.to_dict()

        requested_at = self.requested_at.isoformat()

        days = self.days

        stretches = []
        for stretches_item_data in self.stretches:
            stretches_item = stretches_item_data.to_dict()
            stretches.append(stretches_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "policy": policy,
            "verdict": verdict,
            "requested_at": requested_at,
            "days": days,
            "stretches": stretches,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.stretch import Stretch # noqa: PLC0415
        from ..models.verdict import Verdict # noqa: PLC0415
        d = dict(src_dict)
        policy = d.pop("policy")

        verdict = Verdict.from_dict(d.pop("verdict"))




        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))




        days = d.pop("days")

        stretches = []
        _stretches = d.pop("stretches")
        for stretches_item_data in (_stretches):
            stretches_item = Stretch.from_dict(stretches_item_data)



            stretches.append(stretches_item)


        decision = cls(
            policy=policy,
            verdict=verdict,
            requested_at=requested_at,
            days=days,
            stretches=stretches,
        )


        decision.additional_properties = d
        return decision

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
