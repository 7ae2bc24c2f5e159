"""Facts sent to other programs: each at least once, in order for each customer, signed, for days, to nobody inside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from standardwebhooks import WebhookVerificationError

from goodterms.domain.decision import Refusal
from goodterms.storage import webhooks as rows
from goodterms.storage.feed import facts_after, feed_facts, want_feed
from goodterms.storage.models import (
    AdminAct,
    FactRow,
    FeedRow,
    MessageRow,
    Role,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.webhooks import endpoints
from goodterms.usecases.webhooks.deliver import AFTER, deliver_due
from goodterms.usecases.webhooks.endpoints import NewSecret
from goodterms.usecases.webhooks.reach import Reach
from goodterms.usecases.webhooks.sealing import new_secret
from goodterms.usecases.webhooks.send import Parcel, Sent, send_all
from goodterms.usecases.world import World
from tests.support.api import OPERATOR
from tests.support.feeding import feed_all
from tests.support.receiver import Receiver, receiving
from tests.support.smtp import Sink
from tests.support.worlds import Sandbox


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody's server."""
    with receiving() as made:
        yield made


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    """A world that may send to this machine, as a demo's may; receivers have the real clock."""
    return replace(sandbox.world, reach=Reach(private=True), wall=lambda: datetime.now(UTC))


@pytest.fixture
def made(world: World, receiver: Receiver) -> NewSecret:
    """An endpoint that wants everything."""
    found = endpoints.add_endpoint(world, receiver.url, [], actor=OPERATOR)
    assert isinstance(found, NewSecret)
    return found


def work(world: World) -> int:
    """What a worker does; returns how many deliveries were tried."""
    feed_all(world)
    return deliver_due(world)


def the(made: NewSecret) -> WebhookEndpoint:
    found = rows.endpoint(made.id)
    assert found is not None
    return found


def test_every_fact_once_and_in_order(sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret) -> None:
    """What happened comes in its order, verified by the public library, with the id that the feed tells."""
    work(world)
    sale = sandbox.sell()
    sale.ask_refund()
    other = sandbox.sell(sandbox.customer("bob@example.org"))
    assert work(world) == FactRow.objects.filter(bucket__gte=0).count()
    came = receiver.facts(made.secret)
    for one in (sale, other):
        mine = [fact["data"]["seq"] for fact in came if fact["data"]["subscription"] == one.public_id]
        assert mine == list(range(1, len(mine) + 1))
    first = next(fact for fact in came if fact["data"]["subscription"] == sale.public_id)
    assert first["data"]["customer"] == sale.customer_public_id
    assert {fact["type"] for fact in came} >= {"subscription.started", "charge.succeeded", "refund_request.received"}
    ids = [headers["webhook-id"] for headers, _ in receiver.came]
    assert len(set(ids)) == len(ids)
    assert set(ids) == {fact["data"]["id"] for fact in came}
    assert work(world) == 0


def test_only_what_is_wanted(sandbox: Sandbox, world: World, receiver: Receiver) -> None:
    """An endpoint names the facts it wants."""
    found = endpoints.add_endpoint(world, receiver.url, ["charge.succeeded"], actor=OPERATOR)
    assert isinstance(found, NewSecret)
    work(world)
    sandbox.sell()
    work(world)
    assert [fact["type"] for fact in receiver.facts(found.secret)] == ["charge.succeeded"]
    unknown = endpoints.add_endpoint(world, receiver.url, ["charge.done"], actor=OPERATOR)
    assert isinstance(unknown, Refusal)
    assert unknown.code == "fact_unknown"


def test_tried_again_for_days(sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret) -> None:
    """A fact that is not taken is sent again, by the same id, later and later; the next one of the customer waits."""
    work(world)
    sandbox.sell()
    receiver.answers = [500, 302, 404]
    for again, after in enumerate(AFTER[:3], 1):
        assert work(world) == 1
        row = WebhookDelivery.objects.order_by("position")[0]
        assert row.due_at is not None
        wait = row.due_at - sandbox.now
        assert (row.attempts, after <= wait <= after * 1.1) == (again, True)
        assert work(world) == 0
        sandbox.set_clock(row.due_at)
    count = FactRow.objects.filter(bucket__gte=0).count()
    assert work(world) == count
    ids = [headers["webhook-id"] for headers, _ in receiver.came]
    assert len(set(ids[:4])) == 1
    assert len(set(ids)) == count
    tries = WebhookDelivery.objects.order_by("position")[0].tries
    assert [one["status"] for one in tries] == [500, 302, 404, 204]
    assert all(one["milliseconds"] >= 0 for one in tries)


def test_one_that_is_never_taken_holds_up_no_other_for_long(
    sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret
) -> None:
    """After half an hour the next facts of the customer are sent; after all tries it is given up."""
    work(world)
    sandbox.sell()
    receiver.answers = [500] * 4
    for _ in range(4):
        assert work(world) in (1, FactRow.objects.filter(bucket__gte=0).count())
        sandbox.advance(hours=1)
    assert WebhookDelivery.objects.filter(state="delivered").count() > 0
    assert the(made).disabled_at is None


def test_an_endpoint_that_takes_nothing_is_ended(
    sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret
) -> None:
    """After five days without a single delivery nothing more is sent, and that is on record."""
    work(world)
    sandbox.sell()
    receiver.answers = [503] * 10_000
    for _ in range(200):
        work(world)
        if the(made).disabled_at:
            break
        sandbox.advance(hours=6)
    found = the(made)
    assert found.failing_since is not None
    assert found.disabled_at is not None
    assert timedelta(days=5) <= found.disabled_at - found.failing_since < timedelta(days=7)
    assert AdminAct.objects.filter(act="webhook.disabled").count() == 1
    before = len(receiver.came)
    sandbox.advance(days=1)
    assert work(world) == 0
    receiver.answers = []
    endpoints.enable(world, found, actor=OPERATOR)
    assert work(world) > 0
    assert len(receiver.came) > before
    assert the(made).failing_since is None


def test_gone_is_gone(sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret) -> None:
    """410 ends an endpoint at once."""
    work(world)
    sandbox.sell()
    receiver.answers = [410]
    assert work(world) == 1
    assert the(made).disabled_for == "it answered that it is gone"


def test_retry_after(sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret) -> None:
    """A receiver may say when it wants it again, within a day."""
    work(world)
    sandbox.sell()
    for given, seconds in (("600", 600), ("999999999999", 86_400), ("soon", None)):
        receiver.answers, receiver.headers = [429], {"retry-after": given}
        work(world)
        row = WebhookDelivery.objects.order_by("position")[0]
        assert row.due_at is not None
        if seconds is not None:
            assert row.due_at == sandbox.now + timedelta(seconds=seconds)
        sandbox.set_clock(row.due_at)


def test_secrets_change_without_a_gap(sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret) -> None:
    """For a day both secrets verify, then only the new one; neither is kept as it is."""
    work(world)
    new = endpoints.rotate_secret(world, the(made), actor=OPERATOR)
    sandbox.sell()
    work(world)
    assert receiver.facts(made.secret) == receiver.facts(new.secret)
    sandbox.advance(days=1)
    receiver.came.clear()
    sandbox.sell(sandbox.customer("bob@example.org"))
    work(world)
    assert receiver.facts(new.secret)
    with pytest.raises(WebhookVerificationError):
        receiver.facts(made.secret)
    assert new.secret not in the(made).secret
    assert made.secret not in str(the(made).old_secret)


def test_sent_again(sandbox: Sandbox, world: World, receiver: Receiver) -> None:
    """The facts of any span of time, those before the endpoint too, are sent again by the same ids."""
    want_feed()
    sandbox.sell()
    feed_all(world)
    made = endpoints.add_endpoint(world, receiver.url, [], actor=OPERATOR)
    assert isinstance(made, NewSecret)
    assert work(world) == 0
    count = FactRow.objects.filter(bucket__gte=0).count()
    start = sandbox.now - timedelta(days=1)
    for _ in range(2):
        again = endpoints.replay(world, the(made), start, sandbox.now + timedelta(seconds=1), actor=OPERATOR)
        assert (again, work(world)) == (count, count)
    ids = [headers["webhook-id"] for headers, _ in receiver.came]
    assert ids[:count] == ids[count:]
    assert endpoints.replay(world, the(made), start - timedelta(days=1), start, actor=OPERATOR) == 0


def test_the_feed_has_everything(sandbox: Sandbox, world: World) -> None:
    """Facts of before come first, each fact once, those of a stream in their order; positions have no gap."""
    sandbox.sell()
    want_feed()
    sandbox.sell(sandbox.customer("bob@example.org"))
    feed_all(world)
    sandbox.sell(sandbox.customer("cat@example.org"))
    feed_all(world)
    fed = [(one.bucket, one.stream, one.seq) for one in facts_after(0, 10_000)]
    assert sorted(fed) == sorted(FactRow.objects.filter(bucket__gte=0).values_list("bucket", "stream", "seq"))
    assert list(FeedRow.objects.order_by("position").values_list("position", flat=True)) == list(
        range(1, len(fed) + 1)
    )
    for stream in {stream for _, stream, _ in fed}:
        seqs = [seq for _, one, seq in fed if one == stream]
        assert seqs == sorted(seqs)


def test_what_commits_late_is_not_missed(sandbox: Sandbox, pg: Any) -> None:
    """A transaction that began before the feed was wanted is waited for; its facts come with those of before."""
    sale = sandbox.sell()
    with pg.transaction():
        pg.execute(
            "INSERT INTO facts (bucket, stream, seq, name, at, actor, data) "
            "SELECT bucket, stream, 99, 'subscription.renewed', at, actor, '{}' FROM facts WHERE bucket = %s LIMIT 1",
            [sale.bucket],
        )
        want_feed()
        for _ in range(3):
            assert feed_facts() == 0
    feed_all(sandbox.world)
    assert FeedRow.objects.filter(seq=99).count() == 1


def test_nothing_is_noted_while_nobody_wants_it(sandbox: Sandbox) -> None:
    """Without an endpoint and a reader of the feed, a fact leaves no second row."""
    sandbox.sell()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM feed_waiting")
        assert cursor.fetchone() == (0,)


def test_administrators_are_written_to(
    sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret, sink: Sink
) -> None:
    """Each of those who are in gets one letter: which address, since when, how much waits, and where to look."""
    for name in ("ada", "bea", "former"):
        sandbox.agent(f"{name}@desk.example", Role.ADMINISTRATOR, is_active=name != "former")
    sandbox.agent("sam@desk.example")
    work(world)
    sandbox.sell()
    receiver.answers = [503] * 10_000
    while not the(made).disabled_at:
        sandbox.advance(hours=12)
        work(world)
    waiting = WebhookDelivery.objects.filter(state="pending").count()
    while deliver_mail(world):
        pass
    letters = [n for n, mail in enumerate(sink.mails) if "not sent any more" in str(mail["subject"])]
    assert sorted(sink.recipients[n] for n in letters) == ["ada@desk.example", "bea@desk.example"]
    text = sink.text(letters[0])
    for part in (receiver.url, f"{world.site_url}/desk/webhooks/{made.id}/", str(waiting), "For five days"):
        assert part in text
        assert part in sink.html(letters[0])
    assert work(world) == 0
    assert MessageRow.objects.filter(kind="webhook_disabled").count() == 2


def test_gone_is_told_as_such(sandbox: Sandbox, world: World, receiver: Receiver, made: NewSecret, sink: Sink) -> None:
    """A receiver that says 410 is turned off at once; a person who was shut out meanwhile hears nothing of it."""
    ada = sandbox.agent("ada@desk.example", Role.ADMINISTRATOR)
    sandbox.agent("bea@desk.example", Role.ADMINISTRATOR)
    work(world)
    sandbox.sell()
    receiver.answers = [410]
    work(world)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    while deliver_mail(world):
        pass
    letters = [n for n, mail in enumerate(sink.mails) if "not sent any more" in str(mail["subject"])]
    assert [sink.recipients[n] for n in letters] == ["bea@desk.example"]
    assert "gone for good" in sink.text(letters[0])


def test_where_an_event_loop_runs_already(receiver: Receiver) -> None:
    """Sending waits for its own answers there too."""

    async def inside() -> list[Sent]:
        parcel = Parcel(receiver.url, "fct_1", "{}", (new_secret(),))
        return send_all([parcel], datetime.now(UTC), Reach(private=True))

    assert asyncio.run(inside())[0].status == 204
