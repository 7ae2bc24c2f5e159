"""The policy page's answers about refunds: how to ask, and what a request leads to (R22-R47)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from goodterms.domain.page.policy_page_cancel import clause_rules, place_name
from goodterms.domain.page.policy_page_parts import (
    Block,
    Bullets,
    Example,
    Link,
    Paragraph,
    Parts,
    Steps,
    bullets,
    plain,
    said,
)
from goodterms.domain.policy import LegalSource, Policy
from goodterms.domain.rules import Clause, Window
from goodterms.domain.term import Interval
from goodterms.domain.words import Words
from goodterms.domain.words import statements as say
from goodterms.domain.words.lengths import days_length, span_length
from goodterms.domain.words.ordinary import Ordinary, ordinary


def grants_any(policy: Policy) -> bool:
    """Whether some clause pays something back."""
    return any(clause.outcome == "grant" and clause.payback.kind != "none" for clause in policy.refund.clauses)


def how_blocks(policy: Policy, words: Words, company: str) -> tuple[Block, ...]:
    """What can be refunded, until when, and how to ask for it (R15-R31)."""
    usual = ordinary(policy)
    seller = Paragraph(words.parts("how.seller.rules", **_seller(policy, words)))
    if not grants_any(policy):
        none = said(words.text("how.none"))
        return (seller, none, _rules(policy, words), *_asking_blocks(policy, words, company))
    if usual.simple:
        first = [Paragraph(_until_parts(policy, words, usual)), *_plain_counting(policy, words, usual)]
        return (*first, said(*_kinds(words, usual, company)), *_asking_blocks(policy, words, company))
    return (
        seller,
        said(words.text("how.depends"), words.text("how.rules")),
        _rules(policy, words, effects=True),
        *_every_window(policy, words),
        *_asking_blocks(policy, words, company),
    )


def outcome_blocks(policy: Policy, words: Words, example_term: Interval) -> tuple[Block, ...]:
    """What follows a request: the check, the payment, and what becomes of the subscription (R32-R47)."""
    usual = ordinary(policy)
    credit = say.credit_length(words, policy)
    people = said(*say.people_sentences(words, policy))
    calendar = said(say.business_days_sentence(words, policy))
    if not grants_any(policy):
        answer = words.text("outcome.answer", length=say.decide_length(words, policy))
        return (said(answer), people, said(words.text("outcome.paid.exception", credit=credit)), calendar)
    blocks: list[Block] = [Steps(_course(policy, words, usual)), calendar, people]
    if not usual.simple:
        return (*blocks, said(words.text(f"outcome.canceled.{_canceled_by(policy)}")))
    return (
        *blocks,
        said(words.text("outcome.canceled")),
        Bullets(_access(policy, words, usual, example_term)),
        said(words.text("outcome.rules")),
        _rules(policy, words),
    )


def _canceled_by(policy: Policy) -> str:
    """Whether every refund ends the subscription, most of them, or none: one that leaves access as it is does not."""
    left = {clause.access == "unchanged" for clause in policy.refund.clauses if clause.outcome == "grant"}
    return "rule" if left == {False} else "none" if left == {True} else "most"


def _rules(policy: Policy, words: Words, *, effects: bool = False) -> Block:
    return clause_rules(words, policy, policy.refund.clauses, effects=effects)


def _seller(policy: Policy, words: Words) -> Mapping[str, object]:
    source = policy.legal_source
    return {
        "merchant": source.merchant_of_record,
        "terms": Link(source.terms, "terms", source.url),
        "edition": _edition(words, source),
    }


def _edition(words: Words, source: LegalSource) -> str:
    """Which version of the terms: its date alone where the version is that date, or only a remark without a number."""
    dated = source.version == source.dated_on.isoformat() or not any(char.isdigit() for char in source.version)
    key = "how.edition.dated" if dated else "how.edition"
    return words.text(key, version=source.version, date=words.writing.day(source.dated_on))


def _until_parts(policy: Policy, words: Words, usual: Ordinary) -> Parts:
    """Until when a refund can be asked for, under whose terms (R15, R26)."""
    if len({clause.windows for clause in usual.grants}) == 1:
        until = _until(policy, words, usual.grants[0])
    else:
        kinds = (("how.first_purchases", usual.initial), ("how.renewals", usual.renewal or usual.upcoming))
        until = words.listed(
            [
                words.text("how.until.for", until=_until(policy, words, clause), kind=words.text(kind))
                for kind, clause in kinds
                if clause and clause.outcome == "grant"
            ]
        )
    return words.parts("how.seller", **_seller(policy, words), until=until)


def _until(policy: Policy, words: Words, clause: Clause) -> str:
    if not clause.windows:
        return words.text("how.until.any")
    length = policy.windows[clause.windows[0]].length
    unit = "hours" if length.unit == "hours" else "days"
    return words.text(f"how.until.{unit}", length=span_length(words, length))


def _plain_counting(policy: Policy, words: Words, usual: Ordinary) -> tuple[Block, ...]:
    """How the days are counted, with an example (R24, R25)."""
    windows = [policy.windows[name] for name in usual.windows]
    if not windows:
        return ()
    in_days = [window for window in windows if window.length.unit != "hours"]
    zone = say.zone_sentence(words, policy)
    if not in_days:
        return (said(_renewal_moment(words, usual), words.text("how.hours")),)
    hours = words.text("how.hours") if len(in_days) < len(windows) else ""
    counted = said(_renewal_date(words, usual), words.text("how.day0"), hours, zone)
    return (counted, *(_window_example(policy, words, window) for window in in_days))


def _renewal_date(words: Words, usual: Ordinary) -> str:
    return words.text("how.renewal_date") if _renews(usual) else ""


def _renewal_moment(words: Words, usual: Ordinary) -> str:
    return words.text("how.renewal_moment") if _renews(usual) else ""


def _renews(usual: Ordinary) -> bool:
    return any(clause and clause.outcome == "grant" for clause in (usual.renewal, usual.upcoming))


def _window_example(policy: Policy, words: Words, window: Window) -> Example:
    ordered_on = policy.effective_on
    last_on = ordered_on + timedelta(days=window.length.count)
    ordered, last = words.writing.day(ordered_on), words.writing.day(last_on)
    return Example(plain(words.text("how.example", ordered=ordered, last=last)))


def _every_window(policy: Policy, words: Words) -> tuple[Block, ...]:
    """All windows that the rules name, with how they are counted, and an example of the first that is in days."""
    clauses = (*policy.refund.clauses, *policy.cancellation.clauses)
    used = dict.fromkeys(name for clause in clauses for name in clause.windows)
    if not used:
        return ()
    windows = [policy.windows[name] for name in used]
    from_orders = [window for window in windows if window.counted_from == "order"]
    in_hours = all(window.length.unit == "hours" for window in windows)
    if in_hours and len(from_orders) == len(windows):
        lines = [say.window_sentence(words, policy, window) for window in windows]
        counting = said(words.text("how.renewal_moment"), words.text("how.hours"))
        return (said(words.text("how.windows")), bullets(*dict.fromkeys(lines)), counting)
    date = words.text("how.renewal_date") if from_orders else ""
    ways = {" ".join(say.counting_sentences(words, window)): None for window in windows}
    if len(ways) == 1:
        lines = [say.window_sentence(words, policy, window) for window in windows]
    else:
        lines = [say.window_sentences(words, policy, window) for window in windows]
    counting = said(date, *(ways if len(ways) == 1 else ()), say.zone_sentence(words, policy))
    in_days = next((window for window in windows if _ends_on_a_day(window)), None)
    example = (_last_day_example(policy, words, in_days),) if in_days else ()
    return (said(words.text("how.windows")), bullets(*dict.fromkeys(lines)), counting, *example)


def _ends_on_a_day(window: Window) -> bool:
    """Whether the last day is found by adding days to a date."""
    plain_end = window.extended_by is None and window.closed_last_day == "counts" and not window.or_until
    return (
        plain_end and window.counted_before is None and window.last_day == "inclusive" and window.length.unit == "days"
    )


def _last_day_example(policy: Policy, words: Words, window: Window) -> Example:
    last_on = policy.effective_on + timedelta(days=window.length.count)
    return Example(
        plain(
            words.text(
                "how.example.window",
                ordered=words.writing.day(policy.effective_on),
                last=words.writing.day(last_on),
                length=span_length(words, window.length),
            )
        )
    )


def _kinds(words: Words, usual: Ordinary, company: str) -> list[str]:
    """Which payments are refundable, and who else to ask (R27-R29)."""
    names = []
    if usual.initial and usual.initial.outcome == "grant":
        names.append(words.text("how.kind.initial", store=place_name(words, "store", company)))
    if _renews(usual):
        names.append(words.text("how.kind.renewal"))
    key = "how.kinds" if usual.latest_only else "how.kinds.any"
    said = [words.text(key, kinds=words.listed(names))] if names else []
    return [*said, words.text("how.others")] if usual.refers else said


def _asking_blocks(policy: Policy, words: Words, company: str) -> tuple[Block, ...]:
    """The ways to ask, and what to have at hand (R30, R31); nothing where no rule leaves anything to ask for."""
    if all(clause.outcome in ("deny", "refer") for clause in policy.refund.clauses):
        return ()
    return (
        said(words.text("how.ask")),
        Bullets(_ways(policy, words, company)),
        said(words.text("how.have")),
        bullets(*_facts(policy, words)),
        said(*say.verify_sentences(words, policy)),
    )


def _ways(policy: Policy, words: Words, company: str) -> tuple[Parts, ...]:
    account = Link(place_name(words, "account", company), "refund_request")
    support = Link(place_name(words, "support", company), "support")
    form = Link(words.text("how.ask.form.link"), "refund_form")
    ways = {
        "account": words.parts("how.ask.account", account=account),
        "support": words.parts("how.ask.support", support=support),
        "public_form": words.parts("how.ask.form", form=form),
    }
    return tuple(ways[channel] for channel in policy.refund.channels)


def _facts(policy: Policy, words: Words) -> list[str]:
    """The facts to have ready, name and e-mail in one line where both are asked for (R31)."""
    asked = {check.name for check in policy.refund.verify}
    lines = [words.text("how.have.date")] if "purchase_date" in asked else []
    if asked & {"name", "email"}:
        person = "both" if {"name", "email"} <= asked else (asked & {"name", "email"}).pop()
        lines.append(words.text(f"how.have.person.{person}"))
    if "order_number" in asked:
        lines.append(words.text("how.have.number"))
    return lines


def _course(policy: Policy, words: Words, usual: Ordinary) -> tuple[Parts, ...]:
    checked = words.text(f"outcome.check.{policy.refund.decided_by}", length=say.decide_length(words, policy))
    paid = words.text(
        "outcome.paid.full" if usual.simple else "outcome.paid.rule",
        to=say.destination_phrase(words, policy),
        credit=say.credit_length(words, policy),
    )
    tax = words.text(f"tax.{policy.refund.tax}")
    return (plain(checked), words.parts("outcome.ask"), words.parts("outcome.denied"), plain(f"{paid} {tax}"))


def _access(policy: Policy, words: Words, usual: Ordinary, example_term: Interval) -> tuple[Parts, ...]:
    """What becomes of the subscription in each case the policy grants (R42-R47)."""
    lead = policy.renewal.lead_days(example_term)
    cases = (
        ("initial.running", usual.initial),
        ("renewal.running", usual.renewal),
        ("renewal.upcoming.early" if lead else "renewal.upcoming", usual.upcoming),
    )
    items: list[Parts] = []
    for key, clause in cases:
        if clause and clause.outcome == "grant":
            ends = clause.access == "keep_current_term" and "running" in key  # one that has begun ends
            access = words.text(f"outcome.access.{'ends_now' if ends else clause.access}")
            items.append(words.parts(f"outcome.{key}", access=access, early=days_length(words, lead)))
    if usual.over and usual.over.outcome == "grant":
        items.append(words.parts("outcome.over"))
    return tuple(items)
