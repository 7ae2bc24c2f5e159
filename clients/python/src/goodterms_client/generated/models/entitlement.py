from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.entitlement_reason import check_entitlement_reason
from ..models.entitlement_reason import EntitlementReason
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.granting_term import GrantingTerm
  from ..models.next_change import NextChange





T = TypeVar("T", bound="Entitlement")



@_attrs_define
class Entitlement:
    """ Whether a customer may use a product, since and until when, why, by which term, and what changes next.

        Attributes:
            customer (str):
            product (str):
            may_use (bool):
            reason (EntitlementReason):
            since (datetime.datetime | None):
            until (datetime.datetime | None):
            term (GrantingTerm | None):
            next_change (NextChange | None):
     """

    customer: str
    product: str
    may_use: bool
    reason: EntitlementReason
    since: datetime.datetime | None
    until: datetime.datetime | None
    term: GrantingTerm | None
    next_change: NextChange | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.granting_term import GrantingTerm # noqa: PLC0415
        from ..models.next_change import NextChange # noqa: PLC0415
        customer = self.customer

        product = self.product

        may_use = self.may_use

        reason: str = self.reason

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        until: None | str
        if isinstance(self.until, datetime.datetime):
            until = self.until.isoformat()
        else:
            until = self.until

        term: dict[str, Any] | None
        if isinstance(self.term, GrantingTerm):
            term = self.term.to_dict()
        else:
            term = self.term

        next_change: dict[str, Any] | None
        if isinstance(self.next_change, NextChange):
            next_change = self.next_change.to_dict()
        else:
            next_change = self.next_change


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "customer": customer,
            "product": product,
            "may_use": may_use,
            "reason": reason,
            "since": since,
            "until": until,
            "term": term,
            "next_change": next_change,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.granting_term import GrantingTerm # noqa: PLC0415
        from ..models.next_change import NextChange # noqa: PLC0415
        d = dict(src_dict)
        customer = d.pop("customer")

        product = d.pop("product")

        may_use = d.pop("may_use")

        reason = check_entitlement_reason(d.pop("reason"))




        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)



                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        since = _parse_since(d.pop("since"))


        def _parse_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                until_type_0 = datetime.datetime.fromisoformat(data)



                return until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        until = _parse_until(d.pop("until"))


        def _parse_term(data: object) -> GrantingTerm | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                term_type_0 = GrantingTerm.from_dict(data)



                return term_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GrantingTerm | None, data)

        term = _parse_term(d.pop("term"))


        def _parse_next_change(data: object) -> NextChange | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                next_change_type_0 = NextChange.from_dict(data)



                return next_change_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NextChange | None, data)

        next_change = _parse_next_change(d.pop("next_change"))


        entitlement = cls(
            customer=customer,
            product=product,
            may_use=may_use,
            reason=reason,
            since=since,
            until=until,
            term=term,
            next_change=next_change,
        )


        entitlement.additional_properties = d
        return entitlement

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
