"""The policy page's answers about canceling: how, and what it does (R4-R21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from goodterms.domain.page.policy_page_parts import (
    Block,
    Example,
    Link,
    Paragraph,
    Parts,
    Rules,
    Steps,
    bullets,
    plain,
    said,
)
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Clause
from goodterms.domain.term import Interval, boundary
from goodterms.domain.words import Words
from goodterms.domain.words import statements as say
from goodterms.domain.words.clauses import page_sentence, said_sentence
from goodterms.domain.words.lengths import days_length, interval_length
from goodterms.domain.words.ordinary import ordinary

#: The words on the buttons of the account, which are the same on every page.
_MANAGE, _CANCEL = "Manage subscription", "Cancel subscription"


def place_name(words: Words, place: str, company: str) -> str:
    """What the page calls the account, the support or the store of a company, or of one that is not named."""
    return words.text(f"place.{place}.named" if company else f"place.{place}", company=company)


def pays_back(policy: Policy) -> bool:
    """Whether a cancellation can pay something back by itself."""
    return any(clause.outcome == "grant" and clause.payback.kind != "none" for clause in policy.cancellation.clauses)


def is_plain(policy: Policy) -> bool:
    """Whether every cancellation stops later charges, pays nothing back and lets the paid terms run out."""
    return all(
        clause.outcome == "grant"
        and clause.payback.kind == "none"
        and clause.fee is None
        and clause.access == "end_of_last_paid_term"
        for clause in policy.cancellation.clauses
    )


def clause_rules(words: Words, policy: Policy, clauses: tuple[Clause, ...], *, effects: bool) -> Rules:
    """Clauses with their sentences: the vendor's own where there is one in the language.

    With `effects` each says besides what it pays and what becomes of access, which nothing else on the page tells.
    """
    say_clause = page_sentence if effects else said_sentence
    alone = len(clauses) == 1
    return Rules(tuple((clause.id, say_clause(words, policy, clause, alone=alone)) for clause in clauses))


def cancel_blocks(policy: Policy, words: Words, company: str) -> tuple[Block, ...]:
    """How to cancel: one block for each way the policy offers (R4, R5, R9)."""
    channels = policy.cancellation.channels
    free = all(clause.outcome == "grant" for clause in policy.cancellation.clauses)
    blocks: list[Block] = [
        said(
            words.text(f"cancel.ways.{len(channels)}"),
            words.text("cancel.free") if free else "",
            words.text("cancel.confirm"),
        )
    ]
    account = place_name(words, "account", company)
    if "account" in channels:
        blocks += [said(words.text("cancel.account", account=account)), Steps(_steps(words, account))]
    if "support" in channels:
        support = Link(place_name(words, "support", company), "support")
        blocks.append(Paragraph(words.parts("cancel.support", support=support)))
    if "public_page" in channels:
        page = Link(words.text("cancel.public.link"), "cancel_page")
        blocks.append(Paragraph(words.parts("cancel.public", page=page)))
    blocks.append(said(words.text(f"cancel.undo.{policy.cancellation.undo}")))
    return tuple(blocks)


def _steps(words: Words, account: str) -> tuple[Parts, ...]:
    subscription = Link(words.text("cancel.step.page.link"), "subscriptions")
    return (
        words.parts("cancel.step.sign_in", account=Link(account, "account")),
        words.parts("cancel.step.page", subscription=subscription),
        words.parts("cancel.step.manage", button=_MANAGE),
        words.parts("cancel.step.confirm", button=_CANCEL),
    )


def effect_blocks(policy: Policy, words: Words, example_term: Interval) -> tuple[Block, ...]:
    """What canceling does: to later charges, to access, and around early billing (R8-R21)."""
    plain_one = is_plain(policy)
    blocks: list[Block] = []
    if plain_one:
        blocks += [said(words.text("effect.stops")), said(words.text("effect.future"))]
    else:
        stops = all(clause.access != "end_of_next_term" for clause in policy.cancellation.clauses)
        blocks.append(said(words.text("effect.stops.only") if stops else "", words.text("effect.depends")))
    if not plain_one or len(policy.cancellation.clauses) > 1:
        blocks.append(clause_rules(words, policy, policy.cancellation.clauses, effects=not plain_one))
    blocks += _billing_blocks(policy, words)
    lead = policy.renewal.lead_days(example_term)
    return (*blocks, *_example_blocks(policy, words, example_term, lead, plain_one=plain_one))


def _billing_blocks(policy: Policy, words: Words) -> list[Block]:
    """When renewals are charged and announced, what happens when a card fails or a price rises (R17)."""
    charged = say.charge_sentence(words, policy)
    blocks: list[Block] = [
        said(charged, words.text("renew.told" if charged else "renew.depends")),
        bullets(*say.schedule_rows(words, policy)),
    ]
    notice, retries = say.notice_sentence(words, policy), [text for _, text in say.retry_sentences(words, policy)]
    if notice or retries:
        blocks.append(said(notice, *retries))
    for sentences in (say.price_sentences(words, policy), say.dispute_sentences(words, policy)):
        if sentences:
            blocks.append(said(*sentences))
    return blocks


def _example_blocks(policy: Policy, words: Words, term: Interval, lead: int, *, plain_one: bool) -> list[Block]:
    """The worked example, and what canceling means once the next term has been paid (R18-R21)."""
    starts_at = datetime.combine(policy.effective_on, datetime.min.time(), UTC)
    ends_at, next_ends_at = boundary(starts_at, term, 1), boundary(starts_at, term, 2)
    early = days_length(words, lead)
    values = {
        "term": interval_length(words, term),
        "ends": words.writing.day(ends_at.date()),
        "charged": words.writing.day((ends_at - timedelta(days=lead)).date()),
        "next_ends": words.writing.day(next_ends_at.date()),
        "early": early,
        "both": interval_length(words, term, lead),
    }
    if not lead:
        key = "effect.example.no_lead" if plain_one else "effect.example.at_end"
        return [Example(plain(words.text(key, **values)))]
    if not plain_one:
        example = Example(plain(words.text("effect.example.charge", **values)))
        return [said(words.text("effect.early.rules")), example]
    blocks: list[Block] = [
        said(words.text("effect.early")),
        Example(plain(words.text("effect.example", **values))),
    ]
    way_back = ordinary(policy).upcoming
    if way_back and way_back.outcome == "grant" and way_back.access == "keep_current_term":
        refund = Link(words.text("effect.way_back.link"), "refund_request")
        blocks.append(Paragraph(words.parts("effect.way_back", early=early, refund=refund)))
    return blocks
