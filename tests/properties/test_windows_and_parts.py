"""Time and money by themselves: later is never better, days agree with hours, parts add up to the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from goodterms.domain.case import Case
from goodterms.domain.counting import counting_zone
from goodterms.domain.judging.clauses import evaluate, refundable_until
from goodterms.domain.judging.proration import unused_part
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Payback, Proration, Span, Window
from tests.properties.cases import cases
from tests.properties.documents import Draft, drafts, drawn_policies, read, windows
from tests.properties.effort import EFFORT

_DAY = timedelta(days=1)
_PRORATIONS = st.builds(
    Proration,
    by=st.sampled_from(["day", "whole_month"]),
    start=st.sampled_from(["request", "next_calendar_month", "next_billing_month"]),
    request_day=st.sampled_from(["used", "unused"]),
    rounding=st.sampled_from(["half_up", "half_even", "up", "down"]),
)


def forward_only(draft: Draft) -> Policy:
    """A policy that grants all inside one forward window and denies outside."""
    name = draft.windows[0][0]
    clause = f'when.inside_window = "{name}"\noutcome = "grant"\namount = "full"\naccess = "ends_now"'
    return read(replace(draft, refund=(("INSIDE", clause),), cancellation=(), default="deny"))


@EFFORT
@given(drafts(), windows(1, backwards=False), cases("refund"), st.integers(0, 90 * 24))
def test_asking_later_is_never_better(
    draft: Draft, shape: tuple[tuple[str, str], ...], case: Case, hours: int
) -> None:
    """Whoever is inside a forward window was inside at any moment before; once refused, refused for good."""
    policy = forward_only(replace(draft, windows=shape))
    sooner = evaluate(policy, case)
    later = evaluate(policy, replace(case, requested_at=case.requested_at + timedelta(hours=hours)))
    assume("ask" not in (sooner.outcome, later.outcome))
    assert not (sooner.outcome == "deny" and later.outcome == "grant")
    if sooner.outcome == "grant":
        assert sooner.amount == case.left if case.asked is None else sooner.amount <= case.left


@EFFORT
@given(drafts(), cases("refund"))
def test_the_end_of_the_time_to_ask_is_one(draft: Draft, case: Case) -> None:
    """Just before the end that is told the case is granted, if only the sum is open, and from it on it never is."""
    inside = 'when.inside_window = "w0"\noutcome = "grant"\namount = "full"\naccess = "ends_now"'
    policy = read(replace(draft, refund=(*draft.refund, ("INSIDE", inside))))
    ends_at = refundable_until(policy, case)
    if ends_at is None or ends_at <= case.placed_at:
        return
    moment = timedelta(microseconds=1)
    before = evaluate(policy, replace(case, requested_at=ends_at - moment))
    assert before.outcome == "grant" or before.missing == ("value_of_benefits_used",)
    for more in (timedelta(0), _DAY, 40 * _DAY, 400 * _DAY):
        assert evaluate(policy, replace(case, requested_at=ends_at + more)).outcome != "grant"


@EFFORT
@given(drafts(), cases("refund"), st.integers(3, 60), st.integers(-80 * 24, 80 * 24))
def test_days_and_hours_agree_away_from_edges(draft: Draft, case: Case, days: int, hours: int) -> None:
    """Two days and more from its end a window of days is open or closed as one of as many times 24 hours is."""
    assume(abs(hours) >= 48)
    requested_at = case.placed_at + timedelta(days=days, hours=hours)
    assume(case.placed_at <= requested_at)
    asked = replace(case, requested_at=requested_at)
    by_days = forward_only(replace(draft, windows=(("w0", f'length = "{days} days"\ncounted_from = "order"'),)))
    by_hours = forward_only(replace(draft, windows=(("w0", f'length = "{days * 24} hours"\ncounted_from = "order"'),)))
    outcomes = {evaluate(policy, asked).outcome for policy in (by_days, by_hours)}
    assert outcomes == {"grant" if hours < 0 else "deny"}


@EFFORT
@given(drawn_policies(), cases("refund"), _PRORATIONS, st.integers(0, 800))
def test_parts_add_up(policy: Policy, case: Case, proration: Proration, days: int) -> None:
    """Used and unused part make the price, to a minor unit; with time nothing grows, and from all comes nothing."""
    zone = counting_zone(policy.counting, case.buyer_timezone)
    term, price = case.term, case.amount
    at = term.starts_at - 20 * _DAY + timedelta(days=days)
    part, later = (unused_part(proration, term, when, zone) for when in (at, at + _DAY))
    assert 0 <= part.units <= part.whole
    assert term.starts_at <= part.used_until_at <= term.ends_at
    back = part.of(price, proration)
    used = price.share(part.whole - part.units, part.whole)
    assert abs(back.minor + used.minor - price.minor) <= 1
    assert Money(0, price.currency) <= back <= price
    assert later.units <= part.units
    assert unused_part(proration, term, term.ends_at + 40 * _DAY, zone).units == 0
    if proration.start == "request":
        assert unused_part(proration, term, term.starts_at - 3 * _DAY, zone).of(price, proration) == price


@EFFORT
@given(drawn_policies(), cases("refund"), _PRORATIONS)
def test_an_unused_part_is_never_more_than_all(policy: Policy, case: Case, proration: Proration) -> None:
    """The same case granted in full gets at least as much as when only the unused part is paid."""
    default = policy.refund.clauses[-1]
    amounts = []
    for payback in (Payback("full"), Payback("unused_part", proration)):
        clause = replace(default, outcome="grant", payback=payback, access="ends_now")
        rules = replace(policy.refund, clauses=(clause,))
        amounts.append(evaluate(replace(policy, refund=rules), case).amount)
    assert amounts[1] <= amounts[0]


@EFFORT
@given(drafts(), cases("refund"), st.integers(1, 40), st.integers(1, 40))
def test_a_longer_window_is_never_worse(draft: Draft, case: Case, days: int, more: int) -> None:
    """Who is inside a window is inside a longer one from the same anchor, whatever it is counted in."""
    policy = forward_only(replace(draft, windows=(("w0", f'length = "{days} days"\ncounted_from = "order"'),)))
    window = policy.windows["w0"]
    longer: Window = replace(window, length=Span(days + more, "days"))
    extended: Window = replace(window, extended_by=Span(more, "months"))
    for other in (longer, extended):
        wider = replace(policy, windows={"w0": other})
        assert evaluate(policy, case).outcome != "grant" or evaluate(wider, case).outcome == "grant"
