"""Two policies compared: what changes and for whom, and the simplest cases that turn over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from goodterms import policies
from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.case import Laws
from goodterms.domain.comparing.case_space_answers import say_example
from goodterms.domain.comparing.policy_diff import PolicyDiff, diff
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.policy import Policy
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_reader import parse_policy

REFERENCE = policies.read("reference")
OPEN = BusinessCalendar(frozenset({5, 6}), frozenset())
RUNS_OUT = '[[refund.clause]]\nid = "RUN-OUT-30-DAYS"'


def changed(*changes: tuple[str, str]) -> Policy:
    """The reference policy with some texts replaced."""
    text = REFERENCE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_policy(text, "changed.toml")


def compare(*changes: tuple[str, str]) -> PolicyDiff:
    """The reference policy against a changed one, without laws."""
    return diff(changed(), changed(*changes), Laws())


def says(found: PolicyDiff) -> list[str]:
    return [change.says for change in found.changes]


def kinds(found: PolicyDiff) -> set[tuple[str, str]]:
    return {(flip.kind, flip.direction) for flip in found.flips}


def test_nothing_changes_between_a_policy_and_itself() -> None:
    """Neither rules nor cases differ, nor where only words do."""
    assert compare().same
    words = compare(
        ('title = "Cancellations and refunds"', 'title = "Money back"'), ("A first purchase is refunded", "It is")
    )
    assert words.same
    assert words.tried > 250


def test_a_shorter_window() -> None:
    """It is told once with its rules, and the cases that turn over are the plainest, at its new edges, with dates."""
    found = compare(('length = "30 days"', 'length = "14 days"'))
    assert says(found) == ["The window money_back is 14 days from the order; it was 30 days from the order."]
    assert "FIRST-PURCHASE-30-DAYS" in found.changes[0].whom
    assert kinds(found) == {
        ("granted -> denied", "worse"),
        ("reviewed -> denied", "worse"),
        ("earlier deadline to ask", "worse"),
    }
    flip = found.flips[0]
    assert flip.example.weight == 1
    assert (flip.before.clause, flip.after.clause) == ("FIRST-PURCHASE-30-DAYS", "OUTSIDE-WINDOW")
    assert str(flip.money) == "-120.00 EUR"
    assert say_example(flip.example) == (
        "A first purchase of 3 March 2026 for 120.00 EUR, asked to be paid back on 2 April 2026, 23:59:59 UTC, "
        "at the last instant of the window money_back of 30 days."
    )
    sooner = next(flip for flip in found.flips if "deadline" in flip.kind)
    ends = (sooner.before.refundable_until_at, sooner.after.refundable_until_at)
    assert ends == (datetime(2026, 4, 3, tzinfo=UTC), datetime(2026, 3, 18, tzinfo=UTC))


def test_the_other_way_round_is_better() -> None:
    """What is worse from one policy to the other is better from the other to the one, by the same money."""
    shorter = changed(('length = "30 days"', 'length = "14 days"'))
    there, back = diff(changed(), shorter, Laws()), diff(shorter, changed(), Laws())
    assert {flip.direction for flip in there.flips} == {"worse"}
    assert {flip.direction for flip in back.flips} == {"better"}
    assert {flip.money.minor for flip in there.flips} == {-flip.money.minor for flip in back.flips}


FLIPS = [
    pytest.param(
        ("ends_now", "unchanged"), {("access longer", "better")}, "access stays as it is", id="longer access"
    ),
    pytest.param(
        ('amount = "full"\naccess = "ends_now"', 'amount = "50 percent"\naccess = "ends_now"'),
        {("amount lower", "worse")},
        "50 percent are paid back, where all that was paid is paid back before",
        id="less money",
    ),
    pytest.param(
        ('when.disputed = true\noutcome = "review"', 'when.disputed = true\noutcome = "deny"'),
        {("reviewed -> denied", "worse")},
        "DISPUTED: it is denied, not left to a person.",
        id="another outcome",
    ),
    pytest.param(
        ('when.sales_channel_is_not = ["vendor_store"]', 'when.sales_channel = ["app_store"]'),
        {
            ("referred -> granted", "better"),
            ("referred -> denied", "open"),
            ("referred -> reviewed", "better"),
        },
        "it is about sales channel is app store now, not about sales channel is not vendor store",
        id="another condition",
    ),
]


@pytest.mark.parametrize(("change", "expected", "sentence"), FLIPS)
def test_kinds_of_flips(change: tuple[str, str], expected: set[tuple[str, str]], sentence: str) -> None:
    """Each change shows as its kind, with its direction for the customer, and as a sentence about its rule."""
    found = compare(change)
    assert kinds(found) == expected
    assert any(sentence in says for says in says(found))


def test_rules_that_come_go_move_and_are_renamed() -> None:
    """Clauses are told apart by what they mean: a new name is no new rule, a new place is told."""
    new = '[[refund.clause]]\nid = "SMALL"\nwhen.amount_less_than = { EUR = "5.00" }\noutcome = "deny"\n\n' + RUNS_OUT
    found = compare((RUNS_OUT, new))
    assert [(change.kind, change.subject) for change in found.changes] == [("added", "SMALL")]
    assert ("granted -> denied", "worse") in kinds(found)
    renamed = compare(('id = "DISPUTED"', 'id = "AT-THE-BANK"'))
    assert says(renamed) == ["The rule DISPUTED is called AT-THE-BANK now; it decides as before."]
    assert not renamed.flips
    disputed = REFERENCE[
        REFERENCE.index('[[refund.clause]]\nid = "DISPUTED"') : REFERENCE.index('[[refund.clause]]\nid = "NOT-LATEST')
    ]
    gone = compare((disputed, ""))
    assert [(change.kind, change.subject) for change in gone.changes] == [("removed", "DISPUTED")]
    latest = REFERENCE[
        REFERENCE.index('[[refund.clause]]\nid = "NOT-LATEST') : REFERENCE.index('[[refund.clause]]\nid = "PARTLY')
    ]
    moved = compare((disputed + latest, latest + disputed))
    assert [change.kind for change in moved.changes] == ["moved"]
    assert kinds(moved) == {("reviewed -> denied", "worse")}


def test_what_is_not_a_clause() -> None:
    """Leads, promises, channels, comparisons, goodwill and price changes are told in sentences, each for whom."""
    found = compare(
        ('charge_before_end = "14 days"   #', 'charge_before_end = "7 days" #'),
        ('credited_after = "5 to 7 business days"', 'credited_after = "3 business days"'),
        ('channels = ["account", "support", "public_form"]', 'channels = ["account", "support"]'),
        ('undo = "until_the_end"', 'undo = "never"'),
        ('up_to = "100 percent"', 'up_to = "50 percent"'),
        ('fact = "name"\nstrength = "corroborates"', 'fact = "name"\nstrength = "must_match"'),
        ("[renewal]", '[price_change]\nnotice = "30 days"\nconsent = "needed"\n\n[renewal]'),
        ("[refund]\n", '[dispute]\nrenewal = "goes_on"\nlost = "keeps_access"\n\n[refund]\n'),
        ('AUD = "300.00"', 'AUD = "500.00"'),
    )
    others = ", 200.00 EUR, 200.00 GBP or 200.00 USD"
    retries = "after 3 and 6 days, not after 3, 6, 9 and 12 days"
    assert says(found) == [
        "Renewals of terms of 1 year or longer are charged 7 days before the term ends instead of 14.",
        f"Renewals of terms of 1 year or longer: a failed charge is tried again {retries}.",
        "A higher price is told 30 days before the charge and needs the customer's consent.",
        "While a payment is disputed, renewals are charged all the same.",
        "A dispute that is lost leaves access as it is.",
        "A cancellation can not be undone any more.",
        "A refund can be asked for by account and support, no longer by public form.",
        "The money is promised after 3 business days instead of 5 to 7.",
        f"A second person confirms above 500.00 AUD{others}, where it was above 300.00 AUD{others}.",
        "Goodwill is possible up to 50 percent instead of 100.",
        "The name has to match, compared loosely; before it supports, compared loosely.",
    ]
    assert not [flip for flip in found.flips if flip.kind == "granted -> denied"]


def test_a_question_that_is_new() -> None:
    """A rule on a fact that has to be known turns decisions into questions, and says which."""
    clause = '[[refund.clause]]\nid = "USED"\nwhen.used_in_cycle = true\noutcome = "deny"\n\n' + RUNS_OUT
    fact = '[facts.used_in_cycle]\ntype = "yes_or_no"\nask = "Has it been used?"\n\n[renewal]'
    found = compare((RUNS_OUT, clause), ("[renewal]", fact))
    assert "A fact is needed that was not before: Has it been used?" in says(found)
    assert ("granted -> asked", "open") in kinds(found)
    asked = next(flip for flip in found.flips if flip.kind == "granted -> asked")
    assert asked.after.missing == ("used_in_cycle",)
    assert not asked.money


def test_laws_stand_between_a_change_and_the_customer() -> None:
    """Where a law gives the same, a worse policy changes nothing: those cases do not turn over."""
    stricter = changed(('length = "30 days"', 'length = "2 days"'))
    law = parse_law(policies.read_law("eu-withdrawal"), "eu")
    laws = Laws((law,), {"DE": OPEN, "NZ": OPEN, "European Central Bank": OPEN})
    found = diff(changed(), stricter, laws, places=["DE"])
    for flip in found.flips:
        case = flip.example.case
        if flip.kind == "granted -> denied" and case.country == "DE":
            assert evaluate(stricter, case, laws).outcome == "deny"
    plain = [flip for flip in found.flips if flip.example.case.country == "DE" and flip.example.weight == 1]
    assert all(flip.kind != "granted -> denied" or flip.example.case.kind == "initial" for flip in plain)


def test_any_two_policies_can_be_compared() -> None:
    """Of two vendors each difference has a sentence, and each flip is one: both answers differ."""
    one, other = (parse_policy(policies.read(name), name) for name in ("steam", "expressvpn"))
    found = diff(one, other, Laws((), {"US": OPEN}), bound=400)
    assert found.changes
    assert found.flips
    for flip in found.flips:
        assert str(flip.before) != str(flip.after) or "deadline" in flip.kind or "facts" in flip.kind


def test_a_fact_of_another_type_is_compared_without_its_values() -> None:
    """No value can be read by both documents, so that none is tried; the rules are told apart all the same."""
    asked = '[facts.opened_at]\ntype = {}\nask = "When was it opened?"\n\n[[refund.clause]]\nid = "OPENED"\n' + (
        'says = "What was opened is looked at."\n{}\noutcome = "review"\n\n' + RUNS_OUT
    )
    before = changed((RUNS_OUT, asked.format('"instant"', "when.opened_at_given = true")))
    after = changed((RUNS_OUT, asked.format('"word"\nwords = ["a", "b"]', 'when.opened_at = "b"')))
    assert {change.subject for change in diff(before, after, Laws()).changes} == {"OPENED"}


def after_asking(times: int) -> Callable[[], bool]:
    """Enough after so many questions whether it is."""
    asked = iter(range(times))
    return lambda: next(asked, None) is None


@pytest.mark.parametrize("times", [0, 1, 100, 500])
def test_a_comparison_that_is_cut_short_says_so_and_nothing_wrong(times: int) -> None:
    """Its changes are all there; the cases it has found turn over as a complete comparison has them."""
    shorter = changed(('length = "30 days"', 'length = "14 days"'))
    whole = diff(changed(), shorter, Laws())
    part = diff(changed(), shorter, Laws(), enough=after_asking(times))
    assert whole.complete
    assert not part.complete
    assert part.changes == whole.changes
    assert part.tried <= min(times, whole.tried)
    ways = {(flip.act, flip.kind, flip.direction, flip.before.clause, flip.after.clause) for flip in whole.flips}
    assert {(one.act, one.kind, one.direction, one.before.clause, one.after.clause) for one in part.flips} <= ways


def test_what_was_found_before_the_end_is_kept() -> None:
    """A comparison cut short after some hundred cases has flips, and no case is tried once it is enough."""
    shorter = changed(('length = "30 days"', 'length = "14 days"'))
    assert diff(changed(), shorter, Laws(), enough=after_asking(300)).flips
    assert diff(changed(), shorter, Laws(), enough=lambda: True).tried == 0


def test_what_was_assumed_of_a_deduction_is_told() -> None:
    """A rule that deducts what was used pays all back only if nothing was: the case says so."""
    fact = '[facts.value_of_benefits_used]\ntype = "amount"\nask = "What was used?"\n\n[renewal]'
    less = ('amount = "full"', 'amount = "full"\nless = ["value_of_benefits_used"]')
    shorter = ('length = "30 days"', 'length = "21 days"')
    first = REFERENCE.index('id = "FIRST-PURCHASE-30-DAYS"')
    deducting = REFERENCE[:first] + REFERENCE[first:].replace(*less, 1)
    deducting = deducting.replace("[renewal]", fact, 1)
    old = parse_policy(deducting, "old.toml")
    new = parse_policy(deducting.replace(*shorter), "new.toml")

    granted = [
        flip for flip in diff(old, new, Laws()).flips
        if (flip.before.outcome, flip.before.clause) == ("grant", "FIRST-PURCHASE-30-DAYS")
    ]  # fmt: skip

    assert granted
    assert all("value of benefits used 0.00 " in say_example(flip.example) for flip in granted)


def test_a_question_ends_its_sentence_well() -> None:
    """In quotes, and no full stop behind its mark."""
    asked = ("when.disputed = true", "when.disputed = true\nwhen.consumer = true")
    declared = ("[renewal]", '[facts.consumer]\ntype = "yes_or_no"\nask = "A private person?"\n\n[renewal]')

    said = [say_example(flip.example) for flip in compare(asked, declared).flips]

    assert any(text.endswith('nobody knows "A private person?".') for text in said)
    assert not any("?." in text or "?," in text for text in said)
