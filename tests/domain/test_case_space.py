"""The space of interesting cases: both sides of every limit, every pair of special things, the same every time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest

from goodterms import policies
from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.comparing.case_space import CaseSpace, case_space
from goodterms.domain.comparing.case_space_answers import say_example
from goodterms.domain.comparing.case_space_types import Example
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_reader import parse_policy

REFERENCE = policies.read("reference")
OPEN = BusinessCalendar(frozenset({5, 6}), frozenset())
_AT_TEN = datetime(2026, 3, 3, 10, tzinfo=UTC)


def changed(*changes: tuple[str, str]) -> Policy:
    """The reference policy with some texts replaced."""
    text = REFERENCE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse_policy(text, "changed.toml")


def with_clause(clause: str, more: str = "") -> Policy:
    """The reference policy with a clause of its own before the last ones."""
    before = '[[refund.clause]]\nid = "RUN-OUT-30-DAYS"'
    text = REFERENCE.replace(before, f'[[refund.clause]]\nid = "MINE"\n{clause}\n\n{before}')
    return parse_policy(f"{text}\n{more}", "changed.toml")


def one(space: CaseSpace, *says: str) -> Example:
    """The example whose special things are exactly these."""
    found = [example for example in space.examples() if set(example.special) == set(says)]
    assert len(found) == 1, [example.special for example in found]
    return found[0]


def test_it_begins_with_ordinary_cases() -> None:
    """First an ordinary purchase, then an ordinary renewal that is charged ahead as the policy has it."""
    first, second = list(case_space([changed()]).examples())[:2]
    assert (first.special, first.case.kind, first.case.requested_at) == ((), "initial", _AT_TEN + timedelta(days=2))
    assert (second.special, second.case.kind) == (("a renewal",), "renewal")
    assert second.case.term.starts_at - second.case.placed_at == timedelta(days=14)


def test_both_sides_of_a_window() -> None:
    """One case at the last second of a window and one just after it, counted as the policy counts."""
    space = case_space([changed()])
    inside = one(space, "at the last instant of the window money_back of 30 days")
    outside = one(space, "at the first instant after the window money_back of 30 days")
    assert inside.case.requested_at == datetime(2026, 4, 2, 23, 59, 59, tzinfo=UTC)
    assert outside.case.requested_at == datetime(2026, 4, 3, tzinfo=UTC)


def test_a_window_is_counted_in_the_buyers_zone() -> None:
    """With a zone on the order the edges of windows move with it."""
    space = case_space([changed()])
    edge = "at the first instant after the window money_back of 30 days"
    found = one(space, edge, "in the time zone Pacific/Auckland")
    assert found.case.requested_at == datetime(2026, 4, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ("when.logins_at_least = 3", 'type = "whole_number"\nask = "How many?"', {0, 2, 3, 4, "not known"}),
        ("when.logins_more_than = 1", 'type = "whole_number"\nwhen_absent = "0"', {1, 2, "not known"}),
        ('when.logins = "gold"', 'type = "text"\nask = "Which?"', {"something_else", "gold", "not known"}),
        ("when.logins = true", 'type = "yes_or_no"\nask = "So?"', {True, False, "not known"}),
    ],
)
def test_facts_take_the_values_that_rules_tell_apart(condition: str, facts: str, expected: set[object]) -> None:
    """Both sides of every limit, the words used and another one, and not knowing."""
    space = case_space([with_clause(f'{condition}\noutcome = "deny"', f"[facts.logins]\n{facts}\n")])
    seen = {example.case.facts.get("logins", "not known") for example in space.examples()}
    assert seen == expected


def test_the_ordinary_value_of_a_fact_excludes_nothing() -> None:
    """Where a rule denies what is not gold, gold is ordinary, so that other rules are seen at all."""
    fact = '[facts.level]\ntype = "text"\nask = "Which?"\n'
    space = case_space([with_clause('when.level_is_not = "gold"\noutcome = "deny"', fact)])
    assert next(space.examples()).case.facts["level"] == "gold"


def test_amounts_lengths_and_parts_of_a_term() -> None:
    """Limits of amounts, of the length of a term and of parts of it have cases on both sides."""
    clause = 'when.amount_less_than = { EUR = "50.00" }\nwhen.in_first_of_term = "11 months"\noutcome = "deny"'
    space = case_space([with_clause(clause)])
    examples = list(space.examples())
    assert {4999, 5000, 5001} <= {example.case.amount.minor for example in examples}
    assert {
        "at the last instant of the first 11 months of the term",
        "at the first instant after the first 11 months of the term",
    } <= {says for example in examples for says in example.special}
    longer = case_space([with_clause('when.term_length_more_than = "1 year"\noutcome = "deny"')])
    lengths = {(example.case.term.ends_at - example.case.term.starts_at).days for example in longer.examples()}
    assert {365, 396} <= lengths


def test_instants_lie_at_the_edges_of_their_windows() -> None:
    """A fact that is compared with a window is tried at its last instant, after it, absent and not known."""
    fact = '[facts.certificate_earned_at]\ntype = "instant"\nask = "When?"\n'
    clause = 'when.certificate_earned_at_inside_window = "money_back"\noutcome = "deny"'
    examples = list(case_space([with_clause(clause, fact)]).examples())
    closes_at = datetime(2026, 4, 3, tzinfo=UTC)
    seen = {example.case.facts.get("certificate_earned_at", "not known") for example in examples}
    assert {closes_at - timedelta(seconds=1), closes_at, None, "not known"} <= seen


def test_every_pair_of_special_things_occurs() -> None:
    """Of two axes every combination of choices occurs in some case, unless the two never go together."""
    space = case_space([changed()])
    examples = list(space.examples())
    seen = {
        (i, p, j, q) for example in examples for (i, p), (j, q) in combinations(enumerate(example.picks), 2)
    }  # fmt: skip
    missing = [
        (one.name, one.choices[p].says, other.name, other.choices[q].says)
        for (i, one), (j, other) in combinations(enumerate(space.axes), 2)
        for p, q in product(range(len(one)), range(len(other)))
        if (i, p, j, q) not in seen
    ]
    before_it_begins = {
        ("payment", "", "moment", "at the last instant before the term begins"),
        ("payment", "", "moment", "at the instant the term begins"),
    }
    assert set(missing) == before_it_begins


def test_the_same_documents_give_the_same_cases() -> None:
    """Twice the same cases in the same order, none twice, and no more than the bound."""
    first, second = (list(case_space([changed()]).examples()) for _ in range(2))
    assert first == second
    assert len({example.picks for example in first}) == len(first)
    assert list(case_space([changed()]).examples(17)) == first[:17]


def test_laws_bring_their_places_dates_and_windows() -> None:
    """A law adds its country, the dates of contracts it minds, and the edges of its own windows."""
    law = parse_law(policies.read_law("eu-withdrawal"), "eu")
    space = case_space([changed()], "withdraw", laws=[law], places=["DE"], calendars={"DE": OPEN, "NZ": OPEN})
    examples = list(space.examples(3_000))
    assert examples[0].case.country == "DE"
    assert examples[0].case.act == "withdraw"
    assert {None, *law.windows} & {moment_window(example) for example in examples} == {None, *law.windows}


def moment_window(example: Example) -> str | None:
    """The window of a law at whose edge a request comes."""
    words = next((says for says in example.special if says.startswith("at the last instant of the window ")), "")
    return words.removeprefix("at the last instant of the window ").split(" ")[0] or None


def test_an_example_reads_as_a_sentence() -> None:
    """What was bought, when it is asked back, and what is special about it."""
    space = case_space([changed()])
    edge = "at the last instant of the window money_back of 30 days"
    assert say_example(one(space, "a renewal", edge)) == (
        "A renewal of 3 March 2026 for 120.00 EUR, its term from 17 March 2026, asked to be paid back on "
        f"2 April 2026, 23:59:59 UTC, {edge}."
    )
