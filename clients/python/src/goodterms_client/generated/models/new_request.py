from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_request_by import check_new_request_by
from ..models.new_request_by import NewRequestBy
from ..models.new_request_route_type_0 import check_new_request_route_type_0
from ..models.new_request_route_type_0 import NewRequestRouteType0
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="NewRequest")



@_attrs_define
class NewRequest:
    """ Ask for the money of an order. Facts that are not given are taken from the order.

    By support, `route` and `received_at` tell how and when the customer got in touch.

        Attributes:
            order (str):
            by (NewRequestBy | Unset):  Default: 'customer'.
            order_number (None | str | Unset):
            email (None | str | Unset):
            name (None | str | Unset):
            purchase_on (datetime.date | None | Unset):
            received_at (datetime.datetime | None | Unset):
            route (NewRequestRouteType0 | None | Unset):
     """

    order: str
    by: NewRequestBy | Unset = 'customer'
    order_number: None | str | Unset = UNSET
    email: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    purchase_on: datetime.date | None | Unset = UNSET
    received_at: datetime.datetime | None | Unset = UNSET
    route: NewRequestRouteType0 | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        order = self.order

        by: str | Unset = UNSET
        if not isinstance(self.by, Unset):
            by = self.by


        order_number: None | str | Unset
        if isinstance(self.order_number, Unset):
            order_number = UNSET
        else:
            order_number = self.order_number

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        purchase_on: None | str | Unset
        if isinstance(self.purchase_on, Unset):
            purchase_on = UNSET
        elif isinstance(self.purchase_on, datetime.date):
            purchase_on = self.purchase_on.isoformat()
        else:
            purchase_on = self.purchase_on

        received_at: None | str | Unset
        if isinstance(self.received_at, Unset):
            received_at = UNSET
        elif isinstance(self.received_at, datetime.datetime):
            received_at = self.received_at.isoformat()
        else:
            received_at = self.received_at

        route: None | str | Unset
        if isinstance(self.route, Unset):
            route = UNSET
        elif isinstance(self.route, str):
            route = self.route
        else:
            route = self.route


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "order": order,
        })
        if by is not UNSET:
            field_dict["by"] = by
        if order_number is not UNSET:
            field_dict["order_number"] = order_number
        if email is not UNSET:
            field_dict["email"] = email
        if name is not UNSET:
            field_dict["name"] = name
        if purchase_on is not UNSET:
            field_dict["purchase_on"] = purchase_on
        if received_at is not UNSET:
            field_dict["received_at"] = received_at
        if route is not UNSET:
            field_dict["route"] = route

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        order = d.pop("order")

        _by = d.pop("by", UNSET)
        by: NewRequestBy | Unset
        if isinstance(_by,  Unset):
            by = UNSET
        else:
            by = check_new_request_by(_by)




        def _parse_order_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        order_number = _parse_order_number(d.pop("order_number", UNSET))


        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_purchase_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                purchase_on_type_0 = datetime.date.fromisoformat(data)



                return purchase_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        purchase_on = _parse_purchase_on(d.pop("purchase_on", UNSET))


        def _parse_received_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                received_at_type_0 = datetime.datetime.fromisoformat(data)



                return received_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        received_at = _parse_received_at(d.pop("received_at", UNSET))


        def _parse_route(data: object) -> NewRequestRouteType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                route_type_0 = check_new_request_route_type_0(data)



                return route_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NewRequestRouteType0 | None | Unset, data)

        route = _parse_route(d.pop("route", UNSET))


        new_request = cls(
            order=order,
            by=by,
            order_number=order_number,
            email=email,
            name=name,
            purchase_on=purchase_on,
            received_at=received_at,
            route=route,
        )

        return new_request

