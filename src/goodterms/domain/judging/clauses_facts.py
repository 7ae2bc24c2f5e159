"""The four facts of a refund request, compared with the order they name (R31, R32, R35, A15)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from goodterms.domain.counting import counting_zone, date_in_words, local_date, plural
from goodterms.domain.policy import Check, Policy
from goodterms.domain.value import dataclass

# Letters that people replace when they type and that do not decompose into a letter and an accent.
_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_SPOKEN = {
    "order_number": "order number",
    "email": "e-mail address",
    "name": "name",
    "purchase_date": "date of purchase",
}


@dataclass(frozen=True, slots=True)
class FactCheck:
    """One fact compared with the order. `because` never repeats what the order says."""

    name: str
    result: Literal["match", "mismatch", "missing"]
    because: str


def check_facts(
    policy: Policy, claimed: Mapping[str, object], order_facts: Mapping[str, object]
) -> tuple[FactCheck, ...]:
    """Compare what was claimed with the order, fact by fact, in the order of the policy's list (R32).

    `claimed`: texts for "order_number", "email" and "name", a date for "purchase_date"; None or empty is
    missing. `order_facts`: the same, with "purchase_date" the instant the order was placed and "timezone" the
    buyer's zone or None. A date is compared as a local date, within the tolerance; a name without regard to
    case, spaces, punctuation and accents.
    """
    return tuple(_check(policy, check, claimed, order_facts) for check in policy.refund.verify)


def facts_confirmed(policy: Policy, checks: Sequence[FactCheck]) -> bool:
    """Whether the facts suffice: all that must match do, and none contradicts the order (A15)."""
    return not facts_to_ask(policy, checks)


def facts_to_ask(policy: Policy, checks: Sequence[FactCheck]) -> tuple[str, ...]:
    """The names of the facts the customer is to be asked for: a question, not a denial (R35).

    Those that contradict the order, and those that must match and are missing. A corroborating fact that was
    left out is not asked for.
    """
    strengths = {check.name: check.strength for check in policy.refund.verify}
    found = {check.name: check.result for check in checks}
    return tuple(
        name
        for name, strength in strengths.items()
        if found.get(name, "missing") == "mismatch"
        or (found.get(name, "missing") == "missing" and strength == "must_match")
    )


def same_loosely(one: str, other: str) -> bool:
    """Whether two texts are the same apart from case, spaces, punctuation and accents."""
    return _folded(one) == _folded(other)


def _check(
    policy: Policy, check: Check, claimed: Mapping[str, object], order_facts: Mapping[str, object]
) -> FactCheck:
    given, known = claimed.get(check.name), order_facts.get(check.name)
    spoken = _SPOKEN[check.name]
    if _is_blank(given):
        return FactCheck(check.name, "missing", f"No {spoken} was given.")
    if _is_blank(known):
        return FactCheck(check.name, "missing", f"The order has no {spoken} to compare with.")
    if check.compared == "by_date":
        return _check_date(policy, check, given, known, order_facts.get("timezone"))
    if _same(check, str(given), str(known)):
        return FactCheck(check.name, "match", f"The {spoken} is that of the order.")
    return FactCheck(check.name, "mismatch", f"The {spoken} is not that of the order.")


def _same(check: Check, given: str, known: str) -> bool:
    if check.compared == "loosely":
        return same_loosely(given, known)
    return given.strip().casefold() == known.strip().casefold()


def _check_date(policy: Policy, check: Check, given: object, known: object, timezone: object) -> FactCheck:
    if not isinstance(given, date) or not isinstance(known, date):
        raise TypeError("dates of purchase are compared as dates")
    zone = counting_zone(policy.counting, str(timezone) if timezone else None)
    claimed_on = local_date(given, zone) if isinstance(given, datetime) else given
    said = date_in_words(claimed_on)
    ordered_on = local_date(known, zone) if isinstance(known, datetime) else known
    if abs((claimed_on - ordered_on).days) <= check.tolerance_days:
        return FactCheck(check.name, "match", f"{said} is the date of the order, or close enough to it.")
    allowed = plural(check.tolerance_days, "day")
    return FactCheck(check.name, "mismatch", f"{said} is more than {allowed} away from the date of the order.")


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not _folded(value))


def _folded(text: str) -> str:
    """Lower-case letters and digits only, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    return "".join(character for character in decomposed if character.isalnum())
