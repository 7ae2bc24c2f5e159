from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.order_chosen_kind import check_order_chosen_kind
from ..models.order_chosen_kind import OrderChosenKind
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="OrderChosen")



@_attrs_define
class OrderChosen:
    """ One sale or renewal; it pays for exactly one term. `policy` is the digest of the version that judges it.

        Attributes:
            id (str):
            number (str | Unset):
            kind (OrderChosenKind | Unset):
            customer (str | Unset):
            subscription (str | Unset):
            term_number (int | Unset):
            placed_at (datetime.datetime | Unset):  Example: 2026-05-10T09:00:00Z.
            buyer_name (str | Unset):
            buyer_email (str | Unset):
            amount (Amount | Unset): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            tax_minor (int | Unset):
            refunded_minor (int | Unset):
            channel (str | Unset):
            merchant_of_record (str | Unset):
            gateway (str | Unset):
            disputed (bool | Unset):
            policy (str | Unset):
     """

    id: str
    number: str | Unset = UNSET
    kind: OrderChosenKind | Unset = UNSET
    customer: str | Unset = UNSET
    subscription: str | Unset = UNSET
    term_number: int | Unset = UNSET
    placed_at: datetime.datetime | Unset = UNSET
    buyer_name: str | Unset = UNSET
    buyer_email: str | Unset = UNSET
    amount: Amount | Unset = UNSET
    tax_minor: int | Unset = UNSET
    refunded_minor: int | Unset = UNSET
    channel: str | Unset = UNSET
    merchant_of_record: str | Unset = UNSET
    gateway: str | Unset = UNSET
    disputed: bool | Unset = UNSET
    policy: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        id = self.id

        number = self.number

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind


        customer = self.customer

        subscription = self.subscription

        term_number = self.term_number

        placed_at: str | Unset = UNSET
        if not isinstance(self.placed_at, Unset):
            placed_at = self.placed_at.isoformat()

        buyer_name = self.buyer_name

        buyer_email = self.buyer_email

        amount: dict[str, Any] | Unset = UNSET
        if not isinstance(self.amount, Unset):
            amount = self.amount.to_dict()

        tax_minor = self.tax_minor

        refunded_minor = self.refunded_minor

        channel = self.channel

        merchant_of_record = self.merchant_of_record

        gateway = self.gateway

        disputed = self.disputed

        policy = self.policy


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
        })
        if number is not UNSET:
            field_dict["number"] = number
        if kind is not UNSET:
            field_dict["kind"] = kind
        if customer is not UNSET:
            field_dict["customer"] = customer
        if subscription is not UNSET:
            field_dict["subscription"] = subscription
        if term_number is not UNSET:
            field_dict["term_number"] = term_number
        if placed_at is not UNSET:
            field_dict["placed_at"] = placed_at
        if buyer_name is not UNSET:
            field_dict["buyer_name"] = buyer_name
        if buyer_email is not UNSET:
            field_dict["buyer_email"] = buyer_email
        if amount is not UNSET:
            field_dict["amount"] = amount
        if tax_minor is not UNSET:
            field_dict["tax_minor"] = tax_minor
        if refunded_minor is not UNSET:
            field_dict["refunded_minor"] = refunded_minor
        if channel is not UNSET:
            field_dict["channel"] = channel
        if merchant_of_record is not UNSET:
            field_dict["merchant_of_record"] = merchant_of_record
        if gateway is not UNSET:
            field_dict["gateway"] = gateway
        if disputed is not UNSET:
            field_dict["disputed"] = disputed
        if policy is not UNSET:
            field_dict["policy"] = policy

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number", UNSET)

        _kind = d.pop("kind", UNSET)
        kind: OrderChosenKind | Unset
        if isinstance(_kind,  Unset):
            kind = UNSET
        else:
            kind = check_order_chosen_kind(_kind)




        customer = d.pop("customer", UNSET)

        subscription = d.pop("subscription", UNSET)

        term_number = d.pop("term_number", UNSET)

        _placed_at = d.pop("placed_at", UNSET)
        placed_at: datetime.datetime | Unset
        if isinstance(_placed_at,  Unset):
            placed_at = UNSET
        else:
            placed_at = datetime.datetime.fromisoformat(_placed_at)




        buyer_name = d.pop("buyer_name", UNSET)

        buyer_email = d.pop("buyer_email", UNSET)

        _amount = d.pop("amount", UNSET)
        amount: Amount | Unset
        if isinstance(_amount,  Unset):
            amount = UNSET
        else:
            amount = Amount.from_dict(_amount)




        tax_minor = d.pop("tax_minor", UNSET)

        refunded_minor = d.pop("refunded_minor", UNSET)

        channel = d.pop("channel", UNSET)

        merchant_of_record = d.pop("merchant_of_record", UNSET)

        gateway = d.pop("gateway", UNSET)

        disputed = d.pop("disputed", UNSET)

        policy = d.pop("policy", UNSET)

        order_chosen = cls(
            id=id,
            number=number,
            kind=kind,
            customer=customer,
            subscription=subscription,
            term_number=term_number,
            placed_at=placed_at,
            buyer_name=buyer_name,
            buyer_email=buyer_email,
            amount=amount,
            tax_minor=tax_minor,
            refunded_minor=refunded_minor,
            channel=channel,
            merchant_of_record=merchant_of_record,
            gateway=gateway,
            disputed=disputed,
            policy=policy,
        )


        order_chosen.additional_properties = d
        return order_chosen

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
