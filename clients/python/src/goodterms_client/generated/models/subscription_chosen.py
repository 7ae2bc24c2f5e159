from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.subscription_chosen_state import check_subscription_chosen_state
from ..models.subscription_chosen_state import SubscriptionChosenState
from ..types import UNSET, Unset
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





T = TypeVar("T", bound="SubscriptionChosen")



@_attrs_define
class SubscriptionChosen:
    """ A subscription: an ordered list of paid terms, and what follows from it now.

        Attributes:
            id (str):
            customer (str | Unset):
            product (str | Unset):
            plan (str | Unset):
            state (SubscriptionChosenState | Unset):
            auto_renew (bool | Unset):
            paid_through (datetime.datetime | None | Unset):
            access (Access | Unset): Whether the product may be used now, since and until when, and why.
            price (Amount | Unset): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            tax_minor (int | Unset):
            interval (Interval | Unset): The length of a term: calendar months or days; the other one is 0.
            channel (str | Unset):
            merchant_of_record (str | Unset):
            gateway (str | Unset):
            next_charge (NextCharge | None | Unset):
            latest_charge (Charge | None | Unset):
            cancellation (Cancellation | None | Unset):
            terms (list[Term] | Unset):
            created_at (datetime.datetime | Unset):  Example: 2026-05-10T09:00:00Z.
            expired_at (datetime.datetime | None | Unset):
            end_reason (None | str | Unset):
            version (int | Unset):
     """

    id: str
    customer: str | Unset = UNSET
    product: str | Unset = UNSET
    plan: str | Unset = UNSET
    state: SubscriptionChosenState | Unset = UNSET
    auto_renew: bool | Unset = UNSET
    paid_through: datetime.datetime | None | Unset = UNSET
    access: Access | Unset = UNSET
    price: Amount | Unset = UNSET
    tax_minor: int | Unset = UNSET
    interval: Interval | Unset = UNSET
    channel: str | Unset = UNSET
    merchant_of_record: str | Unset = UNSET
    gateway: str | Unset = UNSET
    next_charge: NextCharge | None | Unset = UNSET
    latest_charge: Charge | None | Unset = UNSET
    cancellation: Cancellation | None | Unset = UNSET
    terms: list[Term] | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    expired_at: datetime.datetime | None | Unset = UNSET
    end_reason: None | str | Unset = UNSET
    version: int | Unset = UNSET
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

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state


        auto_renew = self.auto_renew

        paid_through: None | str | Unset
        if isinstance(self.paid_through, Unset):
            paid_through = UNSET
        elif isinstance(self.paid_through, datetime.datetime):
            paid_through = self.paid_through.isoformat()
        else:
            paid_through = self.paid_through

        access: dict[str, Any] | Unset = UNSET
        if not isinstance(self.access, Unset):
            access = self.access.to_dict()

        price: dict[str, Any] | Unset = UNSET
        if not isinstance(self.price, Unset):
            price = self.price.to_dict()

        tax_minor = self.tax_minor

        interval: dict[str, Any] | Unset = UNSET
        if not isinstance(self.interval, Unset):
            interval = self.interval.to_dict()

        channel = self.channel

        merchant_of_record = self.merchant_of_record

        gateway = self.gateway

        next_charge: dict[str, Any] | None | Unset
        if isinstance(self.next_charge, Unset):
            next_charge = UNSET
        elif isinstance(self.next_charge, NextCharge):
            next_charge = self.next_charge.to_dict()
        else:
            next_charge = self.next_charge

        latest_charge: dict[str, Any] | None | Unset
        if isinstance(self.latest_charge, Unset):
            latest_charge = UNSET
        elif isinstance(self.latest_charge, Charge):
            latest_charge = self.latest_charge.to_dict()
        else:
            latest_charge = self.latest_charge

        cancellation: dict[str, Any] | None | Unset
        if isinstance(self.cancellation, Unset):
            cancellation = UNSET
        elif isinstance(self.cancellation, Cancellation):
            cancellation = self.cancellation.to_dict()
        else:
            cancellation = self.cancellation

        terms: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.terms, Unset):
            terms = []
            for terms_item_data in self.terms:
                terms_item = terms_item_data.to_dict()
                terms.append(terms_item)



        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        expired_at: None | str | Unset
        if isinstance(self.expired_at, Unset):
            expired_at = UNSET
        elif isinstance(self.expired_at, datetime.datetime):
            expired_at = self.expired_at.isoformat()
        else:
            expired_at = self.expired_at

        end_reason: None | str | Unset
        if isinstance(self.end_reason, Unset):
            end_reason = UNSET
        else:
            end_reason = self.end_reason

        version = self.version


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
        })
        if customer is not UNSET:
            field_dict["customer"] = customer
        if product is not UNSET:
            field_dict["product"] = product
        if plan is not UNSET:
            field_dict["plan"] = plan
        if state is not UNSET:
            field_dict["state"] = state
        if auto_renew is not UNSET:
            field_dict["auto_renew"] = auto_renew
        if paid_through is not UNSET:
            field_dict["paid_through"] = paid_through
        if access is not UNSET:
            field_dict["access"] = access
        if price is not UNSET:
            field_dict["price"] = price
        if tax_minor is not UNSET:
            field_dict["tax_minor"] = tax_minor
        if interval is not UNSET:
            field_dict["interval"] = interval
        if channel is not UNSET:
            field_dict["channel"] = channel
        if merchant_of_record is not UNSET:
            field_dict["merchant_of_record"] = merchant_of_record
        if gateway is not UNSET:
            field_dict["gateway"] = gateway
        if next_charge is not UNSET:
            field_dict["next_charge"] = next_charge
        if latest_charge is not UNSET:
            field_dict["latest_charge"] = latest_charge
        if cancellation is not UNSET:
            field_dict["cancellation"] = cancellation
        if terms is not UNSET:
            field_dict["terms"] = terms
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if expired_at is not UNSET:
            field_dict["expired_at"] = expired_at
        if end_reason is not UNSET:
            field_dict["end_reason"] = end_reason
        if version is not UNSET:
            field_dict["version"] = version

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

        customer = d.pop("customer", UNSET)

        product = d.pop("product", UNSET)

        plan = d.pop("plan", UNSET)

        _state = d.pop("state", UNSET)
        state: SubscriptionChosenState | Unset
        if isinstance(_state,  Unset):
            state = UNSET
        else:
            state = check_subscription_chosen_state(_state)




        auto_renew = d.pop("auto_renew", UNSET)

        def _parse_paid_through(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                paid_through_type_0 = datetime.datetime.fromisoformat(data)



                return paid_through_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        paid_through = _parse_paid_through(d.pop("paid_through", UNSET))


        _access = d.pop("access", UNSET)
        access: Access | Unset
        if isinstance(_access,  Unset):
            access = UNSET
        else:
            access = Access.from_dict(_access)




        _price = d.pop("price", UNSET)
        price: Amount | Unset
        if isinstance(_price,  Unset):
            price = UNSET
        else:
            price = Amount.from_dict(_price)




        tax_minor = d.pop("tax_minor", UNSET)

        _interval = d.pop("interval", UNSET)
        interval: Interval | Unset
        if isinstance(_interval,  Unset):
            interval = UNSET
        else:
            interval = Interval.from_dict(_interval)




        channel = d.pop("channel", UNSET)

        merchant_of_record = d.pop("merchant_of_record", UNSET)

        gateway = d.pop("gateway", UNSET)

        def _parse_next_charge(data: object) -> NextCharge | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                next_charge_type_0 = NextCharge.from_dict(data)



                return next_charge_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NextCharge | None | Unset, data)

        next_charge = _parse_next_charge(d.pop("next_charge", UNSET))


        def _parse_latest_charge(data: object) -> Charge | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                latest_charge_type_0 = Charge.from_dict(data)



                return latest_charge_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Charge | None | Unset, data)

        latest_charge = _parse_latest_charge(d.pop("latest_charge", UNSET))


        def _parse_cancellation(data: object) -> Cancellation | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cancellation_type_0 = Cancellation.from_dict(data)



                return cancellation_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Cancellation | None | Unset, data)

        cancellation = _parse_cancellation(d.pop("cancellation", UNSET))


        _terms = d.pop("terms", UNSET)
        terms: list[Term] | Unset = UNSET
        if _terms is not UNSET:
            terms = []
            for terms_item_data in _terms:
                terms_item = Term.from_dict(terms_item_data)



                terms.append(terms_item)


        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at,  Unset):
            created_at = UNSET
        else:
            created_at = datetime.datetime.fromisoformat(_created_at)




        def _parse_expired_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expired_at_type_0 = datetime.datetime.fromisoformat(data)



                return expired_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expired_at = _parse_expired_at(d.pop("expired_at", UNSET))


        def _parse_end_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        end_reason = _parse_end_reason(d.pop("end_reason", UNSET))


        version = d.pop("version", UNSET)

        subscription_chosen = cls(
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


        subscription_chosen.additional_properties = d
        return subscription_chosen

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
