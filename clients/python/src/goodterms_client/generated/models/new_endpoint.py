from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="NewEndpoint")



@_attrs_define
class NewEndpoint:
    """ A public address over TLS, and the names of the facts wanted (none: all).

        Attributes:
            url (str):
            names (list[str] | Unset):
     """

    url: str
    names: list[str] | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        url = self.url

        names: list[str] | Unset = UNSET
        if not isinstance(self.names, Unset):
            names = self.names




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "url": url,
        })
        if names is not UNSET:
            field_dict["names"] = names

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        names = cast(list[str], d.pop("names", UNSET))


        new_endpoint = cls(
            url=url,
            names=names,
        )

        return new_endpoint

