"""`goodterms worker`: what an operator sets and sees."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from goodterms import wiring
from goodterms.gateways.pace import AT_ONCE

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


@pytest.fixture
def set_bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets what the environment says of the bank."""

    def put(**settings: str) -> None:
        for name, value in {"URL": "http://127.0.0.1:1", "KEY": "k", **settings}.items():
            monkeypatch.setenv(f"GOODTERMS_BANK_{name}", value)
        wiring._gateways.cache_clear()

    yield put
    wiring._gateways.cache_clear()


def test_the_pace_of_a_gateway_is_a_setting(set_bank: Any) -> None:
    """Calls at once and calls a second come from the environment; unset or empty, there are 64 and no rate."""
    set_bank(AT_ONCE="8", PER_SECOND="2.5")
    pace = wiring._gateways()["bank"].gate.pace
    assert (pace.at_once, pace.per_second) == (8, 2.5)
    set_bank(AT_ONCE="", PER_SECOND=" ")
    pace = wiring._gateways()["bank"].gate.pace
    assert (pace.at_once, pace.per_second) == (AT_ONCE, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("AT_ONCE", value) for value in ("0", "-1", "1001", "3.5", "many", "1e3", "²")),
        *(("TIMEOUT", value) for value in ("0", "31", "2.5")),
        *(("PER_SECOND", value) for value in ("0", "-1", "nan", "inf", "fast", "1e999", "10/s")),
    ],
)
def test_a_pace_that_makes_no_sense_is_refused(set_bank: Any, name: str, value: str) -> None:
    """The message names the variable, what it may be and what was found."""
    set_bank(**{name: value})
    with pytest.raises(ImproperlyConfigured, match=rf"GOODTERMS_BANK_{name} must be .*not '{value}'"):
        wiring._gateways()


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_the_program_says_so_at_the_start(transactional_db: None, data_dir: Path, command: str) -> None:
    """One line, and it ends; not at the first charge."""
    environment = {
        **os.environ, "GOODTERMS_DATA": str(data_dir), "GOODTERMS_BANK_URL": "http://127.0.0.1:1",
        "GOODTERMS_BANK_PER_SECOND": "fast",
    }  # fmt: skip
    done = subprocess.run([PROGRAM, command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "goodterms: GOODTERMS_BANK_PER_SECOND must be a number above 0, as 25 or 0.5, not 'fast'\n"
