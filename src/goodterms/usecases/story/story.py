"""`goodterms story`: the policy page's stories, played through and compared with what was computed by hand.

The expected values are literals in `expected.toml`; the product never writes them. Every step that is seen must
be there, with exactly these facts, mails, amounts and dates, and every step that is there must be seen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import UUID

from goodterms.domain.decision import plain_value
from goodterms.gateways.bank.process import start_bank
from goodterms.usecases.story.reseller import RESELLER_TALES, ResellerTeller, begin
from goodterms.usecases.story.tales import TALES
from goodterms.usecases.story.teller import Step, Teller
from goodterms.usecases.story.world import FACES, Stage

Expected = dict[str, Any]
_BEGIN = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """A step with what was expected of it; a step that never came has neither time nor person."""

    story: str
    step: Step | None
    expected: Expected | None

    @property
    def ok(self) -> bool:
        """Whether the step is as it was promised."""
        return self.step is not None and self.expected is not None and matches(self.step, self.expected)

    def data(self) -> dict[str, Any]:
        """As one JSON object."""
        seen = _seen(self.step) if self.step else {}
        return {
            "story": self.story,
            "at": seen.pop("at", None),
            "who": self.step.who if self.step else None,
            "what": self.step.what if self.step else "This was expected and did not happen.",
            "amount_minor": seen.pop("amount_minor", None),
            "access_until": seen.pop("access_until", None),
            **seen,
            "expected": plain_value(self.expected),
            "ok": self.ok,
        }


def title(story: str) -> str:
    """What a story is about, in a sentence."""
    tale = TALES.get(story) or RESELLER_TALES[story]
    return (tale.__doc__ or story).strip()


def expectations(gateway: str = "bank") -> Mapping[str, list[Expected]]:
    """The steps of each story as they were computed by hand; a shop that answers by file has its own."""
    name = "expected_reseller.toml" if gateway == "reseller" else "expected.toml"
    text = resources.files("goodterms.usecases.story").joinpath(name).read_text(encoding="utf-8")
    return {story: table["step"] for story, table in tomllib.loads(text).items()}


def play(
    directory: Path, new_id: Callable[[], UUID], expected: Mapping[str, list[Expected]], gateway: str = "bank"
) -> Iterator[Told]:
    """Play every story in an empty database, with a bank that keeps its books in `directory`.

    The bank is reached through the adapter of a gateway, behind that gateway's API. A reseller has a shop and a folder
    in its place.
    """
    if gateway == "reseller":
        yield from _play_at_the_shop(directory, new_id, expected)
        return
    with start_bank(directory, test_clock=True, face=FACES[gateway]) as bank:
        stage = Stage(bank, new_id, _BEGIN, gateway)
        stage.open(price_minor=7995, tax_minor=727)
        for story, tale in TALES.items():
            teller = Teller(stage, story)
            tale(teller)
            yield from compare(story, teller.steps, expected.get(story, []))


def _play_at_the_shop(
    directory: Path, new_id: Callable[[], UUID], expected: Mapping[str, list[Expected]]
) -> Iterator[Told]:
    stage = begin(directory, new_id, _BEGIN)
    stage.open(price_minor=7995, tax_minor=727)
    for story, tale in RESELLER_TALES.items():
        teller = ResellerTeller(stage, story)
        tale(teller)
        yield from compare(story, teller.steps, expected.get(story, []))


def compare(story: str, steps: list[Step], expected: list[Expected]) -> Iterator[Told]:
    """Steps beside their expectations, in order; what is too much or missing on either side is not ok."""
    for i in range(max(len(steps), len(expected))):
        yield Told(story, steps[i] if i < len(steps) else None, expected[i] if i < len(expected) else None)


def matches(step: Step, expected: Expected) -> bool:
    """Whether a step is exactly as expected. `no_later_than` stands for `at` where the day is the bank's choice."""
    seen, wanted = _seen(step), _plain(expected)
    if "no_later_than" in wanted:
        seen.pop("at")
        if step.at >= expected["no_later_than"]:
            return False
        wanted.pop("no_later_than")
    return seen == {"facts": [], "mails": [], "who": step.who, **wanted}


def _seen(step: Step) -> dict[str, Any]:
    """What is compared; what is absent (no money moved, no access) is left out."""
    found = {
        "at": step.at,
        "who": step.who,
        "facts": step.facts,
        "mails": step.mails,
        "amount_minor": step.amount_minor,
        "access_until": step.access_until,
        "state": step.state,
        "says": step.says,
    }
    return _plain({key: value for key, value in found.items() if value is not None and value != {}})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = plain_value(values)
    assert isinstance(plain, dict)
    return plain
