from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.answer_by import AnswerBy
from ..models.answer_by import check_answer_by
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.answer_facts import AnswerFacts





T = TypeVar("T", bound="Answer")



@_attrs_define
class Answer:
    """ What the customer answers: in words, by corrected facts, and by stated ones.

        Attributes:
            by (AnswerBy | Unset):  Default: 'customer'.
            answer (str | Unset):  Default: ''.
            order_number (None | str | Unset):
            email (None | str | Unset):
            name (None | str | Unset):
            purchase_on (datetime.date | None | Unset):
            facts (AnswerFacts | Unset):
     """

    by: AnswerBy | Unset = 'customer'
    answer: str | Unset = ''
    order_number: None | str | Unset = UNSET
    email: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    purchase_on: datetime.date | None | Unset = UNSET
    facts: AnswerFacts | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.answer_facts import AnswerFacts # noqa: PLC0415
        by: str | Unset = UNSET
        if not isinstance(self.by, Unset):
            by = self.by


        answer = self.answer

        order_number: None | str | Unset
        if isinstance(self.order_number, Unset):
            order_number = UNSET
        else:
            order_number = self.order_number

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        purchase_on: None | str | Unset
        if isinstance(self.purchase_on, Unset):
            purchase_on = UNSET
        elif isinstance(self.purchase_on, datetime.date):
            purchase_on = self.purchase_on.isoformat()
        else:
            purchase_on = self.purchase_on

        facts: dict[str, Any] | Unset = UNSET
        if not isinstance(self.facts, Unset):
            facts = self.facts.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if by is not UNSET:
            field_dict["by"] = by
        if answer is not UNSET:
            field_dict["answer"] = answer
        if order_number is not UNSET:
            field_dict["order_number"] = order_number
        if email is not UNSET:
            field_dict["email"] = email
        if name is not UNSET:
            field_dict["name"] = name
        if purchase_on is not UNSET:
            field_dict["purchase_on"] = purchase_on
        if facts is not UNSET:
            field_dict["facts"] = facts

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.answer_facts import AnswerFacts # noqa: PLC0415
        d = dict(src_dict)
        _by = d.pop("by", UNSET)
        by: AnswerBy | Unset
        if isinstance(_by,  Unset):
            by = UNSET
        else:
            by = check_answer_by(_by)




        answer = d.pop("answer", UNSET)

        def _parse_order_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        order_number = _parse_order_number(d.pop("order_number", UNSET))


        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_purchase_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                purchase_on_type_0 = datetime.date.fromisoformat(data)



                return purchase_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        purchase_on = _parse_purchase_on(d.pop("purchase_on", UNSET))


        _facts = d.pop("facts", UNSET)
        facts: AnswerFacts | Unset
        if isinstance(_facts,  Unset):
            facts = UNSET
        else:
            facts = AnswerFacts.from_dict(_facts)




        answer = cls(
            by=by,
            answer=answer,
            order_number=order_number,
            email=email,
            name=name,
            purchase_on=purchase_on,
            facts=facts,
        )

        return answer

