"""When a renewal is announced: the policy's own day, and as few further mails as the laws' windows allow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.law import Law, Notice
from goodterms.domain.policy import BusinessDays, Counting
from goodterms.domain.reminders import NoticeRule, ReminderPlan, notices_for, plan_reminders
from goodterms.domain.rules import Condition, Span
from goodterms.domain.term import Interval
from tests.support.samples import at

END = at("2027-05-10T09:00")
SOLD_AT = at("2026-04-26T09:00")
UTC = Counting("UTC", "ignored")
DAY = timedelta(days=1)
YEAR = Interval(months=12)


def _notice(id: str, before: str, opens: str, closes: str, *conditions: Condition) -> Notice:
    def span(text: str) -> Span:
        count, unit = text.split(" ", 1)
        return Span(int(count), f"{unit.removesuffix('s')}s")  # type: ignore[arg-type]

    return Notice(id, {}, "art. 1", before, span(opens), span(closes), conditions)  # type: ignore[arg-type]


CALIFORNIA = _notice("CA", "term_end", "45 days", "15 days")
COLORADO = _notice("CO", "term_end", "40 days", "25 days")
NEW_YORK = _notice("NY", "charge", "45 days", "15 days")
MASTERCARD = _notice("MC", "charge", "30 days", "7 days")
FRANCE = _notice("FR", "charge", "3 months", "1 month")
AMERICA = (CALIFORNIA, COLORADO, NEW_YORK, MASTERCARD)


def _plan(
    notices: Sequence[Notice], *, lead: int, own: int, ends_at: datetime = END, sold_at: datetime = SOLD_AT,
    counting: Counting = UTC, zone: str | None = None,
) -> ReminderPlan:  # fmt: skip
    return plan_reminders(
        [NoticeRule("law@1", notice, UTC) for notice in notices],
        ends_at=ends_at, charge_at=ends_at - lead * DAY, own_at=ends_at - own * DAY, not_before=sold_at,
        own_counting=counting, buyer_timezone=zone,
    )  # fmt: skip


def _days(plan: ReminderPlan) -> list[int]:
    """How many days before the end of the term the mails go out."""
    return [(END - reminder.at) // DAY for reminder in plan.reminders]


@pytest.mark.parametrize(("lead", "first", "last"), [(0, 30, 25), (2, 32, 25), (14, 40, 29)])
def test_one_mail_satisfies_four_windows_on_these_days_and_no_others(lead: int, first: int, last: int) -> None:
    """With a lead of 0, 2 and 14 days one mail is enough on days 30-25, 32-25 and 40-29 before the end."""
    alone = [own for own in range(lead + 1, 60) if len(_plan(AMERICA, lead=lead, own=own).reminders) == 1]
    assert alone == list(range(last, first + 1))


@pytest.mark.parametrize("lead", [26, 30, 35])
def test_two_notices_are_unavoidable_when_the_charge_is_early(lead: int) -> None:
    """With a lead of more than 25 days no mail satisfies all four windows: there are two or more, and none is lost."""
    for own in range(lead, 66):
        plan = _plan(AMERICA, lead=lead, own=own)
        assert len(plan.reminders) >= 2
        named = {name for reminder in plan.reminders for name in reminder.satisfies}
        assert named | {one.name for one in plan.impossible} == {"law@1 CA", "law@1 CO", "law@1 NY", "law@1 MC"}
    assert len(_plan(AMERICA, lead=lead, own=lead).reminders) == 2


def test_the_latest_lead_at_which_one_mail_is_enough_is_25_days() -> None:
    """At a lead of 25 days one day is left for a single mail, the 40th before the end."""
    assert [own for own in range(26, 80) if len(_plan(AMERICA, lead=25, own=own).reminders) == 1] == [40]


def test_the_policys_own_day_is_kept_and_preferred() -> None:
    """A reminder 30 days before the end, charged 14 days before it, is in time for all four windows by itself."""
    plan = _plan(AMERICA, lead=14, own=30)
    assert [(r.at, r.own) for r in plan.reminders] == [(END - 30 * DAY, True)]
    assert plan.reminders[0].satisfies == ("law@1 CA", "law@1 CO", "law@1 NY", "law@1 MC")


def test_france_gets_a_mail_of_its_own() -> None:
    """With a lead of 14 days France's window closes 45 days before the end: a mail in it, and the policy's own."""
    plan = _plan([FRANCE], lead=14, own=30)
    first, second = plan.reminders
    assert (first.satisfies, first.own, second.satisfies, second.own) == (("law@1 FR",), False, (), True)
    # The charge is on 26 April; the window runs from 26 January to 26 March, and the mail leaves it three days.
    assert first.at == at("2027-03-23T09:00")
    assert [w.opens_at for w in first.windows] == [at("2027-01-26")]
    assert [w.closes_at for w in first.windows] == [at("2027-03-27")]


def test_a_policy_that_announces_nothing_sends_only_what_laws_want() -> None:
    """Where the policy's own day is the charge itself, it promises no mail: one in the laws' windows is enough."""
    plan = _plan(AMERICA, lead=0, own=0)
    assert [(r.own, len(r.windows)) for r in plan.reminders] == [(False, 4)]
    assert 25 <= _days(plan)[0] <= 30
    assert [r.own for r in _plan([], lead=0, own=0).reminders] == [True]


def test_windows_that_nothing_can_reach_are_named() -> None:
    """A window before the term was sold, and one that opens after the charge, are listed with the reason."""
    monthly = _plan([FRANCE], lead=14, own=21, sold_at=END - 31 * DAY)
    assert [(one.name, "before the term" in one.because) for one in monthly.impossible] == [("law@1 FR", True)]
    assert _days(monthly) == [21]
    late = _plan([_notice("LATE", "term_end", "10 days", "3 days")], lead=14, own=30)
    assert [(one.name, "charged already" in one.because) for one in late.impossible] == [("law@1 LATE", True)]


def test_a_window_is_inside_to_the_midnight_of_its_last_day_in_the_buyers_zone() -> None:
    """The last day counts whole, in the zone that the counting names."""
    for counting, zone, closes_at in (
        (Counting("UTC", "ignored"), "America/Los_Angeles", at("2027-04-26")),
        (Counting("UTC", "overrides"), "America/Los_Angeles", at("2027-04-26T07:00")),
        (Counting("Asia/Tokyo", "ignored"), None, at("2027-04-25T15:00")),
    ):
        rule = NoticeRule("law@1", CALIFORNIA, Counting("", counting.buyer_timezone))
        plan = plan_reminders(
            [rule], ends_at=END, charge_at=END, own_at=END - 20 * DAY, not_before=SOLD_AT,
            own_counting=counting, buyer_timezone=zone,
        )  # fmt: skip
        window = plan.reminders[0].windows[0]
        assert (window.closes_at, window.holds(closes_at)) == (closes_at, False)
        assert window.holds(closes_at - timedelta(microseconds=1))


def test_what_is_due_follows_what_went_out() -> None:
    """The first mail is due when planned; a late one stands for all before it, and for later windows it reached."""
    plan = _plan([FRANCE, COLORADO], lead=14, own=30)
    early, own = (reminder.at for reminder in plan.reminders)
    assert plan.due_at(()) == early
    assert plan.due_at((early,)) == own
    assert plan.due_at((early, own)) is None
    assert plan.due_at((own,)) is None
    assert plan.due_at((own + DAY,)) is None
    assert plan.missed_by(own + DAY, ()) == ("law@1 FR",)
    assert plan.missed_by(own + DAY, (early,)) == ()
    assert plan.satisfied_by(early) == ("law@1 FR",)
    assert plan.satisfied_by(own) == ("law@1 CO",)


def test_a_late_first_mail_makes_a_second_needless_where_it_reached_its_window() -> None:
    """A first mail that slipped into the second's window satisfies it; the policy's own day is still kept."""
    plan = _plan([NEW_YORK, _notice("X", "term_end", "20 days", "15 days")], lead=14, own=50)
    assert [reminder.own for reminder in plan.reminders] == [True, False]
    assert plan.due_at((END - 19 * DAY,)) is None
    assert plan.missed_by(END - 19 * DAY, ()) == ("law@1 NY",)


def _law(notice: Notice, **more: object) -> Law:
    given: dict[str, object] = {
        "id": "law", "version": 1, "title": {}, "source": "", "url": "", "dated_on": date(2020, 1, 1),
        "countries": ("US",), "states": (), "consumers_only": True, "status": "in_force",
        "applies_from": date(2020, 1, 1), "applies_until": None, "contracts_from": None, "counting": UTC,
        "business_days": BusinessDays(frozenset(), "none"), "facts": {}, "windows": {}, "rights": (),
        "notices": (notice,), "digest": "", "text": "",
    }  # fmt: skip
    return Law(**{**given, **more})  # type: ignore[arg-type]


def _names(law: Law, **more: object) -> list[str]:
    given: dict[str, object] = {"interval": YEAR, "country": "US", "state": "CA", "on": date(2026, 5, 1)}
    found = notices_for([law], **{**given, **more})  # type: ignore[arg-type]
    return list(found.names) if found else []


@pytest.mark.parametrize(
    ("law", "subscriber", "applies"),
    [
        ({}, {}, True),
        ({}, {"country": "FR"}, False),
        ({}, {"country": None}, False),
        ({"states": ("CA",)}, {}, True),
        ({"states": ("CA",)}, {"state": None}, False),
        ({"states": ("NY",)}, {}, False),
        ({"applies_from": date(2026, 5, 1)}, {}, True),
        ({"applies_from": date(2026, 5, 2)}, {}, False),
        ({"applies_until": date(2026, 5, 1)}, {}, False),
        ({"applies_until": date(2026, 5, 2)}, {}, True),
        ({"contracts_from": date(2025, 1, 1)}, {"contract_on": date(2024, 12, 31)}, False),
        ({"contracts_from": date(2025, 1, 1)}, {"contract_on": date(2025, 1, 1)}, True),
        ({"contracts_from": date(2025, 1, 1)}, {}, True),
    ],
)
def test_a_law_is_chosen_by_place_and_day(
    law: dict[str, object], subscriber: dict[str, object], applies: bool
) -> None:
    """Country, state, the law's days and the contract's day choose it; a contract of an unknown day is covered."""
    assert bool(_names(_law(CALIFORNIA, **law), **subscriber)) is applies


@pytest.mark.parametrize(
    ("condition", "subscriber", "applies"),
    [
        (Condition("term_length", "at_least", ("1 year",)), {}, True),
        (Condition("term_length", "at_least", ("1 year",)), {"interval": Interval(months=6)}, False),
        (Condition("term_length", "more_than", ("180 days",)), {"interval": Interval(months=6)}, True),
        (Condition("term_length", "more_than", ("180 days",)), {"interval": Interval(days=180)}, False),
        (Condition("term_length", "at_most", ("1 month",)), {"interval": Interval(months=1)}, True),
        (Condition("term_length", "less_than", ("1 month",)), {"interval": Interval(months=1)}, False),
        (Condition("payment_method", "is", ("mastercard",)), {}, False),
        (Condition("payment_method", "is", ("mastercard",)), {"card_network": "mastercard"}, True),
        (Condition("payment_method", "is", ("mastercard",)), {"card_network": "visa"}, False),
        (Condition("state", "is_not", ("CA",)), {}, False),
        (Condition("consumer", "is", ("true",)), {}, True),
    ],
)
def test_a_notice_has_conditions(condition: Condition, subscriber: dict[str, object], applies: bool) -> None:
    """The length of the term and what is known of the subscriber decide; what is not known does not hold."""
    notice = _notice("N", "term_end", "45 days", "15 days", condition)
    assert bool(_names(_law(notice), **subscriber)) is applies


_windows = st.lists(
    st.tuples(st.sampled_from(["term_end", "charge"]), st.integers(1, 60), st.integers(0, 40)), min_size=0, max_size=5
)


@given(_windows, st.integers(0, 40), st.integers(0, 30))
def test_as_few_mails_as_can_be(drawn: list[tuple[str, int, int]], lead: int, ahead: int) -> None:
    """Every window that can be reached is, each mail serves something, and no smaller set of instants would do."""
    notices = [
        _notice(f"W{i}", b, f"{closes + span} days", f"{closes} days") for i, (b, closes, span) in enumerate(drawn)
    ]
    plan = _plan(notices, lead=lead, own=lead + ahead)
    windows = [w for reminder in plan.reminders for w in reminder.windows]
    assert len(windows) + len(plan.impossible) == len(notices)
    assert all(any(w.holds(r.at) for r in plan.reminders) for w in windows)
    assert all(reminder.windows or reminder.own for reminder in plan.reminders)
    # Windows that share no instant need a mail each: as many as a greedy walk finds, and the policy's own day.
    apart, last = 0, None
    rest = [w for w in windows if not any(r.own and w.holds(r.at) for r in plan.reminders)]
    for window in sorted(rest, key=lambda w: w.closes_at):
        if last is None or window.opens_at >= last:
            apart, last = apart + 1, window.closes_at
    assert len(plan.reminders) == apart + any(r.own for r in plan.reminders)
