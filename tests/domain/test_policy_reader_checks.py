"""Contradictions in policies: rules nobody reaches, windows and charges out of step, money against access."""

from __future__ import annotations

import pytest

from goodterms import policies
from goodterms.domain.reading.policy_reader import parse_policy
from tests.support.rules_documents import FULL, REFERENCE, Mistake, changed, mistakes, problems_of, remarks_on, told


@pytest.mark.parametrize("mistake", mistakes("contradictions"), ids=str)
def test_each_contradiction_is_told_at_its_place(mistake: Mistake) -> None:
    """Line, column, the text concerned and what would be right, to the letter."""
    assert told(FULL, mistake)


@pytest.mark.parametrize(
    ("earlier", "later", "is_hidden"),
    [
        ('length = "14 days"', 'length = "15 days"', False),
        ('length = "15 days"', 'length = "14 days"', True),
        ('length = "14 days"', 'length = "14 days"', True),
        ('length = "14 days"', 'length = "14 days"\nlast_day = "inclusive"', False),
        ('length = "30 days"', 'length = "720 hours"', False),  # from noon to noon, but a day without 24 hours
        ('length = "30 days"\nlast_day = "inclusive"', 'length = "718 hours"', True),
        ('length = "1 month"', 'length = "30 days"', False),
        ('length = "1 month"', 'length = "27 days"', False),
        ('length = "1 month"', 'length = "26 days"', True),
        ('length = "12 months"', 'length = "1 year"', True),
        ('length = "13 months"', 'length = "1 year"', True),
        ('length = "9 business days"', 'length = "9 days"', False),
        ('length = "14 days"\nextended_by = "1 month"', 'length = "14 days"', True),
        ('length = "14 days"', 'length = "13 days"\nextended_by = "1 month"', False),
        ('length = "14 days"', 'length = "13 days"\nclosed_last_day = "next_working_day"', False),
        ('length = "14 days"\nclosed_last_day = "next_working_day"', 'length = "13 days"', True),
        ('length = "14 days"', 'length = "13 days"\nor_until = ["certificate_earned_at"]', True),
        ('length = "14 days"\nor_until = ["certificate_earned_at"]', 'length = "13 days"', False),
        ('length = "14 days"', 'length = "13 days"\ncounted_from = "term_start"', False),
        (
            'opens = "3 months"\nlength = "1 month"\ncounted_before = "order"',
            'opens = "60 days"\nlength = "30 days"\ncounted_before = "order"',
            False,
        ),
        (
            'opens = "3 months"\nlength = "1 month"\ncounted_before = "order"',
            'opens = "60 days"\nlength = "45 days"\ncounted_before = "order"',
            True,
        ),
        (
            'opens = "90 days"\nlength = "30 days"\ncounted_before = "order"',
            'opens = "60 days"\nlength = "45 days"\ncounted_before = "order"',
            True,
        ),
        (
            'opens = "90 days"\nlength = "46 days"\ncounted_before = "order"',
            'opens = "60 days"\nlength = "45 days"\ncounted_before = "order"',
            False,
        ),
    ],
)
def test_a_clause_hidden_through_windows_is_found_and_no_other(earlier: str, later: str, is_hidden: bool) -> None:
    """Of two windows the longer hides the shorter, but only where that is so in every month and on every clock."""

    def window(name: str, text: str) -> str:
        return f"[window.{name}]\n{text}\n" + ("" if "counted" in text else 'counted_from = "order"\n') + "\n"

    def clause(name: str) -> str:
        return f'[[refund.clause]]\nid = "{name.upper()}"\nwhen.inside_window = "{name}"\noutcome = "deny"\n\n'

    text = changed(
        FULL,
        ("[window.trial]", window("wide", earlier) + window("narrow", later) + "[window.trial]"),
        ('[[refund.clause]]\nid = "NO"', clause("wide") + clause("narrow") + '[[refund.clause]]\nid = "NO"'),
    )
    hidden = [problem.message for problem in problems_of(text)]
    expected = '"NARROW" is never reached: "WIDE" before it fits every case it fits; move it up, or leave it out'
    assert hidden == ([expected] if is_hidden else [])


@pytest.mark.parametrize(
    ("lead", "closes"), [("29 days", False), ("30 days", True), ("14 days", False), ("40 days", True)]
)
def test_a_window_that_closes_before_the_term_begins_is_remarked_with_both_numbers(lead: str, closes: bool) -> None:
    """A lead as long as the window is possible, but somebody should know."""
    text = changed(
        REFERENCE,
        ('charge_before_end = "14 days"   #', f'charge_before_end = "{lead}"   #'),
        ('announce_before_end = "30 days"', 'announce_before_end = "60 days"'),
    )
    expected = (
        f'renewals are charged {lead} ahead, so the window "money_back" of 30 days closes before the renewed '
        "term begins"
    )
    assert (expected in [remark.message for remark in remarks_on(text)]) == closes


@pytest.mark.parametrize(
    ("when", "left"),
    [
        ('when.payment = "initial"', ["a renewal whose term has not begun or is running or is over"]),
        ('when.payment = "renewal"', ["a first purchase whose term is running or is over"]),
        (
            'when.term = "running"',
            ["a first purchase whose term is over", "a renewal whose term has not begun or is over"],
        ),
        ('when.term_is_not = "upcoming"', ["a renewal whose term has not begun"]),
        ("when.latest_paid_term = true", []),
        ('when.country = "DE"', []),
    ],
)
def test_payments_left_to_the_default_are_remarked(when: str, left: list[str]) -> None:
    """Whoever is told "too late" though such payments are never paid back has been told the wrong reason."""
    start, end = (
        REFERENCE.index('[[refund.clause]]\nid = "RUN-OUT'),
        REFERENCE.index('[[refund.clause]]\nid = "OUTSIDE'),
    )
    only = (
        f'[[refund.clause]]\nid = "ONLY"\n{when}\nwhen.inside_window = "money_back"\noutcome = "grant"\n'
        'amount = "full"\naccess = "ends_now"\n\n'
    )
    remarks = remarks_on(REFERENCE[:start] + only + REFERENCE[end:])
    said = (
        'only the default "OUTSIDE-WINDOW" is left for {}, while other payments are granted; write a clause that says '
    )
    assert [remark.message for remark in remarks] == [said.format(whose) + "what holds for it" for whose in left]
    denied = "".join(
        f'[[refund.clause]]\nid = "ELSE-{kind.upper()}"\nwhen.payment = "{kind}"\noutcome = "deny"\n\n'
        for kind in ("initial", "renewal")
    )
    assert remarks_on(REFERENCE[:start] + only + denied + REFERENCE[end:]) == ()


@pytest.mark.parametrize(
    ("notice", "charged", "announced", "outcome", "is_late"),
    [
        ("14 days", "14 days", "20 days", "deny", False),  # refused from the charge on
        ("15 days", "14 days", "20 days", "deny", True),
        ("19 days", "0 days", "20 days", "grant", False),
        ("20 days", "0 days", "20 days", "grant", True),  # announced on the day on which it is too late
    ],
)
def test_notice_periods_that_can_hardly_be_kept(
    notice: str, charged: str, announced: str, outcome: str, is_late: bool
) -> None:
    """A cancellation is refused before the charge, or is late when the renewal is announced."""
    access = '\naccess = "end_of_next_term"' if outcome == "grant" else ""
    clause = f'id = "LATE"\nwhen.in_last_of_term = "{notice}"\noutcome = "{outcome}"{access}\n\n'
    text = changed(
        FULL,
        ('id = "COMMITTED"', clause + '[[cancellation.clause]]\nid = "COMMITTED"'),
        ('charge_before_end = "0 days"', f'charge_before_end = "{charged}"'),
        ('announce_before_end = "20 days"', f'announce_before_end = "{announced}"'),
    )
    assert bool(remarks_on(text)) == is_late


def test_goodwill_contradicts_only_what_it_is_shorter_than() -> None:
    """No goodwill at all is no contradiction, nor is a longer window in which nobody is granted anything."""
    assert problems_of(changed(REFERENCE, ('until_after_order = "60 days"', 'until_after_order = "0 days"'))) == []
    assert problems_of(changed(REFERENCE, ('until_after_order = "60 days"', 'until_after_order = "30 days"'))) == []
    window = '[window.old]\nlength = "2 years"\ncounted_from = "order"\n\n[window.money_back]'
    clause = '[[refund.clause]]\nid = "OLD"\nwhen.outside_window = "old"\noutcome = "deny"\n\n[[refund.clause]]\n'
    text = changed(
        REFERENCE, ("[window.money_back]", window), ('[[refund.clause]]\nid = "OTHER', clause + 'id = "OTHER')
    )
    assert problems_of(text) == []


def test_the_value_of_a_fact_that_may_be_absent_is_left_for_later_clauses() -> None:
    """Yes and no are not everything where a fact is asked for being there at all."""
    both = "".join(
        f'[[refund.clause]]\nid = "{word.upper()}"\nwhen.used_in_cycle = {word}\noutcome = "deny"\n\n'
        for word in ("true", "false")
    )
    third = '[[refund.clause]]\nid = "THIRD"\nwhen.mood = "calm"\noutcome = "deny"\n\n'
    none = '[[refund.clause]]\nid = "NONE"\nwhen.used_in_cycle_given = false\noutcome = "deny"\n\n'
    place = '[[refund.clause]]\nid = "NO"'
    hidden = problems_of(changed(FULL, (place, both + third + place)))
    assert [problem.text for problem in hidden] == ["[[refund.clause]]"]
    assert problems_of(changed(FULL, (place, both + third + none + place))) == []


def test_an_amount_in_another_currency_is_below_and_above_no_limit() -> None:
    """Less than 10 euros and at least 10 euros leave what is paid in another currency."""
    clauses = "".join(
        f'[[refund.clause]]\nid = "{name}"\nwhen.{need}\noutcome = "deny"\n\n'
        for name, need in (
            ("CHEAP", 'amount_less_than = { EUR = "10.00" }'),
            ("DEAR", 'amount_at_least = { EUR = "10.00" }'),
            ("CALM", 'mood = "calm"'),
        )
    )
    place = '[[refund.clause]]\nid = "NO"'
    assert problems_of(changed(FULL, (place, clauses + place))) == []


@pytest.mark.parametrize("name", policies.names())
def test_no_shipped_policy_is_doubtful(name: str) -> None:
    """Where the product remarks on others, it gives the example."""
    assert [str(remark) for remark in parse_policy(policies.read(name), policies.source(name)).warnings] == []
