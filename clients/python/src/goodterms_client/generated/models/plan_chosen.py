from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.interval import Interval
  from ..models.price import Price





T = TypeVar("T", bound="PlanChosen")



@_attrs_define
class PlanChosen:
    """ What is sold: a product for a term's length, under a policy. `prices` are all there are, newest first.

        Attributes:
            code (str):
            product (str | Unset):
            name (str | Unset):
            interval (Interval | Unset): The length of a term: calendar months or days; the other one is 0.
            policy (str | Unset):
            product_class (str | Unset):
            on_sale (bool | Unset):
            created_at (datetime.datetime | Unset):  Example: 2026-05-10T09:00:00Z.
            prices (list[Price] | Unset):
     """

    code: str
    product: str | Unset = UNSET
    name: str | Unset = UNSET
    interval: Interval | Unset = UNSET
    policy: str | Unset = UNSET
    product_class: str | Unset = UNSET
    on_sale: bool | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    prices: list[Price] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.interval import Interval # noqa: PLC0415
        from ..models.price import Price # noqa: PLC0415
        code = self.code

        product = self.product

        name = self.name

        interval: dict[str, Any] | Unset = UNSET
        if not isinstance(self.interval, Unset):
            interval = self.interval.to_dict()

        policy = self.policy

        product_class = self.product_class

        on_sale = self.on_sale

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        prices: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.prices, Unset):
            prices = []
            for prices_item_data in self.prices:
                prices_item = prices_item_data.to_dict()
                prices.append(prices_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "code": code,
        })
        if product is not UNSET:
            field_dict["product"] = product
        if name is not UNSET:
            field_dict["name"] = name
        if interval is not UNSET:
            field_dict["interval"] = interval
        if policy is not UNSET:
            field_dict["policy"] = policy
        if product_class is not UNSET:
            field_dict["product_class"] = product_class
        if on_sale is not UNSET:
            field_dict["on_sale"] = on_sale
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if prices is not UNSET:
            field_dict["prices"] = prices

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.interval import Interval # noqa: PLC0415
        from ..models.price import Price # noqa: PLC0415
        d = dict(src_dict)
        code = d.pop("code")

        product = d.pop("product", UNSET)

        name = d.pop("name", UNSET)

        _interval = d.pop("interval", UNSET)
        interval: Interval | Unset
        if isinstance(_interval,  Unset):
            interval = UNSET
        else:
            interval = Interval.from_dict(_interval)




        policy = d.pop("policy", UNSET)

        product_class = d.pop("product_class", UNSET)

        on_sale = d.pop("on_sale", UNSET)

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at,  Unset):
            created_at = UNSET
        else:
            created_at = datetime.datetime.fromisoformat(_created_at)




        _prices = d.pop("prices", UNSET)
        prices: list[Price] | Unset = UNSET
        if _prices is not UNSET:
            prices = []
            for prices_item_data in _prices:
                prices_item = Price.from_dict(prices_item_data)



                prices.append(prices_item)


        plan_chosen = cls(
            code=code,
            product=product,
            name=name,
            interval=interval,
            policy=policy,
            product_class=product_class,
            on_sale=on_sale,
            created_at=created_at,
            prices=prices,
        )


        plan_chosen.additional_properties = d
        return plan_chosen

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
