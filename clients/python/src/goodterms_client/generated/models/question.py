from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Question")



@_attrs_define
class Question:
    """ A question to the customer.

        Attributes:
            question (str):
     """

    question: str





    def to_dict(self) -> dict[str, Any]:
        question = self.question


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "question": question,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        question = d.pop("question")

        question = cls(
            question=question,
        )

        return question

