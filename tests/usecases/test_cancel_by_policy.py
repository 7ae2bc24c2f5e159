"""Cancelling under other policies and laws, from the preview to the bank: rows, books, mails and journal agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from goodterms.domain.cancellation import CancellationOutcome
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.domain.refund_request import RequestState
from goodterms.domain.subscription import DisplayState, EndReason, Subscription, display_state
from goodterms.storage.load import load_request, load_subscription
from goodterms.storage.models import CancellationRow, FactRow, MessageRow
from goodterms.storage.policies import shipped_policy
from goodterms.usecases import cancel
from goodterms.usecases.cancel_preview import CancellationPreview, show_cancellation
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.review import approve
from tests.support import cancel_rules as rules
from tests.support.books import assert_books_agree
from tests.support.cancel_sales import renewed_under, sell_under
from tests.support.fold import fold, state_of
from tests.support.moves import ANNA, BOB
from tests.support.smtp import Sink
from tests.support.worlds import Sale, Sandbox


def _now(sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def _agree(sale: Sale) -> None:
    assert_books_agree(sale)
    rows = FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id).order_by("seq")
    assert fold(rows) == state_of(_now(sale))


def _shown(sale: Sale) -> CancellationPreview:
    shown = show_cancellation(sale.sandbox.world, sale.bucket, sale.subscription_id)
    assert isinstance(shown, CancellationPreview), shown
    return shown


def _cancel(sale: Sale, shown: CancellationPreview | None = None) -> CancellationOutcome:
    done = cancel.cancel(
        sale.sandbox.world, sale.bucket, sale.subscription_id, channel="account", actor=_customer(sale),
        shown=shown.outcome.fingerprint if shown else None,
    )  # fmt: skip
    assert isinstance(done, Decision), done
    assert isinstance(done.outcome, CancellationOutcome)
    return done.outcome


def _customer(sale: Sale) -> Actor:
    return Actor("customer", encode(CUSTOMER, sale.bucket, sale.customer.id))


def _undo(sale: Sale) -> str:
    done = cancel.undo(sale.sandbox.world, sale.bucket, sale.subscription_id, actor=_customer(sale))
    return done.code if isinstance(done, Refusal) else "kept"


def _mail(sale: Sale, kind: str) -> str:
    while deliver_mail(sale.sandbox.world):
        pass
    return " ".join((MessageRow.objects.filter(bucket=sale.bucket, kind=kind).latest("at").body_text or "").split())


def test_a_newspaper_pays_back_the_unused_days(sandbox: Sandbox, sink: Sink) -> None:
    """Shown, done, sent and credited: the days from tomorrow on, with access ending as the bank accepts the refund."""
    sale = sell_under(sandbox, shipped_policy("new-york-times"), "new-york-times")
    sandbox.advance(days=100)
    shown = _shown(sale)
    assert [(line.label, line.text) for line in shown.reckoning] == [
        ("Unused part", "264 of 365 days of 79.95 EUR, from 19 August 2026")
    ]
    assert (shown.clause, shown.law, shown.shortens, shown.ends_now) == ("ANNUAL-FIRST-MONTHS", "", True, True)
    outcome = _cancel(sale, shown)
    assert outcome.paid_back == Money(7995, "EUR").share(264, 365)
    sub = _now(sale)
    assert (sub.expired_at, sub.end_reason) == (sandbox.now, EndReason.CANCELED)
    assert sale.refund().state == "pending"
    _agree(sale)
    assert (shown.credit_from_on, shown.credit_by_on) == (sale.refund().credit_from_on, sale.refund().due_on)
    sandbox.live(10)
    assert sale.refund().state == "succeeded"
    _agree(sale)
    assert "We pay back €57.83 of the €79.95" in _mail(sale, "cancellation_confirmed")


def test_a_german_consumer_gets_the_rest_of_the_renewed_year(sandbox: Sandbox, sink: Sink) -> None:
    """Under a policy that pays nothing by cancelling, German law ends it a month after notice and pays the rest."""
    sale = renewed_under(sandbox, "DE")
    assert sandbox.now == datetime(2027, 5, 12, 9, 0, tzinfo=UTC)
    shown = _shown(sale)
    # 12 June is the last day; from 13 June on 332 of the 366 days to 10 May 2028 are not used.
    assert shown.outcome.paid_back == Money(7995, "EUR").share(332, 366)
    assert shown.law == "End of renewed contracts (Germany), § 309 Nr. 9"
    outcome = _cancel(sale, shown)
    until = datetime(2027, 6, 12, 22, 0, tzinfo=UTC)
    assert outcome.access_until == until
    row = CancellationRow.objects.get(bucket=sale.bucket)
    assert (row.rule, row.clause, row.article) == ("de-renewed-contracts@1", "RENEWED-TERM", "§ 309 Nr. 9")
    assert (row.refund_id, row.access_until) == (sale.refund().id, until)
    assert display_state(_now(sale), sandbox.now) is DisplayState.NON_RENEWING
    assert _undo(sale) == "refunded"
    text = _mail(sale, "cancellation_confirmed")
    assert "You have access until the end of 12 June 2027." in text
    assert "as the law wants it (§ 309 Nr. 9)" in text
    _agree(sale)
    sandbox.set_clock(until - timedelta(seconds=1))
    sandbox.work()
    assert _now(sale).expired_at is None
    sandbox.set_clock(until)
    sandbox.work()
    assert (_now(sale).expired_at, _now(sale).end_reason) == (until, EndReason.CANCELED)
    _agree(sale)


def test_a_french_consumer_without_notice_is_paid_back_at_once(sandbox: Sandbox, sink: Sink) -> None:
    """The worker stood still when the notice was due: by law it ends at once, and the rest is paid within 30 days."""
    sale = renewed_under(sandbox, "FR", standstill=True)
    shown = _shown(sale)
    assert shown.law == "Notice of tacit renewals (France), L215-1"
    assert shown.outcome.paid_back == Money(7995, "EUR").share(363, 366)
    assert shown.pay_by_on is not None
    assert shown.pay_by_on.isoformat() == "2027-06-11"
    _cancel(sale, shown)
    assert display_state(_now(sale), sandbox.now) is DisplayState.EXPIRED
    assert "by 11 June 2027 at the latest" in _mail(sale, "cancellation_confirmed")
    _agree(sale)


def test_a_french_consumer_with_notice_keeps_what_was_paid_for(sandbox: Sandbox) -> None:
    """The same with the worker running: it has announced in time, and cancelling just stops the renewal."""
    sale = renewed_under(sandbox, "FR")
    told = FactRow.objects.filter(bucket=sale.bucket, name="subscription.renewal_announced").order_by("seq")
    assert [fact.data["notices"] for fact in told] == [
        ["fr-renewal-notice@1 RENEWAL"],
        ["mastercard-renewal-notice@1 RARE-CHARGE"],
    ]
    assert (told[1].at - told[0].at).days >= 14
    assert MessageRow.objects.filter(bucket=sale.bucket, kind="renewal_coming").count() == 2
    outcome = _cancel(sale)
    assert (outcome.paid_back, outcome.access_until) == (None, datetime(2028, 5, 10, 9, 0, tzinfo=UTC))
    assert _undo(sale) == "kept"
    _agree(sale)


def test_too_late_it_is_charged_once_more_by_the_worker(sandbox: Sandbox, sink: Sink) -> None:
    """In the last month the worker still charges the next term, once, and ends it a year later."""
    sale = sell_under(sandbox, rules.text(rules.TOO_LATE), "second")
    sandbox.advance(days=340)
    outcome = _cancel(sale)
    assert outcome.last_charge is not None
    assert _now(sale).auto_renew
    sandbox.live(30)
    assert ([t.number for t in _now(sale).terms], _now(sale).auto_renew) == ([1, 2], False)
    _agree(sale)
    sandbox.advance(days=400)
    sandbox.work()
    assert (len(_now(sale).orders), _now(sale).end_reason) == (2, EndReason.CANCELED)
    assert "It is the last one" in _mail(sale, "cancellation_confirmed")
    _agree(sale)


def test_a_question_is_asked_and_the_cancellation_holds(sandbox: Sandbox, sink: Sink) -> None:
    """What it pays back waits for an answer in a case; the cancellation and its mail do not."""
    sale = sell_under(sandbox, rules.text(rules.IF_UNUSED), "second")
    sandbox.advance(days=20)
    shown = _shown(sale)
    assert shown.questions == ("Have you used it since the current billing period began?",)
    outcome = _cancel(sale, shown)
    assert outcome.case is not None
    request = load_request(sale.bucket, outcome.case)
    assert (request.act, request.state) == ("cancel", RequestState.NEEDS_INFORMATION)
    assert not _now(sale).auto_renew
    assert "depends on facts that we do not know yet" in _mail(sale, "cancellation_confirmed")
    assert "Have you used it" in _mail(sale, "information_needed")
    assert _undo(sale) == "kept"
    assert load_request(sale.bucket, outcome.case).state is RequestState.RETRACTED
    _agree(sale)


def test_much_money_waits_for_two_people(sandbox: Sandbox) -> None:
    """The cancellation holds; the desk's two people confirm what the rule pays, as of the day it was canceled."""
    sale = sell_under(sandbox, rules.text(rules.NEWSPAPER), "second", minor=99900)
    sandbox.advance(days=100)
    outcome = _cancel(sale)
    assert (outcome.paid_back, outcome.to_confirm) == (None, Money(99900, "EUR").share(264, 365))
    assert outcome.case is not None
    sandbox.advance(days=1)
    for person in (ANNA, BOB):
        done = approve(sandbox.world, sale.bucket, outcome.case, actor=person)
        assert isinstance(done, Decision), done
    assert sale.refund().amount_minor == outcome.to_confirm.minor
    assert _now(sale).end_reason is EndReason.CANCELED
    _agree(sale)


def test_what_changed_since_it_was_shown_is_asked_again(sandbox: Sandbox) -> None:
    """A day later a day less is paid back: the confirmed preview is refused."""
    sale = sell_under(sandbox, rules.text(rules.NEWSPAPER), "second")
    sandbox.advance(days=10)
    shown = _shown(sale)
    sandbox.advance(days=1)
    done = cancel.cancel(
        sandbox.world, sale.bucket, sale.subscription_id, channel="account", actor=_customer(sale),
        shown=shown.outcome.fingerprint,
    )  # fmt: skip
    assert isinstance(done, Refusal)
    assert done.code == "preview_changed"
    assert not sale.order.refunded_minor


@pytest.mark.parametrize(("document", "undone"), [(rules.BILLING_MONTH, "kept"), (rules.AT_ONCE, "expired")])
def test_an_earlier_end_without_money(sandbox: Sandbox, document: str, undone: str) -> None:
    """Access that ends earlier for nothing is in the rows at once, and in undo's hands as long as it runs."""
    sale = sell_under(sandbox, rules.text(document), "second")
    sandbox.advance(days=20)
    outcome = _cancel(sale)
    assert (_now(sale).paid_through, outcome.access_until) == (outcome.access_until, _now(sale).paid_through)
    _agree(sale)
    assert _undo(sale) == undone
    _agree(sale)
