"""A policy: every rule of renewing, cancelling and refunding that a customer could argue about, as values.

The values come from a document in `policies/` through `policy_reader.parse_policy`; nothing here decides.
Clauses are applied to a case in `clauses`, days are counted in `counting`, the public page is written in
`policy_page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Literal

from goodterms.domain.money import Money
from goodterms.domain.reading.policy_problems import Problem
from goodterms.domain.rules import Clause, Fact, Window
from goodterms.domain.term import Interval
from goodterms.domain.value import dataclass

Strength = Literal["must_match", "corroborates"]
Comparison = Literal["ignoring_case", "loosely", "by_date"]


@dataclass(frozen=True, slots=True)
class LegalSource:
    """The published terms a policy follows, and who sells (R26)."""

    merchant_of_record: str
    terms: str
    version: str
    dated_on: date
    url: str


@dataclass(frozen=True, slots=True)
class Counting:
    """How days are counted: the day of the anchor is day 0 and the last day counts whole (R24, A1, A2).

    `timezone` is the document's own; with `buyer_timezone` "overrides" the zone on the order comes first, with
    "ignored" it does not count. A law without a zone of its own ("") takes the policy's.
    """

    timezone: str
    buyer_timezone: Literal["overrides", "ignored"]


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Which days are business days (A18): `weekend` holds weekdays as Monday 0 .. Sunday 6.

    `holidays` names a calendar: "European Central Bank", "none", an ISO 3166 country or state ("US", "US-NY"), or
    "buyer's country" for that of the case.
    """

    weekend: frozenset[int]
    holidays: str


@dataclass(frozen=True, slots=True)
class RenewalSchedule:
    """When terms of at least `terms_from` are charged and announced, in days before the running term ends.

    An empty `regions` is every region. `retry_after_days` is its own list of retries; None takes that of `Renewal`.
    """

    terms_from: Interval
    regions: tuple[str, ...]
    lead_days: int
    reminder_days: int
    retry_after_days: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Renewal:
    """How terms follow each other (R17): schedules by length and region, the first that fits counts.

    `notice_days` is the least time between announcement and charge; `retry_after_days` counts from the first
    attempt of a charge, for schedules that have no retries of their own.
    """

    schedules: tuple[RenewalSchedule, ...]
    notice_days: int
    retry_after_days: tuple[int, ...]

    def schedule(self, interval: Interval, region: str | None = None) -> RenewalSchedule:
        """The first schedule that fits the length of a term and the region. LookupError when none does."""
        for row in self.schedules:
            fits_region = not row.regions or region in row.regions
            if fits_region and interval.shortest_days >= row.terms_from.shortest_days:
                return row
        raise LookupError(f"the policy has no renewal schedule for terms as short as {interval}")

    def covers(self, interval: Interval, region: str | None = None) -> bool:
        """Whether terms of this length can be sold under the policy at all."""
        try:
            self.schedule(interval, region)
        except LookupError:
            return False
        return True

    def retries(self, row: RenewalSchedule) -> tuple[int, ...]:
        """The days after a first attempt on which a schedule tries again, as far as the running term still lasts."""
        days = self.retry_after_days if row.retry_after_days is None else row.retry_after_days
        return tuple(day for day in days if day < row.lead_days)

    def lead_days(self, interval: Interval, region: str | None = None) -> int:
        """Days before the running term ends at which the next one is charged (R17). LookupError: not sold."""
        return self.schedule(interval, region).lead_days

    def reminder_days(self, interval: Interval, region: str | None = None) -> int:
        """Days before the running term ends at which its renewal is announced. LookupError: not sold."""
        return self.schedule(interval, region).reminder_days


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling does (R4, R7, R15, R18; A10).

    `clauses` are tried in order and the last one fits every case. A plain policy has one, "STANDARD": it stops later
    charges, pays nothing back, and access runs to the end of the last paid term.
    """

    channels: tuple[str, ...]
    undo: Literal["until_the_end", "never"]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One fact that a refund request states and that is compared with the order (R31, R32, A15)."""

    name: str
    strength: Strength
    compared: Comparison
    tolerance_days: int = 0


@dataclass(frozen=True, slots=True)
class Goodwill:
    """How far a person may go outside the clauses (X46 in the axes of policies): always a named decision.

    With no days or no share, as where a policy says nothing of it, there is none.
    """

    max_days_after_order: int = 0
    max_share_percent: int = 0
    second_person: Literal["always", "by_amount"] = "always"

    @property
    def possible(self) -> bool:
        """Whether a person may go beyond the rules at all."""
        return self.max_days_after_order > 0 and self.max_share_percent > 0


@dataclass(frozen=True, slots=True)
class RefundRules:
    """How a refund is asked for, checked, decided and paid (R24-R40).

    `destinations` are the ways the money goes, the first being the usual one (X24). `tax` tells whether tax is paid
    back with the price (X23).
    """

    channels: tuple[str, ...]
    verify: tuple[Check, ...]
    decided_by: Literal["specialist", "policy"]
    decide_within_business_days: int
    credit_business_days: tuple[int, int]
    second_person_above: Mapping[str, Money]
    goodwill: Goodwill
    clauses: tuple[Clause, ...]
    destinations: tuple[Literal["original_method", "credit", "by_agreement"], ...] = ("original_method",)
    tax: Literal["refunded", "kept"] = "refunded"

    def needs_second_person(self, amount: Money) -> bool:
        """Whether a second person must confirm: above the currency's amount; always where none is listed."""
        limit = self.second_person_above.get(amount.currency)
        return limit is None or limit < amount

    def clause(self, clause_id: str) -> Clause:
        """The clause with an id. LookupError for an id that the policy does not have."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise LookupError(f"the policy has no clause {clause_id}")


@dataclass(frozen=True, slots=True)
class PriceChange:
    """How a higher price for a renewal comes about (X38): told this long before the charge; `too_late` the old price
    is charged once more; with `consent` "needed" the renewal ends unless the customer agrees."""

    notice_days: int
    consent: Literal["needed", "not_needed"]
    too_late: Literal["old_price_once_more"] = "old_price_once_more"


@dataclass(frozen=True, slots=True)
class Disputes:
    """What a disputed payment does besides the money, which the card's bank moves by itself.

    `renewal`: whether nothing is charged while a payment is disputed, or renewals go on. `lost`: whether what a refund
    of the payment would end ends with a dispute that is lost, or access stays as it is; a renewal that it has stopped
    stays off then, until the customer turns it on again. Renewals go on only where access is kept.
    """

    renewal: Literal["stops", "goes_on"] = "stops"
    lost: Literal["ends_access", "keeps_access"] = "ends_access"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one policy document, identified by the digest of its text (R26, R50, A23).

    `windows` and `facts` are what its clauses refer to by name. `sold_in` are the countries and states it is used in
    ("DE", "US-NY"); empty is everywhere. `text` is the canonical text (line endings and trailing spaces normalized),
    `digest` its SHA-256 in hex; `warnings` are remarks that do not stop it from being used.
    """

    name: str
    version: int
    effective_on: date
    title: str
    legal_source: LegalSource
    counting: Counting
    business_days: BusinessDays
    renewal: Renewal
    cancellation: Cancellation
    refund: RefundRules
    windows: Mapping[str, Window]
    facts: Mapping[str, Fact]
    digest: str
    text: str
    titles: Mapping[str, str] = field(default_factory=dict)
    sold_in: tuple[str, ...] = ()
    price_change: PriceChange | None = None
    disputes: Disputes | None = None
    warnings: tuple[Problem, ...] = ()

    @property
    def dispute_rules(self) -> Disputes:
        """What disputes do; where the document does not say it, they stop renewals and losing one is as a refund."""
        return self.disputes or Disputes()

    @property
    def merchant_of_record(self) -> str:
        """Who sells and pays back."""
        return self.legal_source.merchant_of_record

    @property
    def timezone(self) -> str:
        """The policy's own time zone, an IANA name."""
        return self.counting.timezone

    @property
    def label(self) -> str:
        """Name and version, as shown to people: `reference@1`."""
        return f"{self.name}@{self.version}"
