"""Rules in few words, for telling two versions of them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from goodterms.domain.counting import interval_in_words, plural
from goodterms.domain.money import Money
from goodterms.domain.policy import Check, RenewalSchedule
from goodterms.domain.rules import Clause, Condition, Fee, Payback, Proration, Test, Window

_TESTS: Mapping[Test, str] = {
    "is": "is",
    "is_not": "is not",
    "at_least": "is at least",
    "at_most": "is at most",
    "more_than": "is more than",
    "less_than": "is less than",
    "before": "is before",
    "on_or_after": "is on or after",
}
_PEOPLE: Mapping[tuple[str, str], str] = {
    ("payment", "initial"): "first purchases",
    ("payment", "renewal"): "renewals",
    ("disputed", "true"): "disputed payments",
    ("disputed", "false"): "payments that are not disputed",
    ("latest_paid_term", "false"): "terms that are not the latest",
    ("latest_paid_term", "true"): "the latest paid term",
    ("asks_for", "part"): "requests for a part of the payment",
    ("asks_for", "all"): "requests for all of the payment",
    ("already_refunded", "all"): "payments that were paid back",
    ("already_refunded", "part"): "payments of which a part was paid back",
    ("already_refunded", "none"): "payments of which nothing was paid back",
}
_ACCESS: Mapping[str, str] = {
    "ends_now": "access ends at once",
    "keep_current_term": "a paid term that has not begun never starts, one that has begun ends at once",
    "unchanged": "access stays as it is",
    "until_unused_part": "access ends where the unused part begins",
    "end_of_billing_month": "access runs to the end of the billing month",
    "end_of_last_paid_term": "access runs to the end of the last paid term",
    "end_of_next_term": "access runs to the end of one more term",
}
_STARTS: Mapping[str, str] = {
    "request": "from the request",
    "next_calendar_month": "from the next calendar month",
    "next_billing_month": "from the next billing month",
    "after_notice": "after the notice",
}


def say_condition(need: Condition) -> str:
    """One condition: "renewals", "inside the window money_back", "plan is annual or monthly"."""
    words = [value.replace("_", " ") for value in need.values]
    if need.test in ("inside", "outside"):
        who = "" if need.fact == "request" else f"{_fact(need.fact)} "
        windows = "window" if len(need.values) == 1 else "windows"
        return f"{who}{need.test} the {windows} {and_list(need.values)}"
    if need.test in ("in_first", "in_last"):
        return f"in the {need.test.removeprefix('in_')} {need.values[0]} of the term"
    if need.test == "given":
        return f"{_fact(need.fact)} is {'known' if need.values == ('true',) else 'absent'}"
    if need.test == "is" and len(need.values) == 1 and (need.fact, need.values[0]) in _PEOPLE:
        return _PEOPLE[need.fact, need.values[0]]
    if need.values in (("true",), ("false",)):
        return _fact(need.fact) if (need.values == ("true",)) == (need.test == "is") else f"not {_fact(need.fact)}"
    return f"{_fact(need.fact)} {_TESTS[need.test]} {or_list(words)}"


def say_whom(conditions: Iterable[Condition]) -> str:
    """Whom a clause is about: all of its conditions."""
    return "; ".join(say_condition(need) for need in conditions) or "everything that no rule before it decides"


def say_result(clause: Clause) -> str:
    """What a clause decides: "grant: all that was paid; access ends at once"."""
    parts = {"grant": "granted", "deny": "denied", "refer": "sent to the seller", "review": "left to a person"}
    words = [parts[clause.outcome]]
    if clause.outcome == "grant":
        words += [
            say_payback(clause.payback),
            *([say_fee(clause.fee)] if clause.fee else []),
            say_access(clause.access),
        ]
    return ", ".join(words)


def say_payback(payback: Payback) -> str:
    """What is paid back."""
    what = {
        "none": "nothing is paid back",
        "full": "all that was paid is paid back",
        "unused_part": f"the unused part is paid back ({say_proration(payback.proration or Proration())})",
        "share": f"{payback.percent} percent are paid back",
        "fixed": f"{say_amounts(payback.fixed)} is paid back",
    }[payback.kind]
    deducted = [_fact(name) for name in payback.less]
    if payback.handling_fee:
        deducted.append(f"a handling fee of {say_amounts(payback.handling_fee)}")
    return f"{what}, less {and_list(deducted)}" if deducted else what


def say_proration(proration: Proration) -> str:
    """How an unused part is reckoned."""
    by = "by the day" if proration.by == "day" else "by whole months"
    start = f"{proration.notice} after the request" if proration.notice else _STARTS[proration.start]
    day = "" if proration.request_day == "used" else ", the day of the request unused"
    rounding = "" if proration.rounding == "half_up" else f", rounded {proration.rounding.replace('_', ' ')}"
    return f"{by} {start}{day}{rounding}"


def say_fee(fee: Fee) -> str:
    """What ending early costs."""
    cap = f", at most {say_amounts(fee.at_most)}" if fee.at_most else ""
    return f"a fee of {fee.percent} percent of the instalments that are not billed yet{cap}"


def say_access(access: str) -> str:
    """What becomes of access."""
    return _ACCESS[access]


def say_window(window: Window) -> str:
    """A window: "30 days from the order, the last day inside"."""
    if window.counted_before is not None:
        opens = f"from {window.opens} to {window.length}" if window.opens else f"up to {window.length}"
        return f"{opens} before the {_anchor(window.counted_before)}"
    words = f"{window.length} from the {_anchor(window.counted_from)}"
    if window.last_day == "exclusive":
        words += ", the last day outside"
    if window.extended_by is not None:
        words += f", {window.extended_by} longer"
    if window.closed_last_day == "next_working_day":
        words += ", to the next working day"
    if window.or_until:
        words += f", closed earlier by {or_list([_fact(name) for name in window.or_until])}"
    return words


def say_schedule(row: RenewalSchedule) -> str:
    """When renewals are announced and charged."""
    days = plural(row.lead_days, "day")
    return f"charged {days} and announced {plural(row.reminder_days, 'day')} before the term ends"


def say_terms(row: RenewalSchedule) -> str:
    """For which terms a schedule is."""
    where = f" in {or_list(row.regions)}" if row.regions else ""
    return f"renewals of terms of {interval_in_words(row.terms_from)} or longer{where}"


def say_check(check: Check) -> str:
    """How a stated fact is compared."""
    strength = "has to match" if check.strength == "must_match" else "supports"
    tolerance = f", {plural(check.tolerance_days, 'day')} more or less" if check.tolerance_days else ""
    return f"{strength}, compared {check.compared.replace('_', ' ')}{tolerance}"


def say_amounts(amounts: Mapping[str, Money]) -> str:
    """Amounts by currency."""
    return or_list([str(amounts[currency]) for currency in sorted(amounts)])


def or_list(words: Iterable[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    return _listed(list(words), "or")


def and_list(words: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return _listed(list(words), "and")


def _listed(words: list[str], last: str) -> str:
    return " ".join([", ".join(words[:-1]), last, words[-1]]) if len(words) > 1 else "".join(words)


def _fact(name: str) -> str:
    return name.replace("_", " ")


def _anchor(name: str) -> str:
    return name.replace("_", " ").replace("term start", "start of the term").replace("term end", "end of the term")
