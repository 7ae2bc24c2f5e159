"""What letters say of refunds under other policies: questions, parts, a later end, what was charged meanwhile."""

from __future__ import annotations

from goodterms.storage.models import MessageRow
from goodterms.usecases import review
from goodterms.usecases.mail.deliver import deliver_mail
from tests.support import second_policy as second
from tests.support.moves import ANNA
from tests.support.smtp import Sink
from tests.support.worlds import Sandbox
from tests.usecases.test_mail_letters import post


def test_the_questions_of_a_policy_are_in_the_letter(sandbox: Sandbox, sink: Sink) -> None:
    """The customer is asked in words addressed to him, and told where to answer."""
    sale = second.sell_under(sandbox, second.IF_UNUSED)
    customer = sale.customer
    sandbox.agent(customer.email, role="customer", bucket=customer.bucket, customer_id=customer.id)
    sale.ask_refund()
    _, text = post(sandbox, sink, "information_needed")
    assert "please answer on its page: 1. Have you used it since the current billing period began?" in text
    assert "Your request is not declined." in text
    assert "We can not go on" not in text


def test_questions_are_asked_of_a_proven_address_only(sandbox: Sandbox, sink: Sink) -> None:
    """To anybody else the letter says what it says when there is no such order."""
    second.sell_under(sandbox, second.IF_UNUSED).ask_refund()
    _, text = post(sandbox, sink, "information_needed")
    assert "Have you used it" not in text
    assert "The page of your request shows what we need to know." in text


def test_a_part_and_its_later_end_are_in_the_letter(sandbox: Sandbox, sink: Sink) -> None:
    """What goes back, of how much, and until when access runs."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH)
    sandbox.advance(days=100)
    request = sale.ask_refund()
    review.approve(sandbox.world, request.bucket, request.id, actor=ANNA)
    subject, text = post(sandbox, sink, "refund_initiated")
    assert subject == "Your refund of A$41.23 is on its way"
    assert "We have sent a part of your payment back" in text
    assert "Of what you paid: A$59.95" in text
    assert "You keep your access until 1 September 2026, 00:00 UTC; then the subscription ends" in text


def test_a_later_end_that_is_past_is_told_as_past(sandbox: Sandbox, sink: Sink) -> None:
    """A letter never promises access that is over."""
    sale = second.sell_under(sandbox, second.NEXT_MONTH)
    sandbox.advance(days=100)
    request = sale.ask_refund()
    sandbox.advance(days=30)
    review.approve(sandbox.world, request.bucket, request.id, actor=ANNA)
    _, text = post(sandbox, sink, "refund_initiated")
    assert "The subscription has ended with this refund" in text


def test_what_was_charged_meanwhile_is_named_as_that(sandbox: Sandbox, sink: Sink) -> None:
    """Two payments, two letters; that about the renewal says why it goes back."""
    sale = second.sell_under(sandbox, second.PRORATED, months=1, code="other-month")
    sandbox.advance(days=10)
    request = sale.ask_refund()
    sandbox.live(12)
    review.approve(sandbox.world, request.bucket, request.id, actor=ANNA)
    while deliver_mail(sandbox.world):
        pass
    texts = [row.body_text or "" for row in MessageRow.objects.filter(bucket=sale.bucket, kind="refund_initiated")]
    said = [
        "This renewal was charged while we were looking at your refund request." in " ".join(t.split()) for t in texts
    ]
    assert sorted(said) == [False, True]
