"""Files that are lost, doubled, cut off, late, mixed up or garbled: in the end both sides have the same books."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodterms import wiring
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.storage.models import InstructionRow, MessageRow, OrderRow, RefundRow, WebhookIn
from goodterms.usecases import cancel, reconcile, review
from goodterms.usecases.audit.run import audit
from tests.support.books import assert_books_agree
from tests.support.reseller_sandbox import ResellerSandbox

FAULTS = ("drop", "duplicate", "truncate", "delay", "reorder", "garble")


def assert_both_sides_agree(place: ResellerSandbox) -> None:
    """What the shop has in its books is what we have, and nothing waits."""
    books = place.shop.books
    paid = {(f"RS-{o['n']:06d}", o["amount_minor"]) for o in books.rows("SELECT * FROM orders WHERE paid = 1")}
    assert {(o.gateway_ref, o.amount_minor) for o in OrderRow.objects.all()} == paid
    theirs = {
        (f"RF-{r['n']:06d}", r["amount_minor"], {"paid": "succeeded", "accepted": "pending"}.get(r["state"], "failed"))
        for r in books.rows("SELECT * FROM refunds")
    }
    assert {(r.gateway_ref, r.amount_minor, r.state) for r in RefundRow.objects.exclude(gateway_ref=None)} == theirs
    assert not InstructionRow.objects.filter(check_at__isnull=False).exists()
    assert list(WebhookIn.objects.exclude(state="done").values_list("kind", "reason")) == []
    report = reconcile.reconcile(
        place.world, place.gateway, place.now - timedelta(days=500), place.now, actor=Actor("agent", "eve")
    )
    assert isinstance(report, reconcile.Report)
    assert report.open == 0
    for row in MessageRow.objects.filter(sent_at=None):  # nobody delivers letters here
        MessageRow.objects.filter(bucket=row.bucket, id=row.id).update(send_at=None, sent_at=row.at)
    assert audit(place.world, wiring.elapsed, journals=None).violations == ()


@pytest.mark.parametrize("fault", FAULTS)
def test_sales_acts_and_answers(reseller_sandbox: ResellerSandbox, fault: str) -> None:
    """Three buy; one cancels, one is paid back, one gets a part back at the shop; files of all kinds go wrong."""
    place, shop = reseller_sandbox, reseller_sandbox.shop
    shop.faults.files += [("any", fault)] * 3  # type: ignore[list-item]
    sold = []
    for name in ("ann", "bo", "cy"):
        sold.append(place.sold(f"{name}@example.org", name))
        place.daily(1)
    place.daily(4)
    ann, bo, cy = [place.sale_of(one) for one in sold]
    shop.faults.files += [("any", fault)] * 4  # type: ignore[list-item]
    shop.faults.lose_instructions = int(fault == "drop")
    canceled = cancel.cancel(
        place.world, ann.bucket, ann.subscription_id, actor=Actor("customer", "ann"), channel="account"
    )
    assert isinstance(canceled, Decision)
    request = bo.ask_refund()
    approved = review.approve(place.world, bo.bucket, request.id, actor=Actor("agent", "sam"))
    assert isinstance(approved, Decision)
    shop.refund(sold[2].order, 1000)
    place.daily(12)
    assert shop.faults.files == []
    assert [place.loaded(one).auto_renew for one in (ann, bo, cy)] == [False, False, True]
    renews = {a["n"]: bool(a["renews"]) for a in shop.books.rows("SELECT n, renews FROM agreements")}
    assert renews == {1: False, 2: False, 3: True}
    assert_both_sides_agree(place)
    for one in (ann, bo, cy):
        assert_books_agree(one)


@pytest.mark.parametrize("fault", FAULTS)
def test_renewals(reseller_sandbox: ResellerSandbox, fault: str) -> None:
    """Two renew after a card that failed once; the feed goes wrong; each year is paid for once."""
    place, shop = reseller_sandbox, reseller_sandbox.shop
    first, ann = place.bought()
    _, bo = place.bought("bo@example.org", "Bo")
    shop.let_fail(first.agreement, 1)
    place.live(351 - 1)
    shop.faults.files += [("renewals", fault)] * 2  # type: ignore[list-item]
    place.daily(10)
    for sale in (ann, bo):
        one = place.loaded(sale)
        assert [term.number for term in one.terms] == [1, 2]
        assert one.terms[1].starts_at == one.terms[0].ends_at
        assert_books_agree(sale)
    assert_both_sides_agree(place)
