"""A case: what a refund, a cancellation or a withdrawal is judged by; and the verdict on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Literal

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.rules import Access, Act, FactValue, Outcome
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The order, its term as of the request, and the request itself.

    `kind` is "initial" or "renewal"; `placed_at` the order's date, which for a renewal is its charge (R25);
    `requested_at` the first contact, whatever was completed later (A4); `amount` what was paid for the order, tax
    included; `asked` the amount asked for when it is less than all. `contract_at` is when the subscription was first
    bought (default: for an initial order that no trial came before its date, else unknown). `current_term_ends_at` is
    the end of the term that runs when the order's has not begun. `next_term_ends_at` is the end of the term after the
    latest paid one. `tax` is what of the amount is tax, and `tax_refunded` what of `already_refunded` was; None is
    none. `instalments` are (billed, in all) where the order is one month of a commitment: `amount` is then one of them
    and `term` the whole commitment. `facts` are the values of declared facts: a name that is missing is not known,
    None is known to be absent. Instants carry a time zone; ValueError if one does not.
    """

    act: Act = "refund"
    kind: str
    placed_at: datetime
    term: Term
    amount: Money
    requested_at: datetime
    sales_channel: str
    is_latest_paid: bool
    buyer_timezone: str | None = None
    country: str | None = None
    state: str | None = None
    contract_at: datetime | None = None
    current_term_ends_at: datetime | None = None
    next_term_ends_at: datetime | None = None
    already_refunded: Money | None = None
    tax: Money | None = None
    tax_refunded: Money | None = None
    disputed: bool = False
    asked: Money | None = None
    instalments: tuple[int, int] | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ("initial", "renewal"):
            raise ValueError(f"a payment is initial or renewal, not {self.kind!r}")
        if self.placed_at.tzinfo is None or self.requested_at.tzinfo is None:
            raise ValueError("the instants of a case need a time zone")
        if self.instalments is not None and not 0 <= self.instalments[0] <= self.instalments[1]:
            raise ValueError("of the instalments of a case no more are billed than there are")
        others = (self.already_refunded, self.asked, self.tax, self.tax_refunded)
        if any(other and other.currency != self.amount.currency for other in others):
            raise ValueError("the amounts of a case are in one currency")

    @property
    def refunded(self) -> Money:
        """What has been paid back before; zero when nothing was said."""
        return self.already_refunded or Money(0, self.amount.currency)

    @property
    def paid(self) -> Money:
        """What has been paid so far: the order's amount, or all instalments that were billed."""
        return (
            Money(self.amount.minor * self.instalments[0], self.amount.currency) if self.instalments else self.amount
        )

    @property
    def left(self) -> Money:
        """What can still be paid back, never below zero (R48)."""
        return Money(max(self.paid.minor - self.refunded.minor, 0), self.amount.currency)

    def without_tax(self, amount: Money) -> Money:
        """What of an amount is no tax, at most what is left of the payment beside its tax (X23)."""
        if not self.tax or not self.amount:
            return amount
        times = self.instalments[0] if self.instalments else 1
        tax_left = self.tax.minor * times - (self.tax_refunded.minor if self.tax_refunded else 0)
        net = amount.minor - self.tax.share(amount.minor, self.amount.minor).minor
        return Money(max(min(net, self.left.minor - max(tax_left, 0)), 0), amount.currency)


@dataclass(frozen=True, slots=True)
class Laws:
    """The laws that may apply, and the calendars that rules count business days by, by their names.

    A calendar is found by the name in a document's `business_days.holidays`; "buyer's country" is looked up by the
    case's country code.
    """

    laws: tuple[Law, ...] = ()
    calendars: Mapping[str, BusinessCalendar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One clause applied to a case: whether it fits, why in a sentence, and the values that were compared.

    `rule` is the label of the policy or law the clause stands in. A clause that can not be judged for want of a fact
    does not match and says which one it needs.
    """

    clause: str
    matched: bool
    because: str
    values: Mapping[str, str]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What policy and law say about a case.

    `outcome` "ask": the case waits for the facts in `missing` (names); nothing else is decided then. `clause` is the
    one that decided and `rule` the label of the policy or law it stands in, `article` its legal source; `findings` has
    every clause of the policy in order, then those of each law that applies. `amount` is what is paid back (zero
    unless granted), `fee` what ending early costs. `access_until_at` (exclusive, UTC) is the end of access that
    follows, where the clause sets one: None for "ends_now" and "unchanged". `paid_from_on` is the first local date of
    the unused part. `refer_to` is the sales channel to ask instead. `pay_by_on` and `acknowledge` are what a law
    wants, also where the policy gives more. `refundable_until_at` (exclusive, UTC) and `window_last_day_on` (the local
    date counted) are the end of the time in which this order is granted a refund, also when that is over; None when
    there is no such time or no end to it.
    """

    outcome: Outcome | Literal["ask"]
    clause: str
    findings: tuple[Finding, ...]
    amount: Money
    access: Access
    refer_to: str | None
    refundable_until_at: datetime | None
    window_last_day_on: date | None
    rule: str = ""
    article: str | None = None
    fee: Money | None = None
    access_until_at: datetime | None = None
    paid_from_on: date | None = None
    missing: tuple[str, ...] = ()
    pay_by_on: date | None = None
    acknowledge: str | None = None

    @property
    def because(self) -> str:
        """The reason of the clause that decided, for customer, agent and auditor alike."""
        found = (f.because for f in self.findings if f.clause == self.clause and f.rule in (self.rule, ""))
        return next(found, "")
