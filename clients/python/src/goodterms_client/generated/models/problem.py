from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.finding import Finding
  from ..models.problem_errors_item import ProblemErrorsItem
  from ..models.problem_values import ProblemValues





T = TypeVar("T", bound="Problem")



@_attrs_define
class Problem:
    """ What went wrong (RFC 9457). `code` keeps its meaning; `detail` is for people. A refusal of a journey has its own
    code, the `values` it rests on and, where a policy decided, its `findings`.

        Attributes:
            type_ (str):
            title (str):
            status (int):
            code (str):
            detail (str):
            request_id (str):
            parameter (str | Unset):
            scope (str | Unset):
            subscription (str | Unset):
            refused (bool | Unset):
            values (ProblemValues | Unset):
            findings (list[Finding] | Unset):
            errors (list[ProblemErrorsItem] | Unset):
     """

    type_: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    parameter: str | Unset = UNSET
    scope: str | Unset = UNSET
    subscription: str | Unset = UNSET
    refused: bool | Unset = UNSET
    values: ProblemValues | Unset = UNSET
    findings: list[Finding] | Unset = UNSET
    errors: list[ProblemErrorsItem] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.finding import Finding # noqa: PLC0415
        from ..models.problem_errors_item import ProblemErrorsItem # noqa: PLC0415
        from ..models.problem_values import ProblemValues # noqa: PLC0415
        type_ = self.type_

        title = self.title

        status = self.status

        code = self.code

        detail = self.detail

        request_id = self.request_id

        parameter = self.parameter

        scope = self.scope

        subscription = self.subscription

        refused = self.refused

        values: dict[str, Any] | Unset = UNSET
        if not isinstance(self.values, Unset):
            values = self.values.to_dict()

        findings: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.findings, Unset):
            findings = []
            for findings_item_data in self.findings:
                findings_item = findings_item_data.to_dict()
                findings.append(findings_item)



        errors: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = []
            for errors_item_data in self.errors:
                errors_item = errors_item_data.to_dict()
                errors.append(errors_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "type": type_,
            "title": title,
            "status": status,
            "code": code,
            "detail": detail,
            "request_id": request_id,
        })
        if parameter is not UNSET:
            field_dict["parameter"] = parameter
        if scope is not UNSET:
            field_dict["scope"] = scope
        if subscription is not UNSET:
            field_dict["subscription"] = subscription
        if refused is not UNSET:
            field_dict["refused"] = refused
        if values is not UNSET:
            field_dict["values"] = values
        if findings is not UNSET:
            field_dict["findings"] = findings
        if errors is not UNSET:
            field_dict["errors"] = errors

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.finding import Finding # noqa: PLC0415
        from ..models.problem_errors_item import ProblemErrorsItem # noqa: PLC0415
        from ..models.problem_values import ProblemValues # noqa: PLC0415
        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = d.pop("status")

        code = d.pop("code")

        detail = d.pop("detail")

        request_id = d.pop("request_id")

        parameter = d.pop("parameter", UNSET)

        scope = d.pop("scope", UNSET)

        subscription = d.pop("subscription", UNSET)

        refused = d.pop("refused", UNSET)

        _values = d.pop("values", UNSET)
        values: ProblemValues | Unset
        if isinstance(_values,  Unset):
            values = UNSET
        else:
            values = ProblemValues.from_dict(_values)




        _findings = d.pop("findings", UNSET)
        findings: list[Finding] | Unset = UNSET
        if _findings is not UNSET:
            findings = []
            for findings_item_data in _findings:
                findings_item = Finding.from_dict(findings_item_data)



                findings.append(findings_item)


        _errors = d.pop("errors", UNSET)
        errors: list[ProblemErrorsItem] | Unset = UNSET
        if _errors is not UNSET:
            errors = []
            for errors_item_data in _errors:
                errors_item = ProblemErrorsItem.from_dict(errors_item_data)



                errors.append(errors_item)


        problem = cls(
            type_=type_,
            title=title,
            status=status,
            code=code,
            detail=detail,
            request_id=request_id,
            parameter=parameter,
            scope=scope,
            subscription=subscription,
            refused=refused,
            values=values,
            findings=findings,
            errors=errors,
        )


        problem.additional_properties = d
        return problem

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
