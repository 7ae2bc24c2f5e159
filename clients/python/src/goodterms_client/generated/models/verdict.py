from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.verdict_outcome import check_verdict_outcome
from ..models.verdict_outcome import VerdictOutcome
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.amount import Amount
  from ..models.finding import Finding





T = TypeVar("T", bound="Verdict")



@_attrs_define
class Verdict:
    """ What policy and law say: `clause` of `rule` decided. `ask` waits for the facts in `missing`.

        Attributes:
            outcome (VerdictOutcome):
            clause (str):
            rule (str):
            article (None | str):
            because (str):
            amount (Amount): An amount in minor units (cents, yen) of a currency (ISO 4217), tax included.
            access (str):
            refer_to (None | str):
            refundable_until (datetime.datetime | None):
            last_day_on (None | str):
            missing (list[str]):
            findings (list[Finding]):
     """

    outcome: VerdictOutcome
    clause: str
    rule: str
    article: None | str
    because: str
    amount: Amount
    access: str
    refer_to: None | str
    refundable_until: datetime.datetime | None
    last_day_on: None | str
    missing: list[str]
    findings: list[Finding]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.finding import Finding # noqa: PLC0415
        outcome: str = self.outcome

        clause = self.clause

        rule = self.rule

        article: None | str
        article = self.article

        because = self.because

        amount = self.amount.to_dict()

        access = self.access

        refer_to: None | str
        refer_to = self.refer_to

        refundable_until: None | str
        if isinstance(self.refundable_until, datetime.datetime):
            refundable_until = self.refundable_until.isoformat()
        else:
            refundable_until = self.refundable_until

        last_day_on: None | str
        last_day_on = self.last_day_on

        missing = self.missing



        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "outcome": outcome,
            "clause": clause,
            "rule": rule,
            "article": article,
            "because": because,
            "amount": amount,
            "access": access,
            "refer_to": refer_to,
            "refundable_until": refundable_until,
            "last_day_on": last_day_on,
            "missing": missing,
            "findings": findings,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.amount import Amount # noqa: PLC0415
        from ..models.finding import Finding # noqa: PLC0415
        d = dict(src_dict)
        outcome = check_verdict_outcome(d.pop("outcome"))




        clause = d.pop("clause")

        rule = d.pop("rule")

        def _parse_article(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        article = _parse_article(d.pop("article"))


        because = d.pop("because")

        amount = Amount.from_dict(d.pop("amount"))




        access = d.pop("access")

        def _parse_refer_to(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refer_to = _parse_refer_to(d.pop("refer_to"))


        def _parse_refundable_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                refundable_until_type_0 = datetime.datetime.fromisoformat(data)



                return refundable_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        refundable_until = _parse_refundable_until(d.pop("refundable_until"))


        def _parse_last_day_on(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_day_on = _parse_last_day_on(d.pop("last_day_on"))


        missing = cast(list[str], d.pop("missing"))


        findings = []
        _findings = d.pop("findings")
        for findings_item_data in (_findings):
            findings_item = Finding.from_dict(findings_item_data)



            findings.append(findings_item)


        verdict = cls(
            outcome=outcome,
            clause=clause,
            rule=rule,
            article=article,
            because=because,
            amount=amount,
            access=access,
            refer_to=refer_to,
            refundable_until=refundable_until,
            last_day_on=last_day_on,
            missing=missing,
            findings=findings,
        )


        verdict.additional_properties = d
        return verdict

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
