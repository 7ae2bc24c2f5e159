"""Mistakes in the whole language of policies: each refused at its place, with what would be right."""

from __future__ import annotations

import pytest

from tests.support.rules_documents import FULL, Mistake, mistakes, problems_of, remarks_on, told


@pytest.mark.parametrize("mistake", mistakes("mistakes"), ids=str)
def test_each_mistake_is_told_at_its_place(mistake: Mistake) -> None:
    """Line, column, the text concerned and what would be right, to the letter."""
    assert told(FULL, mistake)


def test_the_document_has_no_mistake_of_its_own() -> None:
    """What the list changes is accepted unchanged, and nothing in it is doubtful."""
    assert (problems_of(FULL), remarks_on(FULL)) == ([], ())
