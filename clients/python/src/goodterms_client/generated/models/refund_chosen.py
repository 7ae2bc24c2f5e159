from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.refund_chosen_effect import check_refund_chosen_effect
from ..models.refund_chosen_effect import RefundChosenEffect
from ..models.refund_chosen_state import check_refund_chosen_state
from ..models.refund_chosen_state import RefundChosenState
from ..models.refund_chosen_way import check_refund_chosen_way
from ..models.refund_chosen_way import RefundChosenWay
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount





T = TypeVar("T", bound="RefundChosen")



@_attrs_define
class RefundChosen:
    """ Money going back. `pending` and `succeeded` are initiated: the gateway has accepted it.

        Attributes:
            id (str):
            order (str | Unset):
            refund_request (None | str | Unset):
            customer (str | Unset):
            subscription (str | Unset):
            attempt (int | Unset):
            way (RefundChosenWay | Unset):
            state (RefundChosenState | Unset):
            amount (Amount | Unset): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            tax_minor (int | Unset):
            effect (RefundChosenEffect | Unset):
            intended_at (datetime.datetime | Unset):  Example: 2026-05-10T09:00:00Z.
            initiated_at (datetime.datetime | None | Unset):
            credit_from_on (None | str | Unset):
            credit_by_on (None | str | Unset):
            settled_at (datetime.datetime | None | Unset):
            late_at (datetime.datetime | None | Unset):
            failure (None | str | Unset):
            bank_reference (None | str | Unset):
     """

    id: str
    order: str | Unset = UNSET
    refund_request: None | str | Unset = UNSET
    customer: str | Unset = UNSET
    subscription: str | Unset = UNSET
    attempt: int | Unset = UNSET
    way: RefundChosenWay | Unset = UNSET
    state: RefundChosenState | Unset = UNSET
    amount: Amount | Unset = UNSET
    tax_minor: int | Unset = UNSET
    effect: RefundChosenEffect | Unset = UNSET
    intended_at: datetime.datetime | Unset = UNSET
    initiated_at: datetime.datetime | None | Unset = UNSET
    credit_from_on: None | str | Unset = UNSET
    credit_by_on: None | str | Unset = UNSET
    settled_at: datetime.datetime | None | Unset = UNSET
    late_at: datetime.datetime | None | Unset = UNSET
    failure: None | str | Unset = UNSET
    bank_reference: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        id = self.id

        order = self.order

        refund_request: None | str | Unset
        if isinstance(self.refund_request, Unset):
            refund_request = UNSET
        else:
            refund_request = self.refund_request

        customer = self.customer

        subscription = self.subscription

        attempt = self.attempt

        way: str | Unset = UNSET
        if not isinstance(self.way, Unset):
            way = self.way


        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state


        amount: dict[str, Any] | Unset = UNSET
        if not isinstance(self.amount, Unset):
            amount = self.amount.to_dict()

        tax_minor = self.tax_minor

        effect: str | Unset = UNSET
        if not isinstance(self.effect, Unset):
            effect = self.effect


        intended_at: str | Unset = UNSET
        if not isinstance(self.intended_at, Unset):
            intended_at = self.intended_at.isoformat()

        initiated_at: None | str | Unset
        if isinstance(self.initiated_at, Unset):
            initiated_at = UNSET
        elif isinstance(self.initiated_at, datetime.datetime):
            initiated_at = self.initiated_at.isoformat()
        else:
            initiated_at = self.initiated_at

        credit_from_on: None | str | Unset
        if isinstance(self.credit_from_on, Unset):
            credit_from_on = UNSET
        else:
            credit_from_on = self.credit_from_on

        credit_by_on: None | str | Unset
        if isinstance(self.credit_by_on, Unset):
            credit_by_on = UNSET
        else:
            credit_by_on = self.credit_by_on

        settled_at: None | str | Unset
        if isinstance(self.settled_at, Unset):
            settled_at = UNSET
        elif isinstance(self.settled_at, datetime.datetime):
            settled_at = self.settled_at.isoformat()
        else:
            settled_at = self.settled_at

        late_at: None | str | Unset
        if isinstance(self.late_at, Unset):
            late_at = UNSET
        elif isinstance(self.late_at, datetime.datetime):
            late_at = self.late_at.isoformat()
        else:
            late_at = self.late_at

        failure: None | str | Unset
        if isinstance(self.failure, Unset):
            failure = UNSET
        else:
            failure = self.failure

        bank_reference: None | str | Unset
        if isinstance(self.bank_reference, Unset):
            bank_reference = UNSET
        else:
            bank_reference = self.bank_reference


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
        })
        if order is not UNSET:
            field_dict["order"] = order
        if refund_request is not UNSET:
            field_dict["refund_request"] = refund_request
        if customer is not UNSET:
            field_dict["customer"] = customer
        if subscription is not UNSET:
            field_dict["subscription"] = subscription
        if attempt is not UNSET:
            field_dict["attempt"] = attempt
        if way is not UNSET:
            field_dict["way"] = way
        if state is not UNSET:
            field_dict["state"] = state
        if amount is not UNSET:
            field_dict["amount"] = amount
        if tax_minor is not UNSET:
            field_dict["tax_minor"] = tax_minor
        if effect is not UNSET:
            field_dict["effect"] = effect
        if intended_at is not UNSET:
            field_dict["intended_at"] = intended_at
        if initiated_at is not UNSET:
            field_dict["initiated_at"] = initiated_at
        if credit_from_on is not UNSET:
            field_dict["credit_from_on"] = credit_from_on
        if credit_by_on is not UNSET:
            field_dict["credit_by_on"] = credit_by_on
        if settled_at is not UNSET:
            field_dict["settled_at"] = settled_at
        if late_at is not UNSET:
            field_dict["late_at"] = late_at
        if failure is not UNSET:
            field_dict["failure"] = failure
        if bank_reference is not UNSET:
            field_dict["bank_reference"] = bank_reference

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        order = d.pop("order", UNSET)

        def _parse_refund_request(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        refund_request = _parse_refund_request(d.pop("refund_request", UNSET))


        customer = d.pop("customer", UNSET)

        subscription = d.pop("subscription", UNSET)

        attempt = d.pop("attempt", UNSET)

        _way = d.pop("way", UNSET)
        way: RefundChosenWay | Unset
        if isinstance(_way,  Unset):
            way = UNSET
        else:
            way = check_refund_chosen_way(_way)




        _state = d.pop("state", UNSET)
        state: RefundChosenState | Unset
        if isinstance(_state,  Unset):
            state = UNSET
        else:
            state = check_refund_chosen_state(_state)




        _amount = d.pop("amount", UNSET)
        amount: Amount | Unset
        if isinstance(_amount,  Unset):
            amount = UNSET
        else:
            amount = Amount.from_dict(_amount)




        tax_minor = d.pop("tax_minor", UNSET)

        _effect = d.pop("effect", UNSET)
        effect: RefundChosenEffect | Unset
        if isinstance(_effect,  Unset):
            effect = UNSET
        else:
            effect = check_refund_chosen_effect(_effect)




        _intended_at = d.pop("intended_at", UNSET)
        intended_at: datetime.datetime | Unset
        if isinstance(_intended_at,  Unset):
            intended_at = UNSET
        else:
            intended_at = datetime.datetime.fromisoformat(_intended_at)




        def _parse_initiated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                initiated_at_type_0 = datetime.datetime.fromisoformat(data)



                return initiated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        initiated_at = _parse_initiated_at(d.pop("initiated_at", UNSET))


        def _parse_credit_from_on(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credit_from_on = _parse_credit_from_on(d.pop("credit_from_on", UNSET))


        def _parse_credit_by_on(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        credit_by_on = _parse_credit_by_on(d.pop("credit_by_on", UNSET))


        def _parse_settled_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                settled_at_type_0 = datetime.datetime.fromisoformat(data)



                return settled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        settled_at = _parse_settled_at(d.pop("settled_at", UNSET))


        def _parse_late_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                late_at_type_0 = datetime.datetime.fromisoformat(data)



                return late_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        late_at = _parse_late_at(d.pop("late_at", UNSET))


        def _parse_failure(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        failure = _parse_failure(d.pop("failure", UNSET))


        def _parse_bank_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        bank_reference = _parse_bank_reference(d.pop("bank_reference", UNSET))


        refund_chosen = cls(
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


        refund_chosen.additional_properties = d
        return refund_chosen

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
