"""Where a law gives customers more than a policy: for each law of a country it is sold in, an example case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from goodterms.domain.case import Laws
from goodterms.domain.comparing.case_space import case_space
from goodterms.domain.comparing.case_space_answers import Answer, answer, say_example
from goodterms.domain.comparing.case_space_types import Example
from goodterms.domain.comparing.policy_diff_words import and_list
from goodterms.domain.counting import date_in_words
from goodterms.domain.effort import Enough, never
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.rules import Act

BOUND = 300
"""The most cases tried for each law and act."""

_SOLD_IN: Path = ("policy", "sold_in")
_ACTS: tuple[Act, ...] = ("withdraw", "refund", "cancel")


@dataclass(slots=True)
class More:
    """A law that gives more than a policy: the simplest case, both answers, and the articles that do."""

    law: Law
    place: str
    example: Example
    policy: Answer
    better: Answer
    articles: dict[str, None]

    def says(self) -> str:
        """As a sentence."""
        title = self.law.title.get("en", self.law.id)
        also = f" and {len(self.articles) - 1} more" if len(self.articles) > 1 else ""
        when = (
            "" if self.law.status == "in_force" else f", once it applies (from {date_in_words(self.law.applies_from)})"
        )
        where = f" in {self.place}" if self.place else ""
        return (
            f"{title}, {self.better.article or self.better.clause}{also}, gives consumers{where} more than the "
            f"policy{when}: {say_example(self.example)} The policy: {self.policy} ({self.policy.clause}); "
            f"the law: {self.better}"
        )


def lint_laws(policy: Policy, laws: Laws, enough: Enough = never) -> Iterator[tuple[Path, str]]:
    """A remark for each law of a place the policy is sold in; one in all where it is sold everywhere.

    Raises `CutShortError` where it is `enough`.
    """
    if policy.sold_in:
        for law in laws.laws:
            place = place_of(law, policy)
            if place is not None and (found := more_by_law(policy, law, place, laws, enough)) is not None:
                yield _SOLD_IN, found.says()
        return
    searched = (more_by_law(policy, law, _first_place(law), laws, enough) for law in laws.laws)
    all_found = [found for found in searched if found is not None]
    if all_found:
        named = and_list(_short(found) for found in all_found)
        give = "laws give" if len(all_found) > 1 else "law gives"
        says = (
            f"sold everywhere, since sold_in is not given: {len(all_found)} {give} consumers more somewhere: {named}. "
            f"Name the countries in sold_in to see each with its case; the first: {all_found[0].says()}"
        )
        yield ("policy",), says


def more_by_law(policy: Policy, law: Law, place: str, laws: Laws, enough: Enough = never) -> More | None:
    """The simplest case in a place in which a law gives more than the policy; None where it never does.

    Raises `CutShortError` where it is `enough`.
    """
    only = Laws((law,), laws.calendars)
    best: More | None = None
    articles: dict[str, None] = {}
    for act in _ACTS:
        rights = [right for right in law.rights if act in right.acts]
        if act == "refund":  # to withdraw is also to ask for the money
            rights = [right for right in rights if "withdraw" not in right.acts]
        if not rights:
            continue
        places = (place,) if place else ()
        space = case_space((policy,), act, laws=(law,), calendars=laws.calendars, places=places, enough=enough)
        for example in space.around(1, BOUND, known=True):
            by_law = answer(policy, example.case, only)
            if by_law.rule != law.label or by_law.outcome != "grant":
                continue
            alone = answer(policy, example.case, Laws((), laws.calendars))
            if by_law.worth <= alone.worth:
                continue
            articles[by_law.article or by_law.clause] = None
            more = More(law, place, example, alone, by_law, articles)
            best = more if best is None or _rank(more) < _rank(best) else best
    return best


def _rank(more: More) -> tuple[int, int]:
    """The plainer the case and the more money, the better an example."""
    return more.example.weight, more.policy.net.minor - more.better.net.minor


def place_of(law: Law, policy: Policy) -> str | None:
    """A place the policy is sold in in which a law applies; "" for one without borders, None for none."""
    if not law.countries:
        return policy.sold_in[0]
    for region in policy.sold_in:
        country, _, state = region.partition("-")
        if country in law.countries and (not law.states or not state or state in law.states):
            return f"{country}-{law.states[0]}" if law.states and not state else region
    return None


def _first_place(law: Law) -> str:
    if not law.countries:
        return ""
    return f"{law.countries[0]}-{law.states[0]}" if law.states else law.countries[0]


def _short(found: More) -> str:
    where = [f"{found.law.countries[0]}-{state}" for state in found.law.states] or found.law.countries
    places = where[0] if len(where) == 1 else f"{len(where)} {'states' if found.law.states else 'countries'}"
    return f"{found.law.id} ({found.better.article or found.better.clause}; {places})"
