"""Reading clauses: what a vendor or a law decides, what is paid back, and what becomes of access."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, cast, get_args

from goodterms.domain.money import Money
from goodterms.domain.reading.policy_problems import one_of, suggestion
from goodterms.domain.reading.policy_tables import Table
from goodterms.domain.reading.policy_words import KNOWN_FACTS
from goodterms.domain.reading.rules_conditions import read_conditions
from goodterms.domain.reading.rules_reader import Rulebook, declare, proration_over
from goodterms.domain.reading.rules_sentences import placeholders, read_sentences
from goodterms.domain.rules import Access, Act, Clause, Fee, Outcome, Payback, Proration, Span, Unit

Kind = Literal["refund", "cancellation", "right"]

_CLAUSE_ID = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
_PERCENT = re.compile(r"([0-9]{1,3}) percent", re.ASCII)
_AMOUNTS = ("full", "unused_part", "none", "50 percent")
_STARTS = ("request", "next_calendar_month", "next_billing_month", "after_notice")
_NOTICE_UNITS: tuple[Unit, ...] = ("days", "months")
_OUTCOMES: dict[Kind, Sequence[Outcome]] = {
    "refund": get_args(Outcome),
    "cancellation": ("grant", "deny", "refer"),
    "right": ("grant", "deny"),
}
_ACTS: dict[str, tuple[Act, ...]] = {"refund": ("refund", "withdraw"), "cancellation": ("cancel",)}
_OF_A_GRANT = ("amount", "access", "unused_part", "less", "handling_fee", "fee", "pay_within", "acknowledge")
_ACKNOWLEDGE: Final = "durable_medium_without_undue_delay"


def read_clause(table: Table, book: Rulebook, kind: Kind) -> Clause:
    """One `[[refund.clause]]`, `[[cancellation.clause]]` or, in a law, `[[right]]`."""
    clause_id = read_id(table)
    acts = _ACTS.get(kind) or tuple(cast(Act, act) for act in table.choices("acts", get_args(Act)))
    article = table.text("article") if kind == "right" else None
    conditions = read_conditions(table, book)
    outcome = cast(Outcome, table.choice("outcome", _OUTCOMES[kind]))
    access: Access
    payback, fee, access, pay_within, acknowledge = Payback(), None, "unchanged", None, False
    if not table.report.is_sound(table.at("outcome")):
        pass  # what goes with an outcome that is not understood can be neither missing nor too much
    elif outcome == "grant":
        optional = acts == ("cancel",)
        payback = _payback(table, book, optional=optional)
        access = cast(Access, table.choice("access", get_args(Access)))
        fee = _fee(table, kind)
        if kind == "right":
            pay_within = table.optional_span("pay_within", ("days", "business days"))
            acknowledge = "acknowledge" in table and bool(table.choice("acknowledge", (_ACKNOWLEDGE,)))
    else:
        _only_grants(table, outcome)
    lengths = {} if pay_within is None else {"pay_within": pay_within}
    spoken = placeholders(book, conditions, payback, fee, lengths)
    says = read_sentences(table, spoken, is_law=kind == "right")
    known = _OF_A_GRANT[:5] + {"refund": (), "cancellation": ("fee",), "right": _OF_A_GRANT[6:]}[kind]
    table.may_have(*known)
    table.no_more()
    return Clause(
        id=clause_id,
        says=says,
        acts=acts,
        conditions=conditions,
        outcome=outcome,
        payback=payback,
        access=access,
        fee=fee,
        article=article,
        pay_within=pay_within,
        acknowledge=_ACKNOWLEDGE if acknowledge else None,
    )


def read_id(table: Table) -> str:
    """The id of a clause or a notice: capitals, digits and hyphens."""
    found = table.text("id")
    if found and not _CLAUSE_ID.fullmatch(found):
        meant = "-".join(re.findall("[A-Z0-9]+", found.upper()))
        example = meant if _CLAUSE_ID.fullmatch(meant) else "OUTSIDE-WINDOW"
        table.wrong("id", f'the id "{found}" must be in capitals, digits and hyphens: "{example}"')
    return found


def _only_grants(table: Table, outcome: str) -> None:
    for key in _OF_A_GRANT:
        if key in table:
            table.may_have(key)
            message = f'"{key}" contradicts the outcome "{outcome}": only a grant pays or changes access; leave it out'
            table.wrong_key(key, message)


def _payback(table: Table, book: Rulebook, *, optional: bool) -> Payback:
    """What a grant pays back; a cancellation pays nothing unless it says so."""
    proration = _proration(table, book)
    less, handling = _less(table, book), _handling_fee(table)
    value = table.optional("amount") if optional else table.raw("amount")
    if value is None and optional:
        return Payback(less=less, handling_fee=handling)
    if isinstance(value, dict):
        return Payback("fixed", fixed=table.table("amount").amounts(), less=less, handling_fee=handling)
    percent = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if percent is not None:
        share = int(percent.group(1))
        if not 0 < share <= 100:
            table.wrong("amount", 'a share must be from "1 percent" to "100 percent"')
        return Payback("share", percent=share, less=less, handling_fee=handling)
    if value == "unused_part":
        return Payback("unused_part", proration=proration, less=less, handling_fee=handling)
    if value == "full" or value == "none":
        return Payback(value, less=less, handling_fee=handling)
    _wrong_amount(table, value)
    return Payback()


def _wrong_amount(table: Table, value: object) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        hint = f'the number {value} of "amount" has no unit; write "{value} percent" or {{ EUR = "{value}.00" }}'
        table.wrong("amount", hint)
    elif isinstance(value, str):
        hint = suggestion(value, _AMOUNTS)
        table.wrong("amount", f'"amount" can not be "{value}"; {hint}, or an amount for each currency')
    elif value is not None:
        table.wrong("amount", f'"amount" must be {one_of(_AMOUNTS)}, or {{ EUR = "10.00" }}')


def _proration(table: Table, book: Rulebook) -> Proration:
    """How the unused part of this clause is reckoned: its own words over the document's."""
    written = table.table("unused_part", required=False)
    if "unused_part" in table and table.report.value_at(table.at("amount")) != "unused_part":
        message = '"unused_part" says how an unused part is reckoned: it needs amount = "unused_part"'
        table.wrong_key("unused_part", message)
    plain = proration_over(written, book.proration)
    start = written.choice("from", _STARTS, "request")
    notice: Span | None = None
    if start == "after_notice":
        notice = written.span("notice", _NOTICE_UNITS, least=1)
    elif "notice" in written:
        written.wrong_key("notice", 'a "notice" needs from = "after_notice"')
    if start != "request" and "request_day" in written:
        written.wrong_key(
            "request_day", f'"request_day" has no effect when the part counts from "{start}"; leave it out'
        )
    written.may_have("notice", "request_day")
    written.no_more()
    return Proration(plain.by, cast(Literal["request"], start), plain.request_day, plain.rounding, notice)


def _less(table: Table, book: Rulebook) -> tuple[str, ...]:
    """Facts of the type "amount" that are deducted."""
    if "less" not in table:
        return ()
    names = table.texts("less")
    amounts = tuple(fact.name for fact in book.facts.values() if fact.type == "amount")
    for index, name in enumerate(names):
        fact = book.fact(name)
        if name in amounts or not table.report.is_sound(("facts", name)):
            continue
        if fact is not None and fact.type != "amount":
            hint = f'it is of the type "{fact.type}"; only a fact of the type "amount" can be deducted'
        elif fact is not None:
            hint = "that leaves nothing; name a declared fact such as the value used"
        else:
            hint = declare(KNOWN_FACTS[name]) if name in KNOWN_FACTS else _declared_amounts(name, amounts)
        table.report.problem((*table.at("less"), index), f'"{name}" can not be deducted; {hint}')
    return tuple(name for name in names if name in amounts)


def _handling_fee(table: Table) -> dict[str, Money]:
    """A fixed sum in each currency that is kept of what is paid back."""
    if "handling_fee" not in table:
        return {}
    value = table.optional("handling_fee")
    if not isinstance(value, dict) or not value:
        table.wrong("handling_fee", '"handling_fee" must be an amount for each currency: { EUR = "10.00" }')
        return {}
    return table.table("handling_fee").amounts()


def _declared_amounts(name: str, amounts: Sequence[str]) -> str:
    return suggestion(name, amounts) if amounts else f'declare it: [facts.{name}] with type = "amount"'


def _fee(table: Table, kind: Kind) -> Fee | None:
    """What ending a commitment early costs; only a cancellation has a fee."""
    if "fee" not in table:
        return None
    if kind != "cancellation":
        table.may_have("fee")
        table.wrong_key("fee", 'a "fee" is charged for a cancellation only; write it in a [[cancellation.clause]]')
        return None
    entry = table.table("fee")
    percent = entry.whole_number("percent", most=100)
    entry.choice("of", ("unbilled_instalments",))
    at_most = entry.table("at_most", required=False).amounts()
    entry.no_more()
    return Fee(percent, at_most=at_most)
