"""Every number and word of the shipped documents matters: a change of one is noticed by the document's own cases.

Those that nothing can notice are listed in `survivors.toml`, each with the reason.
"""

from __future__ import annotations

import pytest

from tests.packs.mutation import documents, expected_survivors, outcome

LEAST = 95
_STEP = 11


def _unexplained(name: str, survivors: tuple[str, ...]) -> list[str]:
    """Survivors that are not listed; without their lines, which move."""
    listed = expected_survivors().get(name, {})
    return [found for found in survivors if found.partition(": ")[2] not in listed]


@pytest.mark.parametrize("name", documents())
def test_a_sample_of_changes_is_noticed_or_explained(name: str) -> None:
    """Every eleventh mutation of a document, beginning at a place of its own."""
    found = outcome(name, _STEP, first=len(name))

    assert found.all > 0
    assert _unexplained(name, found.survivors) == []


@pytest.mark.long
@pytest.mark.parametrize("name", documents())
def test_changes_are_noticed(name: str) -> None:
    """All mutations: at least 95 % are noticed, the others are listed, and nothing is listed that is noticed."""
    found = outcome(name)

    assert found.share >= LEAST, found.survivors
    assert _unexplained(name, found.survivors) == []
    listed = set(expected_survivors().get(name, {}))
    assert listed <= {one.partition(": ")[2] for one in found.survivors}
