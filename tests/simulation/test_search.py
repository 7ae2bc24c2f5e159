"""Fresh seeds break no rule; faults planted in our own code are found."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import pytest

from goodterms.simulation.plants import PLANTS
from tests.simulation.test_simulate import last_line, simulate

#: Found within a world or two: enough to see in every run that the search can fail.
QUICK = (
    "unknown-is-paid",
    "key-of-each-try",
    "cancel-forgotten",
    "booked-twice",
    "kept-for-free",
    "fact-forgotten",
    "sent-before-given",
)


@pytest.mark.timeout(1800)  # the last world is played to its end, however slow the machine
def test_fresh_seeds_break_no_rule(tmp_path: Path) -> None:
    """Half a minute of seeds that nobody has played before, five where `CI` is set.

    GOODTERMS_SIMULATE_MINUTES says otherwise; the last world is played to its end.
    """
    minutes = os.environ.get("GOODTERMS_SIMULATE_MINUTES") or ("5" if os.environ.get("CI") == "true" else "0.5")
    wish = (
        "--minutes",
        minutes,
        "--customers",
        "5",
        "--no-shrink",
        "--stop",
        "--record",
        str(tmp_path / "seeds.jsonl"),
    )
    done = simulate("--seed", secrets.token_hex(4), *wish, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[:6000]
    totals = json.loads(done.stdout.splitlines()[-2])["totals"]
    print("simulated:", totals)
    assert totals["customer_years"] >= 5
    assert totals["violations"] == 0


@pytest.mark.parametrize("plant", QUICK)
def test_a_planted_fault_is_found(plant: str, tmp_path: Path) -> None:
    small = ("--years", "0.7", "--customers", "4", "--runs", "10", "--no-shrink", "--stop")
    done = simulate("--plant", plant, "--seed", "quick", *small, cwd=tmp_path)
    said = last_line(done)
    assert said["violations"] == 1
    assert said["rule"] in PLANTS[plant].rules, done.stdout[:6000]


@pytest.mark.long
def test_all_planted_faults_are_found(tmp_path: Path) -> None:
    """The search of which docs/reliability.md tells."""
    worlds = ("--years", "1", "--customers", "6", "--runs", "1", "--seed", "found")
    done = simulate("--plant", "all", *worlds, cwd=tmp_path)
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.long
def test_twenty_seeds_are_the_same_in_three_processes(tmp_path: Path) -> None:
    for number in range(20):
        said = [
            last_line(
                simulate("--seed", f"same-{number}", "--years", "0.5", "--customers", "3", hash_seed=n, cwd=tmp_path)
            )
            for n in range(3)
        ]
        assert said[0] == said[1] == said[2]
