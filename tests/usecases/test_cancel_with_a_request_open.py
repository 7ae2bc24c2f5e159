"""Canceling while a refund was asked for already: what was promised comes when that is closed, and comes once."""

from __future__ import annotations

from uuid import UUID

import pytest

from goodterms.domain.approval import ApprovalOutcome, Wish
from goodterms.domain.cancellation import CancellationOutcome
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.domain.refund_request import Claimed, RefundRequest, RequestState
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_request, load_subscription
from goodterms.storage.models import FactRow, MessageRow, RefundRequestRow
from goodterms.usecases import cancel, request_refund, review
from goodterms.usecases.cancel_preview import CancellationPreview, show_cancellation
from goodterms.usecases.mail.deliver import deliver_mail
from tests.support import cancel_rules as rules
from tests.support.books import assert_books_agree
from tests.support.cancel_sales import sell_under
from tests.support.fold import fold, state_of
from tests.support.moves import ANNA, BOB
from tests.support.smtp import Sink
from tests.support.worlds import Sale, Sandbox

PRICE = Money(99900, "EUR")
PROMISED = PRICE.share(334, 365)


def _now(sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def _agree(sale: Sale) -> None:
    assert_books_agree(sale)
    rows = FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id).order_by("seq")
    assert fold(rows) == state_of(_now(sale))


def _customer(sale: Sale) -> Actor:
    return Actor("customer", encode(CUSTOMER, sale.bucket, sale.customer.id))


def _ask(sale: Sale) -> UUID:
    order = _now(sale).orders[-1]
    bought_on = order.placed_at.date()
    done = request_refund.request_refund(
        sale.sandbox.world, sale.bucket, order.id,
        Claimed(order.number, order.buyer_email, order.buyer_name, bought_on),
        actor=_customer(sale), channel="account", contact_email=order.buyer_email,
    )  # fmt: skip
    assert isinstance(done, Decision), done
    assert isinstance(done.outcome, RefundRequest)
    return done.outcome.id


def _cancel(sale: Sale) -> CancellationOutcome:
    shown = show_cancellation(sale.sandbox.world, sale.bucket, sale.subscription_id)
    assert isinstance(shown, CancellationPreview), shown
    done = cancel.cancel(
        sale.sandbox.world, sale.bucket, sale.subscription_id, channel="account", actor=_customer(sale),
        shown=shown.outcome.fingerprint,
    )  # fmt: skip
    assert isinstance(done, Decision), done
    assert isinstance(done.outcome, CancellationOutcome)
    return done.outcome


def _approve(sale: Sale, request: UUID, wish: Wish | None = None) -> ApprovalOutcome:
    for person in (ANNA, BOB):
        done = review.approve(sale.sandbox.world, sale.bucket, request, actor=person, wish=wish)
        assert isinstance(done, Decision), done
        assert isinstance(done.outcome, ApprovalOutcome)
    return done.outcome


def _case(sale: Sale) -> RefundRequest | None:
    canceled = _now(sale).cancellation
    assert canceled is not None
    return load_request(sale.bucket, canceled.request_id) if canceled.request_id else None


@pytest.fixture
def sale(sandbox: Sandbox) -> Sale:
    """A dear newspaper: canceling pays the unused days back once two people have confirmed it."""
    sale = sell_under(sandbox, rules.text(rules.NEWSPAPER), "second", minor=PRICE.minor)
    sandbox.advance(days=30)
    return sale


@pytest.mark.parametrize("closed", ["declined", "retracted"])
def test_what_was_promised_comes_when_the_request_leads_to_nothing(sale: Sale, closed: str) -> None:
    """Declined or taken back, the request makes room for the cancellation's case, judged as of the cancellation."""
    asked = _ask(sale)
    sale.sandbox.advance(days=1)
    outcome = _cancel(sale)
    promised = outcome.to_confirm
    assert (outcome.case, outcome.waits, _case(sale)) == (None, True, None)
    canceled_at = sale.sandbox.now
    sale.sandbox.advance(days=10)
    world = sale.sandbox.world
    if closed == "declined":
        done = review.decline(world, sale.bucket, asked, actor=ANNA, note="Out of time.")
    else:
        done = request_refund.retract(world, sale.bucket, asked, actor=_customer(sale))
    assert isinstance(done, Decision), done
    case = _case(sale)
    assert case is not None
    assert (case.act, case.received_at, case.opened_at) == ("cancel", canceled_at, sale.sandbox.now)
    assert _approve(sale, case.id).amount == promised == PRICE.share(333, 365)
    assert RefundRequestRow.objects.filter(bucket=sale.bucket).count() == 2
    _agree(sale)


def test_what_the_request_pays_counts_as_a_part_of_it(sale: Sale) -> None:
    """A part that is paid on the request is not paid again: together they come to what was promised."""
    asked = _ask(sale)
    assert _cancel(sale).to_confirm == PROMISED
    part = Money(20000, "EUR")
    _approve(sale, asked, Wish(part, "A goodwill part."))
    case = _case(sale)
    assert case is not None
    assert _approve(sale, case.id).amount == PROMISED - part
    _agree(sale)


def test_paid_in_full_on_the_request_nothing_more_comes(sale: Sale) -> None:
    """Where the request gives all that was promised, or more, no case is opened."""
    asked = _ask(sale)
    assert _cancel(sale).waits
    _approve(sale, asked, Wish(PROMISED, "What it comes to."))
    assert (_case(sale), RefundRequestRow.objects.filter(bucket=sale.bucket).count()) == (None, 1)
    _agree(sale)


def test_the_letter_says_what_comes_first(sale: Sale, sink: Sink) -> None:
    """The confirmation promises the sum, and says that the open request is decided before it and counts."""
    _ask(sale)
    _cancel(sale)
    while deliver_mail(sale.sandbox.world):
        pass
    (letter,) = (i for i, mail in enumerate(sink.mails) if "is canceled" in str(mail["Subject"]))
    said = " ".join(sink.text(letter).split())
    assert "are to be paid back" in said
    assert "Your open refund request is decided first; what that pays back is part of it." in said


def test_kept_after_all_nothing_is_owed(sale: Sale) -> None:
    """A cancellation that was taken back owes nothing when the request closes, and leaves that alone."""
    asked = _ask(sale)
    _cancel(sale)
    done = cancel.undo(sale.sandbox.world, sale.bucket, sale.subscription_id, actor=_customer(sale))
    assert isinstance(done, Decision), done
    assert load_request(sale.bucket, asked).state.open
    review.decline(sale.sandbox.world, sale.bucket, asked, actor=ANNA, note="Out of time.")
    assert RefundRequestRow.objects.filter(bucket=sale.bucket).count() == 1
    _agree(sale)


def test_the_question_is_asked_when_the_request_is_closed(sandbox: Sandbox) -> None:
    """What the rules need to know is asked once there is room for it, and taken back with the cancellation."""
    sale = sell_under(sandbox, rules.text(rules.IF_UNUSED), "second")
    sandbox.advance(days=20)
    asked = _ask(sale)
    assert _cancel(sale).waits
    assert not MessageRow.objects.filter(kind="information_needed").exists()
    review.decline(sandbox.world, sale.bucket, asked, actor=ANNA, note="Out of time.")
    case = _case(sale)
    assert case is not None
    assert (case.act, case.state) == ("cancel", RequestState.NEEDS_INFORMATION)
    assert MessageRow.objects.filter(kind="information_needed").count() == 1
    cancel.undo(sandbox.world, sale.bucket, sale.subscription_id, actor=_customer(sale))
    assert load_request(sale.bucket, case.id).state is RequestState.RETRACTED
    _agree(sale)


def test_a_cancellation_that_owes_nothing_opens_no_case(sandbox: Sandbox) -> None:
    """What canceling paid by itself is not asked for again when the request closes."""
    sale = sell_under(sandbox, rules.text(rules.NEWSPAPER), "second")
    sandbox.advance(days=30)
    asked = _ask(sale)
    assert _cancel(sale).paid_back is not None
    done = review.decline(sandbox.world, sale.bucket, asked, actor=ANNA, note="Out of time.")
    assert not isinstance(done, Refusal)
    assert _case(sale) is None
    _agree(sale)
