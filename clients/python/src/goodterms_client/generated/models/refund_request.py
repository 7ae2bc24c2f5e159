from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.refund_request_act import check_refund_request_act
from ..models.refund_request_act import RefundRequestAct
from ..models.refund_request_state import check_refund_request_state
from ..models.refund_request_state import RefundRequestState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount
  from ..models.approval import Approval
  from ..models.check import Check
  from ..models.told import Told
  from ..models.verdict import Verdict





T = TypeVar("T", bound="RefundRequest")



@_attrs_define
class RefundRequest:
    """ A refund request: the case, with facts compared, the verdict and what people decided.

        Attributes:
            id (str):
            number (str):
            state (RefundRequestState):
            act (RefundRequestAct):
            customer (str):
            subscription (str):
            order (str):
            channel (str):
            route (None | str):
            received_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            opened_at (datetime.datetime):  Example: 2026-05-10T09:00:00Z.
            due_at (datetime.datetime | None):
            claimed (Told): The four facts as they were told; empty where they were not.
            checks (list[Check]):
            verdict (None | Verdict):
            handled_by (None | str):
            question (None | str):
            answer (None | str):
            approvals (list[Approval]):
            amount (Amount | None):
            goodwill (bool):
            decided_at (datetime.datetime | None):
            decided_by (None | str):
            declined_for (None | str):
            decline_note (None | str):
            appeals (int):
            closed_at (datetime.datetime | None):
            version (int):
     """

    id: str
    number: str
    state: RefundRequestState
    act: RefundRequestAct
    customer: str
    subscription: str
    order: str
    channel: str
    route: None | str
    received_at: datetime.datetime
    opened_at: datetime.datetime
    due_at: datetime.datetime | None
    claimed: Told
    checks: list[Check]
    verdict: None | Verdict
    handled_by: None | str
    question: None | str
    answer: None | str
    approvals: list[Approval]
    amount: Amount | None
    goodwill: bool
    decided_at: datetime.datetime | None
    decided_by: None | str
    declined_for: None | str
    decline_note: None | str
    appeals: int
    closed_at: datetime.datetime | None
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.approval import Approval # noqa: PLC0415
        from ..models.check import Check # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        from ..models.verdict import Verdict # noqa: PLC0415
        id = self.id

        number = self.number

        state: str = self.state

        act: str = self.act

        customer = self.customer

        subscription = self.subscription

        order = self.order

        channel = self.channel

        route: None | str
        route = self.route

        received_at = self.received_at.isoformat()

        opened_at = self.opened_at.isoformat()

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        claimed = self.claimed.to_dict()

        checks = []
        for checks_item_data in self.checks:
            checks_item = checks_item_data.to_dict()
            checks.append(checks_item)



        verdict: dict[str, Any] | None
        if isinstance(self.verdict, Verdict):
            verdict = self.verdict.to_dict()
        else:
            verdict = self.verdict

        handled_by: None | str
        handled_by = self.handled_by

        question: None | str
        question = self.question

        answer: None | str
        answer = self.answer

        approvals = []
        for approvals_item_data in self.approvals:
            approvals_item = approvals_item_data.to_dict()
            approvals.append(approvals_item)



        amount: dict[str, Any] | None
        if isinstance(self.amount, Amount):
            amount = self.amount.to_dict()
        else:
            amount = self.amount

        goodwill = self.goodwill

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        decided_by: None | str
        decided_by = self.decided_by

        declined_for: None | str
        declined_for = self.declined_for

        decline_note: None | str
        decline_note = self.decline_note

        appeals = self.appeals

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        version = self.version


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "state": state,
            "act": act,
            "customer": customer,
            "subscription": subscription,
            "order": order,
            "channel": channel,
            "route": route,
            "received_at": received_at,
            "opened_at": opened_at,
            "due_at": due_at,
            "claimed": claimed,
            "checks": checks,
            "verdict": verdict,
            "handled_by": handled_by,
            "question": question,
            "answer": answer,
            "approvals": approvals,
            "amount": amount,
            "goodwill": goodwill,
            "decided_at": decided_at,
            "decided_by": decided_by,
            "declined_for": declined_for,
            "decline_note": decline_note,
            "appeals": appeals,
            "closed_at": closed_at,
            "version": version,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.approval import Approval # noqa: PLC0415
        from ..models.check import Check # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        from ..models.verdict import Verdict # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        state = check_refund_request_state(d.pop("state"))




        act = check_refund_request_act(d.pop("act"))




        customer = d.pop("customer")

        subscription = d.pop("subscription")

        order = d.pop("order")

        channel = d.pop("channel")

        def _parse_route(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        route = _parse_route(d.pop("route"))


        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))




        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))




        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)



                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))


        claimed = Told.from_dict(d.pop("claimed"))




        checks = []
        _checks = d.pop("checks")
        for checks_item_data in (_checks):
            checks_item = Check.from_dict(checks_item_data)



            checks.append(checks_item)


        def _parse_verdict(data: object) -> None | Verdict:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                verdict_type_0 = Verdict.from_dict(data)



                return verdict_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Verdict, data)

        verdict = _parse_verdict(d.pop("verdict"))


        def _parse_handled_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        handled_by = _parse_handled_by(d.pop("handled_by"))


        def _parse_question(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        question = _parse_question(d.pop("question"))


        def _parse_answer(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        answer = _parse_answer(d.pop("answer"))


        approvals = []
        _approvals = d.pop("approvals")
        for approvals_item_data in (_approvals):
            approvals_item = Approval.from_dict(approvals_item_data)



            approvals.append(approvals_item)


        def _parse_amount(data: object) -> Amount | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                amount_type_0 = Amount.from_dict(data)



                return amount_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Amount | None, data)

        amount = _parse_amount(d.pop("amount"))


        goodwill = d.pop("goodwill")

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)



                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))


        def _parse_decided_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        decided_by = _parse_decided_by(d.pop("decided_by"))


        def _parse_declined_for(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        declined_for = _parse_declined_for(d.pop("declined_for"))


        def _parse_decline_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        decline_note = _parse_decline_note(d.pop("decline_note"))


        appeals = d.pop("appeals")

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)



                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))


        version = d.pop("version")

        refund_request = cls(
            id=id,
            number=number,
            state=state,
            act=act,
            customer=customer,
            subscription=subscription,
            order=order,
            channel=channel,
            route=route,
            received_at=received_at,
            opened_at=opened_at,
            due_at=due_at,
            claimed=claimed,
            checks=checks,
            verdict=verdict,
            handled_by=handled_by,
            question=question,
            answer=answer,
            approvals=approvals,
            amount=amount,
            goodwill=goodwill,
            decided_at=decided_at,
            decided_by=decided_by,
            declined_for=declined_for,
            decline_note=decline_note,
            appeals=appeals,
            closed_at=closed_at,
            version=version,
        )


        refund_request.additional_properties = d
        return refund_request

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
