"""What a policy promises about money is held against what laws want."""

from __future__ import annotations

import pytest

from goodterms.domain.case import Laws
from goodterms.domain.comparing.policy_lint_promises import lint_promises
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_reader import parse_policy
from tests.support.rules_documents import LAW, REFERENCE, changed


def said(decide: str, credited: str, pay_within: str = "14 days", sold_in: str = "") -> list[str]:
    policy = changed(
        REFERENCE,
        ('decide_within = "2 business days"', f'decide_within = "{decide}"'),
        ('credited_after = "5 to 7 business days"', f'credited_after = "{credited}"'),
        ('title = "Cancellations and refunds"', f'title = "x"\n{sold_in}'),
    )
    law = parse_law(changed(LAW, ('pay_within = "14 days"', f'pay_within = "{pay_within}"')), "law.toml")
    found = list(lint_promises(parse_policy(policy, "p.toml"), Laws((law,))))
    assert all(path == ("refund", "credited_after") for path, _ in found)
    return [message for _, message in found]


@pytest.mark.parametrize(
    ("decide", "credited", "pay_within", "is_late"),
    [
        ("2 business days", "5 to 7 business days", "14 days", False),  # asked on a Friday: Thursday, 13 days on
        ("2 business days", "5 to 8 business days", "14 days", False),
        ("2 business days", "5 to 9 business days", "14 days", True),
        ("2 business days", "5 to 9 business days", "17 days", False),
        ("2 business days", "5 to 9 business days", "11 business days", False),
        ("2 business days", "5 to 9 business days", "10 business days", True),
    ],
)
def test_money_promised_later_than_a_law_wants_it(decide: str, credited: str, pay_within: str, is_late: bool) -> None:
    """Business days count with the weekends between them."""
    assert bool(said(decide, credited, pay_within)) == is_late


def test_only_laws_of_places_it_is_sold_in_count() -> None:
    """A vendor who sells nowhere else need not pay as fast as elsewhere."""
    late = ("3 business days", "10 business days")
    assert said(*late, sold_in='sold_in = ["US"]') == []
    (message,) = said(*late, sold_in='sold_in = ["US", "FR"]')
    assert message == (
        "3 business days to decide and 10 business days to pay can be 19 days, and Right to withdraw, art. 14(3), "
        "wants the money paid within 14 days of the request; promise less"
    )
