from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.finding_values import FindingValues





T = TypeVar("T", bound="Finding")



@_attrs_define
class Finding:
    """ One clause of a policy or a law applied to the case: whether it fits, why, and the values compared.

        Attributes:
            clause (str):
            rule (str):
            matched (bool):
            because (str):
            values (FindingValues):
     """

    clause: str
    rule: str
    matched: bool
    because: str
    values: FindingValues
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.finding_values import FindingValues # noqa: PLC0415
        clause = self.clause

        rule = self.rule

        matched = self.matched

        because = self.because

        values = self.values.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "clause": clause,
            "rule": rule,
            "matched": matched,
            "because": because,
            "values": values,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.finding_values import FindingValues # noqa: PLC0415
        d = dict(src_dict)
        clause = d.pop("clause")

        rule = d.pop("rule")

        matched = d.pop("matched")

        because = d.pop("because")

        values = FindingValues.from_dict(d.pop("values"))




        finding = cls(
            clause=clause,
            rule=rule,
            matched=matched,
            because=because,
            values=values,
        )


        finding.additional_properties = d
        return finding

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
