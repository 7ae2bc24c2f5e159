from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.term_state import check_term_state
from ..models.term_state import TermState
from typing import cast
import datetime






T = TypeVar("T", bound="Term")



@_attrs_define
class Term:
    """ One paid term `[starts_at, ends_at)`. `access_ends_at` is earlier than its end when it was given back.

        Attributes:
            number (int):
            order (None | str):
            state (TermState):
            starts_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            ends_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            access_ends_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            dropped_at (datetime.datetime | None):
            revoked_at (datetime.datetime | None):
     """

    number: int
    order: None | str
    state: TermState
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    access_ends_at: datetime.datetime
    dropped_at: datetime.datetime | None
    revoked_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        number = self.number

        order: None | str
        order = self.order

        state: str = self.state

        starts_at = self.starts_at.isoformat()

        ends_at = self.ends_at.isoformat()

        access_ends_at = self.access_ends_at.isoformat()

        dropped_at: None | str
        if isinstance(self.dropped_at, datetime.datetime):
            dropped_at = self.dropped_at.isoformat()
        else:
            dropped_at = self.dropped_at

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "number": number,
            "order": order,
            "state": state,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "access_ends_at": access_ends_at,
            "dropped_at": dropped_at,
            "revoked_at": revoked_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        def _parse_order(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        order = _parse_order(d.pop("order"))


        state = check_term_state(d.pop("state"))




        starts_at = datetime.datetime.fromisoformat(d.pop("starts_at"))




        ends_at = datetime.datetime.fromisoformat(d.pop("ends_at"))




        access_ends_at = datetime.datetime.fromisoformat(d.pop("access_ends_at"))




        def _parse_dropped_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                dropped_at_type_0 = datetime.datetime.fromisoformat(data)



                return dropped_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        dropped_at = _parse_dropped_at(d.pop("dropped_at"))


        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)



                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))


        term = cls(
            number=number,
            order=order,
            state=state,
            starts_at=starts_at,
            ends_at=ends_at,
            access_ends_at=access_ends_at,
            dropped_at=dropped_at,
            revoked_at=revoked_at,
        )


        term.additional_properties = d
        return term

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
