"""The oracle's rules find what breaks them in lives written by hand, and nothing in those that are in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from goodterms.domain.money import Money
from goodterms.domain.public_id import REFUND, encode
from goodterms.gateways.protocol import Outcome, RefundIntent
from goodterms.simulation.access_rules import stopped_by_refund, why_cut
from goodterms.simulation.books import BankBooks, BookedCharge, BookedRefund
from goodterms.simulation.charge_rules import new_charges
from goodterms.simulation.choices import Choices, Tape
from goodterms.simulation.looking import Broken, Row, Rows
from goodterms.simulation.oracle import Oracle
from goodterms.simulation.rules import _mails
from goodterms.simulation.settled import _goes_on
from goodterms.simulation.stage import BrokenRuleError, Stage

ID = UUID(int=7)
STARTS = datetime(2027, 3, 31, tzinfo=UTC)  # the second term
ORDER = {"id": "o1", "term_number": 1, "amount_minor": 900, "refunded_minor": 0, "disputed_minor": 0}
ANNOUNCED = (20, "subscription.renewal_announced", {"term_number": 2, "amount_minor": 900})


def _life(*happened: tuple[float, str, Row], **more: Any) -> Rows:
    """A subscription of whose first term so many days are left when something happens, one fact after the other."""
    facts = [
        {"seq": seq, "name": name, "actor": "customer:c", "at": (STARTS - timedelta(days=left)).isoformat(), "data": d}
        for seq, (left, name, d) in enumerate(happened, 1)
    ]
    none: dict[str, list[Row]] = {
        part: []
        for part in ("charges", "terms", "refunds", "disputes", "requests", "cancellations", "postings", "messages")
    }
    sub = {"auto_renew": True, "expired_at": None, "next_step_at": None}
    empty = Rows((1, ID), sub, orders=[], facts=facts, bought_anew=False, **none)
    return replace(empty, **more)


def _charged(left: float, attempt: int = 1) -> tuple[float, str, Row]:
    return left, "charge.intended", {"term_number": 2, "attempt": attempt}


def _broken_by_charges(*happened: tuple[float, str, Row]) -> list[str]:
    charges = [
        {**data, "starts_at": STARTS.isoformat(), "amount_minor": 900, "decline_code": None}
        for _, name, data in happened
        if name == "charge.intended"
    ]
    life = _life(*happened, charges=charges)
    return _names(new_charges(life, life.facts))


def _names(broken: Broken) -> list[str]:
    return [rule for rule, _, _ in broken]


def test_a_charge_in_time_and_its_retries_are_in_order() -> None:
    assert _broken_by_charges(ANNOUNCED, _charged(14), _charged(11, 2)) == []


@pytest.mark.parametrize(
    "between",
    [
        [(13, "subscription.canceled", {}), (12.9, "subscription.cancellation_undone", {})],
        [
            (13, "subscription.renewal_stopped", {"dispute_id": "d"}),
            (12.9, "subscription.renewal_resumed", {"dispute_id": "d"}),
        ],
        [(13, "subscription.announcement_withdrawn", {"term_number": 2})],
    ],
)
@pytest.mark.parametrize("attempt", [1, 2])
def test_what_was_announced_before_a_change_of_mind_does_not_hold(
    between: list[tuple[float, str, Row]], attempt: int
) -> None:
    assert _broken_by_charges(ANNOUNCED, *between, _charged(9, attempt)) == ["not announced"]
    anew = (12.5, *ANNOUNCED[1:])
    assert _broken_by_charges(ANNOUNCED, *between, anew, _charged(9, attempt)) == []
    assert _broken_by_charges(ANNOUNCED, *between, anew, _charged(11, attempt)) == ["announced too late"]


def test_an_undo_of_a_cancellation_that_came_too_late_leaves_the_announcement() -> None:
    late = (15, "subscription.canceled", {"last_term": 2})
    assert _broken_by_charges(ANNOUNCED, late, (14.5, "subscription.cancellation_undone", {}), _charged(14)) == []


def test_a_repetition_takes_no_notice_away() -> None:
    assert _broken_by_charges(ANNOUNCED, (14.5, *ANNOUNCED[1:]), _charged(14)) == []


def _external(inside: int, left: float = 10, id: str = "r1") -> list[tuple[float, str, Row]]:
    return [
        (left, "refund.external", {"refund_id": id, "order_id": "o1", "inside_minor": inside}),
        (left, "refund.initiated", {"refund_id": id, "order_id": "o1"}),
    ]


def _ours(effect: str) -> list[tuple[float, str, Row]]:
    return [
        (10, "refund.intended", {"refund_id": "r1", "order_id": "o1", "amount_minor": 300, "effect": effect}),
        (9, "refund.initiated", {"refund_id": "r1", "order_id": "o1"}),
    ]


def _dispute(inside: int) -> list[tuple[float, str, Row]]:
    data = {"dispute_id": "r1", "order_id": "o1", "inside_minor": inside}
    return [(10, "dispute.opened", data), (9, "dispute.lost", data)]


@pytest.mark.parametrize(
    ("before", "fine"),
    [
        (_external(900), True),
        (_external(899), False),
        ([*_external(600, id="r0"), *_external(300)], True),
        (
            [
                *_external(600, id="r0"),
                (9, "refund.failed", {"refund_id": "r0", "order_id": "o1"}),
                *_external(300, left=8),
            ],
            False,
        ),
        (_ours("revoke_term"), True),
        (_ours("revoke_term")[:1], False),
        (_ours("money_only"), False),
        (_dispute(900), True),
        (_dispute(900)[:1], False),
        (_dispute(500), False),
        ([], False),
    ],
)
def test_a_term_is_cut_by_what_was_approved_to_cut_it_or_left_nothing(
    before: list[tuple[float, str, Row]], *, fine: bool
) -> None:
    cause = "dispute_id" if any("dispute" in name for _, name, _ in before) else "refund_id"
    cut = (8, "term.revoked", {"term_number": 1, "order_id": "o1", cause: "r1"})
    assert _names(why_cut(_life(*before, cut, orders=[ORDER]))) == ([] if fine else ["cut while paid"])


def test_only_who_goes_on_after_a_refund_renews() -> None:
    undone = (12, "subscription.cancellation_undone", {})
    term = {"number": 1, "dropped_at": None, "revoked_at": "2027-03-22T00:00:00+00:00"}
    refund = {"id": "r1", "order_id": "o1", "initiated_at": "2027-03-22T00:00:00+00:00", "effect": "revoke_term"}
    rows = {"orders": [ORDER], "terms": [term], "refunds": [refund]}
    assert _names(stopped_by_refund(_life(undone, *_ours("revoke_term"), **rows))) == ["renews after refund"]
    assert _names(stopped_by_refund(_life(*_ours("revoke_term"), (1, *undone[1:]), **rows))) == []


def test_each_announcement_has_its_letter() -> None:
    twice = (ANNOUNCED, (12, *ANNOUNCED[1:]))
    letters = [{"kind": "renewal_coming", "subject": f"{ID.hex}/2/{version}"} for version in (4, 9)]
    assert _names(_mails(_life(*twice, messages=letters))) == []
    assert _names(_mails(_life(*twice, messages=letters[:1]))) == ["no announcement"]


def _step(**changed: Any) -> Callable[[], None]:
    life = _life()
    return lambda: _goes_on(replace(life, subscription={**life.subscription, **changed}), STARTS)


def test_what_lives_has_a_next_step_that_is_not_overdue() -> None:
    _step(next_step_at="2027-04-01T00:00:00+00:00")()
    _step(expired_at="2027-03-01T00:00:00+00:00")()
    for wrong in (_step(), _step(next_step_at="2027-03-30T00:00:00+00:00")):
        with pytest.raises(BrokenRuleError, match="still open"):
            wrong()


class _Looking(Oracle):
    """An oracle that is shown rows instead of reading them."""

    shown: Row

    def _row(self, _table: str, _bucket: int, _id: Any) -> Row:
        return self.shown


@pytest.mark.parametrize(
    ("heard", "refused"),
    [(None, False), (timedelta(minutes=1), False), (timedelta(days=-20), True)],
    ids=["not heard of", "heard of after the claim", "heard of weeks ago"],
)
def test_only_what_nobody_could_heed_excuses_a_refund_of_too_much(heard: timedelta | None, *, refused: bool) -> None:
    paid, part = Money(900, "AUD"), Money(600, "AUD")
    books = BankBooks()
    books.charges["ch"] = BookedCharge("ch", "k", "ref", "good", paid, STARTS, Outcome.SUCCEEDED)
    books.refunds["re"] = BookedRefund("re", None, None, "ch", part, STARTS, Outcome.PENDING)
    oracle = _Looking(Stage(Choices(Tape("s", 1.0, 1, ())), STARTS, {}), None, books)  # type: ignore[arg-type]
    oracle.shown = {"sent_at": STARTS.isoformat()}
    if heard is not None:
        oracle._heard["re"] = STARTS + heard
    intent = RefundIntent("key", encode(REFUND, 1, ID), "ch", part)
    with pytest.raises(BrokenRuleError, match="refunded too much") if refused else nullcontext():
        oracle.refund_arrives(intent)
