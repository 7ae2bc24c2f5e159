"""Policies for tests that are not the shipped one: a common head, and whatever refund rules a test is about."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from goodterms.domain.customer import Customer
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy

if TYPE_CHECKING:
    from tests.support.worlds import Sale, Sandbox

_HEAD = """
[policy]
name = "{name}"
version = 1
effective_on = 2020-01-01
title = "Refunds"

[policy.source]
merchant_of_record = "Shop"
terms = "Terms"
version = "1"
dated_on = 2020-01-01
url = "https://shop.example/terms"

[counting]
timezone = "UTC"
buyer_timezone = "overrides"
order_day = "day 0"
last_day = "inclusive"

[business_days]
weekend = ["saturday", "sunday"]
holidays = "European Central Bank"

[renewal]
notice = "3 days"
retry_after = ["3 days"]

[[renewal.schedule]]
terms_from = "1 month"
charge_before_end = "14 days"
announce_before_charge = "7 days"

[cancellation]
channels = ["account", "support"]
effective = "end_of_last_paid_term"
refund = "none"
undo = "until_the_end"

[refund]
channels = ["account", "support", "public_form"]
decided_by = "specialist"
decide_within = "2 business days"
credited_after = "5 to 7 business days"
{refund}

[refund.second_person_above]
AUD = "300.00"
EUR = "200.00"

[refund.goodwill]
until_after_order = "60 days"
up_to = "100 percent"
second_person = "always"

[[refund.verify]]
fact = "order_number"
strength = "must_match"
compared = "ignoring_case"

[[refund.verify]]
fact = "email"
strength = "must_match"
compared = "ignoring_case"

[[refund.verify]]
fact = "name"
strength = "corroborates"
compared = "loosely"

[[refund.verify]]
fact = "purchase_date"
strength = "corroborates"
compared = "by_date"
tolerance = "1 day"
"""

_DENY = """
[[refund.clause]]
id = "NOTHING-ELSE"
says = "Nothing else is paid back."
when = "always"
outcome = "deny"
"""

#: The rest of the term from the first of the next month; access runs until then.
NEXT_MONTH = """
[[refund.clause]]
id = "REST-FROM-NEXT-MONTH"
says = "The days of the term from the first of the next month on are paid back."
when.term = ["running", "upcoming"]
outcome = "grant"
amount = "unused_part"
unused_part = { from = "next_calendar_month" }
access = "until_unused_part"
"""

#: The unused days, at once.
PRORATED = """
[[refund.clause]]
id = "UNUSED-DAYS"
says = "Unused days are paid back and access ends."
when.term = "running"
outcome = "grant"
amount = "unused_part"
access = "ends_now"
"""

#: All of it less what was used, which somebody has to say.
LESS_BENEFITS = """
[facts.value_of_benefits_used]
type = "amount"
ask = "How much were the benefits worth that have been used?"

[[refund.clause]]
id = "LESS-BENEFITS"
says = "All is paid back less the value of the benefits that were used."
when.term = "running"
outcome = "grant"
amount = "full"
less = ["value_of_benefits_used"]
access = "ends_now"
"""

#: All of it, if it has not been used, which the customer is asked.
IF_UNUSED = """
[facts.used_in_cycle]
type = "yes_or_no"
ask = "Has it been used in the current billing cycle?"

[[refund.clause]]
id = "UNUSED"
says = "What has not been used is paid back."
when.used_in_cycle = false
outcome = "grant"
amount = "full"
access = "ends_now"
"""

#: All of it, once for each customer.
FIRST_ORDER_ONLY = """
[facts.first_order]
type = "yes_or_no"
when_absent = "true"

[facts.prior_refunds_user]
type = "whole_number"
when_absent = "0"

[[refund.clause]]
id = "ONLY-ONCE"
says = "Nobody is paid back twice."
when.prior_refunds_user_at_least = 1
outcome = "deny"

[[refund.clause]]
id = "FIRST-ORDER"
says = "A first order is paid back."
when.first_order = true
outcome = "grant"
amount = "full"
access = "ends_now"
"""

#: Half of the price; access stays to the end of the term, and nothing renews.
HALF = """
[[refund.clause]]
id = "HALF"
says = "Half is paid back; the term runs out."
when.term = "running"
outcome = "grant"
amount = "50 percent"
access = "end_of_last_paid_term"
"""


def text(rules: str, *, name: str = "second", refund: str = "") -> str:
    """A document with these refund rules, facts and windows; `refund` are more keys of its [refund]."""
    return _HEAD.format(name=name, refund=refund) + rules + _DENY


@cache
def policy(rules: str, *, name: str = "second", refund: str = "") -> Policy:
    """The same as a policy."""
    return parse_policy(text(rules, name=name, refund=refund), f"{name}.toml")


def sell_under(
    sandbox: Sandbox, rules: str, *, buyer: Customer | None = None, refund: str = "", code: str = "other-year",
    decided_by: str = "specialist", **more: Any,
) -> Sale:  # fmt: skip
    """A subscription sold under such a policy, through the journeys."""
    from goodterms.storage.policies import publish

    written = text(rules, refund=refund).replace('decided_by = "specialist"', f'decided_by = "{decided_by}"')
    publish(written, at=sandbox.now, by="test")
    plan = sandbox.plan(code, months=more.get("months", 12))
    plan.policy_name = "second"
    plan.save()
    return sandbox.sell(buyer, plan=code, **more)
