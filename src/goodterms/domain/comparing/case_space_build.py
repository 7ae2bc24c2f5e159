"""Building a case from choices: one per axis, put together into an order, a term, facts and a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import cast

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.case import Case
from goodterms.domain.comparing.case_space_moments import Setting
from goodterms.domain.comparing.case_space_types import FACT, UNKNOWN, Axis, Lead, Moment, Near, Picks, Scope
from goodterms.domain.money import Money
from goodterms.domain.rules import FactValue
from goodterms.domain.term import Interval, Term, boundary
from goodterms.domain.value import dataclass, replace

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Values:
    """The chosen values by the names of their axes."""

    values: Mapping[str, object]

    def __getitem__(self, name: str) -> object:
        return self.values[name]

    @property
    def facts(self) -> dict[str, object]:
        """The declared facts that are known, by name."""
        return {
            name.removeprefix(FACT): value
            for name, value in self.values.items()
            if name.startswith(FACT) and value is not UNKNOWN
        }


def build(scope: Scope, axes: Sequence[Axis], picks: Picks, calendars: Mapping[str, BusinessCalendar]) -> Case | None:
    """The case of some choices; None where they do not go together."""
    chosen = _Values({axis.name: axis.choices[pick].value for axis, pick in zip(axes, picks, strict=True)})
    country, _, state = str(chosen["place"]).partition("-")
    term = _term(scope, chosen, country or None)
    if term is None:
        return None
    length, placed_at = cast(Interval, chosen["length"]), cast(datetime, chosen["order"])
    contract_at = _contract_at(chosen, term, placed_at, length)
    known = _facts(scope, chosen, contract_at)
    setting = Setting(
        placed_at, term, contract_at, _resolved(known, placed_at, term), cast(str | None, chosen["timezone"]),
        country or None, scope.documents, calendars,
    )  # fmt: skip
    requested_at = setting.instant(cast(Moment, chosen["moment"]))
    if requested_at is None or requested_at < placed_at:
        return None
    facts = _at_request(known, setting, requested_at)
    if facts is None:
        return None
    renewed = chosen["payment"] == "renewal"
    amount = cast(Money, chosen["amount"])
    if _contradictory(facts, amount):
        return None
    return Case(
        act=scope.act,
        kind="renewal" if renewed else "initial",
        placed_at=placed_at,
        term=term,
        amount=amount,
        requested_at=requested_at,
        sales_channel=str(chosen["channel"]),
        is_latest_paid=chosen["latest"] is True,
        buyer_timezone=cast(str | None, chosen["timezone"]),
        country=country or None,
        state=state or None,
        contract_at=contract_at,
        current_term_ends_at=term.starts_at if renewed else None,
        next_term_ends_at=boundary(term.starts_at, length, 2),
        already_refunded=_refunded(amount, str(chosen["refunded"])),
        disputed=chosen["disputed"] is True,
        asked=Money(max(amount.minor // 4, 1), amount.currency) if chosen["part"] else None,
        instalments=cast(tuple[int, int] | None, chosen["instalments"]),
        facts=facts,
    )


def _term(scope: Scope, chosen: _Values, country: str | None) -> Term | None:
    """The term that was paid: it begins with the order, or the lead after the charge of a renewal."""
    length, placed_at = cast(Interval, chosen["length"]), cast(datetime, chosen["order"])
    number, starts_at = 1, placed_at
    if chosen["payment"] == "renewal":
        renewal = scope.policies[cast(Lead, chosen["lead"]).policy].renewal
        try:
            lead_days = renewal.lead_days(length, country)
        except LookupError:
            return None
        number, starts_at = 2, placed_at + timedelta(days=lead_days)
    dropped_at = placed_at + _HOUR if chosen["dropped"] else None
    return Term(number, starts_at, boundary(starts_at, length, 1), dropped_at)


def _contract_at(chosen: _Values, term: Term, placed_at: datetime, length: Interval) -> datetime | None:
    """When the subscription was bought: with the first order, a term before a renewal, or as chosen."""
    value = chosen["contract"]
    renewed = chosen["payment"] == "renewal"
    if value is UNKNOWN:
        return None if renewed else placed_at
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 10, tzinfo=UTC)
    return boundary(term.starts_at, length, -1) if renewed else placed_at


def _facts(scope: Scope, chosen: _Values, contract_at: datetime | None) -> dict[str, object]:
    known = chosen.facts
    if contract_at is not None:
        known["contract_made_on"] = contract_at.date()
    instalments = cast(tuple[int, int] | None, chosen["instalments"])
    if instalments is not None:
        known["installments_billed"], known["installments_total"] = instalments
    amount = cast(Money, chosen["amount"])
    declared = {name for document in scope.documents for name in document.facts}
    return {
        name: replace(value, currency=amount.currency) if isinstance(value, Money) else value
        for name, value in known.items()
        if name in declared
    }


def _refunded(amount: Money, chosen: str) -> Money | None:
    match chosen:
        case "part":
            return Money(max(amount.minor // 3, 1), amount.currency)
        case "all":
            return amount
    return None


def _resolved(known: Mapping[str, object], placed_at: datetime, term: Term) -> dict[str, object]:
    """The facts with what is counted from the order or the term as instants; the rest waits for the request."""
    return {name: _near(value, placed_at, term) if isinstance(value, Near) else value for name, value in known.items()}


def _near(near: Near, placed_at: datetime, term: Term) -> datetime | Near:
    anchors = {"order": placed_at, "start": term.starts_at, "end": term.ends_at}
    anchor = anchors.get(near.anchor)
    return near if anchor is None else anchor + timedelta(days=near.days)


def _at_request(known: Mapping[str, object], setting: Setting, requested_at: datetime) -> dict[str, FactValue] | None:
    """Every fact as a value; None where one lies at the edge of a window that this case does not have."""
    facts: dict[str, FactValue] = {}
    for name in known:
        value = setting.facts[name]
        if isinstance(value, Near):
            at = _late(value, setting, requested_at)
            if at is None:
                return None
            value = at
        facts[name] = value.date() if isinstance(value, datetime) and _is_date(name, setting) else value
    return facts


def _late(near: Near, setting: Setting, requested_at: datetime) -> datetime | None:
    if near.anchor == "request":
        return requested_at + timedelta(days=near.days)
    return None if near.window is None else setting.instant(near.window)


def _contradictory(facts: Mapping[str, FactValue], amount: Money) -> bool:
    """Whether known facts exclude each other: benefits of some worth were used, and a price that rose was lower."""
    worth, before = facts.get("value_of_benefits_used"), facts.get("previous_amount")
    unused = facts.get("benefits_used_since_charge") is False
    if isinstance(worth, Money) and worth.minor > 0 and unused:
        return True
    rose = facts.get("price_increased")
    return isinstance(before, Money) and isinstance(rose, bool) and rose is not (before < amount)


def _is_date(name: str, setting: Setting) -> bool:
    found = (document.facts[name] for document in setting.documents if name in document.facts)
    return next((fact.type == "date" for fact in found), False)
