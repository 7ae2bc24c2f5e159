"""Which of the changes that visitors were told of must still be so in the end."""

from __future__ import annotations

import pytest

from tests.crashes.visitors import LINGERS, Change, Told

SUB = "sub_1"


def _lasting(*changes: Change) -> set[tuple[str, str]]:
    told = Told()
    told.changes.extend(changes)
    return told.lasting


def test_the_latest_that_was_confirmed_lasts() -> None:
    kept = Change("keep", SUB, 20 + LINGERS, 30 + LINGERS, confirmed=True)
    assert _lasting(Change("cancel", SUB, 1, 2, confirmed=True), kept) == {("keep", SUB)}


@pytest.mark.parametrize(
    "other",
    [
        Change("keep", SUB, 9, 10),  # may be worked on for a while yet
        Change("keep", SUB, 101, 102),
        Change("keep", SUB, 50),  # nobody knows when it ended
    ],
)
def test_what_somebody_may_have_changed_after_does_not(other: Change) -> None:
    canceled = Change("cancel", SUB, 11, 12, confirmed=True)
    assert _lasting(canceled, other) == set()
    assert _lasting(canceled, Change("keep", "sub_2", 101, 102)) == {("cancel", SUB)}


def test_what_was_not_confirmed_is_no_promise() -> None:
    told = Told()
    with told.changing("cancel", SUB) as change:
        change.confirmed = True
    with pytest.raises(TimeoutError), told.changing("cancel", "sub_2"):
        raise TimeoutError
    assert told.promises == told.lasting == {("cancel", SUB)}
