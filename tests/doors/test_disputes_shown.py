"""What people see of a dispute: the customer in plain words, the desk with what waits for it."""

from __future__ import annotations

from django.test import Client

from goodterms.domain.public_id import REQUEST, encode
from goodterms.storage.models import MessageRow, User, WebhookIn
from goodterms.usecases.mail.deliver import deliver_mail
from tests.support.worlds import Sale, Sandbox


def customer_of(sale: Sale) -> Client:
    """The buyer, signed in."""
    client = Client()
    user = User.objects.create_user(
        sale.order.buyer_email, date_joined=sale.sandbox.now, bucket=sale.bucket, customer_id=sale.customer.id
    )
    client.force_login(user)
    return client


def text(client: Client, address: str) -> str:
    """A page."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_customer_reads_what_is_going_on(sandbox: Sandbox) -> None:
    """While it is open, after it is lost, and in two letters."""
    sale = sandbox.sell()
    dispute = sandbox.dispute(sale)
    sandbox.work()
    client = customer_of(sale)
    page = text(client, f"/account/subscriptions/{sale.public_id}/")
    assert "Your bank told us that you dispute a payment" in page
    assert "Disputed at your bank" in page
    assert "Cancel subscription" in page
    assert "Keep subscription" not in page
    sandbox.decide(dispute, "lost")
    sandbox.work()
    page = text(client, f"/account/subscriptions/{sale.public_id}/")
    assert "Your bank has given you the payment back." in page
    while deliver_mail(sandbox.world):
        pass
    letters = {m.kind: m for m in MessageRow.objects.filter(bucket=sale.bucket)}
    assert "nothing is charged" in (letters["dispute_opened"].body_text or "")
    assert "you keep the money" in (letters["dispute_decided"].body_text or "")
    assert "gave you its payment back" in " ".join((letters["subscription_expired"].body_text or "").split())


def test_the_desk_sees_it_everywhere(sandbox: Sandbox) -> None:
    """On the customer's page, the subscription's, the case's and among what is to be followed."""
    sale = sandbox.sell()
    request = sale.ask_refund()
    dispute = sandbox.dispute(sale, "subscription_canceled")
    sandbox.work()
    client = Client()
    sandbox.sign_in(client)
    for address in (f"/desk/customers/{sale.customer_public_id}/", f"/desk/subscriptions/{sale.public_id}/"):
        page = text(client, address)
        assert dispute in page
        assert "subscription canceled" in page
    case = text(client, f"/desk/requests/{encode(REQUEST, request.bucket, request.id)}/")
    assert "The payment is disputed at the bank" in case
    assert "Taken by a dispute" in case
    listed = text(client, "/desk/refunds/")
    assert "Disputes that are not decided" in listed
    assert sale.order.number in listed


def test_what_could_not_be_taken_in_is_tried_again_by_a_senior(sandbox: Sandbox) -> None:
    """It is listed with its reason; a specialist may look, a supervisor may act."""
    parked = WebhookIn.objects.create(
        gateway="bank", event_id="evt_7", kind="dispute", object_ref="dp_7", received_at=sandbox.now, state="parked",
        tries=6, reason="ArithmeticError",
    )  # fmt: skip
    specialist, supervisor = Client(), Client()
    sandbox.sign_in(specialist)
    sandbox.sign_in(supervisor, "sue@desk.example", User.Role.SUPERVISOR)
    page = text(specialist, "/desk/refunds/")
    assert "evt_7" in page
    assert "ArithmeticError, tried 6 times" in page
    again = f"/desk/webhooks/{parked.pk}/again/"
    assert specialist.post(again).status_code == 403
    assert supervisor.get(again).status_code == 405
    assert supervisor.post(again).status_code == 302
    parked.refresh_from_db()
    assert (parked.state, parked.tries) == ("waiting", 0)
