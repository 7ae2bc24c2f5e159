from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.refund_effect import check_refund_effect
from ..models.refund_effect import RefundEffect
from ..models.refund_state import check_refund_state
from ..models.refund_state import RefundState
from ..models.refund_way import check_refund_way
from ..models.refund_way import RefundWay
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="Refund")



@_attrs_define
class Refund:
    """ Money going back. `pending` and `succeeded` are initiated: the gateway has accepted it.

        Attributes:
            id (str):
            order (str):
            refund_request (None | str):
            customer (str):
            subscription (str):
            attempt (int):
            way (RefundWay):
            state (RefundState):
            amount (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            tax_minor (int):
            effect (RefundEffect):
            intended_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            initiated_at (datetime.datetime | None):
            credit_from_on (None | str):
            credit_by_on (None | str):
            settled_at (datetime.datetime | None):
            late_at (datetime.datetime | None):
            failure (None | str):
            bank_reference (None | str):
     """

    id: str
    order: str
    refund_request: None | str
    customer: str
    subscription: str
    attempt: int
    way: RefundWay
    state: RefundState
    amount: Amount
    tax_minor: int
    effect: RefundEffect
    intended_at: datetime.datetime
    initiated_at: datetime.datetime | None
    credit_from_on: None | str
    credit_by_on: None | str
    settled_at: datetime.datetime | None
    late_at: datetime.datetime | None
    failure: None | str
    bank_reference: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        id = self.id

        order = self.order

        refund_request: None | str
        refund_request = self.refund_request

        customer = self.customer

        subscription = self.subscription

        attempt = self.attempt

        way: str = self.way

        state: str = self.state

        amount = self.amount.to_dict()

        tax_minor = self.tax_minor

        effect: str = self.effect

        intended_at = self.intended_at.isoformat()

        initiated_at: None | str
        if isinstance(self.initiated_at, datetime.datetime):
            initiated_at = self.initiated_at.isoformat()
        else:
            initiated_at = self.initiated_at

        credit_from_on: None | str
        credit_from_on = self.credit_from_on

        credit_by_on: None | str
        credit_by_on = self.credit_by_on

        settled_at: None | str
        if isinstance(self.settled_at, datetime.datetime):
            settled_at = self.settled_at.isoformat()
        else:
            settled_at = self.settled_at

        late_at: None | str
        if isinstance(self.late_at, datetime.datetime):
            late_at = self.late_at.isoformat()
        else:
            late_at = self.late_at

        failure: None | str
        failure = self.failure

        bank_reference: None | str
        bank_reference = self.bank_reference


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "order": order,
            "refund_request": refund_request,
            "customer": customer,
            "subscription": subscription,
            "attempt": attempt,
            "way": way,
            "state": state,
            "amount": amount,
            "tax_minor": tax_minor,
            "effect": effect,
            "intended_at": intended_at,
            "initiated_at": initiated_at,
            "credit_from_on": credit_from_on,
            "credit_by_on": credit_by_on,
            "settled_at": settled_at,
            "late_at": late_at,
            "failure": failure,
            "bank_reference": bank_reference,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        order = d.pop("order")

        def _parse_refund_request(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refund_request = _parse_refund_request(d.pop("refund_request"))


        customer = d.pop("customer")

        subscription = d.pop("subscription")

        attempt = d.pop("attempt")

        way = check_refund_way(d.pop("way"))




        state = check_refund_state(d.pop("state"))




        amount = Amount.from_dict(d.pop("amount"))




        tax_minor = d.pop("tax_minor")

        effect = check_refund_effect(d.pop("effect"))




        intended_at = datetime.datetime.fromisoformat(d.pop("intended_at"))




        def _parse_initiated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                initiated_at_type_0 = datetime.datetime.fromisoformat(data)



                return initiated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        initiated_at = _parse_initiated_at(d.pop("initiated_at"))


        def _parse_credit_from_on(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        credit_from_on = _parse_credit_from_on(d.pop("credit_from_on"))


        def _parse_credit_by_on(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        credit_by_on = _parse_credit_by_on(d.pop("credit_by_on"))


        def _parse_settled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                settled_at_type_0 = datetime.datetime.fromisoformat(data)



                return settled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        settled_at = _parse_settled_at(d.pop("settled_at"))


        def _parse_late_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                late_at_type_0 = datetime.datetime.fromisoformat(data)



                return late_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        late_at = _parse_late_at(d.pop("late_at"))


        def _parse_failure(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure = _parse_failure(d.pop("failure"))


        def _parse_bank_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        bank_reference = _parse_bank_reference(d.pop("bank_reference"))


        refund = cls(
            id=id,
            order=order,
            refund_request=refund_request,
            customer=customer,
            subscription=subscription,
            attempt=attempt,
            way=way,
            state=state,
            amount=amount,
            tax_minor=tax_minor,
            effect=effect,
            intended_at=intended_at,
            initiated_at=initiated_at,
            credit_from_on=credit_from_on,
            credit_by_on=credit_by_on,
            settled_at=settled_at,
            late_at=late_at,
            failure=failure,
            bank_reference=bank_reference,
        )


        refund.additional_properties = d
        return refund

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
