"""A database that was put back, copied or taken elsewhere is noticed, each way alone, and then sends nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from goodterms import wiring
from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CHARGE, encode
from goodterms.gateways.stripe.adapter import Stripe
from goodterms.storage.fence_file import read_mark
from goodterms.storage.models import ChargeRow, FenceRow, MessageRow, RefundRow
from goodterms.usecases import collect, fence, pay_back, purchase, renew
from goodterms.usecases.fence import Guard
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.run_due import run_due
from tests.support.crew import statement
from tests.support.worlds import Sandbox


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where this host remembers the database."""
    return tmp_path / "fence.json"


def restored(**changed: Any) -> None:
    """As if the row came out of a backup."""
    FenceRow.objects.update(**changed)


def test_a_whole_database_gives_signs_of_life(sandbox: Sandbox, file: Path) -> None:
    """The mark grows with every check, in the database and then in the file."""
    assert fence.check(sandbox.world, file) is None
    first = read_mark(file)
    sandbox.advance(hours=1)
    assert fence.check(sandbox.world, file) is None
    second, row = read_mark(file), FenceRow.objects.get()
    assert first is not None
    assert second is not None
    assert first.beat < second.beat == row.beat
    assert (second.token, second.at) == (row.token, sandbox.now)


DIFFERENCES = {
    "another_cluster": lambda: restored(system_identifier="7000000000000000000"),
    "another_timeline": lambda: restored(timeline=7),
    "another_environment": lambda: restored(environment="production"),
    "behind_the_file": lambda: restored(beat=0),
    "another_history": lambda: restored(token="of an older backup"),
}


@pytest.mark.parametrize("reason", DIFFERENCES)
def test_each_difference_alone_puts_the_fence_up(sandbox: Sandbox, file: Path, reason: str) -> None:
    """Identity, timeline, environment, mark and token: each is enough, and stays until somebody resumes."""
    assert fence.check(sandbox.world, file, "staging") is None
    alive_at = sandbox.now
    DIFFERENCES[reason]()
    sandbox.advance(hours=5)
    found = fence.check(sandbox.world, file, "staging")
    assert found is not None
    assert (found.reason, found.since, found.lacks_since) == (reason, sandbox.now, alive_at)
    mark = read_mark(file)
    sandbox.advance(hours=1)
    again = fence.check(sandbox.world, file, "staging")
    assert again == found
    assert fence.check(sandbox.world) == found, "a process without a file sees it too"
    assert read_mark(file) == mark, "no sign of life while the fence is up"


def test_a_clock_that_jumps_stops_this_host(sandbox: Sandbox, file: Path) -> None:
    """Minutes ahead of the database's clock or behind it, a host sends nothing until they agree again; others do."""
    for minutes, reason in ((-3, "clock_differs"), (1, None), (3, "clock_differs"), (-1, None)):
        world = replace(sandbox.world, wall=lambda: datetime.now(UTC) + timedelta(minutes=minutes))  # noqa: B023
        found = fence.check(world, file)
        assert (found and found.reason) == reason, minutes
    assert fence.check(sandbox.world, file) is None
    assert FenceRow.objects.get().fenced_at is None


def test_test_money_and_real_money_do_not_meet(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for tests on the database of a real shop, or the reverse, sends nothing: goods would be given away."""
    monkeypatch.setenv("GOODTERMS_ENVIRONMENT", "shop.example")
    made = {}
    for kind in ("test", "live"):
        monkeypatch.setattr(wiring, "_gateways", lambda: {"stripe": Stripe(f"sk_{kind}_made_up")})  # noqa: B023
        made[kind] = wiring.environment()
    assert made == {"test": "shop.example (test money)", "live": "shop.example"}
    for first, then in (made.values(), reversed(made.values())):
        FenceRow.objects.update(environment=first, fenced_at=None, reason="")
        assert fence.check(sandbox.world, environment=first) is None
        found = fence.check(sandbox.world, environment=then)
        assert found is not None
        assert found.reason == "another_environment"


def test_the_log_behind_the_files_is_noticed_within_the_minute(sandbox: Sandbox, file: Path) -> None:
    """An earlier state with the same mark: the write-ahead log is shorter than it was."""
    assert fence.check(sandbox.world, file) is None
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "wal": told["wal"] + 10**12}))
    found = fence.check(sandbox.world, file)
    assert found is not None
    assert found.reason == "behind_the_file"


def test_several_hosts_have_files_of_their_own(sandbox: Sandbox, tmp_path: Path) -> None:
    """A database that is newer than a host's file is fine; one that is older is not."""
    files = [tmp_path / "one" / "fence.json", tmp_path / "two" / "fence.json"]
    for _ in range(3):
        for file in files:
            assert fence.check(sandbox.world, file) is None
    assert fence.check(sandbox.world, files[0]) is None
    beat = FenceRow.objects.get().beat
    restored(beat=beat - 2)
    assert fence.check(sandbox.world, files[0]) is not None


def test_a_file_of_another_database_stops_this_host_alone(sandbox: Sandbox, file: Path) -> None:
    """A host that was pointed at the wrong database must not stop the right ones."""
    assert fence.check(sandbox.world, file) is None
    told = json.loads(file.read_text())
    file.write_text(json.dumps({**told, "token": "x", "system_identifier": "1"}))
    found = fence.check(sandbox.world, file)
    assert found is not None
    assert found.reason == "another_database"
    assert fence.check(sandbox.world) is None


def test_a_damaged_file_stops_this_host(sandbox: Sandbox, file: Path) -> None:
    """What can not be read is not taken for what is not there."""
    file.write_text("{")
    found = fence.check(sandbox.world, file)
    assert found is not None
    assert found.reason == "file_unusable"


def test_a_backup_from_before_the_fence_is_noticed(sandbox: Sandbox, file: Path) -> None:
    """The file is there and the database has no row, but customers."""
    sandbox.sell()
    assert fence.check(sandbox.world, file) is None
    FenceRow.objects.all().delete()
    found = fence.check(sandbox.world, file)
    assert found is not None
    assert found.reason == "behind_the_file"


def _forget(sandbox: Sandbox) -> None:
    """What the newest sale wrote is lost, as with an older backup."""
    import os

    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("TRUNCATE subscriptions, charges, orders, terms, facts, postings, messages CASCADE")
    sandbox.world.fence.forget()


def test_the_gateway_bears_witness(sandbox: Sandbox) -> None:
    """A charge of ours that we do not know puts the fence up, and the statement is read no further."""
    sandbox.sell()
    _forget(sandbox)
    assert sandbox.world.held() is None
    assert pay_back.read_statement(sandbox.world, "bank") == 0
    found = sandbox.world.held()
    assert found is not None
    assert found.reason == "unknown_at_gateway"


def test_a_new_host_asks_the_witness_first(sandbox: Sandbox, file: Path) -> None:
    """Without a file there is no memory: the gateway's statement has to agree before anything leaves."""
    sandbox.sell()
    assert fence.check(sandbox.world, file) is None, "all that the bank knows is known here"
    file.unlink()
    _forget(sandbox)
    sandbox.bank.stop()
    found = fence.check(sandbox.world, file)
    assert found is not None
    assert found.reason == "witness_silent"
    assert not file.exists()
    assert fence.current() is None, "other hosts go on"


def test_a_new_host_notices_what_is_lost(sandbox: Sandbox, file: Path) -> None:
    """The database and its row agree, this host knows nothing, and the gateway knows more than we do."""
    sandbox.sell()
    _forget(sandbox)
    found = fence.check(sandbox.world, file)
    assert found is not None
    assert found.reason == "unknown_at_gateway"


def test_a_session_is_checked_before_its_first_use(sandbox: Sandbox) -> None:
    """A database that was put back under a running process is noticed when it connects, not a minute later."""
    assert sandbox.world.held() is None
    restored(timeline=7)
    assert sandbox.world.held() is None, "from memory"
    connection.close()
    assert sandbox.world.held() is not None


def _sold_and_due(sandbox: Sandbox) -> None:
    sale = sandbox.sell()
    sandbox.live(1)
    sandbox.advance(days=340)
    renew.renew_due(sandbox.world)  # announced
    sandbox.advance(days=15)
    renew.renew_due(sandbox.world)  # intended, not sent
    other = sandbox.sell(sandbox.customer("bob@example.org", "Bob Roe"))
    request = other.ask_refund()
    assert request is not None
    assert sale.bucket >= 0


def _ways_out(sandbox: Sandbox) -> dict[str, Callable[[], object]]:
    world = sandbox.world
    wish = purchase.Purchase("shield-year", "AUD", "pm_ok.1")
    eve = sandbox.customer("eve@example.org", "Eve Poe")
    return {
        "renewals": lambda: renew.renew_and_charge(world),
        "renewals without charges": lambda: renew.renew_due(world),
        "charges": lambda: collect.collect_due(world),
        "refunds": lambda: pay_back.pay_back_due(world),
        "statement": lambda: pay_back.read_statement(world, "bank"),
        "mails": lambda: deliver_mail(world),
        "worker": lambda: sum(run_due(world).values()),
        "purchase": lambda: int(
            not isinstance(purchase.purchase(world, eve, wish, actor=Actor("customer", "eve")), Refusal)
        ),
    }


def test_every_way_out_is_shut(sandbox: Sandbox) -> None:
    """Charges, refunds, purchases and mails: the bank and the mail server hear nothing, and no row changes."""
    _sold_and_due(sandbox)
    ways = _ways_out(sandbox)
    restored(timeline=7)
    sandbox.advance(hours=1)
    before = _state(sandbox)
    for name, way in ways.items():
        assert way() == 0, name
    assert _state(sandbox) == before


def _state(sandbox: Sandbox) -> object:
    return (
        len(statement(sandbox.bank)), len(mail.outbox),
        list(ChargeRow.objects.order_by("id").values_list("id", "state", "sent_at", "check_at")),
        list(RefundRow.objects.order_by("id").values_list("id", "state", "sent_at", "check_at")),
        list(MessageRow.objects.order_by("id").values_list("id", "send_at", "sent_at")),
    )  # fmt: skip


def test_a_batch_that_is_stopped_midway_sends_nothing(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fence goes up between the commit of the intents and the call: nothing is sent, and it is known that not."""
    sandbox.sell()
    sandbox.live(1)
    sandbox.advance(days=340)
    renew.renew_due(sandbox.world)
    sandbox.advance(days=15)
    plan = renew._plan

    def then_fenced(*arguments: Any) -> Any:
        done = plan(*arguments)
        restored(timeline=7)
        sandbox.world.fence.forget()
        return done

    monkeypatch.setattr(renew, "_plan", then_fenced)
    lines = len(statement(sandbox.bank))
    assert renew.renew_and_charge(sandbox.world) == 1
    charge = ChargeRow.objects.get(term_number=2)
    assert (charge.state, charge.sent_at) == ("intended", None)
    assert len(statement(sandbox.bank)) == lines
    found = sandbox.world.gateway("bank").find_charge(
        key=f"gt-charge-{charge.subscription_id.hex}-2-1", reference=encode(CHARGE, charge.bucket, charge.id)
    )
    assert found.not_found


def test_people_are_told(sandbox: Sandbox, client: Any) -> None:
    """The health page, the desk and the log say it; what somebody may use is answered all the same."""
    sale = sandbox.sell()
    sandbox.sign_in(client)
    assert client.get("/healthz").content == b"ok\n"
    assert b"goodterms resume" not in client.get("/desk/").content
    restored(timeline=7)
    sandbox.advance(hours=1)
    assert sandbox.world.held() is not None
    assert b"another_timeline" in client.get("/healthz").content
    assert b"goodterms resume" in client.get("/desk/").content
    assert client.get(f"/desk/subscriptions/{sale.public_id}/").status_code == 200


def test_the_question_costs_nothing_within_a_minute(sandbox: Sandbox) -> None:
    """A thousand questions are one check."""
    guard = Guard()
    assert guard.found(sandbox.world) is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fence, "check", lambda *_, **_more: pytest.fail("asked again"))
        for _ in range(1000):
            assert guard.found(sandbox.world) is None
        sandbox.advance(hours=0)
        sandbox.now += timedelta(seconds=59)
        assert guard.found(sandbox.world) is None
