from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.approval_preview_effect import ApprovalPreviewEffect
from ..models.approval_preview_effect import check_approval_preview_effect
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="ApprovalPreview")



@_attrs_define
class ApprovalPreview:
    """ What approving would do now. `final` is false when another person or program has to confirm it too.

    `also` are later orders that are paid back with it. Confirm by sending `fingerprint` as `shown`.

        Attributes:
            amount (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            total (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            effect (ApprovalPreviewEffect):
            access_until (datetime.datetime | None):
            final (bool):
            goodwill (bool):
            also (list[str]):
            fingerprint (str):
     """

    amount: Amount
    total: Amount
    effect: ApprovalPreviewEffect
    access_until: datetime.datetime | None
    final: bool
    goodwill: bool
    also: list[str]
    fingerprint: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        amount = self.amount.to_dict()

        total = self.total.to_dict()

        effect: str = self.effect

        access_until: None | str
        if isinstance(self.access_until, datetime.datetime):
            access_until = self.access_until.isoformat()
        else:
            access_until = self.access_until

        final = self.final

        goodwill = self.goodwill

        also = self.also



        fingerprint = self.fingerprint


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "amount": amount,
            "total": total,
            "effect": effect,
            "access_until": access_until,
            "final": final,
            "goodwill": goodwill,
            "also": also,
            "fingerprint": fingerprint,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        amount = Amount.from_dict(d.pop("amount"))




        total = Amount.from_dict(d.pop("total"))




        effect = check_approval_preview_effect(d.pop("effect"))




        def _parse_access_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                access_until_type_0 = datetime.datetime.fromisoformat(data)



                return access_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        access_until = _parse_access_until(d.pop("access_until"))


        final = d.pop("final")

        goodwill = d.pop("goodwill")

        also = cast(list[str], d.pop("also"))


        fingerprint = d.pop("fingerprint")

        approval_preview = cls(
            amount=amount,
            total=total,
            effect=effect,
            access_until=access_until,
            final=final,
            goodwill=goodwill,
            also=also,
            fingerprint=fingerprint,
        )


        approval_preview.additional_properties = d
        return approval_preview

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
