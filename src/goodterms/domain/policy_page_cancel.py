"""The policy page's answers about canceling: how, and what it does (R4-R21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from goodterms.domain.counting import (
    and_days_in_words,
    date_in_words,
    days_in_words,
    interval_in_words,
)
from goodterms.domain.policy import Policy, RenewalSchedule
from goodterms.domain.policy_page_parts import (
    Block,
    Bullets,
    CompanyNames,
    Example,
    Link,
    Paragraph,
    Parts,
    Steps,
    listed,
    plain,
    said,
)
from goodterms.domain.policy_page_refund import grant_for
from goodterms.domain.term import Interval, boundary

_WAYS = {1: "There is one way", 2: "There are two ways", 3: "There are three ways"}


def cancel_blocks(policy: Policy, company: CompanyNames) -> tuple[Block, ...]:
    """How to cancel: one block for each way the policy offers (R4, R5, R9)."""
    channels = policy.cancellation.channels
    blocks: list[Block] = [
        said(
            f"{_WAYS[len(channels)]} to cancel, at any time and without giving a reason. "
            "Nothing changes before you have confirmed. Afterwards we send you the date on which "
            "your access ends."
        )
    ]
    if "account" in channels:
        blocks.append(said(f"In your {company.account}:"))
        blocks.append(
            Steps(
                (
                    ("Sign in to your ", Link(company.account, "account"), "."),
                    ("Open the page of your ", Link("subscription", "subscriptions"), "."),
                    ("Choose Manage subscription.",),
                    ("Choose Cancel subscription, read what it will do, and confirm.",),
                )
            )
        )
    if "support" in channels:
        blocks.append(
            Paragraph(
                (
                    "Through ",
                    Link(company.support, "support"),
                    ": say which subscription is to end, and it is canceled for you with the same effect.",
                )
            )
        )
    if "public_page" in channels:
        blocks.append(Paragraph(("Without signing in, on our ", Link("cancellation page", "cancel_page"), ".")))
    if policy.cancellation.undo == "until_the_end":
        blocks.append(said("You can take a cancellation back for as long as the subscription still runs."))
    return tuple(blocks)


def effect_blocks(policy: Policy, example_term: Interval) -> tuple[Block, ...]:
    """What canceling does: to later charges, to access, and around early billing (R8-R21)."""
    lead = policy.renewal.lead_days(example_term)
    return (
        said(
            "Canceling stops the automatic charges for later terms. The term you have paid for is yours "
            "in full to its very end. Then the subscription ends by itself, "
            "and nothing is charged any more."
        ),
        said(
            "Canceling concerns only payments that are still to come. It returns nothing of a payment "
            "that has been made."
        ),
        *_billing_blocks(policy),
        *(_early_blocks(policy, example_term, lead) if lead else ()),
    )


def _billing_blocks(policy: Policy) -> tuple[Block, ...]:
    """When renewals are charged and announced, and what happens when a card fails (R17)."""
    schedules = policy.renewal.schedules
    blocks: list[Block] = []
    if len({(row.lead_days, row.regions) for row in schedules}) == 1:
        blocks.append(said(f"A renewal is charged {_ahead(schedules[0].lead_days)}."))
        rows: list[Parts] = [(f"for {_whose(row, schedules)}, {_ahead(row.reminder_days)}",) for row in schedules]
        told = "We tell you of it by e-mail beforehand:"
    else:
        rows = [
            plain(
                f"for {_whose(row, schedules)}, we charge {_ahead(row.lead_days)} "
                f"and tell you by e-mail {_ahead(row.reminder_days)}"
            )
            for row in schedules
        ]
        told = "When a renewal is charged, and when we tell you of it, depends on the term:"
    blocks += [Paragraph((told,)), Bullets(tuple(rows))]
    retries = policy.renewal.retry_after_days
    if retries:
        counted = listed([str(days) for days in retries])
        blocks.append(
            said(
                f"If that payment does not go through, we try again {counted} days later, "
                "as long as the running term lasts."
            )
        )
    return tuple(blocks)


def _early_blocks(policy: Policy, term: Interval, lead: int) -> tuple[Block, ...]:
    """Canceling after the next term has been paid, with the worked example (R18-R21)."""
    starts_at = datetime.combine(policy.effective_on, datetime.min.time(), UTC)
    ends_at, next_ends_at = boundary(starts_at, term, 1), boundary(starts_at, term, 2)
    charged_at = ends_at - timedelta(days=lead)
    early = days_in_words(lead)
    blocks: list[Block] = [
        said(
            "Because of this early charge, the next term may be paid already when you cancel. "
            "The subscription then runs on to the end of that next term."
        ),
        Example(
            plain(
                f"A term of {interval_in_words(term)} ends on {date_in_words(ends_at.date())}. "
                f"The next one is charged on {date_in_words(charged_at.date())}, with {early} left. "
                f"Canceled on that day after the charge, the subscription ends on "
                f"{date_in_words(next_ends_at.date())}: {and_days_in_words(term, lead)} later."
            )
        ),
    ]
    way_back = grant_for(policy, "renewal", "upcoming")
    if way_back and way_back.access == "keep_current_term":
        blocks.append(
            Paragraph(
                (
                    f"To have that early payment back and end in {early}, with the running term, ask for a ",
                    Link("refund", "refund_request"),
                    " instead.",
                )
            )
        )
    return tuple(blocks)


def _ahead(days: int) -> str:
    return f"{days_in_words(days)} before the running term ends" if days else "when the running term ends"


def _whose(row: RenewalSchedule, schedules: tuple[RenewalSchedule, ...]) -> str:
    """Which terms a schedule is for, in words."""
    terms = f"terms of {interval_in_words(row.terms_from)} or longer"
    before = [other for other in schedules[: schedules.index(row)] if other.regions == row.regions]
    if before:
        terms = f"shorter terms, from {interval_in_words(row.terms_from)} on"
    return terms + (f" in {listed(row.regions)}" if row.regions else "")
