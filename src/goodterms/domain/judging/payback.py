"""What a clause brings in a case: the money, the fee, and the end of access (X19-X22, X25)."""

from __future__ import annotations

from datetime import date, datetime

from goodterms.domain.judging.case_view import CaseView
from goodterms.domain.judging.fact_values import UNKNOWN
from goodterms.domain.judging.proration import UnusedPart, next_boundary, unused_part
from goodterms.domain.money import Money
from goodterms.domain.rules import Access, Clause, Fee, Outcome, Proration
from goodterms.domain.term import Interval, boundary
from goodterms.domain.value import dataclass

_RANKS = {"grant": 2, "review": 1, "refer": 0, "deny": 0}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One clause applied to a case; `rule` is the label of its document.

    `access_until_at` and `paid_from_on` are as in `Verdict`; `access_ends_at` is the end of access that comes of it in
    any case, for comparing. Only a grant pays, costs a fee or changes access.
    """

    rule: str
    clause: Clause
    outcome: Outcome
    amount: Money
    fee: Money | None
    access: Access
    access_until_at: datetime | None
    access_ends_at: datetime
    paid_from_on: date | None

    @property
    def rank(self) -> tuple[int, int, datetime]:
        """The better for the customer, the more: what is decided, then money less the fee, then access (A27)."""
        fee = self.fee.minor if self.fee else 0
        return _RANKS[self.outcome], self.amount.minor - fee, self.access_ends_at

    @property
    def effect(self) -> tuple[object, ...]:
        """What is the same in two rulings that come to the same for the customer."""
        return self.outcome, self.amount, self.fee or None, self.access_until_at or self.access


def ruling_of(clause: Clause, view: CaseView) -> Ruling | str:
    """What a clause that fits brings; the name of a fact where an amount to be deducted is not known.

    A fixed sum or handling fee that has no amount in the currency of the case can not be reckoned: a person looks at
    it.
    """
    zero = Money(0, view.case.amount.currency)
    untouched = max(view.case.term.access_ends_at, view.case.current_term_ends_at or view.at, view.at)
    if clause.outcome != "grant":
        return Ruling(view.rules.label, clause, clause.outcome, zero, None, "unchanged", None, untouched, None)
    part = _part(clause, view)
    amount = _amount(clause, view, part)
    if isinstance(amount, str):
        return amount
    if amount is None:
        return Ruling(view.rules.label, clause, "review", zero, None, "unchanged", None, untouched, None)
    until_at = _until(clause.access, view, part)
    ends_at = untouched if clause.access == "unchanged" else max(until_at or view.at, view.at)
    return Ruling(
        rule=view.rules.label,
        clause=clause,
        outcome="grant",
        amount=amount,
        fee=_fee(clause.fee, view) if clause.fee else None,
        access=clause.access,
        access_until_at=until_at,
        access_ends_at=ends_at,
        paid_from_on=part.from_on if part else None,
    )


def _part(clause: Clause, view: CaseView) -> UnusedPart | None:
    """The unused part of the term, where the clause pays it back or ends access with it."""
    if clause.payback.kind != "unused_part" and clause.access != "until_unused_part":
        return None
    proration = clause.payback.proration or Proration()
    calls = proration.notice is not None and proration.notice.unit == "business days"
    return unused_part(proration, view.case.term, view.at, view.zone, view.calendar if calls else None)


def _amount(clause: Clause, view: CaseView, part: UnusedPart | None) -> Money | str | None:
    """What is paid back: at most what is left of the payment and what was asked for, never below zero.

    A share or a fixed sum is what goes back in all: what was paid back before is a part of it.
    """
    case, payback = view.case, clause.payback
    currency = case.amount.currency
    if any(currency not in sums for sums in payback.in_currencies):
        return None
    match payback.kind:
        case "none":
            return Money(0, currency)
        case "full":
            minor = case.left.minor
        case "unused_part":
            assert part is not None
            minor = _unused_minor(view, part, payback.proration or Proration())
        case "share":
            minor = case.paid.share(payback.percent, 100).minor
        case "fixed":
            minor = payback.fixed[currency].minor
    minor = min(minor, case.left.minor)
    for name in payback.less if minor > 0 else ():
        value = view.value(name)
        if value is UNKNOWN or name in view.assumed:  # no kind of value stands for the others here
            return view.asked_for(name)
        minor -= value.minor if isinstance(value, Money) else 0
    minor -= payback.handling_fee.get(currency, Money(0, currency)).minor
    once = payback.kind in ("share", "fixed")
    if case.asked is not None and not once:
        minor = min(minor, case.asked.minor)
    amount = Money(max(minor, 0), currency)
    if view.rules.keeps_tax:
        amount = case.without_tax(amount)
    if once:
        most = case.asked.minor if case.asked is not None else amount.minor
        amount = Money(min(max(amount.minor - case.refunded.minor, 0), most), currency)
    return amount


def _unused_minor(view: CaseView, part: UnusedPart, proration: Proration) -> int:
    """Of a commitment in instalments, what was billed beyond the part that is used."""
    case = view.case
    if case.instalments is None:
        return part.of(case.amount, proration).minor
    billed, total = case.instalments
    whole = Money(case.amount.minor * total, case.amount.currency)
    return part.of(whole, proration).minor - case.amount.minor * (total - billed)


def _fee(fee: Fee, view: CaseView) -> Money:
    """A share of the instalments that are not billed yet, up to the cap of the currency, if it has one (X22)."""
    billed, total = view.case.instalments or (0, 0)
    unbilled = Money(view.case.amount.minor * (total - billed), view.case.amount.currency)
    found = unbilled.share(fee.percent, 100, fee.rounding)
    cap = fee.at_most.get(found.currency)
    return found if cap is None else min(found, cap)


def _until(access: Access, view: CaseView, part: UnusedPart | None) -> datetime | None:
    """The end of access (exclusive, UTC) that a clause sets; None for one that sets none."""
    case, term = view.case, view.case.term
    match access:
        case "ends_now" | "unchanged":
            return None
        case "keep_current_term":
            return case.current_term_ends_at or (term.starts_at if view.at < term.starts_at else None)
        case "until_unused_part":
            return part.used_until_at if part else None
        case "end_of_billing_month":
            return next_boundary(term, view.at)
        case "end_of_last_paid_term":
            return term.access_ends_at if term.dropped_at is None else case.current_term_ends_at
        case "end_of_next_term":
            return case.next_term_ends_at or _next_end(view)


def _next_end(view: CaseView) -> datetime:
    """The end of a further term as long as this one."""
    months = view.value("term_length")
    whole = getattr(months, "months", None)
    term = view.case.term
    if whole:
        return boundary(term.ends_at, Interval(months=whole), 1)
    return term.ends_at + (term.ends_at - term.starts_at)
