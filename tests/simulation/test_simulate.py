"""The command: one seed is one run wherever it is played, a planted fault is found, and its tape shows it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from goodterms.simulation.plants import KNOWN

PROGRAM = str(Path(sys.executable).with_name("goodterms"))
TAPES = sorted((Path(__file__).parent / "tapes").glob("*.json"))
SMALL = ("--years", "0.25", "--customers", "3")


def mistake_of(tape: Path) -> str:
    """The planted fault that puts back what a tape had found, by their names."""
    return tape.stem.removeprefix("found-")


def simulate(*args: str, hash_seed: int = 0, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    return subprocess.run(
        [PROGRAM, "simulate", *args],
        capture_output=True, text=True, check=False, cwd=cwd, env={**plain(), "PYTHONHASHSEED": str(hash_seed)},
    )  # fmt: skip


def plain() -> dict[str, str]:
    """The environment without what the tests themselves set."""
    left_out = ("DATABASE", "GOODTERMS", "DJANGO", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def last_line(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What the command says at its end."""
    assert done.returncode in (0, 1), done.stderr[-2000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_a_seed_is_one_run_in_every_process() -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda n: simulate("--seed", "twin", *SMALL, hash_seed=n), (1, 2)))
    first, second = map(last_line, runs)
    assert first == second
    assert first["events"] > 500
    assert first["violations"] == 0
    assert set(first) == {
        "seed", "customer_years", "crashes", "restores", "events", "violations", "trace_hash",
    }  # fmt: skip


def test_a_planted_fault_is_found_and_its_tape_shows_it_again(tmp_path: Path) -> None:
    found = simulate(
        "--plant", "unknown-is-paid", "--seed", "x", "--runs", "8", *SMALL, "--no-shrink", "--stop", cwd=tmp_path
    )
    assert last_line(found)["seed"].startswith("x-")
    assert found.returncode == 1
    assert "FAIL not paid" in found.stdout
    tape = next((tmp_path / "tapes").glob("x-*.json"))
    again = simulate("--replay", str(tape), cwd=tmp_path)
    assert again.returncode == 1
    assert "FAIL not paid" in again.stdout
    assert "The customer's life:" in again.stdout


def test_a_record_is_gone_on_with(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    tiny = ("--years", "0.05", "--customers", "1", "--seed", "r", "--record", str(record))
    for _ in range(2):
        assert simulate("--runs", "2", *tiny, cwd=tmp_path).returncode == 0
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert [line["seed"] for line in lines] == ["r-1", "r-2", "r-3", "r-4"]


def test_its_server_ends_with_it() -> None:
    """Whoever stops it as services are stopped leaves no server behind, nor its files."""
    with tempfile.TemporaryDirectory(prefix="gt-test-") as place:  # the path of a socket must be short
        _stop_one_in(Path(place))


def _stop_one_in(place: Path) -> None:
    env = {**plain(), "TMPDIR": str(place)}
    command = [PROGRAM, "simulate", "--seed", "long", "--minutes", "30"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env) as running:
        assert running.stderr is not None
        while "seed long-1 ..." not in running.stderr.readline():
            assert running.poll() is None
        server = next(place.glob("gt-sim-*/pgdata/postmaster.pid"))
        pid = server.read_text().split()[0]
        assert str(server.parent) in _command_of(pid)
        running.terminate()
        assert running.wait(60) == 143
    assert str(server.parent) not in _command_of(pid)
    assert list(place.glob("gt-sim-*/*")) == []


def _command_of(pid: str) -> str:
    """What a process runs; nothing when it has ended, and may wait for its parent to notice."""
    command = Path(f"/proc/{pid}/cmdline")
    return command.read_text() if command.exists() else ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--faults", "crash,thunder"], "unknown faults: thunder"),
        (["--plant", "no-such"], "there is no planted fault 'no-such'"),
        (["--customers", "0"], "'--customers'"),
        (["--record", "nowhere/record.jsonl"], "there is no directory nowhere"),
    ],
)
def test_what_nobody_knows_is_refused(args: list[str], said: str, tmp_path: Path) -> None:
    done = simulate(*args, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("tape", TAPES, ids=lambda path: path.stem)
def test_what_was_found_before_does_not_come_back(tape: Path, tmp_path: Path) -> None:
    done = simulate("--replay", str(tape), cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("tape", [tape for tape in TAPES if mistake_of(tape) in KNOWN], ids=lambda path: path.stem)
def test_a_tape_still_leads_to_where_it_broke(tape: Path, tmp_path: Path) -> None:
    """With the mistake put back into the code, the tape that found it finds it again."""
    done = simulate("--replay", str(tape), "--plant", mistake_of(tape), cwd=tmp_path)
    assert f"FAIL {json.loads(tape.read_text())['found']}: " in done.stdout, done.stdout[-3000:]
    assert done.returncode == 1
