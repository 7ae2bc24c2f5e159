"""Numbers and dates that no policy means are refused when it is read, before anything reckons or stores with them."""

from __future__ import annotations

import pytest

from goodterms import policies
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_reader import parse_policy

REFERENCE = policies.read("reference")
BEFORE = '[[refund.clause]]\nid = "RUN-OUT-30-DAYS"'
DATED = '[[refund.clause]]\nid = "OLD"\nsays = "Old contracts."\nwhen.contract_at_before = {}\noutcome = "review"\n\n'


def _told(old: str, new: str) -> list[str]:
    assert old in REFERENCE
    with pytest.raises(PolicyError) as refused:
        parse_policy(REFERENCE.replace(old, new, 1), "changed.toml")
    return [problem.message for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "effective_on = 2026-01-01",
            "effective_on = 1969-12-31",
            '"effective_on" must lie in the years 1970 to 2070',
        ),
        (
            "effective_on = 2026-01-01",
            "effective_on = 9999-12-31",
            '"effective_on" must lie in the years 1970 to 2070',
        ),
        ("version = 1 ", "version = 1000001 ", '"version" must be a whole number, from 1 to 1000000'),
        (BEFORE, DATED.format("0001-01-01") + BEFORE, '"contract_at_before" must lie in the years 1970 to 2070'),
    ],
)
def test_what_lies_beyond_any_calendar_is_refused(old: str, new: str, message: str) -> None:
    """The message names the bounds."""
    assert _told(old, new) == [message]


def test_a_long_name_is_refused() -> None:
    """A name has at most sixty characters."""
    assert len(_told('name = "reference"', f'name = "{"r" * 61}"')) == 1


@pytest.mark.parametrize("day", ["1970-01-01", "2070-12-31"])
def test_the_outermost_dates_are_read(day: str) -> None:
    """Both ends of the years belong to them."""
    assert str(parse_policy(REFERENCE.replace("2026-01-01", day, 1), "changed.toml").effective_on) == day
