"""Writes of programs: each done once under its key, answered alike ever after, made conditional where wanted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from goodterms.api import calls, subscriptions
from goodterms.domain.facts import FactName
from goodterms.storage import api_calls
from goodterms.storage.models import ApiCall, ChargeRow, FactRow, SubscriptionRow
from goodterms.usecases.api_keys import Scope, rotate_key
from tests.support.api import OPERATOR, Program, new_key, problem
from tests.support.worlds import Sale, Sandbox

CANCELED = FactName.SUBSCRIPTION_CANCELED.value
HUGE = "x" * 70_000


@pytest.fixture
def program(sandbox: Sandbox) -> Program:
    """A program that may do everything."""
    return Program(new_key(sandbox.world, *Scope).key)


@pytest.fixture
def sale(sandbox: Sandbox) -> Sale:
    """A subscription."""
    return sandbox.sell()


@pytest.fixture
def cancel(program: Program, sale: Sale) -> Iterator[tuple[str, dict[str, str]]]:
    """Address and body of a cancellation that was previewed."""
    at = f"/v1/subscriptions/{sale.public_id}"
    return f"{at}/cancel", {"shown": program.read(f"{at}/cancellation-preview")["fingerprint"]}  # type: ignore[return-value]


def canceled() -> int:
    """How many cancellations there have been."""
    return FactRow.objects.filter(bucket__gte=0, name=CANCELED).count()


def test_a_repeated_write_is_answered_alike(program: Program, cancel: Any) -> None:
    """The same bytes and tag, also after the state has moved on; nothing is done again."""
    first = program.post(*cancel, key="k1", expect=200)
    program.post(cancel[0].replace("cancel", "undo"), expect=200)
    again = program.post(*cancel, key="k1", expect=200)
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert canceled() == 1


def test_a_key_belongs_to_one_call(program: Program, cancel: Any) -> None:
    """With another body, or for another address, it is refused and nothing is done."""
    program.post(*cancel, key="k1", expect=200)
    other = program.post(cancel[0], {**cancel[1], "by": "support"}, key="k1")
    assert problem(other) == (422, "idempotency_key_reused")
    undo = program.post(cancel[0].replace("cancel", "undo"), cancel[1], key="k1")
    assert problem(undo) == (422, "idempotency_key_reused")
    assert canceled() == 1


def test_every_write_needs_a_key(program: Program, cancel: Any) -> None:
    """Without one, and with one that is no key, nothing is done."""
    client = program._client
    headers = {"authorization": f"Bearer {program.key}"}
    bare = client.post(cancel[0], json.dumps(cancel[1]), content_type="application/json", headers=headers)
    assert problem(bare) == (400, "missing_parameter")  # type: ignore[arg-type]
    for odd in ("", " ", "a b", "é", "x" * 256):
        assert problem(program.post(*cancel, key=odd or " ")) == (400, "invalid_parameter")
    assert canceled() == 0
    assert not ApiCall.objects.exists()


def test_keys_of_others_are_others(sandbox: Sandbox, program: Program, cancel: Any) -> None:
    """Two programs may choose the same key; a key that replaces another belongs to the same program."""
    first = program.post(*cancel, key="k1", expect=200)
    other = Program(new_key(sandbox.world, *Scope).key)
    assert other.post(*cancel, key="k1", expect=200).headers.get("Idempotent-Replayed") is None
    old = "_".join(program.key.split("_")[:2]) + "_" + program.key.split("_")[2][:8]
    new = rotate_key(sandbox.world, old, old_until=sandbox.now, actor=OPERATOR)
    again = Program(new.key).post(*cancel, key="k1", expect=200)  # type: ignore[union-attr]
    assert (again["Idempotent-Replayed"], again.content) == ("true", first.content)


def test_what_was_wrong_may_be_corrected(program: Program, cancel: Any) -> None:
    """A body that can not be read leaves nothing behind: the corrected one may be sent under the same key."""
    for wrong in ("", "[]", "{", '{"shown": 1}', '{"shown": "x", "more": 1}', b"\xff", '"\\ud800"'):
        assert problem(program.post(cancel[0], wrong, key="k1")) == (422, "invalid_body"), wrong
    assert not ApiCall.objects.exists()
    program.post(*cancel, key="k1", expect=200)


def test_refusals_are_answers(program: Program, cancel: Any) -> None:
    """What was refused under a key stays refused under it, with its code."""
    wrong = {"shown": "0" * 16}
    assert problem(program.post(cancel[0], wrong, key="k1")) == (409, "preview_changed")
    assert problem(program.post(cancel[0], wrong, key="k1")) == (409, "preview_changed")
    gone = cancel[0].replace("sub_", "sub_f")[: len(cancel[0])]
    assert problem(program.post(gone, cancel[1], key="k2")) == (404, "not_found")
    assert problem(program.post(gone, cancel[1], key="k2")) == (404, "not_found")


def test_large_bodies(program: Program, cancel: Any) -> None:
    """More than 64 KiB is not read."""
    assert problem(program.post(cancel[0], HUGE)) == (413, "payload_too_large")
    assert problem(program.post("/v1/decisions", HUGE)) == (413, "payload_too_large")


@pytest.fixture
def lost_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies after the act and before its answer is kept: nothing after the act is done."""

    def dies(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(api_calls, "answer_call", dies)
    monkeypatch.setattr(calls.api_calls, "give_up_call", lambda *_: None)


def test_an_act_whose_answer_was_lost(
    program: Program, cancel: Any, lost_answer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same key finds it done, even when it was undone by somebody else meanwhile."""
    with pytest.raises(SystemExit):
        program.post(*cancel, key="k1")
    assert canceled() == 1
    monkeypatch.undo()
    program.post(cancel[0].replace("cancel", "undo"), expect=200)
    again = program.post(*cancel, key="k1", expect=200)
    assert again.json()["state"] == "active"  # type: ignore[attr-defined]
    assert canceled() == 1


def test_a_sale_whose_answer_was_lost(
    sandbox: Sandbox, program: Program, lost_answer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same key finds the subscription that was sold; it is not sold, and nobody is charged, twice."""
    sandbox.plan()
    customer = sandbox.customer()
    body = {
        "customer": f"cus_{customer.bucket:03x}{customer.id.hex}", "plan": "shield-year", "currency": "AUD",
        "payment_method": "pm_ok.ann",
    }  # fmt: skip
    with pytest.raises(SystemExit):
        program.post("/v1/subscriptions", body, key="k1")
    monkeypatch.undo()
    sold = program.post("/v1/subscriptions", body, key="k1", expect=201).json()  # type: ignore[attr-defined]
    assert SubscriptionRow.objects.filter(bucket__gte=0).count() == 1
    assert ChargeRow.objects.filter(bucket__gte=0).count() == 1
    assert sold["id"].endswith(ApiCall.objects.get().id.hex)


def test_a_call_that_runs_elsewhere(program: Program, cancel: Any, pg: Any) -> None:
    """While another session works on it, it is said to be running; when that session is gone, it is taken over."""
    program.post(*cancel, key="k1", expect=200)
    pid, start = pg.execute("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()").fetchone()
    ApiCall.objects.update(status=None, body=None, backend_pid=pid, backend_start=start)
    running = program.post(*cancel, key="k1")
    assert (problem(running), running["Retry-After"]) == ((409, "call_running"), "1")
    pg.close()
    while connection.cursor().execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
        threading.Event().wait(0.01)
    program.post(*cancel, key="k1", expect=200)
    assert canceled() == 1


def test_whoever_was_overtaken_saves_nothing(program: Program, cancel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that was taken over while it worked rolls its act back."""
    act = subscriptions.canceling.cancel

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        ApiCall.objects.update(token=UUID(int=1))
        return act(*args, **kwargs)

    monkeypatch.setattr(subscriptions.canceling, "cancel", overtaken)
    assert problem(program.post(*cancel, key="k1")) == (409, "call_running")
    assert canceled() == 0
    monkeypatch.undo()
    ApiCall.objects.update(backend_pid=0)
    program.post(*cancel, key="k1", expect=200)
    assert canceled() == 1


def test_conditional_writes(sandbox: Sandbox, program: Program, sale: Sale, cancel: Any) -> None:
    """With If-Match, only what was seen is changed; a tag of any answer about the object will do."""
    at = f"/v1/subscriptions/{sale.public_id}"
    seen = program.get(at)["ETag"]
    some = program.get(at, {"fields": "state"})["ETag"]
    assert some != seen
    program.post(f"{at}/payment-method", {"payment_method": "pm_ok.b"}, **{"if-match": some}, expect=200)
    stale = program.post(*cancel, key="k1", **{"if-match": seen})
    assert problem(stale) == (412, "precondition_failed")
    for odd in ('"x"', "", "W/1", '"1"'):
        assert problem(program.post(*cancel, **{"if-match": odd})) == (412, "precondition_failed")
    assert canceled() == 0
    fresh = program.get(at)["ETag"]
    done = program.post(*cancel, key="k1", **{"if-match": fresh}, expect=200)
    again = program.post(*cancel, key="k1", **{"if-match": fresh}, expect=200)
    assert again.content == done.content
    program.post(cancel[0].replace("cancel", "undo"), **{"if-match": "*"}, expect=200)


def test_changed_between_check_and_act(
    program: Program, sale: Sale, cancel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes after the tag was compared and before the lock is noticed by the save, which is rolled back."""
    act = subscriptions.canceling.cancel

    def late(world: Any, bucket: int, id: UUID, **kwargs: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE subscriptions SET version = version + 1 WHERE bucket = %s AND id = %s", [bucket, id]
            )
        return act(world, bucket, id, **kwargs)

    monkeypatch.setattr(subscriptions.canceling, "cancel", late)
    seen = program.get(f"/v1/subscriptions/{sale.public_id}")["ETag"]
    assert problem(program.post(*cancel, **{"if-match": seen})) == (412, "precondition_failed")
    assert canceled() == 0


def test_pages(sandbox: Sandbox, program: Program) -> None:
    """Page by page, everything is told once, in the order of ids."""
    made = {program.post("/v1/customers", {"email": f"c{n}@example.org", "name": "C"}).json()["id"] for n in range(7)}  # type: ignore[attr-defined]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        told = program.read("/v1/customers", **query)
        seen += [one["id"] for one in told["data"]]
        if told["next"] is None:
            break
        query["after"] = told["next"]
    assert seen == sorted(made)
    for wrong in ({"limit": 0}, {"limit": 101}, {"limit": "x"}, {"after": "x"}, {"x": "y"}, {"after": "cus_0"}):
        assert problem(program.get("/v1/customers", wrong))[0] == 400, wrong


def test_scopes(sandbox: Sandbox, sale: Sale, cancel: Any) -> None:
    """A key does what its scopes say and nothing else; a refused call leaves nothing behind."""
    reader = Program(new_key(sandbox.world, Scope.SUBSCRIPTIONS_READ).key)
    assert reader.get(f"/v1/subscriptions/{sale.public_id}").status_code == 200
    assert problem(reader.post(*cancel)) == (403, "missing_scope")
    assert problem(reader.get("/v1/customers")) == (403, "missing_scope")
    assert not ApiCall.objects.exists()


def test_old_calls_are_forgotten(sandbox: Sandbox, program: Program, cancel: Any) -> None:
    """After a while a key may be used anew."""
    program.post(*cancel, key="k1", expect=200)
    assert api_calls.forget_calls(sandbox.now) == 0
    sandbox.advance(days=1)
    assert api_calls.forget_calls(sandbox.now) == 1
