"""What the rules of a policy or a law are made of, as values: facts, windows, conditions, paybacks, clauses.

Nothing here decides. A document is read into these values by `rules_reader`, they are applied to a case in `clauses`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from goodterms.domain.money import Money, Rounding
from goodterms.domain.value import dataclass

Unit = Literal["days", "hours", "business days", "months", "years"]
Act = Literal["refund", "cancel", "withdraw"]
Outcome = Literal["grant", "deny", "refer", "review"]
Access = Literal[
    "ends_now",  # at once (a refund: at its initiation); where the term has not begun, it never starts
    "keep_current_term",  # the term that is paid back never starts, the running one continues to its end
    "unchanged",
    "until_unused_part",  # to the instant from which the payback counts; at once where that is past
    "end_of_billing_month",  # to the next monthly boundary of the term, counted from its start
    "end_of_last_paid_term",
    "end_of_next_term",  # too late for this one: renewed once more, then it ends
]
FactType = Literal["yes_or_no", "word", "text", "whole_number", "amount", "date", "instant", "length"]
FactValue = bool | int | str | object | None  # object: Money, date or datetime; None: known to be absent
Test = Literal[
    "is", "is_not", "at_least", "at_most", "more_than", "less_than", "before", "on_or_after", "given",
    "inside", "outside", "in_first", "in_last",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A number that never stands without its unit: "30 days", "720 hours", "2 business days"."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        unit = self.unit if self.count != 1 else self.unit.removesuffix("s")
        return f"{self.count} {unit}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that conditions may refer to.

    `words` are the values a "word" can have. `when_absent` is the value taken where nothing is known of it (a history
    without entries is none), in the words of the document; None means that the case waits for it. `ask` is the
    question put to whoever can answer, `translated` the same in other languages. `also_called` are other names it has
    in cases and imports.
    """

    name: str
    type: FactType
    ask: str
    words: tuple[str, ...] = ()
    when_absent: str | None = None
    also_called: tuple[str, ...] = ()
    translated: Mapping[str, str] = field(default_factory=dict, hash=False)

    def question(self, language: str) -> str:
        """The question in a language, as far as it is translated."""
        return self.translated.get(language, self.ask)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time with an anchor: after it (`counted_from`) or before it (`counted_before`).

    The anchor is "order" (for a renewal its charge), "term_start", "term_end", "contract" or a declared fact that is
    a date or an instant. After the anchor: in days, months and business days the anchor's local day is day 0 and the
    last day is inside to midnight (`last_day` "inclusive") or outside as a whole ("exclusive"); in hours it is elapsed
    time and ends exclusively. `extended_by` is added to the last day. `closed_last_day` "next_working_day" moves an
    end on a day that is no business day. `or_until` are instants that close it earlier, whichever comes first.
    Before the anchor: from `opens` to `length` before it, both in local days and inside.
    """

    name: str
    length: Span
    counted_from: str = "order"
    last_day: Literal["inclusive", "exclusive"] = "inclusive"
    extended_by: Span | None = None
    closed_last_day: Literal["counts", "next_working_day"] = "counts"
    or_until: tuple[str, ...] = ()
    counted_before: str | None = None
    opens: Span | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one fact of a case.

    `values` are in the words of the document ("true", "2024-11-23", "1 month", "3"). For "inside" and "outside" the
    value names a window and the fact is an instant, mostly "request"; "in_first" and "in_last" hold a length measured
    from the start, or back from the end, of the order's term, and their fact is "request".
    """

    fact: str
    test: Test
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proration:
    """How the unused part of a term is reckoned (X20): price x unused / whole, rounded once.

    `by` "day": local days; "whole_month": whole months left of the term's months. `start` is where the unused part
    begins: the "request" (with `request_day` "used" the day after it), the first of the "next_calendar_month", the
    "next_billing_month" of the term, or the end of the day that lies `notice` after the request ("after_notice").
    """

    by: Literal["day", "whole_month"] = "day"
    start: Literal["request", "next_calendar_month", "next_billing_month", "after_notice"] = "request"
    request_day: Literal["used", "unused"] = "used"
    rounding: Rounding = "half_up"
    notice: Span | None = None


@dataclass(frozen=True, slots=True)
class Payback:
    """What is paid back: nothing, all that was paid, the unused part, a share, or a fixed sum in each currency.

    `less` names facts of the type "amount" (value used) that are deducted, `handling_fee` a fixed sum in each
    currency; the result is never below zero or above what is left of the payment.
    """

    kind: Literal["none", "full", "unused_part", "share", "fixed"] = "none"
    proration: Proration | None = None
    percent: int = 100
    fixed: Mapping[str, Money] = field(default_factory=dict)
    less: tuple[str, ...] = ()
    handling_fee: Mapping[str, Money] = field(default_factory=dict)

    @property
    def in_currencies(self) -> tuple[Mapping[str, Money], ...]:
        """Its sums that are set for some currencies only: a case in another one is for a person."""
        return tuple(sums for sums in (self.fixed, self.handling_fee) if sums)


@dataclass(frozen=True, slots=True)
class Fee:
    """What ending a commitment early costs (X22): a share of the instalments not yet billed, up to a cap."""

    percent: int
    of: Literal["unbilled_instalments"] = "unbilled_instalments"
    at_most: Mapping[str, Money] = field(default_factory=dict)
    rounding: Rounding = "half_up"


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule: when every condition holds, it decides (R34).

    `says` is the vendor's sentence, numbers filled in, by language ("en", "de"); it may be empty, since every clause
    can be put into words from its data. `acts` are the acts it applies to. `article` is the source of a legal right;
    `pay_within` the time in which the law wants the money paid, from the request; `acknowledge` what has to be
    confirmed to the customer. A clause without conditions is the default.
    """

    id: str
    says: Mapping[str, str]
    acts: tuple[Act, ...]
    conditions: tuple[Condition, ...]
    outcome: Outcome
    payback: Payback = Payback()
    access: Access = "unchanged"
    fee: Fee | None = None
    article: str | None = None
    pay_within: Span | None = None
    acknowledge: Literal["durable_medium_without_undue_delay"] | None = None

    @property
    def unconditional(self) -> bool:
        """Whether it applies to every case."""
        return not self.conditions

    @property
    def windows(self) -> tuple[str, ...]:
        """The windows that its conditions name, each once."""
        named = (value for need in self.conditions if need.test in ("inside", "outside") for value in need.values)
        return tuple(dict.fromkeys(named))
