"""The policy page's stories come true, and a story that does not would be noticed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from goodterms.usecases.story.reseller import RESELLER_TALES
from goodterms.usecases.story.story import compare, expectations
from goodterms.usecases.story.tales import TALES
from goodterms.usecases.story.teller import Step

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


@pytest.mark.requirement(
    "R1", "R2", "R8", "R10", "R11", "R12", "R15", "R18", "R19", "R21", "R24", "R25", "R35", "R36", "R38", "R39", "R41",
    "R42", "R44", "R46", "R47",
)  # fmt: skip
@pytest.mark.parametrize("gateway", ["bank", "stripe", "reseller"])
def test_every_story_is_as_promised(data_dir: Path, gateway: str) -> None:
    """Every step of every story has exactly the facts, mails, amounts and dates that were computed by hand.

    Through whichever gateway that we charge: the same. A reseller's shop charges by itself and answers by file, so its
    stories have literals of their own.
    """
    command = [PROGRAM, "story", "--json", "--gateway", gateway]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert [step for step in steps if not step["ok"]] == []
    assert {step["story"] for step in steps} == set(RESELLER_TALES if gateway == "reseller" else TALES)
    assert len(steps) == sum(len(rows) for rows in expectations(gateway).values())
    assert done.returncode == 0, done.stderr


def _step(**changed: Any) -> Step:
    at = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
    step = Step(
        "cancel_in_mid_term", at, "Ann", "Buys a year",
        ("charge.intended", "charge.succeeded", "subscription.started"), ("receipt",),
        7995, datetime(2027, 1, 12, 9, 30, tzinfo=UTC), "active", {},
    )  # fmt: skip
    return replace(step, **changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"at": datetime(2026, 1, 12, 9, 30, 1, tzinfo=UTC)},
        {"facts": ("charge.intended",)},
        {"mails": ()},
        {"amount_minor": 7994},
        {"amount_minor": None},
        {"access_until": None},
        {"access_until": datetime(2027, 1, 12, 9, 30, tzinfo=UTC) + timedelta(days=1)},
        {"state": "expired"},
        {"says": {"clause": "X"}},
    ],
)
def test_a_broken_promise_is_noticed(changed: dict[str, Any]) -> None:
    """A step that differs from its literals in anything is not ok."""
    expected = expectations()["cancel_in_mid_term"][:1]
    assert [told.ok for told in compare("s", [_step()], expected)] == [True]
    assert [told.ok for told in compare("s", [_step(**changed)], expected)] == [False]


def test_missing_and_added_steps_are_noticed() -> None:
    """A step too few or too many is not ok, nor is a settlement that comes after the promised day."""
    expected = expectations()["cancel_in_mid_term"][:1]
    assert [told.ok for told in compare("s", [], expected)] == [False]
    assert [told.ok for told in compare("s", [_step(), _step()], expected)] == [True, False]
    late = {**expected[0], "no_later_than": datetime(2026, 1, 12, 9, 30, tzinfo=UTC)}
    late.pop("at")
    assert [told.ok for told in compare("s", [_step()], [late])] == [False]
