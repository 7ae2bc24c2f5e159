"""A gateway's statement against our books: what agrees, what is missing on either side, what people do about it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import httpx
import pytest
from django.db import connection
from django.test import Client

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CHARGE, encode
from goodterms.storage.models import Difference, FactRow, OrderRow, Reconciliation
from goodterms.usecases import reconcile as reconciling
from tests.support.worlds import Sandbox

EVE = Actor("agent", "eve@desk.example")


def compare(sandbox: Sandbox, days: int = 60) -> reconciling.Report:
    """Compare the last days, now."""
    report = reconciling.reconcile(
        sandbox.world, sandbox.gateway, sandbox.now - timedelta(days=days), sandbox.now, actor=EVE
    )
    assert isinstance(report, reconciling.Report)
    return report


def found(report: reconciling.Report) -> list[tuple[str, str]]:
    """Kind and finding of each object."""
    return [(one.either.kind, one.finding.value) for one in report.compared]


def charge_at_the_bank(sandbox: Sandbox, reference: str, minor: int = 700) -> None:
    """Somebody charges past us."""
    body = {
        "amount_minor": minor, "currency": "AUD", "payment_method": "pm_ok", "reference": reference,
        "description": "Mug",
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {sandbox.bank.key}", "Idempotency-Key": reference}
    httpx.post(f"{sandbox.bank.url}/v1/charges", json=body, headers=headers).raise_for_status()


@pytest.mark.parametrize("place", ["sandbox", "stripe_sandbox"])
def test_books_that_agree(transactional_db: None, place: str, request: pytest.FixtureRequest) -> None:
    """A sale, a refund made in the dashboard and a dispute, all taken in."""
    sandbox: Sandbox = request.getfixturevalue(place)
    sale = sandbox.sell()
    sandbox.sell(sandbox.customer("bo@example.org", "Bo"))
    refund = {"charge": sandbox.charge_of(sale), "amount_minor": 1500, "currency": "AUD"}
    httpx.post(f"{sandbox.bank.url}/dashboard/refunds", json=refund).raise_for_status()
    sandbox.dispute(sale, amount_minor=1000)
    sandbox.work()
    sandbox.advance(days=3)
    before = FactRow.objects.count()
    report = compare(sandbox)
    assert sorted(found(report)) == [
        ("charge", "matched"), ("charge", "matched"), ("dispute", "matched"), ("refund", "external"),
    ]  # fmt: skip
    assert (report.open, Difference.objects.count(), FactRow.objects.count()) == (0, 0, before)
    assert Reconciliation.objects.get().by == "agent:eve@desk.example"


def test_what_does_not_agree_waits_for_a_person(sandbox: Sandbox) -> None:
    """Missing here, missing there, another amount, another system's charge; found again, each is the same case."""
    sale = sandbox.sell()
    lost = sandbox.sell(sandbox.customer("bo@example.org", "Bo"))
    odd = sandbox.sell(sandbox.customer("cy@example.org", "Cy"))
    charge_at_the_bank(sandbox, encode(CHARGE, sale.bucket, sale.subscription_id))
    charge_at_the_bank(sandbox, "shop-17")
    with connection.cursor() as cursor:
        of = "WHERE bucket = %s AND id = %s"
        cursor.execute(f"UPDATE orders SET gateway_ref = 'ch_77777777' {of}", [lost.bucket, lost.order.id])
        cursor.execute(f"UPDATE orders SET amount_minor = 9995 {of}", [odd.bucket, odd.order.id])
    sandbox.advance(days=4)
    report = compare(sandbox)
    assert sorted(found(report)) == [
        ("charge", "amount_differs"), ("charge", "foreign"), ("charge", "matched"), ("charge", "missing_here"),
        ("charge", "missing_here"), ("charge", "missing_there"),
    ]  # fmt: skip
    assert report.open == 4
    assert compare(sandbox).open == 4
    assert Difference.objects.count() == 4
    odd_one = Difference.objects.get(finding="amount_differs")
    assert (odd_one.theirs_minor, odd_one.ours_minor, odd_one.order_number) == (5995, 9995, odd.order.number)
    assert isinstance(reconciling.settle(sandbox.world, odd_one.pk, actor=EVE, note="  "), Refusal)
    assert reconciling.settle(sandbox.world, odd_one.pk, actor=EVE, note="Typed by hand, corrected.") is True
    assert compare(sandbox).open == 3, "what was settled stays settled"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders SET gateway_ref = %s WHERE bucket = %s AND id = %s",
                       [_ref_of(sandbox, lost.order), lost.bucket, lost.order.id])  # fmt: skip
    assert compare(sandbox).open == 1
    assert Difference.objects.filter(state="gone").count() == 2


def _ref_of(sandbox: Sandbox, order: OrderRow) -> str:
    """What the bank calls the charge of an order."""
    assert order.charge_id is not None
    reference = encode(CHARGE, order.bucket, order.charge_id)
    lines = sandbox.world.gateways["bank"].movements(after=None)
    return next(line.gateway_ref for line in lines if line.reference == reference)


def test_the_worker_compares_once_a_day(sandbox: Sandbox) -> None:
    """Periods follow one another without a gap."""
    sandbox.sell()
    sandbox.advance(hours=5)
    assert reconciling.reconcile_due(sandbox.world, "bank") == 1
    assert reconciling.reconcile_due(sandbox.world, "bank") == 0
    sandbox.advance(days=1)
    assert reconciling.reconcile_due(sandbox.world, "bank") == 1
    first, second = Reconciliation.objects.order_by("ran_at")
    assert first.until_at == second.from_at


def test_a_report_for_finance(sandbox: Sandbox) -> None:
    """A row an object, with decimals."""
    sandbox.sell()
    sandbox.advance(days=1)
    (row,) = csv.DictReader(io.StringIO(reconciling.as_csv(compare(sandbox))))
    assert (row["finding"], row["theirs"], row["ours"], row["currency"]) == ("matched", "59.95", "59.95", "AUD")


def test_a_statement_that_can_not_be_read_compares_nothing(sandbox: Sandbox) -> None:
    """An empty statement would be believed."""
    sandbox.sell()
    sandbox.bank.kill()
    answer = reconciling.reconcile(sandbox.world, "bank", sandbox.now - timedelta(days=1), sandbox.now, actor=EVE)
    assert isinstance(answer, Refusal)
    assert answer.code in ("gateway_unavailable", "period_empty")
    assert not Reconciliation.objects.exists()


def test_the_desk_settles(sandbox: Sandbox) -> None:
    """The page, the file, and writing down how it was settled."""
    sale = sandbox.sell()
    charge_at_the_bank(sandbox, encode(CHARGE, sale.bucket, sale.subscription_id))
    sandbox.advance(days=2)
    compare(sandbox)
    client = Client()
    sandbox.sign_in(client, "sue@desk.example", "supervisor")
    page = client.get("/desk/finance/").content.decode()
    assert "Missing in our books" in page
    assert "Agrees" in page
    row = Difference.objects.get()
    assert row.object_ref in client.get("/desk/finance/differences.csv").content.decode()
    assert client.post(f"/desk/finance/{row.pk}/settle/", {"note": ""}).status_code == 302
    assert Difference.objects.get().state == "open"
    client.post(f"/desk/finance/{row.pk}/settle/", {"note": "A test charge of ours."})
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.note) == ("settled", "agent:sue@desk.example", "A test charge of ours.")
    assert "Nothing to settle" in client.get("/desk/finance/").content.decode()
