"""Reading a policy document (TOML) into a `Policy`, or refusing it with every problem and its line."""

from __future__ import annotations

import re
import tomllib
from hashlib import sha256
from typing import Literal, cast, get_args
from zoneinfo import available_timezones

from goodterms.domain.counting import known_zone
from goodterms.domain.money import Money, MoneyError
from goodterms.domain.policy import (
    BusinessDays,
    Cancellation,
    Check,
    Comparison,
    Counting,
    Goodwill,
    LegalSource,
    Policy,
    RefundRules,
    Renewal,
    RenewalSchedule,
    Strength,
)
from goodterms.domain.policy_checks import (
    check_clause_names,
    check_clauses,
    check_renewal,
    check_verify,
    check_windows,
)
from goodterms.domain.policy_clause_reader import read_clause, read_windows
from goodterms.domain.policy_lines import KeyLines
from goodterms.domain.policy_problems import PolicyError, Problem, suggestion
from goodterms.domain.policy_tables import Report, Table
from goodterms.domain.policy_words import (
    CHECKED_FACTS,
    HOLIDAY_CALENDARS,
    WEEKDAYS,
)
from goodterms.domain.term import Interval

_NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_BAD_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_CREDIT = re.compile(r"^(?:([0-9]{1,3}) to )?([0-9]{1,3}) business days?$")
_PERCENT = re.compile(r"^([0-9]{1,3}) percent$")


def canonical_text(text: str) -> str:
    """The text without what does not matter: line endings, trailing spaces, blank lines at the end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def parse_policy(text: str, source: str) -> Policy:
    """Read a policy document; `source` names it in messages.

    Raises PolicyError with all problems at once: what is ambiguous, lacks a default, contradicts itself or is
    not understood is refused, never guessed. The digest is the SHA-256 of the canonical text (R26, R50).
    """
    text = canonical_text(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([_syntax_problem(str(error), text, source)]) from None
    report = Report(source, data, KeyLines(text))
    root = Table(data, (), report)
    policy = _policy(root, text, report)
    root.no_more()
    if report.problems:
        raise PolicyError(report.problems)
    return policy


def _syntax_problem(message: str, text: str, source: str) -> Problem:
    found = _BAD_LINE.search(message)
    line = int(found.group(1)) if found else text.count("\n")
    return Problem(source, line, f"not valid TOML: {_BAD_LINE.sub('', message).strip()}")


def _policy(root: Table, text: str, report: Report) -> Policy:
    head = root.table("policy")
    legal_source = _legal_source(head.table("source"))
    renewal = _renewal(root.table("renewal"))
    refund = _refund(root.table("refund"), legal_source)
    check_renewal(renewal, report)
    check_verify(refund.verify, report)
    check_clauses(refund.clauses, report)
    check_windows(refund, renewal, report)
    check_clause_names(refund, report)
    name = head.text("name")
    if name and not _NAME.match(name):
        head.wrong("name", f'the name "{name}" must be in small letters, digits and hyphens: "my-policy"')
    policy = Policy(
        name=name,
        version=head.whole_number("version"),
        effective_on=head.day("effective_on"),
        title=head.text("title"),
        legal_source=legal_source,
        counting=_counting(root.table("counting")),
        business_days=_business_days(root.table("business_days")),
        renewal=renewal,
        cancellation=_cancellation(root.table("cancellation")),
        refund=refund,
        digest=sha256(text.encode()).hexdigest(),
        text=text,
        warnings=tuple(report.warnings),
    )
    head.no_more()
    return policy


def _legal_source(table: Table) -> LegalSource:
    url = table.text("url")
    if url and not url.startswith("https://"):
        table.wrong("url", '"url" must be an address that starts with https://')
    source = LegalSource(
        merchant_of_record=table.text("merchant_of_record"),
        terms=table.text("terms"),
        version=table.text("version"),
        dated_on=table.day("dated_on"),
        url=url,
    )
    table.no_more()
    return source


def _counting(table: Table) -> Counting:
    timezone = table.text("timezone", "UTC")
    if known_zone(timezone) is None:
        near = suggestion(timezone, sorted(available_timezones()))
        hint = near if near.startswith("did") else 'expected a name such as "UTC" or "Europe/Paris"'
        table.wrong("timezone", f'unknown time zone "{timezone}"; {hint}')
    buyer = table.choice("buyer_timezone", ("overrides", "ignored"))
    table.choice("order_day", ("day 0",))
    table.choice("last_day", ("inclusive",))
    table.no_more()
    return Counting(timezone, cast(Literal["overrides", "ignored"], buyer))


def _business_days(table: Table) -> BusinessDays:
    weekend = frozenset(WEEKDAYS.index(day) for day in table.choices("weekend", WEEKDAYS) if day in WEEKDAYS)
    if len(weekend) == len(WEEKDAYS):
        table.wrong("weekend", "no weekday is left open")
    holidays = table.choice("holidays", HOLIDAY_CALENDARS)
    table.no_more()
    return BusinessDays(weekend, holidays)


def _renewal(table: Table) -> Renewal:
    schedules = tuple(_schedule(row) for row in table.tables("schedule"))
    retries = tuple(span.count for span in table.spans("retry_after", ("days",)))
    renewal = Renewal(schedules, table.span("notice", ("days",)).count, retries)
    table.no_more()
    return renewal


def _schedule(table: Table) -> RenewalSchedule:
    terms_from = table.span("terms_from", ("months", "years", "days"), least=1)
    regions = table.texts("regions") if "regions" in table else ()
    lead_days = table.span("charge_before_end", ("days",)).count
    if "announce_before_end" in table and "announce_before_charge" in table:
        table.optional("announce_before_end")
        table.optional("announce_before_charge")
        table.wrong("announce_before_charge", "the announcement is given twice; keep one of the two")
        reminder_days = lead_days
    elif "announce_before_charge" in table:
        reminder_days = lead_days + table.span("announce_before_charge", ("days",)).count
    else:
        reminder_days = table.span("announce_before_end", ("days",)).count
    table.no_more()
    months = {"months": terms_from.count, "years": terms_from.count * 12}.get(terms_from.unit)
    shortest = Interval(months=months) if months else Interval(days=terms_from.count)
    return RenewalSchedule(shortest, regions, lead_days, reminder_days)


def _cancellation(table: Table) -> Cancellation:
    channels = table.choices("channels", ("account", "support", "public_page"))
    table.choice("effective", ("end_of_last_paid_term",))
    table.choice("refund", ("none",))
    undo = table.choice("undo", ("until_the_end", "never"))
    table.no_more()
    return Cancellation(channels, "end_of_last_paid_term", "none", cast(Literal["until_the_end", "never"], undo))


def _refund(table: Table, source: LegalSource) -> RefundRules:
    windows = read_windows(table.table("window", required=False))
    spoken = {name: str(window.length) for name, window in windows.items()}
    spoken["merchant_of_record"] = source.merchant_of_record
    decide_within = table.span("decide_within", ("business days",), least=1)
    rules = RefundRules(
        channels=table.choices("channels", ("account", "support", "public_form")),
        verify=tuple(_check(row) for row in table.tables("verify")),
        decided_by=cast(Literal["specialist", "policy"], table.choice("decided_by", ("specialist", "policy"))),
        decide_within_business_days=decide_within.count,
        credit_business_days=_credit(table),
        second_person_above=_amounts(table.table("second_person_above")),
        goodwill=_goodwill(table.table("goodwill")),
        windows=windows,
        clauses=tuple(read_clause(row, windows, spoken) for row in table.tables("clause")),
    )
    table.no_more()
    return rules


def _credit(table: Table) -> tuple[int, int]:
    text = table.text("credited_after")
    found = _CREDIT.match(text)
    if not found:
        if text:
            table.wrong("credited_after", '"credited_after" must be such as "5 to 7 business days"')
        return (1, 1)
    latest = int(found.group(2))
    earliest = int(found.group(1) or latest)
    if earliest > latest:
        table.wrong("credited_after", f"{earliest} is later than {latest}; write the smaller number first")
    return (earliest, latest)


def _amounts(table: Table) -> dict[str, Money]:
    amounts = {}
    for currency in table:
        written = table.text(currency)
        try:
            amount = Money.parse(written, currency) if written else Money(1, currency)
        except MoneyError as error:
            table.wrong(currency, f'{error}; write a currency and an amount: EUR = "200.00"')
            continue
        if amount.minor < 0:
            table.wrong(currency, "the amount can not be negative")
        amounts[currency] = amount
    return amounts


def _goodwill(table: Table) -> Goodwill:
    until = table.span("until_after_order", ("days",))
    text = table.text("up_to")
    percent = _PERCENT.match(text)
    if text and not (percent and 0 < int(percent.group(1)) <= 100):
        table.wrong("up_to", '"up_to" must be from "1 percent" to "100 percent" of the payment')
    second = table.choice("second_person", ("always", "by_amount"))
    table.no_more()
    share = int(percent.group(1)) if percent else 1
    return Goodwill(until.count, share, cast(Literal["always", "by_amount"], second))


def _check(table: Table) -> Check:
    name = table.choice("fact", CHECKED_FACTS)
    strength = table.choice("strength", get_args(Strength))
    ways = ("by_date",) if name == "purchase_date" else ("ignoring_case", "loosely")
    compared = table.choice("compared", ways)
    tolerance = table.span("tolerance", ("days",)).count if name == "purchase_date" else 0
    table.no_more()
    return Check(name, cast(Strength, strength), cast(Comparison, compared), tolerance)
