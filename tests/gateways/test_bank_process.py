"""The bank as a process: started, stopped, killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from goodterms.gateways.bank.clock import from_text
from goodterms.gateways.bank.process import start_bank
from goodterms.gateways.protocol import Outcome
from tests.gateways.bank_world import MONDAY, BankWorld
from tests.gateways.contract_world import charge_intent, charged


@pytest.fixture
def world(tmp_path: Path) -> Iterator[BankWorld]:
    """A bank with fresh books."""
    world = BankWorld(tmp_path / "bank")
    yield world
    world.close()


def test_clock_survives_a_crash(world: BankWorld) -> None:
    """A bank that was killed comes back with its clock and its books."""
    charge_ref = charged(world)
    world.advance(timedelta(days=3))
    world.pull_the_plug()
    world.start_again()
    assert world.now() == from_text("2026-03-05T10:00:00Z")
    assert world.call("/v1/statement")[1]["data"][0]["id"] == charge_ref


def test_no_controls_without_test_clock(tmp_path: Path) -> None:
    """A bank started without a test clock has real time and no control endpoints."""
    world = BankWorld(tmp_path / "bank")
    world.close()
    world.bank = start_bank(tmp_path / "bank", test_clock=False)
    try:
        assert world.call("/test/clock")[0] == 404
        assert world.call("/test/faults", {"drop_answers": 1})[0] == 404
        assert world.call("/v1/statement")[1]["at"] > MONDAY
    finally:
        world.close()


def test_second_bank_on_the_same_books(world: BankWorld) -> None:
    """Two banks can not run on the same books."""
    with pytest.raises(RuntimeError, match="ended with 1"):
        start_bank(world.directory)
    assert "another bank is running" in (world.directory / "bank.log").read_text()


def test_stops_within_seconds(world: BankWorld) -> None:
    """SIGTERM ends it soon, even while a card leaves a client hanging."""
    with ThreadPoolExecutor(1) as client:
        hanging = client.submit(world.gateway.charge, charge_intent("pm_hangs"))
        while not world.call("/v1/statement")[1]["data"]:
            time.sleep(0.01)
        os.kill(world.bank.pid, signal.SIGTERM)
        assert world.bank.process.wait(5) == 0
        assert hanging.result().outcome is Outcome.UNKNOWN


def test_command_line(tmp_path: Path) -> None:
    """Started by hand, it says where it listens, takes the key from the environment, and stops on SIGTERM."""
    command = [sys.executable, "-m", "goodterms.gateways.bank", "--data", str(tmp_path), "--port", "0"]
    environment = {**os.environ, "GOODTERMS_BANK_KEY": "bank_test_given"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        try:
            assert process.stdout
            ready = process.stdout.readline()
            assert ready.startswith("bank ready http://127.0.0.1:")
        finally:
            process.terminate()
        assert process.wait(5) == 0
    assert not (tmp_path / "api-key").exists()


def test_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    """A bank started by a program that is killed does not outlive it."""
    program = "import sys, pathlib, time; from goodterms.gateways.bank.process import start_bank\n"
    program += "print(start_bank(pathlib.Path(sys.argv[1])).pid, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    for _ in range(500):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return
        time.sleep(0.01)
    raise AssertionError("the bank still runs")
