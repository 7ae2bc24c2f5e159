"""Reading takes a bounded effort, whatever a document has in it."""

from __future__ import annotations

from random import Random

import pytest

from goodterms import policies
from goodterms.domain.reading import rules_logic
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.reading.rules_logic import Statements

REFERENCE = policies.read("reference")
FIRST = '[[refund.clause]]\nid = "OTHER-CHANNEL"'
LONGEST = 30_000


def _asked(count: int, type: str) -> str:
    return "".join(f'[facts.f{number}]\ntype = "{type}"\nask = "?"\n' for number in range(count))


def _clause(number: int, *needs: str) -> str:
    conditions = "".join(f"when.{need}\n" for need in needs)
    return f'[[refund.clause]]\nid = "X{number}"\nsays = "x"\n{conditions}outcome = "review"\n'


def _knotted() -> str:
    """Clauses on five of thirty facts each: what they leave over is hard to find out."""
    drawn, found = Random(1), _asked(30, "yes_or_no")
    for number in range(LONGEST):
        needs = (f"f{fact} = {drawn.choice(('true', 'false'))}" for fact in drawn.sample(range(30), 5))
        found += _clause(number, *needs)
        if len(found) + len(REFERENCE) > LONGEST - 200:
            return found
    raise AssertionError


def _listed() -> str:
    numbers = ", ".join(str(number) for number in range(1000, 4500))
    return _asked(1, "whole_number") + _clause(1, f"f0 = [{numbers}]")


def _limited() -> str:
    return _asked(1, "length") + "".join(_clause(n, f'f0_at_most = "{n} days"') for n in range(1, 240))


@pytest.mark.parametrize("more", [_knotted(), _listed(), _limited()], ids=["knotted", "listed", "limited"])
def test_no_document_is_read_for_long(more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statements that are written down and the steps of the search stay within bounds."""
    made: list[Statements] = []
    steps: list[int] = []
    begin, search = Statements.__init__, rules_logic._Search.holds

    def noted(self: Statements) -> None:
        made.append(self)
        begin(self)

    def counted(self: rules_logic._Search, known: list[tuple[int, ...]]) -> bool:
        before = self.steps
        found = search(self, known)
        steps.append(self.steps - before)
        return found

    monkeypatch.setattr(Statements, "__init__", noted)
    monkeypatch.setattr(rules_logic._Search, "holds", counted)
    document = REFERENCE.replace(FIRST, more + FIRST, 1)
    assert len(document) < LONGEST

    parse_policy(document, "long.toml")

    assert made
    assert max(len(statements._known) for statements in made) < 50_000
    assert max(steps) < 400_000
    assert all(statements._steps_left >= 0 for statements in made)


def test_what_takes_too_long_to_find_out_is_taken_to_be_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clause is refused because the search for a case that reaches it was given up."""
    monkeypatch.setattr(rules_logic, "_MOST_STEPS_IN_ALL", 0)
    hidden = _clause(1, "disputed = true") + _clause(2, "disputed = true")

    assert parse_policy(REFERENCE.replace(FIRST, hidden + FIRST, 1), "long.toml").refund.clauses[1].id == "X2"
