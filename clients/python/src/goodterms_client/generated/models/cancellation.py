from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="Cancellation")



@_attrs_define
class Cancellation:
    """ The cancellation that stands. `refund` is what it pays back by itself; `refund_request` decides on it.

        Attributes:
            id (str):
            number (str):
            requested_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            channel (str):
            access_until (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            clause (str):
            rule (str):
            article (None | str):
            last_term (int | None):
            refund (None | str):
            refund_request (None | str):
     """

    id: str
    number: str
    requested_at: datetime.datetime
    channel: str
    access_until: datetime.datetime
    clause: str
    rule: str
    article: None | str
    last_term: int | None
    refund: None | str
    refund_request: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        number = self.number

        requested_at = self.requested_at.isoformat()

        channel = self.channel

        access_until = self.access_until.isoformat()

        clause = self.clause

        rule = self.rule

        article: None | str
        article = self.article

        last_term: int | None
        last_term = self.last_term

        refund: None | str
        refund = self.refund

        refund_request: None | str
        refund_request = self.refund_request


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "requested_at": requested_at,
            "channel": channel,
            "access_until": access_until,
            "clause": clause,
            "rule": rule,
            "article": article,
            "last_term": last_term,
            "refund": refund,
            "refund_request": refund_request,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))




        channel = d.pop("channel")

        access_until = datetime.datetime.fromisoformat(d.pop("access_until"))




        clause = d.pop("clause")

        rule = d.pop("rule")

        def _parse_article(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        article = _parse_article(d.pop("article"))


        def _parse_last_term(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        last_term = _parse_last_term(d.pop("last_term"))


        def _parse_refund(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refund = _parse_refund(d.pop("refund"))


        def _parse_refund_request(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refund_request = _parse_refund_request(d.pop("refund_request"))


        cancellation = cls(
            id=id,
            number=number,
            requested_at=requested_at,
            channel=channel,
            access_until=access_until,
            clause=clause,
            rule=rule,
            article=article,
            last_term=last_term,
            refund=refund,
            refund_request=refund_request,
        )


        cancellation.additional_properties = d
        return cancellation

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
