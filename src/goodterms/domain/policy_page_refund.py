"""The policy page's answers about refunds: how to ask, and what a request leads to (R22-R47)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from goodterms.domain.counting import date_in_words, days_in_words, plural
from goodterms.domain.policy import Clause, Policy, Window
from goodterms.domain.policy_page_parts import (
    Block,
    Bullets,
    CompanyNames,
    Example,
    Link,
    Paragraph,
    Parts,
    Rules,
    Steps,
    listed,
    plain,
    said,
)
from goodterms.domain.term import Interval

_ORDINARY: Mapping[str, str] = {
    "latest_paid_term": "true",
    "already_refunded": "none",
    "asks_for": "all",
    "disputed": "false",
}


def grant_for(policy: Policy, payment: str, term: str) -> Clause | None:
    """The clause that pays an ordinary payment back in time, by its kind and the state of its term."""
    facts = {**_ORDINARY, "payment": payment, "term": term}
    for clause in policy.refund.clauses:
        needs = [need for need in clause.conditions if need.fact != "sales_channel"]
        if clause.outcome == "grant" and all((facts[n.fact] in n.any_of) != n.negated for n in needs):
            return clause
    return None


def grants(policy: Policy) -> list[Clause]:
    """The clauses for ordinary first purchases and renewals, as far as the policy has them."""
    found = [
        grant_for(policy, payment, term) for payment in ("initial", "renewal") for term in ("running", "upcoming")
    ]
    return [clause for clause in dict.fromkeys(found) if clause is not None]


def how_blocks(policy: Policy, company: CompanyNames) -> tuple[Block, ...]:
    """What can be refunded, until when, and how to ask for it (R15-R31)."""
    if not grants(policy):
        return (said("Payments are not refunded under this policy."), _rules(policy))
    return (
        Paragraph(_window_parts(policy)),
        *_counting_blocks(policy),
        said(
            f"Refundable are {_kinds(policy, company)}, each for the latest term you have paid for. "
            "Whoever else took a payment (an app store, a shop, a provider) is the one to ask for it back."
        ),
        said("You can ask for a refund:"),
        Bullets(_ways(policy, company)),
        said("Please have at hand:"),
        Bullets(_facts(policy)),
    )


def outcome_blocks(policy: Policy, example_term: Interval) -> tuple[Block, ...]:
    """What follows a request: the check, the payment, and what becomes of the subscription (R32-R47)."""
    if not grants(policy):
        return (said(f"You receive an answer within {_decide_within(policy)}, with the rule it follows."),)
    return (
        Steps(_course(policy)),
        said("Once the refund has been initiated, the subscription is canceled:"),
        Bullets(_access(policy, example_term)),
        said("These are the rules, in the order in which they are tried. The first that fits decides."),
        _rules(policy),
    )


def _window_parts(policy: Policy) -> Parts:
    source = policy.legal_source
    windows = list(dict.fromkeys(clause.window for clause in grants(policy)))
    start: Parts = (
        "Our official seller is ",
        f"{source.merchant_of_record}. Under its ",
        Link(source.terms, "terms", source.url),
        f" (version {source.version}, dated {date_in_words(source.dated_on)}) ",
    )
    if len(windows) == 1:
        return (*start, f"a refund can be asked for {_within(policy, windows[0])}.")
    each = [
        f"{_within(policy, clause.window)} for {_KINDS[payment]}"
        for payment in ("initial", "renewal")
        if (clause := grant_for(policy, payment, "running"))
    ]
    return (*start, f"a refund can be asked for {listed(each)}.")


def _within(policy: Policy, name: str | None) -> str:
    if name is None:
        return "at any time"
    length = policy.refund.windows[name].length
    return f"up to {length} after the {'moment' if length.unit == 'hours' else 'date'} of the order"


def _counting_blocks(policy: Policy) -> tuple[Block, ...]:
    """How the days are counted, with an example (R24, R25)."""
    names = [clause.window for clause in grants(policy) if clause.window is not None]
    blocks: list[Block] = []
    renewal = "For a renewal, the date of the order is the day on which it was charged. "
    if not names:
        return ()
    window = policy.refund.windows[names[0]]
    if window.length.unit == "hours":
        return (Paragraph((renewal + "The hours run from the moment of the order.",)),)
    whose = f"in the time zone {policy.timezone}"
    if policy.counting.buyer_timezone == "overrides":
        whose = f"in the time zone of your order, and {whose} where the order has none"
    blocks.append(
        said(f"{renewal}The day of the order itself is not counted, and the last day counts until midnight, {whose}.")
    )
    return (*blocks, _window_example(policy, window))


def _window_example(policy: Policy, window: Window) -> Example:
    ordered_on = policy.effective_on
    last_on = ordered_on + timedelta(days=window.length.count)
    return Example(
        plain(
            f"For an order of {date_in_words(ordered_on)}, the last day to ask is "
            f"{date_in_words(last_on)}; a request on the day after comes too late."
        )
    )


_KINDS = {"initial": "first purchases", "renewal": "automatic renewals"}


def _kinds(policy: Policy, company: CompanyNames) -> str:
    names = []
    if grant_for(policy, "initial", "running"):
        names.append(f"payments for a purchase in {company.store}")
    if grant_for(policy, "renewal", "running") or grant_for(policy, "renewal", "upcoming"):
        names.append("automatic renewal payments")
    return listed(names)


def _ways(policy: Policy, company: CompanyNames) -> tuple[Parts, ...]:
    ways: Mapping[str, Parts] = {
        "account": ("in your ", Link(company.account, "refund_request")),
        "support": ("through ", Link(company.support, "support")),
        "public_form": ("without signing in, with the ", Link("refund form", "refund_form")),
    }
    return tuple(ways[channel] for channel in policy.refund.channels)


def _facts(policy: Policy) -> tuple[Parts, ...]:
    """The facts to have ready, name and e-mail in one line where both are asked for (R31)."""
    asked = [check.name for check in policy.refund.verify]
    person = [word for name, word in (("name", "name"), ("email", "e-mail address")) if name in asked]
    lines: list[Parts] = []
    if "purchase_date" in asked:
        lines.append(("the date of purchase",))
    if person:
        lines.append((f"the {listed(person)} given with the purchase",))
    if "order_number" in asked:
        lines.append(("the order number",))
    return tuple(lines)


def _decide_within(policy: Policy) -> str:
    return plural(policy.refund.decide_within_business_days, "business day")


def _course(policy: Policy) -> tuple[Parts, ...]:
    earliest, latest = policy.refund.credit_business_days
    credit = plural(latest, "business day") if earliest == latest else f"{earliest}-{latest} business days"
    who = "A support specialist checks" if policy.refund.decided_by == "specialist" else "We check"
    return (
        plain(
            f"{who} that what you told us agrees with the order and that the rules below are met. "
            f"You hear from us within {_decide_within(policy)}."
        ),
        plain(
            "If something is missing or does not agree, we ask you. Your request keeps the date "
            "on which it first reached us."
        ),
        ("If a rule stands against a refund, we tell you which one, and the dates we used.",),
        plain(
            "If the refund is confirmed, we initiate it: the full amount, to the means of payment you used. "
            f"It is credited to you within {credit} of its initiation. Business days follow the calendar "
            f"of the {policy.business_days.holidays}."
        ),
    )


def _access(policy: Policy, example_term: Interval) -> tuple[Parts, ...]:
    """What becomes of the subscription in each case the policy grants (R42-R47)."""
    lead = policy.renewal.lead_days(example_term)
    early = f", that is, in the {days_in_words(lead)} between its charge and its start" if lead else ""
    cases = (
        ("initial", "running", "A first purchase with an active subscription"),
        ("renewal", "running", "A renewal whose term has begun"),
        ("renewal", "upcoming", f"A renewal whose term has not yet begun{early}"),
    )
    effects = {
        "ends_now": "the subscription expires at once.",
        "keep_current_term": "the next term does not start, and the current term continues in full until its own end.",
        "unchanged": "access stays as it is.",
    }
    items: list[Parts] = []
    for payment, term, words in cases:
        clause = grant_for(policy, payment, term)
        if clause:
            items.append((f"{words}: {effects[clause.access]}",))
    if grant_for(policy, "initial", "ended") or grant_for(policy, "renewal", "ended"):
        items.append(("A subscription that is over already: only the money is paid back.",))
    return tuple(items)


def _rules(policy: Policy) -> Rules:
    return Rules(tuple((clause.id, clause.says) for clause in policy.refund.clauses))
