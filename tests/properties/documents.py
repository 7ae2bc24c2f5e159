"""Policies drawn at random, written as documents and read by the real reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hypothesis import assume
from hypothesis import strategies as st

from goodterms import policies
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_reader import parse_policy

_REFERENCE = policies.read("reference")
_RENEWAL = """\
[renewal]
notice = "3 days"
retry_after = ["3 days", "6 days"]

[[renewal.schedule]]
terms_from = "1 year"
charge_before_end = "14 days"
announce_before_end = "30 days"
{retry}
[[renewal.schedule]]
terms_from = "1 month"
charge_before_end = "14 days"
announce_before_charge = "7 days"
"""
_REFUND = re.sub(
    r"^\[refund.goodwill\].*?\n\n",
    "",
    _REFERENCE[_REFERENCE.index("[refund]") : _REFERENCE.index("# How long a refund can be asked for.")],
    flags=re.MULTILINE | re.DOTALL,
)
_GOODWILL_TABLE = """\
[refund.goodwill]
until_after_order = "900 days"
up_to = "{up_to}"
second_person = "always"
"""

#: Facts that may be declared, and conditions on each.
FACTS: dict[str, str] = {
    "consumer": 'type = "yes_or_no"\nask = "A consumer?"',
    "used_in_cycle": 'type = "yes_or_no"\nask = "Used?"',
    "prior_refunds_user": 'type = "whole_number"\nwhen_absent = "0"',
    "logins": 'type = "whole_number"\nask = "How many logins?"',
    "plan": 'type = "text"\nask = "Which plan?"',
    "product_class": 'type = "word"\nask = "What is it?"',
    "value_of_benefits_used": 'type = "amount"\nask = "Worth?"',
    "contract_made_on": 'type = "date"\nask = "When was it made?"',
    "certificate_earned_at": 'type = "instant"\nask = "When was it earned?"',
    "information_given_at": 'type = "instant"\nask = "When was it told?"',
    "delay": 'type = "length"\nask = "How late was it?"',
    "ships_on": 'type = "date"\nask = "When is it sent?"',
}
_CONDITIONS: tuple[str, ...] = (
    'payment = "initial"',
    'payment = "renewal"',
    'term = ["ended", "dropped"]',
    'term = "running"',
    'term = "upcoming"',
    'sales_channel_is_not = "vendor_store"',
    "disputed = true",
    "latest_paid_term = false",
    'asks_for = "part"',
    'already_refunded = "part"',
    'country = ["DE", "FR"]',
    'country_is_not = "GB"',
    "consumer = true",
    "consumer = false",
    "used_in_cycle = false",
    "used_in_cycle_is_not = false",
    "prior_refunds_user_at_least = 1",
    "logins_more_than = 3",
    "logins_at_most = 5",
    'plan = ["monthly", "basic"]',
    'plan_is_not = "team"',
    'product_class = "digital_content"',
    'value_of_benefits_used_at_least = { EUR = "10.00", USD = "11.00" }',
    "contract_made_on_before = 2026-01-15",
    "contract_made_on_on_or_after = 2026-02-20",
    "certificate_earned_at_given = true",
    "certificate_earned_at_before = 2026-04-01",
    "delay_given = true",
    'delay_more_than = "10 days"',
    "ships_on_on_or_after = 2026-04-01",
    'term_length_at_most = "1 month"',
    'term_length_more_than = "1 month"',
    'amount_less_than = { EUR = "50.00", USD = "50.00" }',
    "order_before = 2026-03-05",
    'in_first_of_term = "11 months"',
    'in_last_of_term = "30 days"',
)
_WINDOWS: tuple[str, ...] = (
    'length = "{n} days"\ncounted_from = "order"',
    'length = "{n} days"\ncounted_from = "order"\nlast_day = "exclusive"',
    'length = "{h} hours"\ncounted_from = "order"',
    'length = "{n} days"\ncounted_from = "term_start"',
    'length = "{b} business days"\ncounted_from = "order"',
    'length = "{m} months"\ncounted_from = "contract"',
    'length = "{n} days"\ncounted_from = "contract_made_on"',
    'length = "{n} days"\ncounted_from = "information_given_at"\nextended_by = "1 month"',
    'length = "{n} days"\ncounted_from = "order"\nclosed_last_day = "next_working_day"',
    'length = "{n} days"\ncounted_from = "order"\nor_until = ["certificate_earned_at"]',
)
_BACKWARDS: tuple[str, ...] = (
    'opens = "{m} months"\nlength = "3 days"\ncounted_before = "term_end"',
    'opens = "70 days"\nlength = "{n} days"\ncounted_before = "term_end"',
    'opens = "70 days"\nlength = "{n} days"\ncounted_before = "ships_on"',
)
_IN_WINDOWS = ("inside_window", "inside_window", "outside_window", "certificate_earned_at_inside_window")
_PAYBACKS: tuple[str, ...] = (
    'amount = "full"',
    'amount = "unused_part"',
    'amount = "unused_part"\nunused_part = { from = "next_calendar_month" }',
    'amount = "unused_part"\nunused_part = { from = "after_notice", notice = "1 month", rounding = "down" }',
    'amount = "unused_part"\nunused_part = { by = "whole_month", from = "next_billing_month", rounding = "up" }',
    'amount = "40 percent"',
    'amount = { EUR = "10.00", USD = "11.00" }',
    'amount = "full"\nless = ["value_of_benefits_used"]',
    'amount = "full"\nhandling_fee = { EUR = "10.00", USD = "12.00" }',
    'amount = "40 percent"\nhandling_fee = { EUR = "1.00", USD = "0.00", JPY = "100" }',
    'amount = "unused_part"\nless = ["value_of_benefits_used"]\nhandling_fee = { EUR = "5.00" }',
)
_FEES: tuple[str, ...] = (
    "",
    'fee = { percent = 50, of = "unbilled_instalments" }',
    'fee = { percent = 30, of = "unbilled_instalments", at_most = { EUR = "20.00", USD = "20.00" } }',
)
_RETRIES: tuple[str, ...] = ("", "retry_after = []\n", 'retry_after = ["1 day", "13 days"]\n')
_GOODWILL: tuple[str, ...] = ("100 percent", "50 percent", "none", "")
_ACCESS = ("ends_now", "keep_current_term", "until_unused_part", "end_of_billing_month", "end_of_last_paid_term")


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy that is not written yet: its clauses by id, each for one of the two lists.

    `retry` stands in a schedule of its renewals; `goodwill` is up to how much, "" where nothing is said of it.
    """

    timezone: str
    buyer_timezone: str
    windows: tuple[tuple[str, str], ...]
    refund: tuple[tuple[str, str], ...]
    cancellation: tuple[tuple[str, str], ...]
    default: str
    retry: str = ""
    goodwill: str = "100 percent"

    def written(self) -> str:
        """The document, with only those facts and windows that its clauses use."""
        clauses = "\n".join(text for _, text in (*self.refund, *self.cancellation))
        windows = {name: text for name, text in self.windows if f'"{name}"' in clauses}
        body = clauses + "\n".join(windows.values())
        facts = [f"[facts.{name}]\n{text}\n" for name, text in FACTS.items() if name in body]
        return "\n".join(
            [
                _HEAD.format(timezone=self.timezone, buyer_timezone=self.buyer_timezone),
                *facts,
                *(f"[window.{name}]\n{text}\n" for name, text in windows.items()),
                _RENEWAL.format(retry=self.retry),
                '[cancellation]\nchannels = ["account"]\nundo = "until_the_end"\n',
                *(f'[[cancellation.clause]]\nid = "{id}"\n{text}\n' for id, text in self.cancellation),
                _STANDARD,
                _REFUND,
                _GOODWILL_TABLE.format(up_to=self.goodwill) if self.goodwill else "",
                *(f'[[refund.clause]]\nid = "{id}"\n{text}\n' for id, text in self.refund),
                f'[[refund.clause]]\nid = "DEFAULT"\nwhen = "always"\noutcome = "{self.default}"\n',
            ]
        )

    def without(self, ids: set[str]) -> Draft:
        """The same without some clauses."""
        return replace(
            self,
            refund=tuple(one for one in self.refund if one[0] not in ids),
            cancellation=tuple(one for one in self.cancellation if one[0] not in ids),
        )


_STANDARD = """\
[[cancellation.clause]]
id = "STANDARD"
when = "always"
outcome = "grant"
access = "end_of_last_paid_term"
"""
_HEAD = """\
[policy]
name = "drawn"
version = 1
effective_on = 2026-01-01
title = "Drawn"

[policy.source]
merchant_of_record = "Example Ltd"
terms = "Terms"
version = "1"
dated_on = 2025-12-01
url = "https://example.com/terms"

[counting]
timezone = "{timezone}"
buyer_timezone = "{buyer_timezone}"
order_day = "day 0"
last_day = "inclusive"

[business_days]
weekend = ["saturday", "sunday"]
holidays = "none"
"""


def read(draft: Draft) -> Policy:
    """The policy of a draft, without the clauses that the reader refuses. Drafts that nothing can save are passed."""
    for _ in range(4):
        text = draft.written()
        try:
            return parse_policy(text, "drawn.toml")
        except PolicyError as error:
            wrong = {_clause_at(text, problem.line) for problem in error.problems}
            if not wrong - {""}:
                raise
            draft = draft.without(wrong)
    assume(False)
    raise AssertionError


def _clause_at(text: str, line: int) -> str:
    """The id of the clause around a line; "" outside of every clause."""
    before = "\n".join(text.split("\n")[: line + 1])
    found = re.findall(r'^(?:\[\[\w+\.clause\]\]\nid = "([A-Z0-9-]+)"|\[)', before, re.MULTILINE)
    return str(found[-1]) if found else ""


@st.composite
def conditions(draw: st.DrawFn, windows: tuple[str, ...]) -> str:
    """Up to three conditions on different facts, and perhaps on windows."""
    chosen = draw(st.lists(st.sampled_from(_CONDITIONS), max_size=3, unique_by=_subject))
    if windows and draw(st.booleans()):
        name = draw(st.sampled_from(windows))
        chosen.append(f'{draw(st.sampled_from(_IN_WINDOWS))} = "{name}"')
    if not chosen:
        chosen.append(draw(st.sampled_from(_CONDITIONS)))
    return "\n".join(f"when.{one}" for one in chosen)


def _subject(condition: str) -> str:
    key = condition.split(" = ")[0]
    return next((name for name in (*FACTS, "country", "term_length") if key.startswith(name)), key)


@st.composite
def windows(draw: st.DrawFn, most: int = 3, *, backwards: bool = True) -> tuple[tuple[str, str], ...]:
    """Some windows by name."""
    shapes = (*_WINDOWS, *_BACKWARDS) if backwards else _WINDOWS
    chosen = draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=most))
    return tuple((f"w{index}", _sized(draw, text)) for index, text in enumerate(chosen))


def _sized(draw: st.DrawFn, text: str) -> str:
    days = draw(st.integers(2, 60))
    return text.format(n=days, h=days * 24 + draw(st.integers(0, 23)), m=draw(st.integers(1, 11)), b=days % 9 + 1)


@st.composite
def grants(draw: st.DrawFn) -> str:
    """What a clause that grants brings."""
    payback = draw(st.sampled_from(_PAYBACKS))
    return f'outcome = "grant"\n{payback}\naccess = "{draw(st.sampled_from(_ACCESS))}"'


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A draft with up to five clauses on refunds and two on cancelling."""
    shapes = draw(windows())
    names = tuple(name for name, _ in shapes)
    result = st.one_of(
        grants(), grants(), st.sampled_from([f'outcome = "{one}"' for one in ("deny", "refer", "review")])
    )
    refund = [f"{draw(conditions(names))}\n{draw(result)}" for _ in range(draw(st.integers(1, 5)))]
    fee = st.sampled_from(_FEES)
    cancel = [f"{draw(conditions(names))}\n{draw(grants())}\n{draw(fee)}" for _ in range(draw(st.integers(0, 2)))]
    return Draft(
        draw(st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"])),
        draw(st.sampled_from(["overrides", "ignored"])),
        shapes,
        tuple((f"R{index}", text) for index, text in enumerate(refund)),
        tuple((f"C{index}", text) for index, text in enumerate(cancel)),
        draw(st.sampled_from(["deny", "review"])),
        draw(st.sampled_from(_RETRIES)),
        draw(st.sampled_from(_GOODWILL)),
    )


def drawn_policies() -> st.SearchStrategy[Policy]:
    """Policies that the reader accepts."""
    return drafts().map(read)
