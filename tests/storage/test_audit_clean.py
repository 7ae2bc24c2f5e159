"""The audit finds nothing in what the journeys leave behind, whatever happened to people and gateways."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodterms.storage.audit.snapshot import ask_all, audit_rows, snapshot
from goodterms.storage.models import FactRow
from tests.conftest import _empty_tables
from tests.scenarios.test_random_lives import RULES, Act, journeys
from tests.support import second_policy as second
from tests.support.random_life import POLICY
from tests.support.stored_life import StoredLife


@pytest.mark.django_db(transaction=True)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    months=st.sampled_from([1, 12]), rules=st.sampled_from(["", *RULES]),
    sequences=st.lists(st.lists(journeys(), min_size=5, max_size=40), min_size=1, max_size=4),
)  # fmt: skip
def test_random_lives_break_no_rule(months: int, rules: str, sequences: list[list[Act]]) -> None:
    """Several customers live at random; no rule of the audit is broken in what was saved."""
    policy = second.policy(rules) if rules else POLICY
    try:
        now = None
        for number, sequence in enumerate(sequences, 1):
            life = StoredLife.bought(months, policy=policy, number=number)
            life.settle("succeeded")
            for act in sequence:
                act(life)
            now = max(now, life.now) if now else life.now
        assert now is not None
        assert FactRow.objects.count() >= 3 * len(sequences)
        assert audit_rows(now) == []
        with snapshot():
            assert [one for one in ask_all(lambda: now) if one.invariant not in (18, 26, 43, 6)] == []
    finally:
        _empty_tables()
