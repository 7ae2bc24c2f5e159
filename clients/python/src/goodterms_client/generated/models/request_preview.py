from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.request_preview_effect import check_request_preview_effect
from ..models.request_preview_effect import RequestPreviewEffect
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount
  from ..models.verdict import Verdict





T = TypeVar("T", bound="RequestPreview")



@_attrs_define
class RequestPreview:
    """ What asking for this order's money back would lead to now. `amount` is all that is left where it is not granted.

    `access_until` is null when access would end with the refund. `open_request` is one that was made already.

        Attributes:
            order (str):
            granted (bool):
            verdict (Verdict): What policy and law say: `clause` of `rule` decided. `ask` waits for the facts in `missing`.
            effect (RequestPreviewEffect):
            amount (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            access_until (datetime.datetime | None):
            questions (list[str]):
            answer_by_on (str):
            open_request (None | str):
     """

    order: str
    granted: bool
    verdict: Verdict
    effect: RequestPreviewEffect
    amount: Amount
    access_until: datetime.datetime | None
    questions: list[str]
    answer_by_on: str
    open_request: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.verdict import Verdict # noqa: PLC0415
        order = self.order

        granted = self.granted

        verdict = self.verdict.to_dict()

        effect: str = self.effect

        amount = self.amount.to_dict()

        access_until: None | str
        if isinstance(self.access_until, datetime.datetime):
            access_until = self.access_until.isoformat()
        else:
            access_until = self.access_until

        questions = self.questions



        answer_by_on = self.answer_by_on

        open_request: None | str
        open_request = self.open_request


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "order": order,
            "granted": granted,
            "verdict": verdict,
            "effect": effect,
            "amount": amount,
            "access_until": access_until,
            "questions": questions,
            "answer_by_on": answer_by_on,
            "open_request": open_request,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.verdict import Verdict # noqa: PLC0415
        d = dict(src_dict)
        order = d.pop("order")

        granted = d.pop("granted")

        verdict = Verdict.from_dict(d.pop("verdict"))




        effect = check_request_preview_effect(d.pop("effect"))




        amount = Amount.from_dict(d.pop("amount"))




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


        questions = cast(list[str], d.pop("questions"))


        answer_by_on = d.pop("answer_by_on")

        def _parse_open_request(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        open_request = _parse_open_request(d.pop("open_request"))


        request_preview = cls(
            order=order,
            granted=granted,
            verdict=verdict,
            effect=effect,
            amount=amount,
            access_until=access_until,
            questions=questions,
            answer_by_on=answer_by_on,
            open_request=open_request,
        )


        request_preview.additional_properties = d
        return request_preview

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
