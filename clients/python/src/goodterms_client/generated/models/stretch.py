from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.stretch_outcome import check_stretch_outcome
from ..models.stretch_outcome import StretchOutcome
from typing import cast

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="Stretch")



@_attrs_define
class Stretch:
    """ Days, both included, on which the same rule gives the same.

        Attributes:
            first_on (str):
            last_on (str):
            outcome (StretchOutcome):
            clause (str):
            rule (str):
            least (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            most (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
     """

    first_on: str
    last_on: str
    outcome: StretchOutcome
    clause: str
    rule: str
    least: Amount
    most: Amount
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        first_on = self.first_on

        last_on = self.last_on

        outcome: str = self.outcome

        clause = self.clause

        rule = self.rule

        least = self.least.to_dict()

        most = self.most.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "first_on": first_on,
            "last_on": last_on,
            "outcome": outcome,
            "clause": clause,
            "rule": rule,
            "least": least,
            "most": most,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        first_on = d.pop("first_on")

        last_on = d.pop("last_on")

        outcome = check_stretch_outcome(d.pop("outcome"))




        clause = d.pop("clause")

        rule = d.pop("rule")

        least = Amount.from_dict(d.pop("least"))




        most = Amount.from_dict(d.pop("most"))




        stretch = cls(
            first_on=first_on,
            last_on=last_on,
            outcome=outcome,
            clause=clause,
            rule=rule,
            least=least,
            most=most,
        )


        stretch.additional_properties = d
        return stretch

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
