from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.new_plan_product_class import check_new_plan_product_class
from ..models.new_plan_product_class import NewPlanProductClass
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="NewPlan")



@_attrs_define
class NewPlan:
    """ A plan to put on sale; its price comes after. Either months or days.

        Attributes:
            code (str):
            product (str):
            name (str):
            months (int | Unset):  Default: 0.
            days (int | Unset):  Default: 0.
            policy (str | Unset):  Default: 'reference'.
            product_class (NewPlanProductClass | Unset):  Default: 'digital_service'.
     """

    code: str
    product: str
    name: str
    months: int | Unset = 0
    days: int | Unset = 0
    policy: str | Unset = 'reference'
    product_class: NewPlanProductClass | Unset = 'digital_service'





    def to_dict(self) -> dict[str, Any]:
        code = self.code

        product = self.product

        name = self.name

        months = self.months

        days = self.days

        policy = self.policy

        product_class: str | Unset = UNSET
        if not isinstance(self.product_class, Unset):
            product_class = self.product_class



        field_dict: dict[str, Any] = {}

        field_dict.update({
            "code": code,
            "product": product,
            "name": name,
        })
        if months is not UNSET:
            field_dict["months"] = months
        if days is not UNSET:
            field_dict["days"] = days
        if policy is not UNSET:
            field_dict["policy"] = policy
        if product_class is not UNSET:
            field_dict["product_class"] = product_class

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        product = d.pop("product")

        name = d.pop("name")

        months = d.pop("months", UNSET)

        days = d.pop("days", UNSET)

        policy = d.pop("policy", UNSET)

        _product_class = d.pop("product_class", UNSET)
        product_class: NewPlanProductClass | Unset
        if isinstance(_product_class,  Unset):
            product_class = UNSET
        else:
            product_class = check_new_plan_product_class(_product_class)




        new_plan = cls(
            code=code,
            product=product,
            name=name,
            months=months,
            days=days,
            policy=policy,
            product_class=product_class,
        )

        return new_plan

