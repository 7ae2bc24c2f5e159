from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Goodwill")



@_attrs_define
class Goodwill:
    """ An amount outside the policy, and why. `shown` is the fingerprint of its preview.

        Attributes:
            amount_minor (int):
            reason (str):
            shown (str):
     """

    amount_minor: int
    reason: str
    shown: str





    def to_dict(self) -> dict[str, Any]:
        amount_minor = self.amount_minor

        reason = self.reason

        shown = self.shown


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "amount_minor": amount_minor,
            "reason": reason,
            "shown": shown,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount_minor = d.pop("amount_minor")

        reason = d.pop("reason")

        shown = d.pop("shown")

        goodwill = cls(
            amount_minor=amount_minor,
            reason=reason,
            shown=shown,
        )

        return goodwill

