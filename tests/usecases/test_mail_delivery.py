"""Sending: once, again after a failure, given up in the end, and by several workers at a time."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.db import connection

from goodterms.storage.messages import claim_mails
from goodterms.storage.models import MessageRow
from goodterms.usecases.mail.deliver import RETRY_AFTER, deliver_mail
from tests.support.smtp import Sink
from tests.support.worlds import Sandbox


def buyers(sandbox: Sandbox, count: int) -> None:
    """So many receipts to send."""
    for number in range(count):
        sandbox.sell(sandbox.customer(f"buyer{number}@example.org"))


def test_sent_once(sandbox: Sandbox, sink: Sink) -> None:
    """A mail that was sent is never sent again, however long the worker goes on."""
    buyers(sandbox, 1)
    assert deliver_mail(sandbox.world) == 1
    sandbox.advance(days=2)
    assert deliver_mail(sandbox.world) == 0
    assert len(sink.mails) == 1
    row = MessageRow.objects.get()
    assert row.send_at is None
    assert row.sent_at == sandbox.now - timedelta(days=2)


def test_both_parts_and_headers(sandbox: Sandbox, sink: Sink) -> None:
    """A mail has a plain and an HTML part, and says that a machine wrote it."""
    buyers(sandbox, 1)
    deliver_mail(sandbox.world)
    mail = sink.mails[0]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == sandbox.now
    assert mail["Message-ID"].endswith("@shop.test>")


def test_a_refusing_server_is_tried_again(sandbox: Sandbox, sink: Sink) -> None:
    """A mail the server does not take now goes out later, and the others are not held up by it."""
    buyers(sandbox, 3)
    sink.answers = ["451 try again later"]
    assert deliver_mail(sandbox.world) == 3
    assert len(sink.mails) == 2
    late = MessageRow.objects.get(sent_at=None)
    assert late.last_error == "SMTPDataError 451"
    assert late.attempts == 1
    assert deliver_mail(sandbox.world) == 0
    sandbox.set_clock(sandbox.now + RETRY_AFTER[0])
    assert deliver_mail(sandbox.world) == 1
    assert len(sink.mails) == 3
    assert not MessageRow.objects.filter(sent_at=None).exists()


def test_a_silent_server_costs_one_attempt(sandbox: Sandbox, sink: Sink) -> None:
    """While no server answers, one mail finds out and the others wait without being counted."""
    buyers(sandbox, 3)
    from django.conf import settings

    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert deliver_mail(sandbox.world) == 1
    assert sorted(MessageRow.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    settings.EMAIL_PORT = port
    sandbox.set_clock(sandbox.now + RETRY_AFTER[0])
    assert deliver_mail(sandbox.world) == 3
    assert len(sink.mails) == 3


def test_no_such_mailbox(sandbox: Sandbox, sink: Sink) -> None:
    """An address that is refused for good is not tried again, and stays visible."""
    buyers(sandbox, 2)
    sink.refuse = {"buyer0@example.org"}
    deliver_mail(sandbox.world)
    row = MessageRow.objects.get(sent_at=None)
    assert row.send_at is None
    assert row.last_error == "the address was refused (550)"
    assert sink.recipients == ["buyer1@example.org"]


def test_given_up_in_the_end(sandbox: Sandbox, sink: Sink) -> None:
    """After the last wait nothing is tried any more; the row shows why."""
    buyers(sandbox, 1)
    sink.answers = ["451 no"] * 20
    tried = 0
    for _ in range(20):
        tried += deliver_mail(sandbox.world)
        sandbox.advance(days=1)
    assert tried == len(RETRY_AFTER) + 1
    row = MessageRow.objects.get()
    assert (row.send_at, row.sent_at, row.attempts) == (None, None, len(RETRY_AFTER) + 1)


def test_hostile_addresses_go_nowhere(sandbox: Sandbox, sink: Sink) -> None:
    """What is not one plain address is not sent to, and holds up nobody."""
    for number, address in enumerate(["a@b.test\nBcc: c@d.test", "a@b.test, c@d.test", "x", "<a@b.test>"]):
        sandbox.sell(sandbox.customer(address, f"Buyer {number}"))
    buyers(sandbox, 1)
    assert deliver_mail(sandbox.world) == 5
    assert sink.recipients == ["buyer0@example.org"]
    assert MessageRow.objects.filter(send_at=None, sent_at=None, last_error="not an e-mail address").count() == 4


def test_a_letter_that_can_not_be_written_holds_up_nobody(sandbox: Sandbox, sink: Sink) -> None:
    """A mail with broken data is tried again later while its neighbours go out."""
    buyers(sandbox, 3)
    with connection.cursor() as cursor:
        first = MessageRow.objects.order_by("at", "bucket", "id")[0]
        cursor.execute("UPDATE messages SET data = '{}' WHERE bucket = %s AND id = %s", [first.bucket, first.id])
    assert deliver_mail(sandbox.world) == 3
    assert len(sink.mails) == 2
    assert MessageRow.objects.get(sent_at=None).last_error == "KeyError"


def test_two_workers_send_each_once(sandbox: Sandbox, sink: Sink) -> None:
    """Two workers that start together share the mails."""
    buyers(sandbox, 30)
    sink.seconds = 0.01
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        while deliver_mail(sandbox.world, limit=5):
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sink.recipients) == sorted(f"buyer{number}@example.org" for number in range(30))


def test_a_worker_that_died_is_followed_by_another(sandbox: Sandbox, sink: Sink) -> None:
    """Mails claimed by a worker that died go out when its lease is over, not before."""
    buyers(sandbox, 2)
    claim_mails(sandbox.now, 10)
    assert deliver_mail(sandbox.world) == 0
    sandbox.advance(hours=1)
    assert deliver_mail(sandbox.world) == 2


def test_a_worker_that_is_stopped_gives_back(sandbox: Sandbox, sink: Sink) -> None:
    """A worker that is asked to stop leaves the rest for the next one, at once."""
    buyers(sandbox, 3)
    answers = iter([False, True])
    assert deliver_mail(sandbox.world, stop=lambda: next(answers)) == 1
    assert deliver_mail(sandbox.world) == 2
    assert len(sink.mails) == 3


def test_a_second_copy_is_known_for_one(sandbox: Sandbox, sink: Sink) -> None:
    """A mail whose sending was not recorded goes out again under the same Message-ID."""
    buyers(sandbox, 1)
    deliver_mail(sandbox.world)
    with connection.cursor() as cursor:
        row = MessageRow.objects.get()
        cursor.execute(
            "UPDATE messages SET sent_at = NULL, send_at = at WHERE bucket = %s AND id = %s", [row.bucket, row.id]
        )
    deliver_mail(sandbox.world)
    assert len(sink.mails) == 2
    assert sink.mails[0]["Message-ID"] == sink.mails[1]["Message-ID"]
