"""Reading policy documents: what the reference says, and what is refused, on which line."""

from __future__ import annotations

import tomllib
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms import policies
from goodterms.domain.money import Money
from goodterms.domain.reading.policy_lines import KeyLines, Path
from goodterms.domain.reading.policy_problems import PolicyError, Problem
from goodterms.domain.reading.policy_reader import canonical_text, parse_policy
from goodterms.domain.term import Interval
from tests.support.rules_documents import Mistake, mistakes, problems_of, told

TEXT = policies.read("reference")
REFERENCE = parse_policy(TEXT, policies.source("reference"))


def changed(*replacements: tuple[str, str]) -> str:
    """The reference document with some of its text replaced."""
    text = TEXT
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text


def refused(text: str) -> list[Problem]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "p.toml")
    return caught.value.problems


def line_of(text: str, part: str, nth: int = 0) -> int:
    """The line, from 1, of the nth line that contains a text."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if part in line][nth]


@pytest.mark.requirement("R26")
def test_the_reference_names_its_source_and_seller() -> None:
    """Name, version, date, published terms and merchant of record are in the data."""
    assert (REFERENCE.label, REFERENCE.effective_on) == ("reference@1", date(2026, 1, 1))
    assert REFERENCE.merchant_of_record == REFERENCE.legal_source.merchant_of_record != ""
    assert REFERENCE.legal_source.url.startswith("https://")
    assert REFERENCE.timezone == "UTC"
    assert REFERENCE.warnings == ()


@pytest.mark.requirement("R17")
def test_the_reference_renews_two_weeks_ahead() -> None:
    """A year is announced 30 days and charged 14 days before its end, a month announced a week before its charge."""
    renewal = REFERENCE.renewal
    for months, reminder in ((12, 30), (24, 30), (6, 21), (1, 21)):
        interval = Interval(months=months)
        assert (renewal.lead_days(interval), renewal.reminder_days(interval)) == (14, reminder)
    assert renewal.reminder_days(Interval(days=30)) == 21
    assert renewal.reminder_days(Interval(days=365)) == 30
    assert (renewal.notice_days, renewal.retry_after_days) == (3, (3, 6, 9, 12))
    assert not renewal.covers(Interval(days=7))
    with pytest.raises(LookupError):
        renewal.lead_days(Interval(days=7))


@pytest.mark.requirement("R30", "R33", "R39")
def test_the_reference_promises() -> None:
    """Channels, deciders and promised days are those of the published page."""
    refund = REFERENCE.refund
    assert REFERENCE.cancellation.channels == ("account", "support")
    assert refund.channels == ("account", "support", "public_form")
    assert (refund.decided_by, refund.decide_within_business_days) == ("specialist", 2)
    assert refund.credit_business_days == (5, 7)
    assert refund.clauses[-1].id == "OUTSIDE-WINDOW"
    assert refund.clause("DISPUTED").outcome == "review"


def test_a_second_person_is_needed_above_an_amount_and_for_unlisted_currencies() -> None:
    """The limit itself is still one person's; a currency without a limit always needs two."""
    limit = REFERENCE.refund.second_person_above["AUD"]
    assert not REFERENCE.refund.needs_second_person(limit)
    assert REFERENCE.refund.needs_second_person(limit + Money(1, "AUD"))
    assert REFERENCE.refund.needs_second_person(Money(1, "CHF"))


def test_leads_may_differ_by_region() -> None:
    """The first schedule that fits the length and the region counts."""
    region = (
        '[[renewal.schedule]]\nregions = ["RU"]\nterms_from = "1 month"\ncharge_before_end = "2 days"\n'
        'announce_before_end = "14 days"\n\n'
    )
    text = changed(
        ('[[renewal.schedule]]\nterms_from = "1 year"', region + '[[renewal.schedule]]\nterms_from = "1 year"')
    )
    renewal = parse_policy(text, "p.toml").renewal
    year = Interval(months=12)
    assert (renewal.lead_days(year), renewal.lead_days(year, "RU"), renewal.lead_days(year, "AU")) == (14, 2, 14)
    assert renewal.reminder_days(year, "RU") == 14


@pytest.mark.requirement("R50")
def test_the_digest_is_that_of_the_canonical_text() -> None:
    """Line endings and trailing spaces do not make another policy; anything else does."""
    windows = TEXT.replace("\n", "  \r\n") + "\r\n\r\n"
    assert canonical_text(windows) == canonical_text(TEXT)
    assert parse_policy(windows, "p.toml").digest == REFERENCE.digest
    assert REFERENCE.digest == sha256(REFERENCE.text.encode()).hexdigest()
    assert parse_policy(TEXT + "# a remark\n", "p.toml").digest != REFERENCE.digest


def test_no_number_of_days_is_written_twice_in_a_sentence() -> None:
    """The sentences of clauses follow the data."""
    text = changed(('length = "30 days"', 'length = "20 days"'))
    policy = parse_policy(text, "p.toml")
    assert "within 20 days" in policy.refund.clause("OUTSIDE-WINDOW").says["en"]
    assert {w.line for w in policy.warnings} == {
        line_of(text, f'id = "{clause}-30-DAYS"')
        for clause in ("RUN-OUT", "FIRST-PURCHASE", "RENEWAL-NOT-BEGUN", "RENEWAL-BEGUN")
    }


@pytest.mark.parametrize("mistake", mistakes("mistakes_reference"), ids=str)
def test_mistakes_are_refused_at_their_place(mistake: Mistake) -> None:
    """Each mistake is named to the letter, on the line and in the column where it stands, with what would be right."""
    assert told(TEXT, mistake)


def test_all_problems_are_told_at_once() -> None:
    """Nobody has to correct one mistake to learn of the next."""
    text = changed(
        ('timezone = "UTC"', 'timezone = "Moon/Base"'),
        ('length = "30 days"', "length = 30"),
        ('outcome = "refer"', 'outcome = "send_away"'),
        ('when = "always"', 'when.term = "ended"'),
    )
    problems = refused(text)
    assert [p.line for p in problems] == sorted(p.line for p in problems)
    blamed = [line_of(text, part) for part in ("Moon/Base", "length = 30", "send_away")]
    assert {p.line for p in problems} >= {*blamed, line_of(text, "[[refund.clause]]", 10)}


def test_a_problem_does_not_cause_others() -> None:
    """One wrong length is one problem, however many rules are built on it."""
    assert len(refused(changed(('length = "30 days"', "length = 30")))) == 1
    assert len(refused(changed(("[renewal]", "[renewl]"), ("[[renewal.", "[[renewl.")))) == 2


def test_a_missing_document_is_one_problem_for_each_table() -> None:
    """An empty document lacks its tables, not every key of theirs."""
    messages = [p.message for p in refused("")]
    assert len(messages) == 6
    assert all("is missing in the document" in message for message in messages)


def test_a_window_that_closes_before_the_term_begins_is_remarked() -> None:
    """A lead as long as the window is possible, but somebody should know."""
    text = changed(
        ('charge_before_end = "14 days"   #', 'charge_before_end = "30 days"   #'),
        ('announce_before_end = "30 days"', 'announce_before_end = "60 days"'),
    )
    warnings = parse_policy(text, "p.toml").warnings
    assert [w.line for w in warnings] == [line_of(text, 'charge_before_end = "30 days"')]
    assert "closes before the renewed term begins" in warnings[0].message


def test_retries_after_the_running_term_are_remarked() -> None:
    """With a short lead the late retries would come when access has ended."""
    text = changed(('charge_before_end = "14 days"   #', 'charge_before_end = "12 days"   #'))
    warnings = parse_policy(text, "p.toml").warnings
    assert [w.line for w in warnings] == [line_of(text, 'charge_before_end = "12 days"')]


@given(st.integers(0, len(TEXT)), st.integers(0, 40), st.text("[]{}=\"'#.\n a1", max_size=6))
def test_damaged_documents_are_read_or_refused_but_nothing_else(start: int, length: int, new: str) -> None:
    """Whatever is cut out or typed in, the answer is a policy or a list of problems on existing lines."""
    text = TEXT[:start] + new + TEXT[start + length :]
    problems = problems_of(text)
    assert all(1 <= p.line <= text.count("\n") + 1 and p.message for p in problems)


def test_lines_of_keys_in_awkward_places() -> None:
    """Strings and lists over several lines, quoted keys and arrays of tables do not confuse the lines."""
    text = '''a = """
[not.a.table]
b = 1"""
"c d" = [ # [x]
  "]", "y = 2",
]
[t] # note
x.y = 'z # not a comment'
[[t.list]]
k = 1
[[t.list]]
k = { m = "]" }
[t.list.sub]
n = 2
'''
    tomllib.loads(text)
    lines = KeyLines(text)
    expected: dict[Path, int] = {
        ("a",): 1, ("c d",): 4, ("t",): 7, ("t", "x"): 8, ("t", "x", "y"): 8,
        ("t", "list", 0, "k"): 10, ("t", "list", 1): 11, ("t", "list", 1, "k"): 12, ("t", "list", 1, "k", "m"): 12,
        ("t", "list", 1, "sub", "n"): 14, ("not",): 1, ("t", "list", 1, "missing"): 11,
    }  # fmt: skip
    assert {path: lines.line(path) for path in expected} == expected


def test_documents_are_found_by_name() -> None:
    """The shipped documents can be listed and read; another name is refused."""
    assert "reference" in policies.names()
    with pytest.raises(LookupError, match="reference"):
        policies.read("nothing")


@pytest.mark.parametrize("name", policies.names())
def test_every_shipped_document_is_sound(name: str) -> None:
    """No document of the product is refused, and its name is that of its file."""
    assert parse_policy(policies.read(name), policies.source(name)).name == name
