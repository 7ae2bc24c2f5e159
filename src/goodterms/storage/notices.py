"""Which notices of renewals the laws want for a subscriber: looked up once for each kind of subscriber and day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache

from goodterms.domain.law import Law
from goodterms.domain.reminders import NoticeRules, gathered, notices_for
from goodterms.domain.term import Interval
from goodterms.storage.laws import shipped_laws


def notices_at(at: datetime) -> Callable[[int, int, str | None, str | None, datetime], NoticeRules | None]:
    """The notices in force at an instant, by a subscriber's term in months or days, country, state and first purchase.

    Subscribers of one kind share them, so that most cost a look into a table.
    """
    on = at.date()

    def read(
        months: int, days: int, country: str | None, state: str | None, bought_at: datetime
    ) -> NoticeRules | None:
        found = _of_kind(months, days, country, state, on)
        if found is None or all(rule.contracts_from is None for rule in found.rules):
            return found
        return gathered([r for r in found.rules if r.contracts_from is None or r.contracts_from <= bought_at.date()])

    return read


def laws_in_force(at: datetime) -> tuple[str, ...]:
    """The laws that want notices at an instant, each named with its text's digest."""
    on = at.date()
    return tuple(
        f"{law.label} {law.digest}"
        for law in _laws()
        if law.applies_from <= on and (law.applies_until is None or on < law.applies_until)
    )


@cache
def _laws() -> tuple[Law, ...]:
    return tuple(law for law in shipped_laws() if law.notices)


@lru_cache(maxsize=4096)
def _of_kind(months: int, days: int, country: str | None, state: str | None, on: date) -> NoticeRules | None:
    return notices_for(_laws(), interval=Interval(months, days), country=country, state=state, on=on)
