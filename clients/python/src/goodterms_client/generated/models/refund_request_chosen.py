from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.refund_request_chosen_act import check_refund_request_chosen_act
from ..models.refund_request_chosen_act import RefundRequestChosenAct
from ..models.refund_request_chosen_state import check_refund_request_chosen_state
from ..models.refund_request_chosen_state import RefundRequestChosenState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount
  from ..models.approval import Approval
  from ..models.check import Check
  from ..models.told import Told
  from ..models.verdict import Verdict





T = TypeVar("T", bound="RefundRequestChosen")



@_attrs_define
class RefundRequestChosen:
    """ A refund request: the case, with facts compared, the verdict and what people decided.

        Attributes:
            id (str):
            number (str | Unset):
            state (RefundRequestChosenState | Unset):
            act (RefundRequestChosenAct | Unset):
            customer (str | Unset):
            subscription (str | Unset):
            order (str | Unset):
            channel (str | Unset):
            route (None | str | Unset):
            received_at (datetime.datetime | Unset):  Example: 2026-05-10T09:00:00Z.
            opened_at (datetime.datetime | Unset):  Example: 2026-05-10T09:00:00Z.
            due_at (datetime.datetime | None | Unset):
            claimed (Told | Unset): The four facts as they were told; empty where they were not.
            checks (list[Check] | Unset):
            verdict (None | Unset | Verdict):
            handled_by (None | str | Unset):
            question (None | str | Unset):
            answer (None | str | Unset):
            approvals (list[Approval] | Unset):
            amount (Amount | None | Unset):
            goodwill (bool | Unset):
            decided_at (datetime.datetime | None | Unset):
            decided_by (None | str | Unset):
            declined_for (None | str | Unset):
            decline_note (None | str | Unset):
            appeals (int | Unset):
            closed_at (datetime.datetime | None | Unset):
            version (int | Unset):
     """

    id: str
    number: str | Unset = UNSET
    state: RefundRequestChosenState | Unset = UNSET
    act: RefundRequestChosenAct | Unset = UNSET
    customer: str | Unset = UNSET
    subscription: str | Unset = UNSET
    order: str | Unset = UNSET
    channel: str | Unset = UNSET
    route: None | str | Unset = UNSET
    received_at: datetime.datetime | Unset = UNSET
    opened_at: datetime.datetime | Unset = UNSET
    due_at: datetime.datetime | None | Unset = UNSET
    claimed: Told | Unset = UNSET
    checks: list[Check] | Unset = UNSET
    verdict: None | Unset | Verdict = UNSET
    handled_by: None | str | Unset = UNSET
    question: None | str | Unset = UNSET
    answer: None | str | Unset = UNSET
    approvals: list[Approval] | Unset = UNSET
    amount: Amount | None | Unset = UNSET
    goodwill: bool | Unset = UNSET
    decided_at: datetime.datetime | None | Unset = UNSET
    decided_by: None | str | Unset = UNSET
    declined_for: None | str | Unset = UNSET
    decline_note: None | str | Unset = UNSET
    appeals: int | Unset = UNSET
    closed_at: datetime.datetime | None | Unset = UNSET
    version: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.approval import Approval # noqa: PLC0415
        from ..models.check import Check # noqa: PLC0415
        from ..models.told import Told # noqa: PLC0415
        from ..models.verdict import Verdict # noqa: PLC0415
        id = self.id

        number = self.number

        state: str | Unset = UNSET
        if not isinstance(self.state, Unset):
            state = self.state


        act: str | Unset = UNSET
        if not isinstance(self.act, Unset):
            act = self.act


        customer = self.customer

        subscription = self.subscription

        order = self.order

        channel = self.channel

        route: None | str | Unset
        if isinstance(self.route, Unset):
            route = UNSET
        else:
            route = self.route

        received_at: str | Unset = UNSET
        if not isinstance(self.received_at, Unset):
            received_at = self.received_at.isoformat()

        opened_at: str | Unset = UNSET
        if not isinstance(self.opened_at, Unset):
            opened_at = self.opened_at.isoformat()

        due_at: None | str | Unset
        if isinstance(self.due_at, Unset):
            due_at = UNSET
        elif isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        claimed: dict[str, Any] | Unset = UNSET
        if not isinstance(self.claimed, Unset):
            claimed = self.claimed.to_dict()

        checks: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.checks, Unset):
            checks = []
            for checks_item_data in self.checks:
                checks_item = checks_item_data.to_dict()
                checks.append(checks_item)



        verdict: dict[str, Any] | None | Unset
        if isinstance(self.verdict, Unset):
            verdict = UNSET
        elif isinstance(self.verdict, Verdict):
            verdict = self.verdict.to_dict()
        else:
            verdict = self.verdict

        handled_by: None | str | Unset
        if isinstance(self.handled_by, Unset):
            handled_by = UNSET
        else:
            handled_by = self.handled_by

        question: None | str | Unset
        if isinstance(self.question, Unset):
            question = UNSET
        else:
            question = self.question

        answer: None | str | Unset
        if isinstance(self.answer, Unset):
            answer = UNSET
        else:
            answer = self.answer

        approvals: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.approvals, Unset):
            approvals = []
            for approvals_item_data in self.approvals:
                approvals_item = approvals_item_data.to_dict()
                approvals.append(approvals_item)



        amount: dict[str, Any] | None | Unset
        if isinstance(self.amount, Unset):
            amount = UNSET
        elif isinstance(self.amount, Amount):
            amount = self.amount.to_dict()
        else:
            amount = self.amount

        goodwill = self.goodwill

        decided_at: None | str | Unset
        if isinstance(self.decided_at, Unset):
            decided_at = UNSET
        elif isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        decided_by: None | str | Unset
        if isinstance(self.decided_by, Unset):
            decided_by = UNSET
        else:
            decided_by = self.decided_by

        declined_for: None | str | Unset
        if isinstance(self.declined_for, Unset):
            declined_for = UNSET
        else:
            declined_for = self.declined_for

        decline_note: None | str | Unset
        if isinstance(self.decline_note, Unset):
            decline_note = UNSET
        else:
            decline_note = self.decline_note

        appeals = self.appeals

        closed_at: None | str | Unset
        if isinstance(self.closed_at, Unset):
            closed_at = UNSET
        elif isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        version = self.version


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
        })
        if number is not UNSET:
            field_dict["number"] = number
        if state is not UNSET:
            field_dict["state"] = state
        if act is not UNSET:
            field_dict["act"] = act
        if customer is not UNSET:
            field_dict["customer"] = customer
        if subscription is not UNSET:
            field_dict["subscription"] = subscription
        if order is not UNSET:
            field_dict["order"] = order
        if channel is not UNSET:
            field_dict["channel"] = channel
        if route is not UNSET:
            field_dict["route"] = route
        if received_at is not UNSET:
            field_dict["received_at"] = received_at
        if opened_at is not UNSET:
            field_dict["opened_at"] = opened_at
        if due_at is not UNSET:
            field_dict["due_at"] = due_at
        if claimed is not UNSET:
            field_dict["claimed"] = claimed
        if checks is not UNSET:
            field_dict["checks"] = checks
        if verdict is not UNSET:
            field_dict["verdict"] = verdict
        if handled_by is not UNSET:
            field_dict["handled_by"] = handled_by
        if question is not UNSET:
            field_dict["question"] = question
        if answer is not UNSET:
            field_dict["answer"] = answer
        if approvals is not UNSET:
            field_dict["approvals"] = approvals
        if amount is not UNSET:
            field_dict["amount"] = amount
        if goodwill is not UNSET:
            field_dict["goodwill"] = goodwill
        if decided_at is not UNSET:
            field_dict["decided_at"] = decided_at
        if decided_by is not UNSET:
            field_dict["decided_by"] = decided_by
        if declined_for is not UNSET:
            field_dict["declined_for"] = declined_for
        if decline_note is not UNSET:
            field_dict["decline_note"] = decline_note
        if appeals is not UNSET:
            field_dict["appeals"] = appeals
        if closed_at is not UNSET:
            field_dict["closed_at"] = closed_at
        if version is not UNSET:
            field_dict["version"] = version

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

        number = d.pop("number", UNSET)

        _state = d.pop("state", UNSET)
        state: RefundRequestChosenState | Unset
        if isinstance(_state,  Unset):
            state = UNSET
        else:
            state = check_refund_request_chosen_state(_state)




        _act = d.pop("act", UNSET)
        act: RefundRequestChosenAct | Unset
        if isinstance(_act,  Unset):
            act = UNSET
        else:
            act = check_refund_request_chosen_act(_act)




        customer = d.pop("customer", UNSET)

        subscription = d.pop("subscription", UNSET)

        order = d.pop("order", UNSET)

        channel = d.pop("channel", UNSET)

        def _parse_route(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        route = _parse_route(d.pop("route", UNSET))


        _received_at = d.pop("received_at", UNSET)
        received_at: datetime.datetime | Unset
        if isinstance(_received_at,  Unset):
            received_at = UNSET
        else:
            received_at = datetime.datetime.fromisoformat(_received_at)




        _opened_at = d.pop("opened_at", UNSET)
        opened_at: datetime.datetime | Unset
        if isinstance(_opened_at,  Unset):
            opened_at = UNSET
        else:
            opened_at = datetime.datetime.fromisoformat(_opened_at)




        def _parse_due_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)



                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        due_at = _parse_due_at(d.pop("due_at", UNSET))


        _claimed = d.pop("claimed", UNSET)
        claimed: Told | Unset
        if isinstance(_claimed,  Unset):
            claimed = UNSET
        else:
            claimed = Told.from_dict(_claimed)




        _checks = d.pop("checks", UNSET)
        checks: list[Check] | Unset = UNSET
        if _checks is not UNSET:
            checks = []
            for checks_item_data in _checks:
                checks_item = Check.from_dict(checks_item_data)



                checks.append(checks_item)


        def _parse_verdict(data: object) -> None | Unset | Verdict:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                verdict_type_0 = Verdict.from_dict(data)



                return verdict_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | Verdict, data)

        verdict = _parse_verdict(d.pop("verdict", UNSET))


        def _parse_handled_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        handled_by = _parse_handled_by(d.pop("handled_by", UNSET))


        def _parse_question(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        question = _parse_question(d.pop("question", UNSET))


        def _parse_answer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        answer = _parse_answer(d.pop("answer", UNSET))


        _approvals = d.pop("approvals", UNSET)
        approvals: list[Approval] | Unset = UNSET
        if _approvals is not UNSET:
            approvals = []
            for approvals_item_data in _approvals:
                approvals_item = Approval.from_dict(approvals_item_data)



                approvals.append(approvals_item)


        def _parse_amount(data: object) -> Amount | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                amount_type_0 = Amount.from_dict(data)



                return amount_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Amount | None | Unset, data)

        amount = _parse_amount(d.pop("amount", UNSET))


        goodwill = d.pop("goodwill", UNSET)

        def _parse_decided_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)



                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        decided_at = _parse_decided_at(d.pop("decided_at", UNSET))


        def _parse_decided_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        decided_by = _parse_decided_by(d.pop("decided_by", UNSET))


        def _parse_declined_for(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        declined_for = _parse_declined_for(d.pop("declined_for", UNSET))


        def _parse_decline_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        decline_note = _parse_decline_note(d.pop("decline_note", UNSET))


        appeals = d.pop("appeals", UNSET)

        def _parse_closed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)



                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        closed_at = _parse_closed_at(d.pop("closed_at", UNSET))


        version = d.pop("version", UNSET)

        refund_request_chosen = cls(
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


        refund_request_chosen.additional_properties = d
        return refund_request_chosen

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
