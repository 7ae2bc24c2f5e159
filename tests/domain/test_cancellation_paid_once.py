"""What a cancellation pays back by itself is paid once: beside its case, after a failure, and not when taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodterms.domain.approval import decide_approval
from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundState, RefundWay
from goodterms.domain.refunding import Context, decide_another_way
from tests.support.cancel_life import BOUGHT_AT, Life, canceled
from tests.support.samples import AGENT, SECOND_AGENT, bought, reference, weekdays_only

DAY = timedelta(days=1)

#: Half is paid back by itself, and access runs on.
HALF = """
[[cancellation.clause]]
id = "HALF"
says = "Half of the price is paid back."
when.term = "running"
outcome = "grant"
amount = "50 percent"
access = "end_of_last_paid_term"
"""


def _by_use(unused: str, used: str, access: str) -> str:
    """More is paid back where it was not used, which has to be asked."""
    return f"""
[facts.used_in_cycle]
type = "yes_or_no"
ask = "Has it been used in the current billing cycle?"

[[cancellation.clause]]
id = "NOT-USED"
says = "More is paid back where it was not used."
when.used_in_cycle = false
outcome = "grant"
amount = {unused}
access = "{access}"

[[cancellation.clause]]
id = "USED"
says = "Less is paid back where it was used."
when.used_in_cycle = true
outcome = "grant"
amount = {used}
access = "{access}"
"""


@pytest.mark.parametrize("access", ["ends_now", "unchanged", "end_of_billing_month"])
@pytest.mark.parametrize(
    ("unused", "used", "first", "whole"),
    [
        pytest.param('"80 percent"', '"50 percent"', 3998, 6396, id="shares"),
        pytest.param('{ AUD = "30.00" }', '{ AUD = "10.00" }', 1000, 3000, id="sums"),
        pytest.param('"full"', '"unused_part"', 5126, 7995, id="unused-part"),
    ],
)
def test_the_case_pays_only_what_the_answer_adds(unused: str, used: str, first: int, whole: int, access: str) -> None:
    """The least is paid at once; the answer that gives more adds the difference, the other one nothing."""
    more = Life(_by_use(unused, used, access))
    assert canceled(more.cancel()).paid_back == Money(first, "AUD")
    more.hear()
    more.now += DAY
    more.state(used_in_cycle=False)
    assert more.approve().amount == Money(whole - first, "AUD")
    assert sum(refund.amount.minor for refund in more.sub.refunds) == whole
    same = Life(_by_use(unused, used, access))
    same.cancel()
    same.hear()
    same.now += DAY
    same.state(used_in_cycle=True)
    assert same.request is not None
    done = decide_approval(
        same.sub, same.sub.orders[-1], same.request, same.policy, reference(), same.now, actor=AGENT,
        beside=same.beside,
    )  # fmt: skip
    assert isinstance(done, Refusal)
    assert done.code == "nothing_paid"


def _again(life: Life, *, taken_back: bool = False) -> str:
    context = Context(life.sub.orders[-1], None, life.policy, reference(), weekdays_only())
    done = decide_another_way(
        life.sub, life.sub.refunds[-1], context, life.now, actor=AGENT, way=RefundWay.ORIGINAL, taken_back=taken_back
    )
    if isinstance(done, Refusal):
        return done.code
    life._take(done)
    return "decided"


def test_paid_at_the_second_attempt_it_can_not_be_undone() -> None:
    """When the first attempt failed and the second pays, nobody keeps both the money and the subscription."""
    life = Life(HALF)
    life.cancel()
    life.hear("rejected")
    assert _again(life) == "decided"
    assert life.undo() == "refund_under_way"
    life.hear("succeeded")
    assert [refund.state for refund in life.sub.refunds] == [RefundState.FAILED, RefundState.SUCCEEDED]
    assert life.undo() == "refunded"


def test_taken_back_after_a_failure_nothing_is_owed() -> None:
    """A failed payback leaves the way back free; once taken it is not tried again."""
    life = Life(HALF)
    life.cancel()
    life.hear("rejected")
    assert life.undo() == "kept"
    assert _again(life, taken_back=True) == "not_owed"


def test_a_second_refund_leaves_the_end_of_access_where_it_was() -> None:
    """Access ended when the first part was accepted; what the case adds days later does not move that instant."""
    life = Life(_by_use('"full"', '"50 percent"', "ends_now"))
    life.cancel()
    life.now += timedelta(seconds=3)
    life.hear()
    ended = life.sub.expired_at
    life.now += 5 * DAY
    life.state(used_in_cycle=False)
    life.approve()
    life.hear()
    assert ended == life.now - 5 * DAY
    assert (life.sub.terms[-1].revoked_at, life.sub.paid_through, life.sub.expired_at) == (ended, ended, ended)


def test_two_people_confirm_what_is_much_together() -> None:
    """What was paid at once counts with the rest that the case grants: above the limit a second person confirms."""
    for price, final in ((36000, True), (50000, False)):
        life = Life(_by_use('"80 percent"', '"50 percent"', "unchanged"), bought(BOUGHT_AT, price=Money(price, "AUD")))
        limit = life.policy.refund
        assert canceled(life.cancel()).paid_back == Money(price // 2, "AUD")
        life.hear()
        life.state(used_in_cycle=False)
        rest = Money(price * 3 // 10, "AUD")
        assert not limit.needs_second_person(rest)
        assert limit.needs_second_person(Money(price * 8 // 10, "AUD")) is not final
        shown = life.approve()
        assert (shown.amount, shown.final) == (rest, final)
        if not final:
            assert life.approve(SECOND_AGENT).final
