from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.interval import Interval
  from ..models.price import Price





T = TypeVar("T", bound="Plan")



@_attrs_define
class Plan:
    """ What is sold: a product for a term's length, under a policy. `prices` are all there are, newest first.

        Attributes:
            code (str):
            product (str):
            name (str):
            interval (Interval): The length of a term: calendar months or days; the other one is 0.
            policy (str):
            product_class (str):
            on_sale (bool):
            created_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            prices (list[Price]):
     """

    code: str
    product: str
    name: str
    interval: Interval
    policy: str
    product_class: str
    on_sale: bool
    created_at: datetime.datetime
    prices: list[Price]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.interval import Interval # noqa: PLC0415
        from ..models.price import Price # noqa: PLC0415
        code = self.code

        product = self.product

        name = self.name

        interval = self.interval.to_dict()

        policy = self.policy

        product_class = self.product_class

        on_sale = self.on_sale

        created_at = self.created_at.isoformat()

        prices = []
        for prices_item_data in self.prices:
            prices_item = prices_item_data.to_dict()
            prices.append(prices_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "code": code,
            "product": product,
            "name": name,
            "interval": interval,
            "policy": policy,
            "product_class": product_class,
            "on_sale": on_sale,
            "created_at": created_at,
            "prices": prices,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.interval import Interval # noqa: PLC0415
        from ..models.price import Price # noqa: PLC0415
        d = dict(src_dict)
        code = d.pop("code")

        product = d.pop("product")

        name = d.pop("name")

        interval = Interval.from_dict(d.pop("interval"))




        policy = d.pop("policy")

        product_class = d.pop("product_class")

        on_sale = d.pop("on_sale")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        prices = []
        _prices = d.pop("prices")
        for prices_item_data in (_prices):
            prices_item = Price.from_dict(prices_item_data)



            prices.append(prices_item)


        plan = cls(
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


        plan.additional_properties = d
        return plan

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
