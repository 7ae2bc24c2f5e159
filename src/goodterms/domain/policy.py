"""A policy: every rule of renewing, cancelling and refunding that a customer could argue about, as values.

The values come from a document in `policies/` through `policy_reader.parse_policy`; nothing here decides.
Clauses are applied to a case in `clauses`, days are counted in `counting`, the public page is written in
`policy_page`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from goodterms.domain.money import Money
from goodterms.domain.policy_problems import Problem
from goodterms.domain.term import Interval

Unit = Literal["days", "hours", "business days", "months", "years"]
Outcome = Literal["grant", "deny", "refer", "review"]
Access = Literal["ends_now", "keep_current_term", "unchanged"]
Strength = Literal["must_match", "corroborates"]
Comparison = Literal["ignoring_case", "loosely", "by_date"]


@dataclass(frozen=True, slots=True)
class Span:
    """A number that never stands without its unit: "30 days", "720 hours", "2 business days"."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        unit = self.unit if self.count != 1 else self.unit.removesuffix("s")
        return f"{self.count} {unit}"


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
    """How days are counted: the day of the order is day 0 and the last day counts whole (R24, A1, A2).

    `timezone` is the policy's; with `buyer_timezone` "overrides" the zone on the order comes first.
    """

    timezone: str
    buyer_timezone: Literal["overrides", "ignored"]


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Which days are business days (A18): `weekend` holds weekdays as Monday 0 .. Sunday 6."""

    weekend: frozenset[int]
    holidays: str


@dataclass(frozen=True, slots=True)
class RenewalSchedule:
    """When terms of at least `terms_from` are charged and announced, in days before the running term ends.

    An empty `regions` is every region.
    """

    terms_from: Interval
    regions: tuple[str, ...]
    lead_days: int
    reminder_days: int


@dataclass(frozen=True, slots=True)
class Renewal:
    """How terms follow each other (R17): schedules by length and region, the first that fits counts.

    `notice_days` is the least time between announcement and charge; `retry_after_days` counts from the first
    attempt of a charge.
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

    def lead_days(self, interval: Interval, region: str | None = None) -> int:
        """Days before the running term ends at which the next one is charged (R17). LookupError: not sold."""
        return self.schedule(interval, region).lead_days

    def reminder_days(self, interval: Interval, region: str | None = None) -> int:
        """Days before the running term ends at which its renewal is announced. LookupError: not sold."""
        return self.schedule(interval, region).reminder_days


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What cancelling does (R4, R7, R15, R18; A10): stops later charges and pays nothing back."""

    channels: tuple[str, ...]
    effective: Literal["end_of_last_paid_term"]
    refund: Literal["none"]
    undo: Literal["until_the_end", "never"]


@dataclass(frozen=True, slots=True)
class Check:
    """One fact that a refund request states and that is compared with the order (R31, R32, A15)."""

    name: str
    strength: Strength
    compared: Comparison
    tolerance_days: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """A time to ask in, of a length counted from an anchor (R24, R25).

    In days it is counted in calendar days and its last day is inside to midnight; in hours it is elapsed time
    and ends exclusively. The anchor "order" is the order's date, which for a renewal is its charge.
    """

    name: str
    length: Span
    counted_from: Literal["order"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One fact of a case that must be (or, negated, must not be) one of some values."""

    fact: str
    any_of: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule on refunds: when every condition holds and the window, if any, is open, it decides (R34).

    `says` is the sentence for people, numbers filled in. A clause without conditions and window is the
    default.
    """

    id: str
    says: str
    conditions: tuple[Condition, ...]
    window: str | None
    outcome: Outcome
    amount: Literal["full", "none"]
    access: Access

    @property
    def unconditional(self) -> bool:
        """Whether it applies to every case."""
        return not self.conditions and self.window is None


@dataclass(frozen=True, slots=True)
class Goodwill:
    """How far a person may go outside the clauses (X46 in the axes of policies): always a named decision."""

    max_days_after_order: int
    max_share_percent: int
    second_person: Literal["always", "by_amount"]


@dataclass(frozen=True, slots=True)
class RefundRules:
    """How a refund is asked for, checked, decided and paid (R24-R40)."""

    channels: tuple[str, ...]
    verify: tuple[Check, ...]
    decided_by: Literal["specialist", "policy"]
    decide_within_business_days: int
    credit_business_days: tuple[int, int]
    second_person_above: Mapping[str, Money]
    goodwill: Goodwill
    windows: Mapping[str, Window]
    clauses: tuple[Clause, ...]

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
class Policy:
    """One version of one policy document, identified by the digest of its text (R26, R50, A23).

    `text` is the canonical text (line endings and trailing spaces normalized), `digest` its SHA-256 in hex;
    `warnings` are remarks that do not stop it from being used.
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
    digest: str
    text: str
    warnings: tuple[Problem, ...] = ()

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
