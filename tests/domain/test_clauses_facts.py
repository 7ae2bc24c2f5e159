"""The four facts of a request, compared with the order."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from goodterms import policies
from goodterms.domain.judging.clauses import check_facts, facts_confirmed, facts_to_ask
from goodterms.domain.reading.policy_reader import parse_policy

REFERENCE = parse_policy(policies.read("reference"), policies.source("reference"))

ORDER = {
    "order_number": "GT-7K2M-44",
    "email": "jose.nunez@example.org",
    "name": "José Núñez-Øster",
    "purchase_date": datetime(2026, 3, 2, 23, 30, tzinfo=UTC),
    "timezone": None,
}
CLAIMED: dict[str, object] = {
    "order_number": "GT-7K2M-44",
    "email": "jose.nunez@example.org",
    "name": "José Núñez-Øster",
    "purchase_date": date(2026, 3, 2),
}


def results(claimed: dict[str, object], order: dict[str, object] | None = None) -> dict[str, str]:
    return {check.name: check.result for check in check_facts(REFERENCE, claimed, order or ORDER)}


@pytest.mark.requirement("R31", "R32")
def test_all_four_match() -> None:
    """The four facts of the order, and no others, are compared and agree."""
    checks = check_facts(REFERENCE, CLAIMED, ORDER)
    assert [check.name for check in checks] == ["order_number", "email", "name", "purchase_date"]
    assert {check.result for check in checks} == {"match"}
    assert facts_confirmed(REFERENCE, checks)


@pytest.mark.parametrize(
    ("fact", "given", "result"),
    [
        ("order_number", " gt-7k2m-44 ", "match"),
        ("order_number", "GT-7K2M-45", "mismatch"),
        ("order_number", None, "missing"),
        ("email", "Jose.Nunez@Example.ORG", "match"),
        ("email", "josenunez@example.org", "mismatch"),
        ("email", "  ", "missing"),
        ("name", "jose  nunez oster", "match"),
        ("name", "JOSÉ NÚÑEZ ØSTER", "match"),
        ("name", "Jose Nunez", "mismatch"),
        ("name", "", "missing"),
        ("purchase_date", date(2026, 3, 1), "match"),
        ("purchase_date", date(2026, 3, 3), "match"),
        ("purchase_date", date(2026, 2, 28), "mismatch"),
        ("purchase_date", date(2026, 3, 4), "mismatch"),
        ("purchase_date", None, "missing"),
    ],
)
@pytest.mark.requirement("R32")
def test_each_fact_is_compared_in_its_own_way(fact: str, given: object, result: str) -> None:
    """Case does not matter to numbers and addresses, accents and spaces not to names, a day not to dates."""
    assert results({**CLAIMED, fact: given})[fact] == result


@pytest.mark.requirement("R35")
@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"email": "other@example.org"}, ("email",)),
        ({"email": None, "order_number": ""}, ("order_number", "email")),
        ({"name": "Somebody Else"}, ("name",)),
        ({"purchase_date": date(2025, 3, 2)}, ("purchase_date",)),
        ({"name": None, "purchase_date": None}, ()),
    ],
)
def test_what_contradicts_or_must_match_is_asked_for(change: dict[str, object], asked: tuple[str, ...]) -> None:
    """A wrong fact or a missing necessary one becomes a question; a corroborating one may be left out."""
    checks = check_facts(REFERENCE, {**CLAIMED, **change}, ORDER)
    assert facts_to_ask(REFERENCE, checks) == asked
    assert facts_confirmed(REFERENCE, checks) == (not asked)


def test_the_date_is_that_of_the_buyers_zone() -> None:
    """Late in the evening in UTC it is the next day in Auckland, so two days later is one day off."""
    there = {**ORDER, "timezone": "Pacific/Auckland"}
    assert results({**CLAIMED, "purchase_date": date(2026, 3, 4)}, there)["purchase_date"] == "match"
    assert results({**CLAIMED, "purchase_date": date(2026, 3, 1)}, there)["purchase_date"] == "mismatch"


def test_reasons_do_not_tell_what_the_order_says() -> None:
    """Someone who guesses learns nothing about the order from the reasons."""
    wrong: dict[str, object] = {
        "order_number": "1",
        "email": "x@example.org",
        "name": "X",
        "purchase_date": date(2020, 1, 1),
    }
    told = " ".join(check.because for check in check_facts(REFERENCE, wrong, ORDER))
    for secret in ("GT-7K2M-44", "jose.nunez", "Núñez", "2026"):
        assert secret not in told


def test_a_name_the_order_does_not_have_is_missing_not_wrong() -> None:
    """An imported order without a name can not contradict the customer."""
    assert results(CLAIMED, {**ORDER, "name": ""})["name"] == "missing"
