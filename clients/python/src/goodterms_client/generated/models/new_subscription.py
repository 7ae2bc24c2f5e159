from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="NewSubscription")



@_attrs_define
class NewSubscription:
    """ What is bought and how it is paid. `payment_method` is the gateway's name for it.

        Attributes:
            customer (str):
            plan (str):
            currency (str):
            payment_method (str):
            gateway (str | Unset):  Default: 'bank'.
            channel (str | Unset):  Default: 'vendor_store'.
     """

    customer: str
    plan: str
    currency: str
    payment_method: str
    gateway: str | Unset = 'bank'
    channel: str | Unset = 'vendor_store'





    def to_dict(self) -> dict[str, Any]:
        customer = self.customer

        plan = self.plan

        currency = self.currency

        payment_method = self.payment_method

        gateway = self.gateway

        channel = self.channel


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "customer": customer,
            "plan": plan,
            "currency": currency,
            "payment_method": payment_method,
        })
        if gateway is not UNSET:
            field_dict["gateway"] = gateway
        if channel is not UNSET:
            field_dict["channel"] = channel

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        customer = d.pop("customer")

        plan = d.pop("plan")

        currency = d.pop("currency")

        payment_method = d.pop("payment_method")

        gateway = d.pop("gateway", UNSET)

        channel = d.pop("channel", UNSET)

        new_subscription = cls(
            customer=customer,
            plan=plan,
            currency=currency,
            payment_method=payment_method,
            gateway=gateway,
            channel=channel,
        )

        return new_subscription

