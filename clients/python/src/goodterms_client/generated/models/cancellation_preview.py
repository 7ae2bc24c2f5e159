from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount
  from ..models.next_charge import NextCharge
  from ..models.paid_back import PaidBack





T = TypeVar("T", bound="CancellationPreview")



@_attrs_define
class CancellationPreview:
    """ What cancelling would mean now. Show it, then confirm it by sending `fingerprint` as `shown`.

    `stops` is the charge that will not be made, `last_charge` one that still will. `refundable` is the order whose
    money may be asked back. `sentences` tell the reasons of policy or law.

        Attributes:
            access_until (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            ends_now (bool):
            stops (NextCharge | None):
            last_charge (NextCharge | None):
            charge_under_way (bool):
            early_billed_from (datetime.datetime | None):
            pays_back (None | PaidBack):
            to_confirm (Amount | None):
            refundable (None | str):
            policy (str):
            clause (str):
            law (str):
            because (str):
            questions (list[str]):
            fingerprint (str):
     """

    access_until: datetime.datetime
    ends_now: bool
    stops: NextCharge | None
    last_charge: NextCharge | None
    charge_under_way: bool
    early_billed_from: datetime.datetime | None
    pays_back: None | PaidBack
    to_confirm: Amount | None
    refundable: None | str
    policy: str
    clause: str
    law: str
    because: str
    questions: list[str]
    fingerprint: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.next_charge import NextCharge # noqa: PLC0415
        from ..models.paid_back import PaidBack # noqa: PLC0415
        access_until = self.access_until.isoformat()

        ends_now = self.ends_now

        stops: dict[str, Any] | None
        if isinstance(self.stops, NextCharge):
            stops = self.stops.to_dict()
        else:
            stops = self.stops

        last_charge: dict[str, Any] | None
        if isinstance(self.last_charge, NextCharge):
            last_charge = self.last_charge.to_dict()
        else:
            last_charge = self.last_charge

        charge_under_way = self.charge_under_way

        early_billed_from: None | str
        if isinstance(self.early_billed_from, datetime.datetime):
            early_billed_from = self.early_billed_from.isoformat()
        else:
            early_billed_from = self.early_billed_from

        pays_back: dict[str, Any] | None
        if isinstance(self.pays_back, PaidBack):
            pays_back = self.pays_back.to_dict()
        else:
            pays_back = self.pays_back

        to_confirm: dict[str, Any] | None
        if isinstance(self.to_confirm, Amount):
            to_confirm = self.to_confirm.to_dict()
        else:
            to_confirm = self.to_confirm

        refundable: None | str
        refundable = self.refundable

        policy = self.policy

        clause = self.clause

        law = self.law

        because = self.because

        questions = self.questions



        fingerprint = self.fingerprint


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "access_until": access_until,
            "ends_now": ends_now,
            "stops": stops,
            "last_charge": last_charge,
            "charge_under_way": charge_under_way,
            "early_billed_from": early_billed_from,
            "pays_back": pays_back,
            "to_confirm": to_confirm,
            "refundable": refundable,
            "policy": policy,
            "clause": clause,
            "law": law,
            "because": because,
            "questions": questions,
            "fingerprint": fingerprint,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.next_charge import NextCharge # noqa: PLC0415
        from ..models.paid_back import PaidBack # noqa: PLC0415
        d = dict(src_dict)
        access_until = datetime.datetime.fromisoformat(d.pop("access_until"))




        ends_now = d.pop("ends_now")

        def _parse_stops(data: object) -> NextCharge | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                stops_type_0 = NextCharge.from_dict(data)



                return stops_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NextCharge | None, data)

        stops = _parse_stops(d.pop("stops"))


        def _parse_last_charge(data: object) -> NextCharge | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                last_charge_type_0 = NextCharge.from_dict(data)



                return last_charge_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NextCharge | None, data)

        last_charge = _parse_last_charge(d.pop("last_charge"))


        charge_under_way = d.pop("charge_under_way")

        def _parse_early_billed_from(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                early_billed_from_type_0 = datetime.datetime.fromisoformat(data)



                return early_billed_from_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        early_billed_from = _parse_early_billed_from(d.pop("early_billed_from"))


        def _parse_pays_back(data: object) -> None | PaidBack:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                pays_back_type_0 = PaidBack.from_dict(data)



                return pays_back_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PaidBack, data)

        pays_back = _parse_pays_back(d.pop("pays_back"))


        def _parse_to_confirm(data: object) -> Amount | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                to_confirm_type_0 = Amount.from_dict(data)



                return to_confirm_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Amount | None, data)

        to_confirm = _parse_to_confirm(d.pop("to_confirm"))


        def _parse_refundable(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refundable = _parse_refundable(d.pop("refundable"))


        policy = d.pop("policy")

        clause = d.pop("clause")

        law = d.pop("law")

        because = d.pop("because")

        questions = cast(list[str], d.pop("questions"))


        fingerprint = d.pop("fingerprint")

        cancellation_preview = cls(
            access_until=access_until,
            ends_now=ends_now,
            stops=stops,
            last_charge=last_charge,
            charge_under_way=charge_under_way,
            early_billed_from=early_billed_from,
            pays_back=pays_back,
            to_confirm=to_confirm,
            refundable=refundable,
            policy=policy,
            clause=clause,
            law=law,
            because=because,
            questions=questions,
            fingerprint=fingerprint,
        )


        cancellation_preview.additional_properties = d
        return cancellation_preview

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
