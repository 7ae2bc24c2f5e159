from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.what_if_act import check_what_if_act
from ..models.what_if_act import WhatIfAct
from ..models.what_if_kind import check_what_if_kind
from ..models.what_if_kind import WhatIfKind
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="WhatIf")



@_attrs_define
class WhatIf:
    """ A case for a policy: a real order by its number, or an invented one.

        Attributes:
            policy (str):
            act (WhatIfAct | Unset):  Default: 'refund'.
            day (int | Unset): Counted from the order's day. Default: 0.
            order_number (None | str | Unset):
            kind (WhatIfKind | Unset):  Default: 'initial'.
            placed_at (datetime.datetime | None | Unset):
            months (int | Unset):  Default: 12.
            days (int | Unset):  Default: 0.
            lead_days (int | Unset):  Default: 0.
            amount_minor (int | Unset):  Default: 5995.
            currency (str | Unset):  Default: 'EUR'.
            channel (str | Unset):  Default: 'vendor_store'.
            country (None | str | Unset):
            state (None | str | Unset):
            disputed (bool | Unset):  Default: False.
     """

    policy: str
    act: WhatIfAct | Unset = 'refund'
    day: int | Unset = 0
    order_number: None | str | Unset = UNSET
    kind: WhatIfKind | Unset = 'initial'
    placed_at: datetime.datetime | None | Unset = UNSET
    months: int | Unset = 12
    days: int | Unset = 0
    lead_days: int | Unset = 0
    amount_minor: int | Unset = 5995
    currency: str | Unset = 'EUR'
    channel: str | Unset = 'vendor_store'
    country: None | str | Unset = UNSET
    state: None | str | Unset = UNSET
    disputed: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        policy = self.policy

        act: str | Unset = UNSET
        if not isinstance(self.act, Unset):
            act = self.act


        day = self.day

        order_number: None | str | Unset
        if isinstance(self.order_number, Unset):
            order_number = UNSET
        else:
            order_number = self.order_number

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind


        placed_at: None | str | Unset
        if isinstance(self.placed_at, Unset):
            placed_at = UNSET
        elif isinstance(self.placed_at, datetime.datetime):
            placed_at = self.placed_at.isoformat()
        else:
            placed_at = self.placed_at

        months = self.months

        days = self.days

        lead_days = self.lead_days

        amount_minor = self.amount_minor

        currency = self.currency

        channel = self.channel

        country: None | str | Unset
        if isinstance(self.country, Unset):
            country = UNSET
        else:
            country = self.country

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        else:
            state = self.state

        disputed = self.disputed


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "policy": policy,
        })
        if act is not UNSET:
            field_dict["act"] = act
        if day is not UNSET:
            field_dict["day"] = day
        if order_number is not UNSET:
            field_dict["order_number"] = order_number
        if kind is not UNSET:
            field_dict["kind"] = kind
        if placed_at is not UNSET:
            field_dict["placed_at"] = placed_at
        if months is not UNSET:
            field_dict["months"] = months
        if days is not UNSET:
            field_dict["days"] = days
        if lead_days is not UNSET:
            field_dict["lead_days"] = lead_days
        if amount_minor is not UNSET:
            field_dict["amount_minor"] = amount_minor
        if currency is not UNSET:
            field_dict["currency"] = currency
        if channel is not UNSET:
            field_dict["channel"] = channel
        if country is not UNSET:
            field_dict["country"] = country
        if state is not UNSET:
            field_dict["state"] = state
        if disputed is not UNSET:
            field_dict["disputed"] = disputed

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        policy = d.pop("policy")

        _act = d.pop("act", UNSET)
        act: WhatIfAct | Unset
        if isinstance(_act,  Unset):
            act = UNSET
        else:
            act = check_what_if_act(_act)




        day = d.pop("day", UNSET)

        def _parse_order_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        order_number = _parse_order_number(d.pop("order_number", UNSET))


        _kind = d.pop("kind", UNSET)
        kind: WhatIfKind | Unset
        if isinstance(_kind,  Unset):
            kind = UNSET
        else:
            kind = check_what_if_kind(_kind)




        def _parse_placed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                placed_at_type_0 = datetime.datetime.fromisoformat(data)



                return placed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        placed_at = _parse_placed_at(d.pop("placed_at", UNSET))


        months = d.pop("months", UNSET)

        days = d.pop("days", UNSET)

        lead_days = d.pop("lead_days", UNSET)

        amount_minor = d.pop("amount_minor", UNSET)

        currency = d.pop("currency", UNSET)

        channel = d.pop("channel", UNSET)

        def _parse_country(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        country = _parse_country(d.pop("country", UNSET))


        def _parse_state(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        state = _parse_state(d.pop("state", UNSET))


        disputed = d.pop("disputed", UNSET)

        what_if = cls(
            policy=policy,
            act=act,
            day=day,
            order_number=order_number,
            kind=kind,
            placed_at=placed_at,
            months=months,
            days=days,
            lead_days=lead_days,
            amount_minor=amount_minor,
            currency=currency,
            channel=channel,
            country=country,
            state=state,
            disputed=disputed,
        )

        return what_if

