"""The policies and laws of the product, in the cases that their own numbers single out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goodterms import policies
from goodterms.domain.case import Laws
from goodterms.domain.comparing.case_space import case_space
from goodterms.domain.comparing.case_space_answers import answer
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.rules import Act
from goodterms.storage.calendars import Calendars

CALENDARS = Calendars(2022, 2034)
LAWS = [parse_law(policies.read_law(id), id) for id in policies.law_names()]
ACTS: tuple[Act, ...] = ("refund", "cancel", "withdraw")
PLACES = {
    law.id: f"{law.countries[0]}-{law.states[0]}" if law.states else law.countries[0] for law in LAWS if law.countries
}


def shipped(name: str) -> Policy:
    return parse_policy(policies.read(name), policies.source(name))


@pytest.mark.parametrize("name", policies.names())
def test_every_answer_is_sound(name: str) -> None:
    """In every case there is a decision by a clause that fits, never for more than was paid, in brief as in full."""
    policy, laws = shipped(name), Laws((), CALENDARS)
    for act in ACTS[:2]:
        for example in case_space((policy,), act, calendars=CALENDARS).examples(90):
            case = example.case
            full, brief = evaluate(policy, case, laws), evaluate(policy, case, laws, brief=True)
            assert (full.outcome, full.amount, full.fee) == (brief.outcome, brief.amount, brief.fee), example.special
            assert Money(0, case.amount.currency) <= full.amount <= case.left, example.special
            assert full.fee is None or full.fee.minor >= 0, example.special
            found = {finding.clause: finding for finding in full.findings}
            assert found[full.clause].matched or full.outcome == "ask", example.special
            assert all(finding.because for finding in full.findings), example.special


@pytest.mark.parametrize("id", sorted(PLACES))
def test_no_law_takes_away(id: str) -> None:
    """With a law no customer of its place has less than without it, under any policy of the product."""
    law = next(law for law in LAWS if law.id == id)
    for name in ("reference", "norton-uk", "no-refunds"):
        policy = shipped(name)
        for act in ACTS:
            if not any(act in right.acts for right in law.rights):
                continue
            space = case_space((policy,), act, laws=(law,), calendars=CALENDARS, places=(PLACES[id],))
            for example in space.around(1, 50):
                alone = answer(policy, example.case, Laws((), CALENDARS))
                both = answer(policy, example.case, Laws((law,), CALENDARS))
                if "ask" not in (alone.outcome, both.outcome):
                    assert alone.worth <= both.worth, example.special


@pytest.mark.parametrize("name", policies.names())
def test_what_is_not_asked_for_does_not_matter(name: str) -> None:
    """Where a case is decided although a fact is not known, each value of the fact leaves it as it is."""
    policy, laws = shipped(name), Laws((), CALENDARS)
    space = case_space((policy,), "refund", calendars=CALENDARS)
    examples = list(space.examples(300))
    for index, axis in enumerate(space.axes):
        unknown = [pick for pick, choice in enumerate(axis.choices) if choice.says.startswith("nobody knows")]
        for example in [one for one in examples if one.picks[index] in unknown][:8]:
            first = answer(policy, example.case, laws)
            for pick in range(len(axis)):
                other = space.example((*example.picks[:index], pick, *example.picks[index + 1 :]))
                if other is None or first.outcome == "ask" or other.case.requested_at != example.case.requested_at:
                    continue
                told = answer(policy, replace(example.case, facts=other.case.facts), laws)
                assert told.worth == first.worth, (example.special, axis.choices[pick].says)
