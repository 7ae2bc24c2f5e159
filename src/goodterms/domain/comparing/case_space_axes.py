"""The axes along which cases differ, found in the documents: what an order is, where it was sold, when it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from goodterms.domain.comparing.case_space_facts import fact_axes, ordinary_first
from goodterms.domain.comparing.case_space_moments import moment_axis
from goodterms.domain.comparing.case_space_types import UNKNOWN, Axis, Choice, Document, Lead, Scope
from goodterms.domain.counting import date_in_words, interval_in_words
from goodterms.domain.money import Money, exponent
from goodterms.domain.reading.policy_tables import read_span
from goodterms.domain.rules import Condition, Span
from goodterms.domain.term import Interval

_YEAR = Interval(months=12)
_FIRST_DAY = date(2026, 3, 3)
_NOBODYS = ("NZ", "CH", "BR", "JP", "ZA", "KE")
_FAR_EAST = "Pacific/Auckland"
_DAY = timedelta(days=1)


def axes_of(scope: Scope) -> tuple[Axis, ...]:
    """Every axis of a space, in a fixed order; one with a single choice is the same in every case."""
    needs = tuple(need for document in scope.documents for need in document.conditions)
    named = {need.fact for need in needs}
    return (
        Axis("payment", (Choice("initial"), Choice("renewal", "a renewal"))),
        _lengths(scope, needs),
        Axis("lead", tuple(_leads(scope))),
        moment_axis(scope),
        _channels(scope, needs),
        _places(scope, needs),
        _zones(scope),
        _flag("latest", "latest_paid_term" in named, True, "not the latest paid term"),
        _flag("dropped", any("dropped" in need.values for need in needs), False, "its term has been dropped"),
        _refunded("already_refunded" in named),
        _flag("part", "asks_for" in named, False, "a part of it is asked for"),
        _flag("disputed", "disputed" in named, False, "disputed with the bank"),
        _amounts(scope, needs),
        _instalments(scope, named),
        _contract(scope, needs),
        _orders(scope, needs),
        *fact_axes(scope),
    )


def _flag(name: str, used: bool, ordinary: bool, says: str) -> Axis:
    return Axis(name, (Choice(ordinary), Choice(not ordinary, says)) if used else (Choice(ordinary),))


def _refunded(used: bool) -> Axis:
    more = (Choice("part", "a part of it was paid back before"), Choice("all", "it was paid back before"))
    return Axis("refunded", (Choice("none"), *(more if used else ())))


def _lengths(scope: Scope, needs: Iterable[Condition]) -> Axis:
    """A year where that is sold, every length around a limit, and the shortest that each schedule is for."""
    found = [_YEAR, Interval(months=1)]
    for need in needs:
        if need.fact == "term_length":
            found += [length for value in need.values for length in _around(read_span(value))]
    for policy in scope.policies:
        found += [row.terms_from for row in policy.renewal.schedules]
    sold = [one for one in dict.fromkeys(found) if any(policy.renewal.covers(one) for policy in scope.policies)]
    sold = sold or [_YEAR]
    first = _YEAR if _YEAR in sold else sold[0]
    rest = [one for one in sold if one != first]
    return Axis("length", (Choice(first), *(Choice(one, f"a term of {interval_in_words(one)}") for one in rest)))


def _around(span: Span | None) -> list[Interval]:
    if span is None:
        return []
    if span.unit in ("months", "years"):
        months = span.count * (12 if span.unit == "years" else 1)
        return [Interval(months=count) for count in (months, months + 1, months - 1) if count > 0]
    days = span.count if span.unit == "days" else -(-span.count // 24)
    return [Interval(days=count) for count in (days, days + 1, days - 1) if count > 0]


def _leads(scope: Scope) -> list[Choice]:
    """As each policy has it, where they differ."""
    seen: list[object] = []
    found: list[Choice] = []
    for index, policy in enumerate(scope.policies):
        rows = [(row.terms_from, row.regions, row.lead_days) for row in policy.renewal.schedules]
        if rows not in seen:
            seen.append(rows)
            found.append(Choice(Lead(index), f"charged when {policy.label} charges" if found else ""))
    return found


def _channels(scope: Scope, needs: Iterable[Condition]) -> Axis:
    used = [value for need in needs if need.fact == "sales_channel" and need.test != "given" for value in need.values]
    if not used:
        return Axis("channel", (Choice("vendor_store"),))
    values = [value for value in dict.fromkeys(used) if value != "vendor_store"]
    other = "another_store"
    choices = [Choice("vendor_store", "bought from the vendor's own store")]
    choices += [Choice(value, f"bought through {value.replace('_', ' ')}") for value in [*values, other]]
    return Axis("channel", ordinary_first(choices, "sales_channel", scope, keep=1))


def _places(scope: Scope, needs: Iterable[Condition]) -> Axis:
    """Each country and state that is named, one that is not, and, where a rule tests it, an unknown one."""
    named: list[str] = []
    tested = False
    for need in needs:
        if need.fact in ("country", "state") and need.test in ("is", "is_not"):
            tested = True
            named += [value if need.fact == "country" else _region(value) for value in need.values]
    for policy in scope.policies:
        named += list(policy.sold_in) if tested or scope.laws else []
    if scope.laws:
        named += scope.places
    for region in list(named):
        country, _, state = region.partition("-")
        if state and country not in named and tested:
            named.append(country)
    other = next(code for code in _NOBODYS if code not in named)
    if not named:
        return Axis("place", (Choice("", ""),))
    homes = [region for policy in scope.policies for region in policy.sold_in]
    first = next((region for region in (*scope.places, *homes) if region in named), other)
    rest = [region for region in dict.fromkeys([*named, other]) if region != first]
    choices = [Choice(first), *(Choice(region, f"in {region}") for region in rest)]
    return Axis("place", (*choices, Choice("", "in an unknown country")) if tested else tuple(choices))


def _region(state: str) -> str:
    return state if "-" in state else f"US-{state}"


def _zones(scope: Scope) -> Axis:
    follows = any(document.counting.buyer_timezone == "overrides" for document in scope.documents)
    east = Choice(_FAR_EAST, f"in the time zone {_FAR_EAST}")
    return Axis("timezone", (Choice(None), east) if follows else (Choice(None),))


def _amounts(scope: Scope, needs: Iterable[Condition]) -> Axis:
    """An ordinary price, and what lies around every limit in its currency."""
    limits = [money for need in needs if need.fact == "amount" for money in map(_money, need.values) if money]
    fixed = [
        money
        for document in scope.documents
        for one in document.clauses
        for sums in one.payback.in_currencies
        for money in sums.values()
    ]
    caps = [
        money
        for document in scope.documents
        for one in document.clauses
        if one.fee
        for money in one.fee.at_most.values()
    ]
    currency = next((money.currency for money in (*limits, *fixed, *caps)), "EUR")
    unit = 10 ** exponent(currency)
    found = [Money(120 * unit, currency)]
    for limit in (money for money in limits if money.currency == currency):
        found += [limit, Money(limit.minor + 1, currency), Money(limit.minor - 1, currency)]
    found += [
        Money(money.minor * share // 2, currency) for money in fixed if money.currency == currency for share in (1, 4)
    ]
    kept = [money for money in dict.fromkeys(found) if money.minor > 0]
    return Axis("amount", (Choice(kept[0]), *(Choice(money, f"{money} was paid") for money in kept[1:])))


def _money(text: str) -> Money | None:
    number, _, currency = text.partition(" ")
    return Money.parse(number, currency) if currency else None


def _instalments(scope: Scope, named: set[str]) -> Axis:
    facts = {"installments_billed", "installments_total"} & named
    fee = any(clause.fee for document in scope.documents for clause in document.clauses)
    billed = (
        Choice((1, 12), "the first of 12 instalments is billed"),
        Choice((4, 12), "4 of 12 instalments are billed"),
    )
    return Axis("instalments", (Choice(None), *(billed if facts or fee else ())))


def _contract(scope: Scope, needs: Iterable[Condition]) -> Axis:
    """When the subscription was first bought: limits of dates around it, and not known."""
    limits = [
        date.fromisoformat(value)
        for need in needs
        if need.fact in ("contract_at", "contract_made_on") and need.test in ("before", "on_or_after", "is")
        for value in need.values
    ]
    limits += [law.contracts_from for law in scope.laws if law.contracts_from is not None]
    anchored = any(
        window.counted_from in ("contract", "contract_at", "contract_made_on") or window.counted_before == "contract"
        for document in scope.documents
        for window in document.windows.values()
    )
    choices = [Choice("known")]
    for limit in dict.fromkeys(limits):
        choices += [
            Choice(limit - _DAY, f"the contract was made on {date_in_words(limit - _DAY)}"),
            Choice(limit, f"the contract was made on {date_in_words(limit)}"),
        ]
    if limits or anchored:
        choices.append(Choice(UNKNOWN, "it is not known when the contract was made"))
    return Axis("contract", tuple(choices))


def _orders(scope: Scope, needs: Iterable[Condition]) -> Axis:
    """When the order was placed: after every document began to apply, around limits, on a day before a weekend."""
    began = [policy.effective_on for policy in scope.policies]
    began += [law.applies_from for law in scope.laws if law.status == "in_force"]
    ordinary = max([_FIRST_DAY, *(day + _DAY for day in began)])
    found = [(ordinary, "")]
    for law in scope.laws:
        if law.status == "announced":
            found.append((max(ordinary, law.applies_from + _DAY), f"after {law.label} applies"))
        if law.applies_until is not None and law.applies_until > ordinary:
            found.append((law.applies_until + _DAY, f"after {law.label} has ended"))
    for need in needs:
        if need.fact == "order" and need.test in ("before", "on_or_after"):
            limit = date.fromisoformat(need.values[0])
            found += [(day, f"ordered on {date_in_words(day)}") for day in (limit - _DAY, limit)]
    if any(_minds_weekends(document) for document in scope.documents):
        found += [
            (ordinary + days * _DAY, f"ordered on a {_WEEKDAYS[(ordinary + days * _DAY).weekday()]}")
            for days in range(1, 7)
        ]
    unique = dict(reversed(found))
    ordered = dict.fromkeys(day for day, _ in found)
    return Axis("order", tuple(Choice(_at_ten(day), unique[day]) for day in ordered))


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _minds_weekends(document: Document) -> bool:
    return any(
        window.closed_last_day == "next_working_day" or window.length.unit == "business days"
        for window in document.windows.values()
    )


def _at_ten(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
