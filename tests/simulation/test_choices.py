"""Draws depend on the seed and their place alone; a tape holds what departs from the plain course."""

from __future__ import annotations

from pathlib import Path

import pytest

from goodterms.simulation.choices import Choices, Tape
from goodterms.simulation.shrink import shrink

OPTIONS = [("crash", 0.2), ("switch", 0.3)]


def _tape(seed: str = "one") -> Tape:
    return Tape(seed, 1.0, 2, ("crash", "switch"))


def test_a_draw_in_one_place_does_not_shift_those_of_another() -> None:
    alone, beside = Choices(_tape()), Choices(_tape())
    expected = [alone.below("a", 1000) for _ in range(50)]
    found = []
    for _ in range(50):
        beside.below("b", 7)
        found.append(beside.below("a", 1000))
    assert found == expected
    assert len(set(expected)) > 40
    assert [Choices(_tape("two")).below("a", 1000) for _ in range(5)] != expected[:5]


def test_options_come_about_as_often_as_they_should() -> None:
    choices = Choices(_tape())
    found = [choices.deviation("here", OPTIONS) for _ in range(5000)]
    assert 850 < found.count("crash") < 1150
    assert 1350 < found.count("switch") < 1650
    assert len(choices.made) == 5000 - found.count("")


def test_a_tape_repeats_its_deviations_and_no_others(tmp_path: Path) -> None:
    first = Choices(_tape())
    found = [first.deviation(f"place {n % 3}", OPTIONS) for n in range(60)]
    path = tmp_path / "tape.json"
    _tape().with_deviations(first.made).write(path)
    read = Tape.read(path)
    assert read == _tape().with_deviations(first.made)
    again = Choices(read)
    assert [again.deviation(f"place {n % 3}", OPTIONS) for n in range(60)] == found
    assert again.deviation("a new place", [("crash", 1.0)]) == ""


@pytest.mark.parametrize("text", ["", "{}", '{"seed": "a", "deviations": 3}', "[1]"])
def test_what_is_no_tape_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tape.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"tape\.json is no tape"):
        Tape.read(path)


def test_shrinking_keeps_what_it_takes() -> None:
    made = [("place", n, "crash") for n in range(40)]
    wanted = {made[7], made[31]}
    left = shrink(_tape().with_deviations(made), lambda tape: wanted <= set(tape.deviations or ()), lambda: True)
    assert set(left.deviations or ()) == wanted


def test_shrinking_a_life_that_breaks_by_itself_leaves_nothing() -> None:
    left = shrink(_tape().with_deviations([("place", 0, "crash")]), lambda _tape: True, lambda: True)
    assert left.deviations == ()
