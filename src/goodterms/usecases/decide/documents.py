"""Which documents judge a line: one policy for all or the one of the line's vendor, and the laws beside it."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from pathlib import Path

from goodterms import policies
from goodterms.domain.case import Laws
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.calendars import PROMISED, Calendars, business_calendar
from goodterms.storage.laws import shipped_laws
from goodterms.usecases.decide.case import Rules
from goodterms.usecases.decide.facts import WELL_KNOWN, names_of
from goodterms.usecases.decide.scenario import Scenario
from goodterms.usecases.decide.values import ScenarioError

AUTO = "auto"
#: Windows reach beyond the year of the order and of the request: the longest that a law has is a year and two weeks.
_MARGIN = 2
_DROPPED = str.maketrans("", "", string.punctuation)


class UnknownPolicyError(LookupError):
    """Neither a shipped policy's name nor a readable file."""


@dataclass(slots=True)
class Policies:
    """The documents of a run.

    `choice` is the name of a shipped policy, the path of a document, or `auto`: the shipped one named like the line's
    vendor. `law_files` are paths of laws to know besides the shipped ones, or instead of them (`shipped` False).
    """

    choice: str
    law_files: tuple[str, ...] = ()
    shipped: bool = True
    _parsed: dict[str, Policy] = field(default_factory=dict)
    _laws: tuple[Law, ...] | None = None
    _names: frozenset[str] | None = None

    def for_vendor(self, vendor: object) -> Policy:
        """The policy for a line. LookupError where there is none; PolicyError for a document that is refused."""
        name = self.choice
        if name == AUTO:
            if not isinstance(vendor, str) or not vendor.strip():
                raise ScenarioError("missing_field", "vendor", "Without a vendor there is no policy to choose.")
            name = vendor.strip() if vendor.strip() in policies.names() else policy_name(vendor)
        if name not in self._parsed:
            self._parsed[name] = self._read(name)
        return self._parsed[name]

    def laws(self) -> tuple[Law, ...]:
        """Every law of the run, the given ones first. OSError, UnicodeDecodeError and PolicyError for a bad file."""
        if self._laws is None:
            given = tuple(parse_law(Path(path).read_text(encoding="utf-8"), path) for path in self.law_files)
            ids = {law.id for law in given}
            shipped = (law for law in shipped_laws() if law.id not in ids)
            self._laws = (*given, *(shipped if self.shipped else ()))
        return self._laws

    def rules_for(self, s: Scenario, policy: Policy) -> Rules:
        """What decides a scenario: its policy, and the laws of where the buyer lives."""
        made = s.contract_made or s.order_at
        first, last = min(made.year, s.order_at.year) - _MARGIN, s.initiated_at.year + PROMISED
        laws = tuple(law for law in self.laws() if not law.countries or s.country in law.countries)
        return Rules(
            policy, Laws(laws, Calendars(first, last)), business_calendar(policy, first, last, s.country, s.state)
        )

    def known_facts(self, policy: Policy, names: frozenset[str]) -> frozenset[str]:
        """Those of some names that a document of the run, or any that comes with goodterms, has for a fact."""
        near = WELL_KNOWN | names_of((policy, *self.laws()))
        if names <= near:
            return names
        if self._names is None:  # a rare thing, for which every document is read
            shipped = (parse_policy(policies.read(name), policies.source(name)) for name in policies.names())
            self._names = names_of((*shipped, *shipped_laws()))
        return names & (near | self._names)

    def _read(self, name: str) -> Policy:
        if self.choice != AUTO and name not in policies.names() and Path(name).is_file():
            return parse_policy(Path(name).read_text(encoding="utf-8"), name)
        try:
            found = policies.resolve(name)
        except LookupError as error:
            reason = str(error.args[0])
            raise UnknownPolicyError(f"{reason[:1].upper()}{reason[1:]}.") from None
        return parse_policy(policies.read(found), policies.source(found))


def policy_name(vendor: str) -> str:
    """The name of a vendor's policy: lower case, punctuation dropped, hyphens for spaces."""
    return "-".join(vendor.lower().translate(_DROPPED).split())
