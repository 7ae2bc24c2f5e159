from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.asked import Asked





T = TypeVar("T", bound="AskedMany")



@_attrs_define
class AskedMany:
    """ Up to a hundred questions.

        Attributes:
            questions (list[Asked]):
     """

    questions: list[Asked]





    def to_dict(self) -> dict[str, Any]:
        from ..models.asked import Asked # noqa: PLC0415
        questions = []
        for questions_item_data in self.questions:
            questions_item = questions_item_data.to_dict()
            questions.append(questions_item)




        field_dict: dict[str, Any] = {}

        field_dict.update({
            "questions": questions,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.asked import Asked # noqa: PLC0415
        d = dict(src_dict)
        questions = []
        _questions = d.pop("questions")
        for questions_item_data in (_questions):
            questions_item = Asked.from_dict(questions_item_data)



            questions.append(questions_item)


        asked_many = cls(
            questions=questions,
        )

        return asked_many

