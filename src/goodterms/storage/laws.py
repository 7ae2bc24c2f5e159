"""The laws that come with the product, and those that may apply to cases of some countries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from goodterms import policies
from goodterms.domain.case import Laws
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.storage.calendars import Calendars

#: Windows reach beyond the year of the order and of the request: the longest that a law has is a year and two weeks.
_MARGIN = 2


@cache
def shipped_laws() -> tuple[Law, ...]:
    """Every law of `policies/law`, read once. Raises PolicyError for one that can not be read."""
    return tuple(parse_law(policies.read_law(id), policies.law_source(id)) for id in policies.law_names())


def laws_for(policy: Policy, countries: Iterable[str], first_year: int, last_year: int) -> Laws:
    """The laws that may apply to customers in some countries, and every calendar their rules or the policy's count by.

    `first_year` and `last_year` are those of the earliest order and the latest request; the calendars reach a little
    further. Without a country only laws that know no borders apply.
    """
    del policy  # calendars are built when a rule asks for one, so that none has to be foreseen
    return _laws(tuple(sorted(set(countries))), first_year - _MARGIN, last_year + _MARGIN)


@lru_cache(maxsize=256)
def _laws(countries: tuple[str, ...], first_year: int, last_year: int) -> Laws:
    laws = (law for law in shipped_laws() if not law.countries or not set(law.countries).isdisjoint(countries))
    return Laws(tuple(laws), Calendars(first_year, last_year))
