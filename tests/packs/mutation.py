"""How many changes of one number or one word in a shipped document its own cases notice.

    python -m tests.packs.mutation [NAME ...]

prints every change that nothing notices.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from goodterms import policies
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.laws import shipped_laws
from goodterms.usecases.decide.cases import Policies, policy_name
from tests.packs.deciding import CASES, differences, lines
from tests.packs.mutants import Mutant, mutants

_TOGETHER = ("shared.jsonl", "further.jsonl")
SURVIVORS = Path(__file__).parent / "survivors.toml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the mutations of one document: how many were refused by the reader, noticed by a case, or lived."""

    name: str
    refused: int
    noticed: int
    survivors: tuple[str, ...]

    @property
    def all(self) -> int:
        """How many mutations there are."""
        return self.refused + self.noticed + len(self.survivors)

    @property
    def share(self) -> int:
        """The percentage that was noticed, rounded down."""
        return 100 * (self.refused + self.noticed) // max(self.all, 1)


def documents() -> tuple[str, ...]:
    """Every shipped policy and law."""
    return (*policies.names(), *policies.law_names())


def outcome(name: str, step: int = 1, first: int = 0) -> Outcome:
    """Try every mutation of a document, or every `step`-th from the `first`, on its cases."""
    is_law = name in policies.law_names()
    text = policies.read_law(name) if is_law else policies.read(name)
    cases = list(_cases(name))
    refused, noticed, survivors = 0, 0, []
    for number, mutant in enumerate(mutants(text)):
        if number % step != first % step:
            continue
        chosen = _with(name, mutant, is_law=is_law)
        if chosen is None:
            refused += 1
        elif killer := next((case for case in cases if differences(case, chosen)), None):
            noticed += 1
            cases.remove(killer)  # what has noticed one change soon notices the next
            cases.insert(0, killer)
        else:
            survivors.append(mutant.what)
    return Outcome(name, refused, noticed, tuple(survivors))


def expected_survivors() -> Mapping[str, Mapping[str, str]]:
    """The mutations known to live, by document, each with the reason."""
    return tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))


def _with(name: str, mutant: Mutant, *, is_law: bool) -> Policies | None:
    """The documents of a run with one of them mutated; None where the reader refuses it."""
    chosen = Policies("auto")
    try:
        if is_law:
            changed = parse_law(mutant.text, name)
            chosen._laws = tuple(_same(law, changed) for law in shipped_laws())
        else:
            policy = parse_policy(mutant.text, name)
            return _Mutated("auto", name, policy)
    except PolicyError:
        return None
    return chosen


class _Mutated(Policies):
    """The documents of a run with one policy in place of the shipped one of that name."""

    def __init__(self, choice: str, name: str, policy: Policy) -> None:
        super().__init__(choice)
        self._name, self._policy = name, policy

    def for_vendor(self, vendor: object) -> Policy:
        """The changed policy for every vendor that it is the policy of."""
        if isinstance(vendor, str) and _is_of(vendor, self._name):
            return self._policy
        return super().for_vendor(vendor)


def _same(law: Law, changed: Law) -> Law:
    return replace(changed, id=law.id) if law.id == changed.id else law


def _cases(name: str) -> Iterator[dict[str, Any]]:
    """The lines that are about a document: its own file, and those of the common files by vendor or country."""
    for file in (f"{name}.jsonl", *_TOGETHER):
        if not (CASES / file).exists():
            continue
        for line in lines(file):
            if file == f"{name}.jsonl" or name in policies.law_names() or _is_of(line.get("vendor", ""), name):
                yield line


def _is_of(vendor: str, name: str) -> bool:
    try:
        return policies.resolve(policy_name(vendor)) == name
    except LookupError:
        return False


def main() -> None:
    """Print what came of the mutations of some documents, or of all."""
    for name in sys.argv[1:] or documents():
        found = outcome(name)
        print(f"{name}: {found.share} % of {found.all} noticed ({found.refused} refused when read)")
        for survivor in found.survivors:
            print(f"    {survivor}")


if __name__ == "__main__":
    main()
