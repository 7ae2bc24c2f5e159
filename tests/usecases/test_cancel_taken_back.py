"""A cancellation that was taken back after its payback failed: the failed refund is not tried again."""

from __future__ import annotations

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.payment import RefundWay
from goodterms.usecases import cancel as journey
from goodterms.usecases import pay_back
from tests.support import cancel_rules as rules
from tests.support.cancel_sales import sell_under
from tests.support.moves import BOB
from tests.support.worlds import Sandbox

CUSTOMER = Actor("customer", "cus_1")


def test_a_failed_payback_is_not_tried_again_once_the_subscription_is_kept(sandbox: Sandbox) -> None:
    """The bank refuses it and the customer stays: sending it again would pay back what is still in use."""
    sale = sell_under(sandbox, rules.text(rules.NEWSPAPER), "second", card="pm_refund_rejected")
    sandbox.advance(days=30)
    done = journey.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=CUSTOMER, channel="account")
    assert isinstance(done, Decision), done
    refund = sale.refund()
    assert refund.state == "failed"
    kept = journey.undo(sandbox.world, sale.bucket, sale.subscription_id, actor=CUSTOMER)
    assert isinstance(kept, Decision), kept
    again = pay_back.try_another_way(sandbox.world, refund.bucket, refund.id, actor=BOB, way=RefundWay.ORIGINAL)
    assert isinstance(again, Refusal)
    assert again.code == "not_owed"


def test_a_failed_payback_of_a_standing_cancellation_is_tried_again(sandbox: Sandbox) -> None:
    """As long as the cancellation stands the money is owed, and a colleague can send it again."""
    sale = sell_under(sandbox, rules.text(rules.NEWSPAPER), "second", card="pm_refund_rejected")
    sandbox.advance(days=30)
    journey.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=CUSTOMER, channel="account")
    refund = sale.refund()
    again = pay_back.try_another_way(sandbox.world, refund.bucket, refund.id, actor=BOB, way=RefundWay.ORIGINAL)
    assert isinstance(again, Decision), again
