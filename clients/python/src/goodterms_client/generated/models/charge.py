from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.charge_state import ChargeState
from ..models.charge_state import check_charge_state
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="Charge")



@_attrs_define
class Charge:
    """ The latest charge: `unknown` and `intended` are looked up until the gateway's answer is certain.

        Attributes:
            id (str):
            state (ChargeState):
            amount (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            term_number (int):
            intended_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            decline_code (None | str):
     """

    id: str
    state: ChargeState
    amount: Amount
    term_number: int
    intended_at: datetime.datetime
    decline_code: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        id = self.id

        state: str = self.state

        amount = self.amount.to_dict()

        term_number = self.term_number

        intended_at = self.intended_at.isoformat()

        decline_code: None | str
        decline_code = self.decline_code


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "state": state,
            "amount": amount,
            "term_number": term_number,
            "intended_at": intended_at,
            "decline_code": decline_code,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        state = check_charge_state(d.pop("state"))




        amount = Amount.from_dict(d.pop("amount"))




        term_number = d.pop("term_number")

        intended_at = datetime.datetime.fromisoformat(d.pop("intended_at"))




        def _parse_decline_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        decline_code = _parse_decline_code(d.pop("decline_code"))


        charge = cls(
            id=id,
            state=state,
            amount=amount,
            term_number=term_number,
            intended_at=intended_at,
            decline_code=decline_code,
        )


        charge.additional_properties = d
        return charge

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
