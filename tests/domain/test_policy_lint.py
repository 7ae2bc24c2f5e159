"""What is found in a policy by trying cases, laws and announcements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodterms import policies
from goodterms.domain.case import Laws
from goodterms.domain.comparing.policy_lint import lint, remarks
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_problems import Problem
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.laws import laws_for

REFERENCE = policies.read("reference")
RUNS_OUT = '[[refund.clause]]\nid = "RUN-OUT-30-DAYS"'
NEVER = """[[refund.clause]]
id = "UPCOMING-FIRST"
says = "Nothing."
when.payment = "initial"
when.term = ["upcoming"]
outcome = "deny"

"""
LEAD = 'charge_before_end = "14 days"   #'


def changed(*changes: tuple[str, str]) -> Policy:
    """The reference policy with some texts replaced."""
    text = REFERENCE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_policy(text, "changed.toml")


def sold_in(*places: str) -> tuple[str, str]:
    quoted = ", ".join(f'"{place}"' for place in places)
    return 'title = "Cancellations and refunds"', f'title = "Cancellations and refunds"\nsold_in = [{quoted}]'


def found(policy: Policy, *countries: str) -> tuple[Problem, ...]:
    """The remarks on a policy under the shipped laws of some countries."""
    return lint(policy, laws_for(policy, countries, 2025, 2032), "changed.toml")


def about(notes: tuple[Problem, ...], *words: str) -> list[Problem]:
    return [note for note in notes if all(word in note.message for word in words)]


def test_the_reference_policy_without_laws_is_good() -> None:
    """Every clause of it decides some case, and every ordinary payment has a clause."""
    assert not lint(changed(), Laws(), "reference.toml")


def test_a_clause_that_only_time_keeps_from_every_case() -> None:
    """The first days after the order are never the last days of a year: found by trying, with the clause's line."""
    clause = (
        '[[refund.clause]]\nid = "TURN"\nwhen.term_length_at_least = "1 year"\nwhen.in_last_of_term = "30 days"\n'
        'when.inside_window = "money_back"\noutcome = "deny"\n\n'
    )
    policy = changed((RUNS_OUT, clause + RUNS_OUT))
    notes = about(found(policy), '"TURN" decides no case')
    assert [note.line for note in notes] == [policy.text[: policy.text.index('id = "TURN"')].count("\n")]
    assert notes[0].text == "[[refund.clause]]"
    assert "no case was found in which all its conditions hold" in notes[0].message
    shorter = changed((RUNS_OUT, clause.replace("_at_least", "_less_than") + RUNS_OUT))
    assert not about(found(shorter), '"TURN" decides no case')


def test_a_clause_that_an_earlier_one_hides_in_time() -> None:
    """A first purchase begins with its order: days from its start are days from its order, and taken already."""
    clause = (
        '[[refund.clause]]\nid = "BEGUN"\nwhen.payment = "initial"\nwhen.inside_window = "from_start"\n'
        'when.term = "running"\noutcome = "review"\n\n'
    )
    window = '[window.from_start]\nlength = "30 days"\ncounted_from = "term_start"\n\n[renewal]'
    later = '[[refund.clause]]\nid = "OUTSIDE-WINDOW"'
    policy = changed((later, clause + later), ("[renewal]", window))
    notes = about(found(policy), '"BEGUN" decides no case', "decided before by")
    assert "FIRST-PURCHASE-30-DAYS" in notes[0].message


def test_a_term_that_never_waits_to_begin() -> None:
    """Where renewals are charged when they begin, a clause on upcoming terms decides nothing, and that is why."""
    policy = parse_policy(REFERENCE.replace('charge_before_end = "14 days"', 'charge_before_end = "0 days"'), "x.toml")
    notes = about(found(policy), '"RENEWAL-NOT-BEGUN-30-DAYS" decides no case')
    assert "renewals are charged on the day they begin" in notes[0].message


def test_a_channel_that_only_the_default_answers() -> None:
    """A store whose payments no clause grants, while those of another store are granted."""
    only = (
        'when.sales_channel_is_not = ["vendor_store"]\noutcome = "refer"',
        'when.sales_channel = "app_store"\noutcome = "refer"',
    )
    grants = [
        (f'when.payment = "{kind}"', f'when.sales_channel = "vendor_store"\nwhen.payment = "{kind}"')
        for kind in ("initial",)
    ]
    notes = about(found(changed(only, *grants)), "only the default")
    assert [note.message.split(";")[0] for note in notes] == [
        'only the default "OUTSIDE-WINDOW" answers first purchases from another store whose term is running'
    ]


def test_a_law_that_gives_more() -> None:
    """For each law of a country of sold_in one remark at that line: article, a plain case, and both answers."""
    notes = about(found(changed(sold_in("DE")), "DE"), "gives consumers in DE more")
    assert [note.text for note in notes] == ["sold_in"] * len(notes)
    renewed = about(tuple(notes), "§ 309 Nr. 9")
    assert len(renewed) == 1
    assert "A renewal of 3 March 2026 for 120.00 EUR" in renewed[0].message
    assert "The policy: granted, nothing paid back" in renewed[0].message
    assert "the law: granted, 113.42 EUR back" in renewed[0].message


def test_only_laws_where_it_is_sold() -> None:
    """A law of another country is no matter, and one of another state neither."""
    notes = found(changed(sold_in("AU")), "AU", "DE", "US")
    assert not about(notes, "gives consumers")
    assert not about(found(changed(sold_in("US-TX")), "US"), "before the term ends, outside the window")


def test_sold_everywhere_is_told_in_one_line() -> None:
    """Without sold_in all laws are named in one remark, the first with its case."""
    notes = about(found(changed(), "DE", "FR", "GB", "US"), "sold everywhere")
    assert len(notes) == 1
    assert "de-renewed-contracts" in notes[0].message
    assert "Name the countries in sold_in" in notes[0].message


def test_an_announcement_outside_a_laws_window() -> None:
    """A year that is announced 30 days ahead is too late for France, and told so with the days."""
    notes = about(found(changed(sold_in("FR")), "FR"), "outside the window")
    assert len(notes) == 1
    assert "L215-1, from 106 to 45 days before" in notes[0].message
    assert notes[0].text == "[[renewal.schedule]]"


def test_one_mail_for_all_states() -> None:
    """With a lead of 14 days the announcement of the reference policy fits every state at once."""
    assert not about(found(changed(sold_in("US-CA", "US-CO")), "US"), "outside the window")


@pytest.mark.parametrize(
    ("announced", "fits"), [("24 days", False), ("25 days", True), ("40 days", True), ("41 days", False)]
)
def test_the_edges_of_a_notice(announced: str, *, fits: bool) -> None:
    """Colorado wants 25 to 40 days before the renewal, both inside."""
    schedule = ('announce_before_end = "30 days"', f'announce_before_end = "{announced}"')
    notes = found(changed(sold_in("US-CO"), schedule), "US")
    assert bool(about(notes, "outside the window")) is not fits


def test_no_single_reminder_for_two_windows() -> None:
    """Where two laws of one place leave no common day, both are named."""
    policy = changed(sold_in("US-CO"))
    laws = laws_for(policy, ["US"], 2025, 2032)
    colorado = next(law for law in laws.laws if "CO" in law.states)
    late = replace(
        colorado.notices[0], id="LATE", article="another article", opens=replace(colorado.notices[0].opens, count=20)
    )
    late = replace(late, closes=replace(late.closes, count=15))
    both = replace(colorado, id="another-law", notices=(late,))
    notes = lint(policy, Laws((colorado, both), laws.calendars), "changed.toml")
    apart = about(notes, "no single reminder can satisfy both")
    assert len(apart) == 1
    assert colorado.label in apart[0].message
    assert "another article" in apart[0].message


def test_remarks_come_in_the_order_of_lines() -> None:
    """The reader's own remarks and those found by trying are one list."""
    policy = changed(sold_in("FR"), (LEAD, 'charge_before_end = "5 days" #'))
    assert policy.warnings
    both = remarks(policy, found(policy, "FR"))
    assert [note.line for note in both] == sorted(note.line for note in both)
    assert set(policy.warnings) < set(both)


def test_a_clause_about_an_instant_before_a_date_is_reached() -> None:
    """An instant is tried on both sides of a date that a rule names."""
    fact = '[facts.opened_at]\ntype = "instant"\nask = "When was it opened?"\n\n'
    clause = (
        '[[refund.clause]]\nid = "OPENED"\nsays = "What was opened is looked at."\n'
        'when.opened_at_before = 2026-03-01\noutcome = "review"\n\n'
    )
    assert not about(lint(changed((RUNS_OUT, fact + clause + RUNS_OUT)), Laws(), "changed.toml"), "OPENED")


def test_a_search_that_is_cut_short_is_remarked() -> None:
    """Each search that did not end is named; nothing is said to be unreached, or less than a law gives."""
    policy = changed(sold_in("DE"), (RUNS_OUT, f"{NEVER}{RUNS_OUT}"))
    laws = laws_for(policy, ("DE",), 2025, 2032)
    whole = lint(policy, laws, "changed.toml")
    part = lint(policy, laws, "changed.toml", enough=lambda: True)
    assert about(whole, '"UPCOMING-FIRST" decides no case')
    assert not about(whole, "cut short")
    assert [note.message.split(" was cut short")[0] for note in about(part, "cut short")] == [
        "the search for laws that give consumers more",
        "the search for announcements that miss the windows of laws",
        "the search for cancellation clauses that decide no case, and for payments without one",
        "the search for refund clauses that decide no case, and for payments without one",
    ]
    assert set(part) - set(about(part, "cut short")) <= set(whole)
    assert not about(part, "decides no case:")
    assert not about(part, "more than the policy")


def test_a_search_that_is_cut_short_in_its_midst_concludes_nothing() -> None:
    """A clause that no case tried so far has reached is not said to be unreached."""
    asked = iter(range(40))
    notes = lint(changed(), Laws(), "reference.toml", enough=lambda: next(asked, None) is None)
    assert notes
    assert notes == tuple(about(notes, "cut short"))
