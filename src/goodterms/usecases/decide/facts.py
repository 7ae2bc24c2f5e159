"""The facts of a scenario: what a policy or a law asks for, under its own names, in the values that rules compare.

A fact that is not mentioned is not known; one that is null is known to be absent. Where a scenario lists the evidence
that is on record, a proof that is not among it does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodterms.domain.counting import local_date, start_of_day
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Fact, FactValue
from goodterms.usecases.decide.values import ScenarioError, amount_in, date_in, instant_in

#: Names of facts that are well known: where no rule asks for one, it may be given all the same.
WELL_KNOWN = frozenset(
    "charge_origin origin consumer payment_method plan product product_class ground used_in_cycle "
    "benefits_used_since_charge value_of_benefits_used first_order prior_refunds_same_service prior_refunds_user "
    "regime_in_force express_request_to_start information_given_at chatel_notice_sent_at previous_amount "
    "price_increased consent_to_increase certificate_earned_at".split()
)
#: The same fact under two names that are both in use.
_TWINS: Mapping[str, tuple[str, ...]] = {
    "origin": ("charge_origin",),
    "installments_billed": ("instalments_billed",),
    "installments_total": ("instalments_total",),
}
#: What somebody is, does or did, rather than proof of it: never taken as absent because it is not on record.
_NO_PROOFS = WELL_KNOWN - {"express_request_to_start", "consent_to_increase"}
_PROOF_TYPES = ("yes_or_no", "date", "instant")
_NOT_THERE = object()


@dataclass(frozen=True, slots=True)
class Given:
    """The facts of a case by the names of the documents that declare them, and remarks on how they were read."""

    values: Mapping[str, FactValue]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What values are read with: the currency of the case, and the zone in which a bare date is a day."""

    fields: Mapping[str, Any]
    evidence: Mapping[str, Any] | None
    currency: str
    zone: ZoneInfo


def names_of(documents: Iterable[Policy | Law]) -> frozenset[str]:
    """Every name under which some documents know a fact."""
    return frozenset(name for document in documents for fact in document.facts.values() for name in _names(fact))


def read_facts(fields: Mapping[str, Any], documents: Iterable[Policy | Law], currency: str, zone: ZoneInfo) -> Given:
    """The declared facts of a scenario. Raises `ScenarioError` for a value that a fact can not have."""
    documents = tuple(documents)
    reading = _Reading(fields, _evidence(fields), currency, zone)
    values: dict[str, FactValue] = {}
    remarks: list[str] = []
    for fact in (fact for document in documents for fact in document.facts.values()):
        field, said = _said(reading, fact)
        if said is _NOT_THERE:
            continue
        if said is None and fact.when_absent is not None and fact.type not in ("date", "instant"):
            continue
        value = None if said is None else _value(reading, fact, field, said)
        if fact.name in values and values[fact.name] != value:
            raise ScenarioError("invalid_value", field, f"{field} means different things in two documents.")
        values[fact.name] = value
        if fact.type == "word" and isinstance(value, str) and value not in fact.words:
            remarks.append(f"{field}: no rule knows {value!r}; they know {', '.join(fact.words)}.")
    known = names_of(documents) | WELL_KNOWN
    remarks += [f"evidence: no rule asks for {name}." for name in reading.evidence or () if name not in known]
    return Given(values, tuple(dict.fromkeys(remarks)))


def _names(fact: Fact) -> tuple[str, ...]:
    return (fact.name, *fact.also_called, *_TWINS.get(fact.name, ()))


def _said(reading: _Reading, fact: Fact) -> tuple[str, Any]:
    """What a scenario says of a fact, and in which field."""
    places: list[tuple[str, Any]] = []
    for source in (reading.fields, reading.evidence or {}):
        places += [(name, source[name]) for name in _names(fact) if name in source]
    if any(said != places[0][1] for _, said in places):
        raise ScenarioError("invalid_value", places[1][0], f"{fact.name} is given twice, with different values.")
    if places:
        return places[0]
    proof = fact.type in _PROOF_TYPES and fact.when_absent is None and fact.name not in _NO_PROOFS
    return fact.name, None if proof and reading.evidence is not None else _NOT_THERE


def _evidence(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is on record, by name: an object, or a list of the names of what is there. None: nothing is said of it."""
    said = fields.get("evidence")
    if said is None:
        return {} if "evidence" in fields else None
    if isinstance(said, list) and all(isinstance(name, str) for name in said):
        return dict.fromkeys(said, True)
    if isinstance(said, dict):
        return said
    raise ScenarioError("invalid_value", "evidence", "evidence is an object of facts, or a list of their names.")


def _value(reading: _Reading, fact: Fact, field: str, said: Any) -> FactValue:
    if fact.type == "yes_or_no":
        return _yes_or_no(reading, field, said)
    if fact.type in ("word", "text", "length"):
        return _text(field, said)
    if fact.type == "whole_number":
        return _whole_number(field, said)
    if fact.type == "amount":
        return amount_in(reading.currency, said, field, "invalid_value")
    if fact.type == "date":
        return date_in(said) or local_date(instant_in(said, field, "invalid_value"), reading.zone)
    return _instant(reading, field, said)


def _yes_or_no(reading: _Reading, field: str, said: Any) -> bool:
    """True or false; on record since an instant or a day is true."""
    if isinstance(said, bool):
        return said
    if reading.evidence is not None and field in reading.evidence and isinstance(said, str):
        return bool(date_in(said) or instant_in(said, field, "invalid_value"))
    raise ScenarioError("invalid_value", field, f"{field} is true or false, not {said!r}.")


def _text(field: str, said: Any) -> str:
    if not isinstance(said, str) or not said.strip():
        raise ScenarioError("invalid_value", field, f"{field} is a text, not {said!r}.")
    return said.strip()


def _whole_number(field: str, said: Any) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or said < 0:
        raise ScenarioError("invalid_value", field, f"{field} is a whole number, not {said!r}.")
    return said


def _instant(reading: _Reading, field: str, said: Any) -> datetime:
    """An instant; a bare date is the beginning of that day where days are counted."""
    on = date_in(said)
    return start_of_day(on, reading.zone) if on is not None else instant_in(said, field, "invalid_value")
