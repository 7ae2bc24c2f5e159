"""Documents that use the whole language of policies and laws, and how tests point at a place in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from goodterms import policies
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_problems import PolicyError, Problem
from goodterms.domain.reading.policy_reader import parse_policy

REFERENCE = policies.read("reference")

_TAIL = REFERENCE[REFERENCE.index("[refund]") : REFERENCE.index("# How long a refund can be asked for.")]

FULL = (
    """\
[policy]
name = "full"
version = 3
effective_on = 2026-01-01
title = "Cancellations"
title_de = "Kündigungen"
sold_in = ["DE", "US-NY"]

[policy.source]
merchant_of_record = "Example Ltd"
terms = "Terms"
version = "1"
dated_on = 2025-12-01
url = "https://example.com/terms"

[counting]
timezone = "Europe/Berlin"
buyer_timezone = "ignored"
order_day = "day 0"
last_day = "exclusive"

[business_days]
weekend = ["saturday", "sunday"]
holidays = "DE"

[proration]
by = "whole_month"
request_day = "unused"
rounding = "down"

[price_change]
notice = "30 days"
consent = "needed"

[facts.origin]
type = "word"
when_absent = "purchase"

[facts.used_in_cycle]
type = "yes_or_no"
ask = "Used?"

[facts.prior_refunds_user]
type = "whole_number"
when_absent = "0"

[facts.value_of_benefits_used]
type = "amount"
ask = "Worth?"

[facts.certificate_earned_at]
type = "instant"
when_absent = "none"

[facts.contract_made_on]
type = "date"
ask = "When?"

[facts.mood]
type = "word"
words = ["calm", "cross"]
ask = "In which mood?"
ask_de = "In welcher Stimmung?"
also_called = ["temper", "humor"]

[window.trial]
length = "720 hours"
counted_from = "order"
or_until = ["certificate_earned_at"]

[window.grace]
length = "1 month"
counted_from = "contract_made_on"
last_day = "inclusive"
extended_by = "12 months"
closed_last_day = "next_working_day"

[window.before_the_end]
opens = "3 months"
length = "1 month"
counted_before = "term_end"

[renewal]
notice = "3 days"
retry_after = []

[[renewal.schedule]]
terms_from = "1 month"
charge_before_end = "0 days"
announce_before_end = "20 days"

[cancellation]
channels = ["account"]
undo = "never"

[[cancellation.clause]]
id = "IN-TIME"
says = "Between {before_the_end.opens} and {before_the_end} before the end half is paid back."
when.inside_window = "before_the_end"
when.term_length_more_than = "1 month"
outcome = "grant"
amount = "50 percent"
access = "ends_now"

[[cancellation.clause]]
id = "COMMITTED"
says = "Leaving costs {fee} of what is left, at most {fee.at_most}."
when.in_first_of_term = "11 months"
when.mood = ["calm"]
outcome = "grant"
fee = { percent = 50, of = "unbilled_instalments", at_most = { USD = "100.00", EUR = "90.00" } }
access = "end_of_billing_month"

[[cancellation.clause]]
id = "STANDARD"
when = "always"
outcome = "grant"
access = "end_of_last_paid_term"

"""
    + _TAIL.replace(
        'decided_by = "specialist" ',
        'destinations = ["credit", "original_method"]\ntax = "kept"\ndecided_by = "policy" ',
    )
    + """
[[refund.clause]]
id = "SMALL"
says = "Less than {amount_less_than} is not paid back."
when.amount_less_than = { EUR = "1.00", USD = "1.10" }
outcome = "deny"

[[refund.clause]]
id = "AGAIN"
when.prior_refunds_user_at_least = 2
when.origin_is_not = ["upgrade", "instalment"]
outcome = "review"

[[refund.clause]]
id = "UNUSED"
says = "Unused and within {trial}: all of it."
says_de = "Ungenutzt und innerhalb von {grace}: alles."
when.inside_window = ["trial", "grace"]
when.used_in_cycle = false
when.certificate_earned_at_given = false
outcome = "grant"
amount = "full"
less = ["value_of_benefits_used"]
handling_fee = { EUR = "2.00", USD = "2.50" }
access = "ends_now"

[[refund.clause]]
id = "LATER"
says = "With {notice} of notice, {proration}."
when.payment = "renewal"
when.contract_made_on_on_or_after = 2024-11-23
when.certificate_earned_at_outside_window = "grace"
outcome = "grant"
amount = "unused_part"
unused_part = { by = "day", from = "after_notice", notice = "1 month" }
access = "until_unused_part"

[[refund.clause]]
id = "A-TOKEN"
when.in_last_of_term = "30 days"
outcome = "grant"
amount = { EUR = "10.00", USD = "11.00" }
access = "unchanged"

[[refund.clause]]
id = "NO"
when = "always"
outcome = "deny"
"""
)
LAW = """\
[law]
id = "eu-example"
version = 1
title = "Right to withdraw"
title_fr = "Droit de rétractation"
source = "Directive 2011/83/EU"
url = "https://example.eu/law"
dated_on = 2022-05-28
countries = ["DE", "FR"]
consumers_only = true
status = "in_force"
applies_from = 2014-06-13
contracts_from = 2014-06-13

[business_days]
weekend = ["saturday", "sunday"]
holidays = "buyer's country"

[facts.express_request_to_start]
type = "yes_or_no"
ask = "Was it asked for?"

[facts.information_given_at]
type = "instant"
ask = "When?"

[window.withdrawal]
length = "14 days"
counted_from = "contract"
closed_last_day = "next_working_day"

[window.not_informed]
length = "14 days"
counted_from = "contract"
extended_by = "12 months"

[[right]]
acts = ["refund", "withdraw"]
id = "PROPORTIONATE"
article = "art. 14(3)"
says = "Within {withdrawal}, paid within {pay_within}."
when.inside_window = "withdrawal"
when.express_request_to_start = true
outcome = "grant"
amount = "unused_part"
access = "ends_now"
pay_within = "14 days"
acknowledge = "durable_medium_without_undue_delay"

[[right]]
acts = ["refund", "withdraw"]
id = "NOT-INFORMED"
article = "art. 10"
when.inside_window = "not_informed"
when.information_given_at_given = false
outcome = "grant"
amount = "full"
access = "ends_now"

[[right]]
acts = ["cancel"]
id = "RENEWED"
article = "par. 309"
when.payment = "renewal"
outcome = "grant"
amount = "unused_part"
unused_part = { from = "after_notice", notice = "1 month" }
access = "until_unused_part"

[[notice]]
id = "RENEWAL-NOTICE"
article = "17602"
says = "Between {opens} and {closes} before."
before = "charge"
opens = "45 days"
closes = "15 days"
when.term_length_at_least = "1 year"
"""


def changed(text: str, *replacements: tuple[str, str]) -> str:
    """A document with some of its text replaced, each at its first place."""
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def problems_of(text: str, *, law: bool = False) -> list[Problem]:
    """Every problem of a document; none when it is accepted."""
    try:
        remarks_on(text, law=law)
    except PolicyError as error:
        return error.problems
    return []


def remarks_on(text: str, *, law: bool = False) -> tuple[Problem, ...]:
    """The remarks on a document that is accepted. PolicyError for one that is not."""
    return (parse_law if law else parse_policy)(text, "p.toml").warnings


def told(text: str, mistake: Mistake, *, law: bool = False) -> bool:
    """Whether a document with a mistake in it is refused, or remarked on, with just these words at just this place."""
    wrong = changed(text, (mistake.old, mistake.new))
    found = remarks_on(wrong, law=law) if mistake.is_remark else problems_of(wrong, law=law)
    expected = problem_at(wrong, mistake.mark, mistake.message)
    assert expected in found, "\n".join([f"expected {expected}", *(f"found {problem}" for problem in found)])
    return True


def pointed_at(text: str, mark: str) -> tuple[int, int, str]:
    """Line, column and text of what a mark has in «»; the rest of the mark is the text around it."""
    before, _, rest = mark.partition("«")
    wanted, _, after = rest.partition("»")
    start = text.index(before + wanted + after) + len(before)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), wanted


def problem_at(text: str, mark: str, message: str) -> Problem:
    """The problem with this message at the place a mark points at."""
    line, column, wanted = pointed_at(text, mark)
    return Problem("p.toml", line, column, wanted, message)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A change that makes a document wrong, or doubtful (a remark); the place as a mark; what is said."""

    old: str
    new: str
    mark: str
    message: str
    is_remark: bool = False

    def __str__(self) -> str:
        return self.new or f"without {self.old}"


def mistakes(name: str) -> list[Mistake]:
    """The mistakes listed in a file beside the tests of the domain; its head says how."""
    text = (Path(__file__).parents[1] / "domain" / "cases" / f"{name}.txt").read_text(encoding="utf-8")
    found = []
    for paragraph in text.split("\n\n"):
        parts: dict[str, list[str]] = {}
        for line in paragraph.splitlines():
            parts.setdefault(line[0], []).append(line[2:])
        said = {sign: "\n".join(lines) for sign, lines in parts.items()}
        if "@" in said:
            message = said.get("!") or said["~"]
            found.append(Mistake(said["-"], said["+"], said["@"], message, is_remark="~" in said))
    return found
