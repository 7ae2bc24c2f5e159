"""`goodterms bank`: the built-in bank as an operator starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from goodterms.domain.money import Money
from goodterms.gateways.bank.adapter import Bank
from goodterms.gateways.protocol import ChargeIntent, Outcome

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


def test_a_bank_of_ones_own(tmp_path: Path) -> None:
    """It prints its address, takes the key of its directory, and stops when asked."""
    books = tmp_path / "books"
    command = [PROGRAM, "bank", "--data", str(books), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bank:
        try:
            assert bank.stdout is not None
            url = bank.stdout.readline().split()[-1]
            gateway = Bank(url, (books / "api-key").read_text().strip())
            answer = gateway.charge(ChargeIntent("key-1", "our-1", Money(100, "EUR"), "pm_ok", "A try"))
            assert answer.outcome is Outcome.SUCCEEDED
        finally:
            bank.send_signal(signal.SIGTERM)
        assert bank.wait(10) == 0


def test_a_place_that_can_not_be_used(tmp_path: Path) -> None:
    """A directory that can not be made is named on one line."""
    (tmp_path / "file").write_text("")
    command = [PROGRAM, "bank", "--data", str(tmp_path / "file" / "books")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "can not be used" in done.stderr
    assert "Traceback" not in done.stderr
