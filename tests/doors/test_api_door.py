"""The programs' door: what holds for every answer, and that nothing that is sent makes it fail."""

from __future__ import annotations

import io
import logging
from typing import Any

import psycopg
import pytest
from django.conf import settings as settings_of
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from goodterms.api import entitlements
from goodterms.api.problems import CODES
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.usecases.api_keys import Scope
from goodterms.wiring import new_id, world
from tests.doors.hostile import VALUES
from tests.support.api import Program, new_key, problem
from tests.support.worlds import Sandbox

PATH = "/v1/entitlements/sub_0"


@pytest.fixture
def program(db: None) -> Program:
    """A program with a key."""
    return Program(new_key(world()).key)


@pytest.fixture
def asked(program: Program) -> dict[str, str]:
    """A question that has an answer: what somebody who bought nothing may use."""
    return {"customer": encode(CUSTOMER, 7, new_id()), "product": "shield"}


def test_what_every_answer_carries(program: Program, asked: dict[str, str]) -> None:
    """Answers and errors have an id of their own, are kept by no cache, set no cookie and run in no browser."""
    answers = [
        program.get("/v1/entitlements", asked), program.get(PATH), program.get("/v1/"), Client().get(PATH),
        program.get(PATH, method="post"),
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [200, 404, 404, 401, 405]
    assert len({one["X-Request-Id"] for one in answers}) == len(answers)
    for one in answers:
        assert one["Cache-Control"] == "no-store"
        assert one["X-Content-Type-Options"] == "nosniff"
        assert one["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in one["Content-Security-Policy"]
        assert one["Content-Length"] == str(len(one.content))
        assert not one.cookies
        assert "Strict-Transport-Security" not in one


def test_browsers_are_told_to_stay_with_https(program: Program, settings: Any) -> None:
    """Over TLS, every answer says that there is nothing else."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    client = Client(headers={"authorization": f"Bearer {program.key}"})
    assert client.get(PATH, secure=True)["Strict-Transport-Security"] == "max-age=31536000"


def test_the_door_stands_first(db: None) -> None:
    """What other middleware does for people costs programs nothing, and no view of the API is behind it."""
    assert settings_of.MIDDLEWARE[0] == "goodterms.api.door.ApiDoor"
    assert Client().get("/v1").headers["Content-Type"].startswith("text/html")  # none of its addresses


def test_every_view_names_its_scope() -> None:
    """An operation without a scope would be open to every key; the door does not reach one."""
    for pattern in get_resolver("goodterms.api.urls").url_patterns:
        needs = pattern.callback.needs  # type: ignore[union-attr]
        assert needs
        assert all(isinstance(scope, Scope) for scope in needs.values())


def test_methods(program: Program, asked: dict[str, str]) -> None:
    """HEAD is GET without a body; everything else is told what is allowed."""
    head = program.get("/v1/entitlements", asked, method="head")
    assert (head.status_code, head.content) == (200, b"")
    for method in ("post", "put", "patch", "delete", "options"):
        response = program.get(PATH, method=method)
        assert problem(response) == (405, "method_not_allowed")
        assert response["Allow"] == "GET, HEAD"


def test_an_answer_that_is_known_is_not_sent_again(program: Program, asked: dict[str, str]) -> None:
    """With its tag, weak or in a list, an unchanged answer is 304 without a body; with another it is sent."""
    whole = program.get("/v1/entitlements", asked)
    tag = whole["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        response = program.get("/v1/entitlements", asked, **{"if-none-match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == tag
        assert response["X-Request-Id"] != whole["X-Request-Id"]
        assert "Content-Type" not in response
    for other in ('"x"', "", tag.strip('"'), "é"):
        response = program.get("/v1/entitlements", asked, **{"if-none-match": other})
        assert response.content == whole.content
    changed = program.get("/v1/entitlements", {**asked, "product": "vault"}, **{"if-none-match": tag})
    assert (changed.status_code, changed["ETag"] != tag) == (200, True)


def test_odd_input(program: Program, asked: dict[str, str]) -> None:
    """Whatever is sent where, the answer is a problem that names its code, or what a stranger is answered."""

    def odd(value: str) -> list[HttpResponse]:
        headers = {"if-none-match": value, "accept": value, "host": value, "cookie": value, "x-request-id": value}
        return [
            program.get(f"/v1/entitlements/{value}"), program.get(f"/v1/{value}"),
            program.get("/v1/entitlements/sub_" + value),
            program.get("/v1/entitlements", {**asked, "customer": value}),
            program.get("/v1/entitlements", {**asked, "product": value}),
            program.get("/v1/entitlements", {**asked, value: value}),
            program.get("/v1/entitlements", asked, **headers),
        ]  # fmt: skip

    for what, value in VALUES.items():
        for response in odd(value):
            assert response.status_code in (200, 304, 400, 404), what
            if response.status_code >= 400:
                assert problem(response)[1] in CODES
            elif response.status_code == 200:
                assert response.json()["may_use"] is False  # type: ignore[attr-defined]
            assert len(response.content) < 2000


def test_a_query_that_can_not_be_taken_apart(program: Program) -> None:
    """More parameters than anybody means are refused as such."""
    assert problem(program.get("/v1/entitlements?" + "&".join(f"a{n}=1" for n in range(2000)))) == (400, "bad_request")
    assert problem(program.get("/v1/entitlements?%ff=%ff&customer=%80")) == (400, "unknown_parameter")


def test_a_mistake_of_ours(
    program: Program, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told as a problem without a word of the inside, and logged under the same id, without the key."""

    def fails(*_: Any) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(entitlements, "combined", fails)
    with caplog.at_level(logging.ERROR):
        response = program.get("/v1/entitlements", asked)
    assert problem(response) == (500, "internal_error")
    assert b"inside" not in response.content
    assert response["X-Request-Id"] in caplog.text
    assert "the inside" in caplog.text
    assert program.key not in caplog.text


def test_a_database_that_does_not_answer(
    program: Program, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said that it is temporary, and when to try again."""

    def gone(*_: Any) -> None:
        raise OperationalError("no")

    monkeypatch.setattr(entitlements, "grants_to", gone)
    response = program.get("/v1/entitlements", asked)
    assert problem(response) == (503, "unavailable")
    assert response["Retry-After"] == "1"


def test_refusals_write_no_logs(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    """A program that asks wrongly a thousand times a second fills no disk."""
    with caplog.at_level(logging.DEBUG):
        program.get(PATH)
        Client().get(PATH)
    assert "/v1/" not in caplog.text


def as_served(program: Program, path: str) -> tuple[str, bytes]:
    """A call through the whole WSGI application, with what Django does before and after each request."""
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http", "HTTP_AUTHORIZATION": f"Bearer {program.key}",
    }  # fmt: skip
    response = WSGIHandler()(environ, lambda status, _headers: said.append(status))
    body = b"".join(response)
    response.close()
    return said[0], body


def test_the_connection_is_not_tried_first(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one statement of an answer is prepared; no other goes before it to see whether the connection works."""
    path = f"/v1/entitlements/{sandbox.sell().public_id}"
    program = Program(new_key(sandbox.world).key)
    assert program.get(path).status_code == 200
    driver = connection.connection
    assert any(b"LEFT JOIN terms" in query for query, _ in driver._prepared._names)
    assert driver.prepare_threshold is None
    connection.health_check_done = False  # as at the beginning of a request
    tried: list[object] = []
    monkeypatch.setattr(DatabaseWrapper, "is_usable", lambda self: tried.append(self) or True)
    assert program.get(path).status_code == 200
    assert not tried


def test_a_lost_connection_is_noticed_in_time(sandbox: Sandbox, pg: psycopg.Connection[Any]) -> None:
    """After the database was started anew, the next call is answered as if nothing had been."""
    path = f"/v1/entitlements/{sandbox.sell().public_id}"
    program = Program(new_key(sandbox.world).key)
    whole = program.get(path)
    old = connection.connection.info.backend_pid
    pg.execute("SELECT pg_terminate_backend(%s, 5000)", [old])
    assert program.get(path).content == whole.content
    assert connection.connection.info.backend_pid != old
    pg.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    status, body = as_served(program, path)  # a door that knows no key yet
    assert (status, body) == ("200 OK", whole.content)


def test_poolers_that_know_no_prepared_statements(sandbox: Sandbox, settings: Any) -> None:
    """Where a setting says so, nothing is prepared, and the answer is the same."""
    path = f"/v1/entitlements/{sandbox.sell().public_id}"
    program = Program(new_key(sandbox.world).key)
    whole = program.get(path)
    connection.close()
    settings.PREPARED_STATEMENTS = False
    assert program.get(path).content == whole.content
    assert not connection.connection._prepared._names
