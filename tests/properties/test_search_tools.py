"""Checking and comparing do for any policy what they do for the shipped ones."""

from __future__ import annotations

from hypothesis import given, settings

from goodterms.domain.case import Laws
from goodterms.domain.comparing.case_space import case_space
from goodterms.domain.comparing.case_space_answers import say_example
from goodterms.domain.comparing.policy_diff import diff
from goodterms.domain.comparing.policy_lint import lint
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from tests.properties.documents import drawn_policies
from tests.properties.effort import EFFORT
from tests.properties.laws import drawn_laws

FEW = settings(EFFORT, max_examples=max(EFFORT.max_examples // 5, 1))


@FEW
@given(drawn_policies(), drawn_laws())
def test_any_policy_can_be_searched(policy: Policy, law: Law) -> None:
    """Its cases are sound, described and no more than wanted; its remarks stand at lines of its text."""
    for act in ("refund", "cancel"):
        examples = list(case_space((policy,), act, laws=(law,), places=("DE",)).examples(60))
        assert 2 <= len(examples) <= 60
        assert len({example.picks for example in examples}) == len(examples)
        assert all(say_example(example).endswith(".") for example in examples)
        assert all(example.case.placed_at <= example.case.requested_at for example in examples)
    for note in lint(policy, Laws((law,)), "drawn.toml", bound=80):
        assert policy.text.split("\n")[note.line - 1][note.column - 1 :].startswith(note.text)


@FEW
@given(drawn_policies(), drawn_policies(), drawn_laws())
def test_any_two_policies_can_be_compared(before: Policy, after: Policy, law: Law) -> None:
    """What one way is better is the other way worse, and a policy does not differ from itself."""
    laws = Laws((law,))
    assert diff(before, before, laws, bound=40).same
    found = diff(before, after, laws, bound=60)
    for flip in found.flips:
        assert flip.before != flip.after
        assert flip.count >= 1
        if flip.direction == "better":
            assert flip.money.minor >= 0 or flip.before.worth[0] < flip.after.worth[0]
        if flip.direction == "worse":
            assert flip.money.minor <= 0 or flip.after.worth[0] < flip.before.worth[0]
