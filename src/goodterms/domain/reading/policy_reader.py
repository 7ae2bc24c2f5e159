"""Reading a policy document (TOML) into a `Policy`, or refusing it with every problem and its place."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Literal, cast, get_args

from goodterms.domain.policy import (
    Cancellation,
    Check,
    Comparison,
    Disputes,
    Goodwill,
    LegalSource,
    Policy,
    PriceChange,
    RefundRules,
    Renewal,
    RenewalSchedule,
    Strength,
)
from goodterms.domain.reading.document_reader import canonical_text, open_document
from goodterms.domain.reading.policy_checks import check_policy
from goodterms.domain.reading.policy_head_reader import read_business_days, read_counting, read_sold_in, read_url
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_tables import Table
from goodterms.domain.reading.policy_words import CHECKED_FACTS
from goodterms.domain.reading.rules_clauses import read_clause
from goodterms.domain.reading.rules_reader import Rulebook, read_facts, read_proration, read_windows
from goodterms.domain.reading.texts_reader import read_texts
from goodterms.domain.rules import Clause
from goodterms.domain.term import Interval
from goodterms.domain.value import replace

__all__ = ["canonical_text", "parse_policy"]

_NAME = re.compile(r"(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*")
_HIGHEST_VERSION = 1_000_000
_CREDIT = re.compile(r"(?:([0-9]{1,3}) to )?([0-9]{1,3}) business days?", re.ASCII)
_PERCENT = re.compile(r"([0-9]{1,3}) percent", re.ASCII)
_NOTHING = "none"
_DESTINATIONS = ("original_method", "credit", "by_agreement")


def parse_policy(text: str, source: str) -> Policy:
    """Read a policy document; `source` names it in messages.

    Raises PolicyError with all problems at once: what is ambiguous, lacks a default, contradicts itself or is
    not understood is refused, never guessed. The digest is the SHA-256 of the canonical text (R26, R50).
    """
    text, root = open_document(text, source)
    policy = _policy(root, text)
    root.no_more()
    check_policy(policy, root.report)
    if root.report.problems:
        raise PolicyError(root.report.problems)
    return replace(policy, warnings=root.report.sorted_warnings())


def _policy(root: Table, text: str) -> Policy:
    head = root.table("policy")
    source = _legal_source(head.table("source"))
    counting, last_day = read_counting(root.table("counting"), zone_required=True)
    facts = read_facts(root.table("facts", required=False))
    windows = read_windows(root.table("window", required=False), facts, last_day)
    proration = read_proration(root.table("proration", required=False))
    book = Rulebook(facts, windows, proration, {"merchant_of_record": source.merchant_of_record})
    titles = read_texts(head, "title", required=True)
    policy = Policy(
        name=_name(head),
        version=head.whole_number("version", most=_HIGHEST_VERSION),
        effective_on=head.day("effective_on"),
        title=titles.get("en", ""),
        legal_source=source,
        counting=counting,
        business_days=read_business_days(root.table("business_days")),
        renewal=_renewal(root.table("renewal")),
        cancellation=_cancellation(root.table("cancellation"), book),
        refund=_refund(root.table("refund"), book),
        windows=windows,
        facts=facts,
        digest=sha256(text.encode()).hexdigest(),
        text=text,
        titles=titles,
        sold_in=read_sold_in(head, "sold_in"),
        price_change=_price_change(root),
        disputes=_disputes(root),
    )
    head.no_more()
    return policy


def _name(head: Table) -> str:
    name = head.text("name")
    if name and not _NAME.fullmatch(name):
        head.wrong("name", f'the name "{name}" must be in small letters, digits and hyphens: "my-policy"')
    return name


def _legal_source(table: Table) -> LegalSource:
    source = LegalSource(
        merchant_of_record=table.text("merchant_of_record"),
        terms=table.text("terms"),
        version=table.text("version"),
        dated_on=table.day("dated_on"),
        url=read_url(table),
    )
    table.no_more()
    return source


def _renewal(table: Table) -> Renewal:
    schedules = tuple(_schedule(row) for row in table.tables("schedule"))
    renewal = Renewal(schedules, table.span("notice", ("days",)).count, _retries(table))
    table.no_more()
    return renewal


def _retries(table: Table) -> tuple[int, ...]:
    return tuple(span.count for span in table.spans("retry_after", ("days",)))


def _schedule(table: Table) -> RenewalSchedule:
    terms_from = table.span("terms_from", ("months", "years", "days"), least=1)
    regions = table.texts("regions") if "regions" in table else ()
    lead_days = table.span("charge_before_end", ("days",)).count
    if "announce_before_end" in table and "announce_before_charge" in table:
        table.may_have("announce_before_end", "announce_before_charge")
        table.wrong_key("announce_before_charge", "the announcement is given twice; keep one of the two")
        reminder_days = lead_days
    elif "announce_before_charge" in table:
        reminder_days = lead_days + table.span("announce_before_charge", ("days",)).count
    else:
        reminder_days = table.span("announce_before_end", ("days",)).count
    retries = _retries(table) if "retry_after" in table else None
    table.may_have("regions", "announce_before_charge", "retry_after")
    table.no_more()
    months = {"months": terms_from.count, "years": terms_from.count * 12}.get(terms_from.unit)
    shortest = Interval(months=months) if months else Interval(days=terms_from.count)
    return RenewalSchedule(shortest, regions, lead_days, reminder_days, retries)


def _cancellation(table: Table, book: Rulebook) -> Cancellation:
    channels = table.choices("channels", ("account", "support", "public_page"))
    undo = cast(Literal["until_the_end", "never"], table.choice("undo", ("until_the_end", "never")))
    if "clause" in table:
        for key in ("effective", "refund"):
            if key in table:
                table.may_have(key)
                table.wrong_key(key, f'keep one of the two: "{key}" or the clauses, which say what cancelling does')
        clauses = tuple(read_clause(row, book, "cancellation") for row in table.tables("clause"))
    else:
        table.choice("effective", ("end_of_last_paid_term",))
        table.choice("refund", ("none",))
        table.may_have("clause")
        clauses = (_standard(),)
    table.no_more()
    return Cancellation(channels, undo, clauses)


def _standard() -> Clause:
    """What `effective` and `refund` say in short: later charges stop, nothing is paid back, what is paid runs out."""
    return Clause("STANDARD", {}, ("cancel",), (), "grant", access="end_of_last_paid_term")


def _refund(table: Table, book: Rulebook) -> RefundRules:
    if "window" in table:
        table.may_have("window")
        hint = "windows stand at the top, for refunds and cancellations alike: write [window.NAME]"
        table.wrong_key("window", hint)
    destinations = table.choices("destinations", _DESTINATIONS) if "destinations" in table else ()
    rules = RefundRules(
        channels=table.choices("channels", ("account", "support", "public_form")),
        verify=tuple(_check(row) for row in table.tables("verify")),
        decided_by=cast(Literal["specialist", "policy"], table.choice("decided_by", ("specialist", "policy"))),
        decide_within_business_days=table.span("decide_within", ("business days",), least=1).count,
        credit_business_days=_credit(table),
        second_person_above=table.table("second_person_above").amounts(),
        goodwill=_goodwill(table.table("goodwill")) if "goodwill" in table else Goodwill(),
        clauses=tuple(read_clause(row, book, "refund") for row in table.tables("clause")),
        destinations=cast(tuple[Literal["original_method"], ...], destinations or ("original_method",)),
        tax=cast(Literal["refunded", "kept"], table.choice("tax", ("refunded", "kept"), "refunded")),
    )
    table.may_have("destinations", "goodwill")
    table.no_more()
    return rules


def _credit(table: Table) -> tuple[int, int]:
    text = table.text("credited_after")
    found = _CREDIT.fullmatch(text)
    if not found:
        if text:
            table.wrong("credited_after", '"credited_after" must be such as "5 to 7 business days"')
        return (1, 1)
    latest = int(found.group(2))
    earliest = int(found.group(1) or latest)
    if earliest > latest:
        table.wrong("credited_after", f"{earliest} is later than {latest}; write the smaller number first")
    return (earliest, latest)


def _goodwill(table: Table) -> Goodwill:
    until = table.span("until_after_order", ("days",))
    text = table.text("up_to")
    percent = _PERCENT.fullmatch(text)
    if text and text != _NOTHING and not (percent and int(percent.group(1)) <= 100):
        table.wrong("up_to", '"up_to" must be from "1 percent" to "100 percent" of the payment, or "none"')
    second = table.choice("second_person", ("always", "by_amount"))
    table.no_more()
    share = int(percent.group(1)) if percent else 0 if text == _NOTHING else 1
    return Goodwill(until.count, share, cast(Literal["always", "by_amount"], second))


def _check(table: Table) -> Check:
    name = table.choice("fact", CHECKED_FACTS)
    strength = table.choice("strength", get_args(Strength))
    ways = ("by_date",) if name == "purchase_date" else ("ignoring_case", "loosely")
    compared = table.choice("compared", ways)
    tolerance = table.span("tolerance", ("days",)).count if name == "purchase_date" else 0
    table.no_more()
    return Check(name, cast(Strength, strength), cast(Comparison, compared), tolerance)


def _price_change(root: Table) -> PriceChange | None:
    table = root.table("price_change", required=False)
    if "price_change" not in root:
        return None
    notice = table.span("notice", ("days",), least=1).count
    consent = cast(Literal["needed", "not_needed"], table.choice("consent", ("needed", "not_needed")))
    table.no_more()
    return PriceChange(notice, consent)


def _disputes(root: Table) -> Disputes | None:
    table = root.table("dispute", required=False)
    if "dispute" not in root:
        return None
    renewal = cast(Literal["stops", "goes_on"], table.choice("renewal", ("stops", "goes_on")))
    lost = cast(Literal["ends_access", "keeps_access"], table.choice("lost", ("ends_access", "keeps_access")))
    if renewal == "goes_on" and lost == "ends_access":
        table.wrong(
            "lost", 'with renewal = "goes_on" it has to be "keeps_access": access would end and be charged again'
        )
    table.no_more()
    return Disputes(renewal, lost)
