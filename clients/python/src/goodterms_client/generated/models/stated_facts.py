from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.stated_facts_facts import StatedFactsFacts





T = TypeVar("T", bound="StatedFacts")



@_attrs_define
class StatedFacts:
    """ Facts that the rules need, by name; null says that there is no such thing.

        Attributes:
            facts (StatedFactsFacts):
     """

    facts: StatedFactsFacts





    def to_dict(self) -> dict[str, Any]:
        from ..models.stated_facts_facts import StatedFactsFacts # noqa: PLC0415
        facts = self.facts.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "facts": facts,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.stated_facts_facts import StatedFactsFacts # noqa: PLC0415
        d = dict(src_dict)
        facts = StatedFactsFacts.from_dict(d.pop("facts"))




        stated_facts = cls(
            facts=facts,
        )

        return stated_facts

