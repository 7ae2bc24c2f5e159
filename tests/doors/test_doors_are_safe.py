"""What browsers can be tricked into: looking, posting from elsewhere, asking under another name, opening a file."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from goodterms.domain.public_id import ORDER, REQUEST, encode
from goodterms.storage.models import MessageRow, OrderRow, RefundRequestRow, SubscriptionRow, User
from goodterms.usecases.links import request_token
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.mail.links import Links
from goodterms.usecases.spreadsheet import cells
from tests.doors.portal_people import person_of
from tests.doors.test_desk_access import POSTED, addresses  # noqa: F401 - a fixture
from tests.support.worlds import Sale, Sandbox, request_public_id

#: What a visit may leave behind: who is signed in and since when, and the sign of life of whoever answers.
TRACKS = {"django_session", "usersessions_usersession", "users", "fence"}


@pytest.fixture
def stored(pg: psycopg.Connection[object]) -> Iterator[object]:
    """Asks for a digest of every table but those in which visits leave tracks."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - TRACKS

    def digests() -> dict[str, object]:
        rows = {}
        for table in sorted(tables):
            asked = f"SELECT count(*), md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM \"{table}\" t"
            rows[table] = pg.execute(asked).fetchone()  # type: ignore[call-overload]
        return rows

    return digests


def _letters(sale: Sale) -> list[str]:
    """Every address that a letter to this customer can name."""
    request, links, order = sale.ask_refund(), Links(""), sale.order
    return [
        links.account, links.policy, links.desk, links.subscription(sale.bucket, sale.subscription_id),
        links.refund(order.bucket, order.id), links.request(request.bucket, request.id),
        f"/requests/{request_token(request.bucket, request.id)}/",
    ]  # fmt: skip


def test_looking_changes_nothing(
    sandbox: Sandbox,
    addresses: dict[str, str],  # noqa: F811
    client: Client,
    stored: object,
) -> None:
    """Whoever opens addresses, a scanner of mails among them, cancels, asks for and approves nothing (D14)."""
    sale = sandbox.sell(sandbox.customer("cy@example.org", "Cy"))
    pages = [f"/account/subscriptions/{sale.public_id}/{tail}" for tail in ("", "cancel/", "canceled/", "keep/")]
    pages += [f"/account/subscriptions/{sale.public_id}/payment/", *_letters(sale)]
    pages += [f"/account/orders/{encode(ORDER, sale.order.bucket, sale.order.id)}/refund/"]
    assert callable(stored)
    before = stored()
    for visitor in (Client(), client):
        if visitor is client:
            visitor.force_login(person_of(sale.customer))
            before = stored()
        for address in pages:
            assert visitor.get(address).status_code in (200, 302, 404, 405), address
        assert stored() == before
    sandbox.sign_in(client, "boss@desk.example", User.Role.ADMINISTRATOR)
    before = stored()
    for name, address in addresses.items():
        assert client.get(address).status_code in ((405,) if name in POSTED else (200, 302)), name
    assert stored() == before


def test_a_form_of_another_site_is_refused(sandbox: Sandbox) -> None:
    """Signed in, and a form sent from elsewhere: without the token of ours nothing is done (H1)."""
    sale = sandbox.sell()
    request = sale.ask_refund()
    visitor = Client(enforce_csrf_checks=True)
    visitor.force_login(person_of(sale.customer))
    assert visitor.post(f"/account/subscriptions/{sale.public_id}/cancel/").status_code == 403
    sandbox.sign_in(visitor, "sam@desk.example")
    assert visitor.post(f"/desk/requests/{request_public_id(request)}/approve/").status_code == 403
    assert visitor.post("/refund/", {"name": "x"}).status_code == 403
    sandbox.work()
    assert SubscriptionRow.objects.get(bucket=sale.bucket, id=sale.subscription_id).auto_renew
    assert not OrderRow.objects.filter(bucket=sale.bucket, refunded_minor__gt=0).exists()


def test_fields_that_nobody_asked_for_change_nothing(sandbox: Sandbox) -> None:
    """Amount, state and owner are ours to say, whatever else a form brings along (F5, H7)."""
    sale = sandbox.sell()
    client = Client()
    client.force_login(person_of(sale.customer))
    order = sale.order
    told = {"order_number": order.number, "email": order.buyer_email, "name": order.buyer_name}
    told |= {"purchase_on": order.placed_at.date().isoformat(), "amount": "999999.99", "amount_minor": "-1"}
    told |= {"state": "approved", "customer_id": "1", "subscription_id": "1", "refunded_minor": "1", "bucket": "1"}
    client.post(f"/account/orders/{encode(ORDER, order.bucket, order.id)}/refund/", told)
    request = RefundRequestRow.objects.get(bucket=sale.bucket)
    assert (request.state, request.amount_minor, request.order_id) == ("received", None, order.id)
    approve = f"/desk/requests/{encode(REQUEST, request.bucket, request.id)}/approve/"
    sandbox.sign_in(client, "sam@desk.example")
    shown = client.get(approve).context["outcome"].fingerprint
    client.post(approve, {"shown": shown, "amount_minor": "1", "state": "succeeded", "senior": "on", "final": "on"})
    assert (sale.refund().amount_minor, sale.order.refunded_minor) == (5995, 5995)


def test_another_host_name_leads_nowhere(sandbox: Sandbox, settings: object) -> None:
    """A made-up host is refused before anything is written to anybody; letters name the site that was set (H9)."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    sale = sandbox.sell()
    before = MessageRow.objects.count()
    for path, fields in (("/auth/login/code/", {"email": sale.customer.email}), ("/refund/", {})):
        assert Client().post(path, fields, HTTP_HOST="evil.example").status_code == 400
    assert (mail.outbox, MessageRow.objects.count()) == ([], before)
    deliver_mail(sandbox.world)
    assert mail.outbox
    assert all(sandbox.world.site_url in str(one.body) and "evil" not in str(one.body) for one in mail.outbox)


def test_a_letters_address_is_told_to_nobody(sandbox: Sandbox) -> None:
    """The page of a letter is kept by no cache and named to no other site (H11)."""
    request = sandbox.sell().ask_refund()
    answer = Client().get(f"/requests/{request_token(request.bucket, request.id)}/")
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_spreadsheet_finds_no_formula() -> None:
    """What others have named stays text; amounts stay numbers (H13)."""
    hostile = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1"]
    assert cells(hostile) == [f"'{one}" for one in hostile]
    plain = ["9001-ABCD-EFGH", "-5.00", "12", "", 7, None, "a=b"]
    assert cells(plain) == plain
