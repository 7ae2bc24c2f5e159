"""The public page, made from the same data as the decisions: what it states, and what follows a change of data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from goodterms import policies
from goodterms.domain.counting import date_in_words
from goodterms.domain.page.policy_page import Link, Page, Paragraph, page_text, policy_page
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.term import Interval, boundary
from goodterms.usecases.policy_page_text import words_in

COMPANY = "Example"
REFERENCE = parse_policy(policies.read("reference"), policies.source("reference"))


def changed(*replacements: tuple[str, str]) -> Policy:
    """The reference with some of its text replaced."""
    text = policies.read("reference")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return parse_policy(text, "p.toml")


def page_of(policy: Policy, **options: Interval) -> Page:
    """The page in English, without laws."""
    return policy_page(policy, words_in("en"), company=COMPANY, **options)  # type: ignore[arg-type]


def text_of(policy: Policy, **options: Interval) -> str:
    """The page as text."""
    return page_text(page_of(policy, **options))


TEXT = text_of(REFERENCE)

MUST_STATE = [
    "30 days",
    "date of the order",
    "for a purchase in the Example online store and automatic renewal payments",
    "5-7 business days",
    "2 weeks",
    "1 year and 2 weeks",
    "the date of purchase",
    "the name and e-mail address",
    "the order number",
    "two ways to cancel",
    "the next term does not start, and the current term continues in full until its own end",
    "the subscription expires at once",
    "stops the automatic charges for later terms",
    "does not return any part of a payment that has already been made",
    "renews by itself",
    "Nexway",
    "A support specialist checks",
    "within 2 business days",
    "European Central Bank",
    "latest term you have paid for",
    "3, 6, 9 and 12 days later",
]


@pytest.mark.requirement("R49", "R51")
@pytest.mark.parametrize("matter", MUST_STATE)
def test_the_page_states_every_rule(matter: str) -> None:
    """Each rule of the policy can be read on the page."""
    assert matter in TEXT


@pytest.mark.requirement("R49")
def test_the_page_answers_four_questions() -> None:
    """The sections are the four questions a customer has."""
    page = page_of(REFERENCE)
    assert [section.heading for section in page.sections] == [
        "How can I cancel my subscription?",
        "What happens if I cancel my subscription?",
        "How do I get a refund?",
        "What happens when I request a refund?",
    ]
    assert len({section.anchor for section in page.sections}) == 4


@pytest.mark.requirement("R20", "R19")
def test_the_worked_example_has_the_dates_of_the_calendar() -> None:
    """Charged 14 days before the end, the year after that ends 1 year and 2 weeks later."""
    assert (
        "A term of 1 year ends on 1 January 2027. The next one is charged on 18 December 2026, with 2 weeks left. "
        "If you cancel on that day, after the charge, the subscription ends on 1 January 2028: "
        "1 year and 2 weeks later."
    ) in TEXT
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    assert ends - timedelta(days=14) == datetime(2026, 12, 18, tzinfo=UTC)
    assert boundary(ends, Interval(months=12), 1) == datetime(2028, 1, 1, tzinfo=UTC)


@pytest.mark.requirement("R20", "R50")
def test_another_lead_makes_another_example() -> None:
    """The lead is on the page in words, in dates and in the section on refunds."""
    ten = text_of(changed(('charge_before_end = "14 days"', 'charge_before_end = "10 days"')))
    assert "1 year and 10 days later" in ten
    assert "22 December 2026, with 10 days left" in ten
    assert "in the 10 days between its charge and its start" in ten
    assert "2 weeks" not in ten


@pytest.mark.requirement("R50")
def test_another_window_makes_another_page() -> None:
    """The window is on the page in words, in its example and in every rule."""
    text = text_of(changed(('length = "30 days"', 'length = "45 days"')))
    assert "up to 45 days after the date of the order" in text
    assert "the last day to ask is 15 February 2026" in text
    assert text.count("within 45 days") == TEXT.count("within 30 days") > 0


def test_a_window_in_hours_is_told_in_hours() -> None:
    """Elapsed time has no last day to name."""
    text = text_of(changed(('length = "30 days"', 'length = "720 hours"')))
    assert "up to 720 hours after the moment of the order" in text
    assert "the last day to ask" not in text


def test_without_early_billing_there_is_no_early_example() -> None:
    """A policy that charges on the day a term ends says so, and its example has no early charge."""
    policy = changed(
        ('charge_before_end = "14 days"', 'charge_before_end = "0 days"'),
        ('retry_after = ["3 days", "6 days", "9 days", "12 days"]', "retry_after = []"),
    )
    text = text_of(policy)
    assert "A renewal is charged when the current term ends." in text
    assert "early charge" not in text
    assert "A term of 1 year ends on 1 January 2027. If you cancel before that, the subscription ends" in text


def test_different_leads_are_listed() -> None:
    """Where the lead depends on the length of the term, each is told."""
    policy = changed(
        (
            'charge_before_end = "14 days"\nannounce_before_charge',
            'charge_before_end = "2 days"\nannounce_before_charge',
        )
    )
    assert "for terms of 1 year or longer: we charge 2 weeks before the current term ends" in text_of(policy)
    assert "for shorter terms of at least 1 month: we charge 2 days before" in text_of(policy)


def test_other_terms_can_be_the_example() -> None:
    """The example uses the term it is given, or one the policy sells."""
    assert "1 month and 2 weeks later" in text_of(REFERENCE, example_term=Interval(months=1))
    assert "1 year and 2 weeks later" in text_of(REFERENCE, example_term=Interval(days=7))


def test_a_policy_without_refunds_says_so() -> None:
    """A vendor who pays nothing back has a page that promises nothing."""
    head, _, _ = policies.read("reference").partition("[window.money_back]")
    default = '[[refund.clause]]\nid = "NONE"\nsays = "Nothing is paid back."\nwhen = "always"\noutcome = "deny"\n'
    text = text_of(parse_policy(head + default, "p.toml"))
    assert "Payments are not refunded under this policy." in text
    assert "ask for a refund" not in text
    assert "the full amount" not in text
    assert "Please have the following at hand" not in text


@pytest.mark.requirement("R51")
def test_links_are_symbolic() -> None:
    """The page names places, never addresses, except for the published terms."""
    links = _links(page_of(REFERENCE))
    assert {link.route for link in links} == {
        "account", "subscriptions", "support", "refund_request", "refund_form", "terms",
    }  # fmt: skip
    assert {link.url for link in links if link.route == "terms"} == {REFERENCE.legal_source.url}
    assert {link.url for link in links if link.route != "terms"} == {""}


@pytest.mark.requirement("R50")
def test_the_page_names_its_policy() -> None:
    """Version, date and digest are those of the document the engine uses."""
    page = page_of(REFERENCE)
    assert page.version_line == "Policy reference, version 1, in force since 1 January 2026."
    assert page.digest == REFERENCE.digest
    later = changed(("version = 1 ", "version = 2 "), ("2026-01-01", "2026-06-01"))
    assert f"version 2, in force since {date_in_words(later.effective_on)}" in text_of(later)


def test_a_company_without_a_name_is_not_named() -> None:
    """Where nobody entered a name, the page speaks of our store and the customer account."""
    text = page_text(policy_page(REFERENCE, words_in("en")))
    assert "a purchase in our online store" in text
    assert "In your customer account:" in text


def _links(page: Page) -> list[Link]:
    blocks = [block for section in page.sections for block in section.blocks]
    lines = [block.parts for block in blocks if isinstance(block, Paragraph)]
    lines += [item for block in blocks for item in getattr(block, "items", ())]
    return [part for line in lines for part in line if isinstance(part, Link)]


def test_a_refund_that_leaves_access_as_it_is_does_not_end_the_subscription() -> None:
    """The page says what a refund ends: most often, always where no rule leaves access as it is, or never."""
    share = ('amount = "full"', 'amount = "50 percent"')
    ends = "Once the refund has been initiated, the subscription is canceled."
    accesses = {clause.access for clause in REFERENCE.refund.clauses if clause.outcome == "grant"}
    assert "unchanged" in accesses
    some = text_of(changed(share))
    assert "unless the rule that decided leaves access as it is" in some
    assert ends in text_of(changed(share, ('access = "unchanged"', 'access = "ends_now"')))
    left = [(f'access = "{access}"', 'access = "unchanged"') for access in sorted(accesses - {"unchanged"})]
    none = text_of(changed(share, *left))
    assert "A refund leaves the subscription as it is." in none
    assert ends not in some + none
