"""Keys of the API: who is let in, how keys are replaced and ended, and that nobody reads one afterwards."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client

from goodterms.api import keys
from goodterms.cli import api_key
from goodterms.domain.decision import Refusal
from goodterms.storage.api_keys import KnownKey
from goodterms.storage.models import AdminAct, ApiKey
from goodterms.usecases.api_keys import KEY_FORM, NewKey, Scope, create_key, digest_of, revoke_key, rotate_key
from goodterms.wiring import now, world
from tests.house.test_logs import _line
from tests.support.api import OPERATOR, Program, new_key, problem
from tests.support.ticking import Ticking

PATH = "/v1/entitlements/sub_0"
#: Let in, and then told that there is no such subscription.
IN, OUT = (404, "not_found"), (401, "invalid_api_key")
PROGRAM = str(Path(sys.executable).with_name("goodterms"))


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """The seconds by which keys are remembered."""
    made = Ticking()
    monkeypatch.setattr("goodterms.api.door.elapsed", made)
    return made


def called(header: str | None) -> HttpResponse:
    """A call with this Authorization header."""
    headers = {} if header is None else {"authorization": header}
    response: HttpResponse = Client(raise_request_exception=False).get(PATH, headers=headers)  # type: ignore[arg-type]
    return response


def test_a_key_lets_in(db: None) -> None:
    """A key that was just made works at once; its scheme may be written in any case."""
    key = new_key(world()).key
    assert problem(called(f"Bearer {key}")) == IN
    assert problem(called(f"bearer {key}")) == IN


@pytest.mark.parametrize(
    "header",
    [
        "Bearer", "Bearer ", "Bearer  {key}", "Bearer {key} ", "Bearer {key}x", "Bearer {short}", "{key}",
        "Basic {key}", "Bearer {other}", "Bearer {prefix}", "Bearer gtk_live_" + "A" * 40, "Bearer {key},{key}",
        "Bearer \x00", "Bearer ' OR 1=1 --", "Bearer " + "é" * 40, "Bearer " + "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_key_stays_out(db: None, header: str) -> None:
    """Wrong and malformed keys are one answer: nobody learns how close a guess was."""
    made = new_key(world())
    other = made.key[:-1] + ("a" if made.key[-1] != "a" else "b")
    text = header.format(key=made.key, short=made.key[:-1], other=other, prefix=made.prefix)
    response = called(text)
    assert problem(response) == OUT
    assert response["WWW-Authenticate"] == 'Bearer realm="goodterms", error="invalid_token"'


def test_without_a_key(db: None) -> None:
    """A call without a key is told how to bring one, whatever it asks for."""
    for header in (None, ""):
        response = called(header)
        assert problem(response) == (401, "missing_api_key")
        assert response["WWW-Authenticate"] == 'Bearer realm="goodterms"'
    assert problem(Client().get("/v1/nothing/here")) == (401, "missing_api_key")


def test_a_key_of_the_sandbox(db: None) -> None:
    """A key for trying out that is used in earnest, or the other way round, is told apart, and stays out."""
    response = called("Bearer gtk_test_" + "A" * 40)
    assert problem(response) == OUT
    assert "test key" in response.json()["detail"]  # type: ignore[attr-defined]


def test_a_scope_is_needed(db: None) -> None:
    """A key does what it was made for, and is told what it lacks."""
    made = new_key(world())
    ApiKey.objects.update(scopes="refunds:write")
    response = called(f"Bearer {made.key}")
    assert problem(response) == (403, "missing_scope")
    assert response.json()["scope"] == "entitlements:read"  # type: ignore[attr-defined]
    assert 'error="insufficient_scope", scope="entitlements:read"' in response["WWW-Authenticate"]


def test_a_revoked_key_dies_within_seconds(db: None, ticking: Ticking, settings: Any) -> None:
    """A server that has just seen a key takes it for the stated seconds, and then no more; another one at once."""
    made = new_key(world())
    program = Program(made.key)
    assert problem(program.get(PATH)) == IN
    assert revoke_key(world(), made.prefix, actor=OPERATOR) is None
    ticking.go(settings.API_KEY_MEMORY_SECONDS - 0.1)
    assert problem(program.get(PATH)) == IN
    ticking.go(0.2)
    assert problem(program.get(PATH)) == OUT
    assert problem(Program(made.key).get(PATH)) == OUT
    again = revoke_key(world(), made.prefix, actor=OPERATOR)
    assert again is not None
    assert again.already


def test_rotation_without_downtime(db: None, ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old and new key work side by side until the given instant; from then on the new one alone, to the second."""
    at = datetime(2027, 1, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("goodterms.wiring.now", lambda: at)
    old = new_key(world(), name="shop")
    until = at + timedelta(hours=1)
    new = rotate_key(world(), old.prefix, old_until=until, actor=OPERATOR)
    assert isinstance(new, NewKey)
    programs = [Program(old.key), Program(new.key)]
    assert [problem(one.get(PATH)) for one in programs] == [IN, IN]
    monkeypatch.setattr("goodterms.wiring.now", lambda: until - timedelta(microseconds=1))
    assert [problem(one.get(PATH)) for one in programs] == [IN, IN]
    monkeypatch.setattr("goodterms.wiring.now", lambda: until)
    assert [problem(one.get(PATH)) for one in programs] == [OUT, IN]
    rows = {row.prefix: row for row in ApiKey.objects.all()}
    assert rows[new.prefix].replaces == rows[old.prefix]
    assert (rows[new.prefix].name, rows[new.prefix].scopes) == ("shop", "entitlements:read")


def test_what_can_not_be_done_to_a_key(db: None) -> None:
    """Nothing is rotated twice, after its end or into the past, and no key is made that nobody could use."""
    old = new_key(world())
    later = now() + timedelta(days=1)

    def code(done: NewKey | Refusal | None) -> str:
        assert isinstance(done, Refusal), done
        return done.code

    assert code(rotate_key(world(), old.prefix, old_until=now() - timedelta(seconds=1), actor=OPERATOR)) == "past"
    assert code(rotate_key(world(), "gtk_live_nothing1", old_until=later, actor=OPERATOR)) == "unknown_key"
    assert code(revoke_key(world(), old.key, actor=OPERATOR)) == "unknown_key"
    rotate_key(world(), old.prefix, old_until=later, actor=OPERATOR)
    assert code(rotate_key(world(), old.prefix, old_until=later, actor=OPERATOR)) == "replaced"
    revoke_key(world(), old.prefix, actor=OPERATOR)
    assert code(rotate_key(world(), old.prefix, old_until=later, actor=OPERATOR)) == "revoked"
    for name in ("", "  ", "x" * 121, "a\x00b"):
        assert code(create_key(world(), name, [Scope.ENTITLEMENTS_READ], kind="live", actor=OPERATOR)) == "bad_name"
    assert code(create_key(world(), "shop", [], kind="live", actor=OPERATOR)) == "no_scopes"


def test_nothing_stored_opens_anything(db: None) -> None:
    """Rows and record hold the visible part and a digest; the key is in neither."""
    made = new_key(world())
    new = rotate_key(world(), made.prefix, old_until=now() + timedelta(days=1), actor=OPERATOR)
    assert isinstance(new, NewKey)
    for key in (made, new):
        assert KEY_FORM.fullmatch(key.key)
        row = ApiKey.objects.get(prefix=key.prefix)
        assert row.digest == digest_of(key.key)
        hidden = key.key.removeprefix(key.prefix)
        assert len(hidden) == 32
        with connection.cursor() as cursor:
            for table in ("api_keys", "admin_acts"):
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{hidden}%"])
                assert cursor.fetchone() == (0,)
    assert list(AdminAct.objects.order_by("id").values_list("act", "subject")) == [
        ("api_key.created", made.prefix), ("api_key.rotated", made.prefix),
    ]  # fmt: skip


def test_no_log_opens_anything(db: None) -> None:
    """A key that somebody put where it does not belong is blanked, but for the part by which it is known."""
    made = new_key(world())
    line = _line("Not Found: %s", f"/v1/entitlements/{made.key}", key=made.prefix)
    assert line["event"] == f"Not Found: /v1/entitlements/{made.prefix}..."
    try:
        raise ValueError(f"Bearer {made.key}")
    except ValueError:
        line = _line("failed", exc_info=sys.exc_info())
    assert made.key not in str(line)


class _Counted:
    """A stand-in for the table of keys that counts look-ups."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        monkeypatch.setattr(keys, "find_key", self.find)
        monkeypatch.setattr(keys, "note_use", lambda *_: None)

    def find(self, digest: str) -> KnownKey | None:
        self.asked.append(digest)
        return (
            None
            if digest.startswith("no")
            else KnownKey(UUID(int=1), UUID(int=1), digest, digest, frozenset(), None, None)
        )


def test_memory_is_asked_first_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is looked up once in five seconds; of many, the oldest are forgotten; unknown ones take no room."""
    table, at = _Counted(monkeypatch), datetime(2027, 1, 1, tzinfo=UTC)
    memory = keys.KeyMemory(5, most=2)
    for elapsed in (0, 1, 4.9):
        assert memory.find("a", at, elapsed)
    assert table.asked == ["a"]
    assert memory.find("a", at, 5)
    assert table.asked == ["a", "a"]
    for digest in ("b", "c", "no-1", "no-2", "no-3", "c", "b"):
        memory.find(digest, at, 6)
    assert table.asked[2:] == ["b", "c", "no-1", "no-2", "no-3"]
    assert len(memory._found) == 2
    memory.find("a", at, 6)
    assert table.asked[-1] == "a"


def test_the_day_of_use_is_written_once(db: None, ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call of a day writes it, no other call writes anything."""
    at = datetime(2027, 1, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("goodterms.wiring.now", lambda: at)
    program = Program(new_key(world()).key)
    written: list[str] = []

    def watch(run: Any, sql: str, *more: Any) -> Any:
        written.extend([sql] if sql.startswith(("UPDATE", "INSERT")) else [])
        return run(sql, *more)

    with connection.execute_wrapper(watch):
        for _ in range(5):
            program.get(PATH)
            ticking.go(4)
    assert len(written) == 1
    assert ApiKey.objects.get().last_used_on == date(2027, 1, 1)
    monkeypatch.setattr("goodterms.wiring.now", lambda: at + timedelta(days=1))
    ticking.go(86_400)
    program.get(PATH)
    assert ApiKey.objects.get().last_used_on == date(2027, 1, 2)


def test_a_day_that_can_not_be_written(db: None, ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is given all the same, and writing is tried once an hour."""
    tried: list[UUID] = []

    def fails(id: UUID, _at: datetime) -> None:
        tried.append(id)
        raise DatabaseError("cannot execute UPDATE in a read-only transaction")

    monkeypatch.setattr(keys, "note_use", fails)
    program = Program(new_key(world()).key)
    for _ in range(12):
        assert problem(program.get(PATH)) == IN
        ticking.go(599)
    assert len(tried) == 2


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator gives it, on the tests' database."""
    return subprocess.run(
        [PROGRAM, "api-key", *arguments], env=dict(os.environ), capture_output=True, text=True, check=False
    )


def test_on_the_command_line(transactional_db: None) -> None:
    """Made (alone on standard output), listed, rotated, revoked."""
    assert "no key yet" in run("list").stdout
    made = run("create", "Licence server", "--scope", "entitlements:read")
    key = made.stdout.strip()
    assert KEY_FORM.fullmatch(key), made.stderr
    assert key not in made.stderr
    prefix = key[:17]
    assert f"Its name from here on is {prefix}." in made.stderr
    assert problem(called(f"Bearer {key}")) == IN
    rotated = run("rotate", prefix, "--old-until", f"{now() + timedelta(days=2):%Y-%m-%dT%H:%MZ}")
    assert KEY_FORM.fullmatch(rotated.stdout.strip()), rotated.stderr
    listed = run("list").stdout.splitlines()
    assert re.match(rf"{rotated.stdout[:17]}  valid  entitlements:read  made [\d-]+, never used  Licence", listed[0])
    assert re.match(rf"{prefix}  valid until [\dT:-]+Z  .*, last used {now().date()}  Licence server", listed[1])
    assert run("revoke", prefix).stdout == f"{prefix} is revoked.\n"
    assert run("revoke", prefix).stdout == f"{prefix} is revoked (as before).\n"
    assert f"{prefix}  revoked" in run("list").stdout
    assert problem(called(f"Bearer {key}")) == OUT
    for arguments, code in (
        (("revoke", "gtk_live_nothing1"), 1), (("rotate", prefix), 1), (("create", "x"), 2),
        (("create", "x", "--scope", "everything"), 2), (("rotate", prefix, "--old-until", "soon"), 2),
        (("create", " ", "--scope", "entitlements:read"), 1),
    ):  # fmt: skip
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (code, ""), arguments
        assert "Traceback" not in done.stderr


def test_the_command_line_knows_every_scope() -> None:
    """What a key can be made for is what the API asks for."""
    assert [scope.value for scope in api_key.Scope] == [scope.value for scope in Scope]


def test_keys_are_never_alike(db: None) -> None:
    """Made one after the other, no two keys share more than their beginning."""
    assert len({new_key(world()).key[9:] for _ in range(20)}) == 20
