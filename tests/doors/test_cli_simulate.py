"""The simulation at the command line: what it is given fits together, and its last line can be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from goodterms.simulation.choices import Tape

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with nothing of the tests' own in its environment, and a wide terminal: complaints are wrapped."""
    left_out = ("DATABASE", "GOODTERMS", "DJANGO")
    env = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return subprocess.run(
        [PROGRAM, "simulate", *arguments], cwd=place, env={**env, "COLUMNS": "200"}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--runs", "-3"), "or equal to 0"),
        (("--minutes", "-3"), "or equal to 0"),
        (("--seed", ""), "a seed is not empty; without --seed one is drawn"),
        (("--seed", " ", "--runs", "2"), "a seed is not empty"),
        (("--replay", "tape.json", "--seed", "x"), "a tape is played as it is, without --seed"),
        (("--replay", "tape.json", "--years", "1", "--customers", "10"), "without --years, --customers"),
        (("--replay", "tape.json", "--faults", "none"), "without --faults"),
        (("--replay", "tape.json", "--runs", "2", "--minutes", "1"), "without --runs, --minutes"),
        (("--replay", "tape.json", "--plant", "all"), "without --plant all"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    """Nothing that is given is passed over in silence."""
    Tape("x", 0.01, 1, ()).write(tmp_path / "tape.json")
    done = run(tmp_path, *arguments)
    assert done.returncode == 2, done.stdout
    assert complaint in done.stderr


def test_the_line_of_a_run(tmp_path: Path) -> None:
    """Years have two digits, and crashes are told once."""
    done = run(tmp_path, "--seed", "line", "--years", "0.07", "--customers", "3", "--record", "record.jsonl")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["customer_years"] == 0.21
    line = json.loads((tmp_path / "record.jsonl").read_text())
    assert line["customer_years"] == 0.21
    assert line["crashes"] > 0
    assert not {"crash", "crashes"} & line["counted"].keys()
