from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.subscription_state import check_subscription_state
from ..models.subscription_state import SubscriptionState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.access import Access
  from ..models.amount import Amount
  from ..models.cancellation import Cancellation
  from ..models.charge import Charge
  from ..models.interval import Interval
  from ..models.next_charge import NextCharge
  from ..models.term import Term





T = TypeVar("T", bound="Subscription")



@_attrs_define
class Subscription:
    """ A subscription: an ordered list of paid terms, and what follows from it now.

        Attributes:
            id (str):
            customer (str):
            product (str):
            plan (str):
            state (SubscriptionState):
            auto_renew (bool):
            paid_through (datetime.datetime | None):
            access (Access): Whether the product may be used now, since and until when, and why.
            price (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            tax_minor (int):
            interval (Interval): The length of a term: calendar months or days; the other one is 0.
            channel (str):
            merchant_of_record (str):
            gateway (str):
            next_charge (NextCharge | None):
            latest_charge (Charge | None):
            cancellation (Cancellation | None):
            terms (list[Term]):
            created_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            expired_at (datetime.datetime | None):
            end_reason (None | str):
            version (int):
     """

    id: str
    customer: str
    product: str
    plan: str
    state: SubscriptionState
    auto_renew: bool
    paid_through: datetime.datetime | None
    access: Access
    price: Amount
    tax_minor: int
    interval: Interval
    channel: str
    merchant_of_record: str
    gateway: str
    next_charge: NextCharge | None
    latest_charge: Charge | None
    cancellation: Cancellation | None
    terms: list[Term]
    created_at: datetime.datetime
    expired_at: datetime.datetime | None
    end_reason: None | str
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.access import Access # noqa: PLC0415
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.cancellation import Cancellation # noqa: PLC0415
        from ..models.charge import Charge # noqa: PLC0415
        from ..models.interval import Interval # noqa: PLC0415
        from ..models.next_charge import NextCharge # noqa: PLC0415
        from ..models.term import Term # noqa: PLC0415
        id = self.id

        customer = self.customer

        product = self.product

        plan = self.plan

        state: str = self.state

        auto_renew = self.auto_renew

        paid_through: None | str
        if isinstance(self.paid_through, datetime.datetime):
            paid_through = self.paid_through.isoformat()
        else:
            paid_through = self.paid_through

        access = self.access.to_dict()

        price = self.price.to_dict()

        tax_minor = self.tax_minor

        interval = self.interval.to_dict()

        channel = self.channel

        merchant_of_record = self.merchant_of_record

        gateway = self.gateway

        next_charge: dict[str, Any] | None
        if isinstance(self.next_charge, NextCharge):
            next_charge = self.next_charge.to_dict()
        else:
            next_charge = self.next_charge

        latest_charge: dict[str, Any] | None
        if isinstance(self.latest_charge, Charge):
            latest_charge = self.latest_charge.to_dict()
        else:
            latest_charge = self.latest_charge

        cancellation: dict[str, Any] | None
        if isinstance(self.cancellation, Cancellation):
            cancellation = self.cancellation.to_dict()
        else:
            cancellation = self.cancellation

        terms = []
        for terms_item_data in self.terms:
            terms_item = terms_item_data.to_dict()
            terms.append(terms_item)



        created_at = self.created_at.isoformat()

        expired_at: None | str
        if isinstance(self.expired_at, datetime.datetime):
            expired_at = self.expired_at.isoformat()
        else:
            expired_at = self.expired_at

        end_reason: None | str
        end_reason = self.end_reason

        version = self.version


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "customer": customer,
            "product": product,
            "plan": plan,
            "state": state,
            "auto_renew": auto_renew,
            "paid_through": paid_through,
            "access": access,
            "price": price,
            "tax_minor": tax_minor,
            "interval": interval,
            "channel": channel,
            "merchant_of_record": merchant_of_record,
            "gateway": gateway,
            "next_charge": next_charge,
            "latest_charge": latest_charge,
            "cancellation": cancellation,
            "terms": terms,
            "created_at": created_at,
            "expired_at": expired_at,
            "end_reason": end_reason,
            "version": version,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.access import Access # noqa: PLC0415
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.cancellation import Cancellation # noqa: PLC0415
        from ..models.charge import Charge # noqa: PLC0415
        from ..models.interval import Interval # noqa: PLC0415
        from ..models.next_charge import NextCharge # noqa: PLC0415
        from ..models.term import Term # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        customer = d.pop("customer")

        product = d.pop("product")

        plan = d.pop("plan")

        state = check_subscription_state(d.pop("state"))




        auto_renew = d.pop("auto_renew")

        def _parse_paid_through(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                paid_through_type_0 = datetime.datetime.fromisoformat(data)



                return paid_through_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        paid_through = _parse_paid_through(d.pop("paid_through"))


        access = Access.from_dict(d.pop("access"))




        price = Amount.from_dict(d.pop("price"))




        tax_minor = d.pop("tax_minor")

        interval = Interval.from_dict(d.pop("interval"))




        channel = d.pop("channel")

        merchant_of_record = d.pop("merchant_of_record")

        gateway = d.pop("gateway")

        def _parse_next_charge(data: object) -> NextCharge | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                next_charge_type_0 = NextCharge.from_dict(data)



                return next_charge_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NextCharge | None, data)

        next_charge = _parse_next_charge(d.pop("next_charge"))


        def _parse_latest_charge(data: object) -> Charge | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                latest_charge_type_0 = Charge.from_dict(data)



                return latest_charge_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Charge | None, data)

        latest_charge = _parse_latest_charge(d.pop("latest_charge"))


        def _parse_cancellation(data: object) -> Cancellation | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cancellation_type_0 = Cancellation.from_dict(data)



                return cancellation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Cancellation | None, data)

        cancellation = _parse_cancellation(d.pop("cancellation"))


        terms = []
        _terms = d.pop("terms")
        for terms_item_data in (_terms):
            terms_item = Term.from_dict(terms_item_data)



            terms.append(terms_item)


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_expired_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expired_at_type_0 = datetime.datetime.fromisoformat(data)



                return expired_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expired_at = _parse_expired_at(d.pop("expired_at"))


        def _parse_end_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        end_reason = _parse_end_reason(d.pop("end_reason"))


        version = d.pop("version")

        subscription = cls(
            id=id,
            customer=customer,
            product=product,
            plan=plan,
            state=state,
            auto_renew=auto_renew,
            paid_through=paid_through,
            access=access,
            price=price,
            tax_minor=tax_minor,
            interval=interval,
            channel=channel,
            merchant_of_record=merchant_of_record,
            gateway=gateway,
            next_charge=next_charge,
            latest_charge=latest_charge,
            cancellation=cancellation,
            terms=terms,
            created_at=created_at,
            expired_at=expired_at,
            end_reason=end_reason,
            version=version,
        )


        subscription.additional_properties = d
        return subscription

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
