"""Retries by schedule: made, said, compared and checked as far as the running term still lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from goodterms import policies
from goodterms.domain.comparing.policy_diff_structure import changes_between
from goodterms.domain.page.policy_page import page_text, policy_page
from goodterms.domain.policy import Policy, RenewalSchedule
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.term import Interval
from goodterms.domain.words import statements as say
from goodterms.domain.words.explain import explain_policy
from goodterms.usecases.policy_page_text import words_in
from tests.domain.test_renewal import CHARGE_AT, END, POLICY, _charged, _declined
from tests.support.rules_documents import changed, problem_at, problems_of

_REFERENCE = policies.read("reference")
_YEARLY = 'announce_before_end = "30 days"'
_OWN = changed(_REFERENCE, (_YEARLY, f'{_YEARLY}\nretry_after = ["2 days", "5 days"]'))
_LANGUAGES = ("en", "de", "fr", "es")


def _policy(text: str) -> Policy:
    return parse_policy(text, "p.toml")


def test_a_schedule_has_retries_of_its_own() -> None:
    """They replace those of all others; what would come after the end does not count."""
    yearly, monthly = _policy(_OWN).renewal.schedules
    renewal = _policy(_OWN).renewal

    assert (yearly.retry_after_days, monthly.retry_after_days) == ((2, 5), None)
    assert (renewal.retries(yearly), renewal.retries(monthly)) == ((2, 5), (3, 6, 9, 12))
    late = RenewalSchedule(Interval(months=1), (), 5, 9, (4, 5, 6))
    assert renewal.retries(late) == (4,)
    assert renewal.retries(replace(late, lead_days=0)) == ()


def test_they_are_what_the_worker_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A yearly term under a schedule of its own is tried again when that says."""
    sub = _charged()
    monkeypatch.setattr("tests.domain.test_renewal.POLICY", _policy(_OWN))
    assert POLICY.renewal.retry_after_days == (3, 6, 9, 12)

    first = _declined(sub, CHARGE_AT + timedelta(seconds=3))

    assert first.next_step_at == CHARGE_AT + timedelta(days=2)
    assert first.next_step_at < END


@pytest.mark.parametrize("language", _LANGUAGES)
def test_the_page_says_them_by_term(language: str) -> None:
    """Each kind of term with its own days."""
    words = words_in(language)
    said = [text for _, text in say.retry_sentences(words, _policy(_OWN))]

    assert len(said) == 2
    page = page_text(policy_page(_policy(_OWN), words)).replace("\xa0", " ").replace("\u202f", " ")
    assert all(text.replace("\xa0", " ").replace("\u202f", " ") in " ".join(page.split()) for text in said)


def test_explain_points_at_their_lines() -> None:
    """The schedule's own, and those of all others."""
    groups = explain_policy(words_in("en"), _policy(_OWN), (), _policy(_OWN).effective_on)
    lines = {one.text: one.line for group in groups for one in group.statements if "try again" in one.text}
    written = _policy(_OWN).text.splitlines()

    assert [written[line - 1].split(" ")[2] for line in lines.values()] == ['["2', '["3']
    assert next(iter(lines)) == (
        "If the payment for terms of 1 year or longer does not go through, we try again 2 and 5 days later, "
        "as long as the current term lasts."
    )


@pytest.mark.parametrize("language", _LANGUAGES)
def test_no_retry_is_promised_that_never_comes(language: str) -> None:
    """Where terms are charged when they end, and of those that come later than the lead."""
    at_the_end = replace(_policy(_REFERENCE).renewal.schedules[0], lead_days=0)
    soon = replace(at_the_end, lead_days=5)

    def said(*rows: RenewalSchedule) -> list[str]:
        policy = _policy(_REFERENCE)
        policy = replace(policy, renewal=replace(policy.renewal, schedules=rows))
        return [text for _, text in say.retry_sentences(words_in(language), policy)]

    assert said(at_the_end) == []
    (short,) = said(soon)
    assert "3" in short
    assert "6" not in short


def test_a_list_of_ones_own_rises() -> None:
    """As the common one does."""
    text = changed(_REFERENCE, (_YEARLY, f'{_YEARLY}\nretry_after = ["5 days", "2 days"]'))
    wanted = '"retry_after" must rise from each retry to the next; write ["2 days", "5 days"]'

    assert problems_of(text) == [problem_at(text, 'retry_after = «["5 days", "2 days"]»', wanted)]


def test_a_comparison_names_the_terms() -> None:
    """Only for whom it changes; a list that never had an effect may go without a word."""
    (change,) = changes_between(_policy(_REFERENCE), _policy(_OWN))
    assert change.says == (
        "Renewals of terms of 1 year or longer: a failed charge is tried again after 2 and 5 days, "
        "not after 3, 6, 9 and 12 days."
    )
    ends = changed(_REFERENCE, ('charge_before_end = "14 days"   #', 'charge_before_end = "0 days"   #'))
    tidy = changed(ends, (_YEARLY, f"{_YEARLY}\nretry_after = []"))
    assert changes_between(_policy(ends), _policy(tidy)) == ()


def test_the_guide_promises_none_for_a_charge_at_the_end() -> None:
    """Its first vendor charges when the term ends."""
    guide = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
    assert guide.count('charge_before_end = "0 days"') > guide.count("retry_after = [") == 2
    assert guide.count("retry_after = []") == 2
