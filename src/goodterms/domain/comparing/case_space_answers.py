"""What a policy answers to a case, short enough to compare two answers: outcome, money, access, dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from goodterms.domain.case import Case, Laws, Verdict
from goodterms.domain.comparing.case_space_types import Example
from goodterms.domain.counting import date_in_words
from goodterms.domain.effort import Enough, never
from goodterms.domain.judging.clauses import evaluate, refundable_until
from goodterms.domain.judging.clauses_words import instant_in_words
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Access, Act, Outcome
from goodterms.domain.value import dataclass, replace

_SAID: dict[str, str] = {
    "grant": "granted",
    "deny": "denied",
    "refer": "sent to the seller",
    "review": "left to a person",
    "ask": "waits for an answer",
}
_RANKS = {"grant": 2, "review": 1, "ask": 1, "refer": 0, "deny": 0}
_ACTS: dict[Act, str] = {
    "refund": "asked to be paid back",
    "cancel": "canceled",
    "withdraw": "withdrawn from",
}
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict in short.

    `access_ends_at` is the end of the access that the order leaves, whatever the outcome. `fee` is zero where none is
    due. `article` is the source of a right that decided, `rule` the policy or law whose `clause` did.
    """

    outcome: Outcome | Literal["ask"]
    clause: str
    rule: str
    article: str | None
    amount: Money
    fee: Money
    access: Access
    access_ends_at: datetime
    refundable_until_at: datetime | None
    pay_by_on: date | None
    missing: tuple[str, ...]

    @property
    def net(self) -> Money:
        """What the customer gets, less what ending early costs."""
        return self.amount - self.fee

    @property
    def worth(self) -> tuple[int, int, datetime]:
        """The better for the customer, the more: what is decided, then money, then access."""
        return _RANKS[self.outcome], self.net.minor, self.access_ends_at

    def __str__(self) -> str:
        """In words: "granted, 120.00 EUR back, access ends at once"."""
        parts = [_SAID[self.outcome]]
        if self.outcome == "ask":
            parts.append(f"for {', '.join(name.replace('_', ' ') for name in self.missing)}")
            return " ".join(parts)
        if self.outcome == "grant":
            parts.append(f"{self.amount} back" if self.amount else "nothing paid back")
            if self.fee:
                parts.append(f"a fee of {self.fee}")
            parts.append(self._access())
        if self.pay_by_on is not None:
            parts.append(f"paid by {date_in_words(self.pay_by_on)}")
        return ", ".join(parts)

    def _access(self) -> str:
        if self.access == "ends_now":
            return "access ends at once"
        if self.access == "unchanged":
            return "access stays as it is"
        return f"access until {instant_in_words(self.access_ends_at, _UTC)}"


def answer(policy: Policy, case: Case, laws: Laws) -> Answer:
    """What a policy and laws say about a case, without the end of the time to ask (`with_deadline`)."""
    return in_short(case, evaluate(policy, case, laws, brief=True))


def with_deadline(found: Answer, policy: Policy, case: Case, laws: Laws, enough: Enough = never) -> Answer:
    """The same answer with the end of the time to ask, where one is granted on asking for money.

    Raises `CutShortError` where it is `enough`.
    """
    if found.outcome != "grant" or case.act == "cancel":
        return found
    return replace(found, refundable_until_at=refundable_until(policy, case, laws, enough=enough))


def in_short(case: Case, verdict: Verdict) -> Answer:
    """A verdict in short."""
    return Answer(
        verdict.outcome,
        verdict.clause,
        verdict.rule,
        verdict.article,
        verdict.amount,
        verdict.fee or Money(0, case.amount.currency),
        verdict.access,
        _access_ends_at(case, verdict),
        verdict.refundable_until_at,
        verdict.pay_by_on,
        verdict.missing,
    )


def _access_ends_at(case: Case, verdict: Verdict) -> datetime:
    """When access ends, whatever the outcome."""
    at = case.requested_at
    if verdict.outcome != "grant" or verdict.access == "unchanged":
        return max(case.term.access_ends_at, case.current_term_ends_at or at, at)
    return max(verdict.access_until_at or at, at)


def say_example(example: Example) -> str:
    """An example as a sentence: what was bought, when it is asked back, and what is special about it."""
    case = example.case
    kind = "A renewal" if case.kind == "renewal" else "A first purchase"
    words = f"{kind} of {date_in_words(case.placed_at.date())} for {case.amount}"
    if case.kind == "renewal" and case.placed_at < case.term.starts_at:
        words += f", its term from {date_in_words(case.term.starts_at.date())}"
    words += f", {_ACTS[case.act]} on {instant_in_words(case.requested_at, _UTC)}"
    special = [one for one in example.special if one != "a renewal"]
    return f"{words}{''.join(', ' + one for one in special)}."
