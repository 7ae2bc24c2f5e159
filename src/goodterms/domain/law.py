"""A law beside a policy: rights that hold whatever a policy says, and windows in which notice has to be given.

A law never takes anything away: `clauses` gives the consumer the better of policy and law (A27).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from goodterms.domain.policy import BusinessDays, Counting
from goodterms.domain.reading.policy_problems import Problem
from goodterms.domain.rules import Clause, Condition, Fact, Span, Window
from goodterms.domain.value import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A stretch of time in which a renewal has to be announced, if the conditions hold (policies differ by law).

    It opens `opens` and closes `closes` before the anchor: the "term_end" of the running term, or the "charge".
    """

    id: str
    says: Mapping[str, str]
    article: str
    before: Literal["term_end", "charge"]
    opens: Span
    closes: Span
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """One version of one law document.

    It applies to consumers (unless `consumers_only` is False) in `countries` (ISO 3166-1 codes) and, where given, in
    `states` of them; to requests from `applies_from` on and before `applies_until`, and to contracts made from
    `contracts_from` on. One with the status "announced" never applies before `applies_from`, and after it only where
    the fact `regime_in_force` says so. `counting` and `business_days` are its own; a calendar of "buyer's country" is
    that of the consumer. `rights` are tried in order, the first that fits counts; none may fit.
    """

    id: str
    version: int
    title: Mapping[str, str]
    source: str
    url: str
    dated_on: date
    countries: tuple[str, ...]
    states: tuple[str, ...]
    consumers_only: bool
    status: Literal["in_force", "announced"]
    applies_from: date
    applies_until: date | None
    contracts_from: date | None
    counting: Counting
    business_days: BusinessDays
    facts: Mapping[str, Fact]
    windows: Mapping[str, Window]
    rights: tuple[Clause, ...]
    notices: tuple[Notice, ...]
    digest: str
    text: str
    warnings: tuple[Problem, ...] = ()

    @property
    def label(self) -> str:
        """Id and version, as shown to people: `eu-withdrawal@1`."""
        return f"{self.id}@{self.version}"
