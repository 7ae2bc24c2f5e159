"""Policies whose cancellation rules a test is about, and two small laws, so that no test rests on the shipped ones."""

from __future__ import annotations

from functools import cache

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.case import Laws
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_reader import parse_policy
from tests.support import second_policy

_PLAIN = 'effective = "end_of_last_paid_term"\nrefund = "none"\n'

#: The default of every list: later charges stop, access runs to the end of what was paid.
RUNS_OUT = """
[[cancellation.clause]]
id = "RUNS-OUT"
says = "It runs to the end of what was paid for."
when = "always"
outcome = "grant"
access = "end_of_last_paid_term"
"""

#: In the first eleven months access ends at once and the unused days are paid back; after that it runs out.
NEWSPAPER = """
[[cancellation.clause]]
id = "FIRST-MONTHS"
says = "In the first months of a year the unused days are paid back and access ends at once."
when.in_first_of_term = "11 months"
outcome = "grant"
amount = "unused_part"
access = "ends_now"
"""

#: Nothing is paid back, and access ends with the month that runs.
BILLING_MONTH = """
[[cancellation.clause]]
id = "MONTH-ENDS"
says = "Access ends with the month that runs."
when.term = "running"
outcome = "grant"
access = "end_of_billing_month"
"""

#: Nothing is paid back, and access ends at once.
AT_ONCE = """
[[cancellation.clause]]
id = "AT-ONCE"
says = "Access ends at once."
when.term = "running"
outcome = "grant"
access = "ends_now"
"""

#: In the last month it is too late to stop the next term.
TOO_LATE = """
[[cancellation.clause]]
id = "TOO-LATE"
says = "In the last month the subscription renews once more."
when.in_last_of_term = "1 month"
outcome = "grant"
access = "end_of_next_term"
"""

#: All is paid back, if it was not used.
IF_UNUSED = """
[facts.used_in_cycle]
type = "yes_or_no"
ask = "Has it been used in the current billing cycle?"

[[cancellation.clause]]
id = "UNUSED"
says = "What was not used is paid back."
when.used_in_cycle = false
outcome = "grant"
amount = "full"
access = "ends_now"
"""

#: The value that was used is deducted, which somebody has to find out.
LESS_USED = """
[facts.value_of_benefits_used]
type = "amount"
ask = "How much were the benefits worth that have been used?"

[[cancellation.clause]]
id = "LESS-USED"
says = "All is paid back less what was used."
when.term = "running"
outcome = "grant"
amount = "full"
less = ["value_of_benefits_used"]
access = "ends_now"
"""

#: Sold elsewhere, canceled elsewhere.
ELSEWHERE = """
[[cancellation.clause]]
id = "ELSEWHERE"
says = "What was bought in another store is canceled there."
when.sales_channel_is_not = ["vendor_store"]
outcome = "refer"
"""

GERMANY = """
[law]
id = "test-germany"
version = 1
title = "Notice of a month"
source = "BGB"
url = "https://law.example/bgb"
dated_on = 2022-03-01
countries = ["DE"]
consumers_only = true
status = "in_force"
applies_from = 2022-03-01
contracts_from = 2022-03-01

[facts.contract_made_on]
type = "date"
ask = "When was the contract made?"

[[right]]
id = "MONTH"
article = "par. 309 no. 9"
says = "A renewed contract ends a month after notice."
acts = ["cancel"]
when.payment = "renewal"
outcome = "grant"
amount = "unused_part"
unused_part = { from = "after_notice", notice = "1 month" }
access = "until_unused_part"
"""

FRANCE = """
[law]
id = "test-france"
version = 1
title = "Notice of renewal"
source = "Code de la consommation"
url = "https://law.example/conso"
dated_on = 2016-07-01
countries = ["FR"]
consumers_only = true
status = "in_force"
applies_from = 2016-07-01

[facts.chatel_notice_sent_at]
type = "instant"
ask = "When was the notice of renewal sent?"

[[right]]
id = "NO-NOTICE"
article = "L215-1"
says = "Without notice of the renewal the contract can be ended at any time."
acts = ["cancel"]
when.payment = "renewal"
when.chatel_notice_sent_at_given = false
outcome = "grant"
amount = "unused_part"
access = "ends_now"
pay_within = "30 days"

[[notice]]
id = "RENEWAL"
article = "L215-1"
says = "The renewal is announced in good time before it can be refused for the last time."
when = "always"
before = "charge"
opens = "3 months"
closes = "1 month"
"""


def text(rules: str, *, name: str = "second", refund: str = "") -> str:
    """A document with these cancellation rules; everything else of it is plain."""
    return second_policy.text("", name=name, refund=refund).replace(_PLAIN, "") + rules + RUNS_OUT


@cache
def policy(rules: str, *, refund: str = "") -> Policy:
    """The same as a policy."""
    return parse_policy(text(rules, refund=refund), "second.toml")


@cache
def law(document: str) -> Law:
    """A law from its text."""
    return parse_law(document, "law.toml")


def laws(*documents: str) -> Laws:
    """Laws from their texts, counting business days without holidays."""
    return Laws(
        tuple(law(one) for one in documents), {"none": BusinessCalendar(frozenset({5, 6}), frozenset())}
    )  # fmt: skip
