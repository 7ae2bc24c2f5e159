"""A program that calls the API: a key, and what it is answered."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from goodterms.api.routes import OPERATIONS
from goodterms.domain.facts import Actor
from goodterms.usecases.api_keys import NewKey, Scope, create_key
from goodterms.usecases.world import World
from goodterms.wiring import new_id

OPERATOR = Actor("system", "test")


def new_key(world: World, *scopes: Scope, name: str = "licence server") -> NewKey:
    """A key; with the scope that most tests need when none is named."""
    made = create_key(world, name, scopes or [Scope.ENTITLEMENTS_READ], kind="live", actor=OPERATOR)
    assert isinstance(made, NewKey), made
    return made


#: The first call of each operation that was answered, by its name: what the examples of the document are made from.
SEEN: dict[str, dict[str, Any]] = {}


#: What is shown in examples in place of what is secret.
_HIDDEN = {"secret": "whsec_...", "token": "eyJhbGciOiJFZERTQSIsImtpZCI6Ii4uLiJ9..."}


def _note(method: str, path: str, sent: Any, response: HttpResponse) -> None:
    if response.status_code >= 300 or not response.content:
        return
    at = path.removeprefix("/v1").partition("?")[0]
    for one in OPERATIONS.values():
        form = re.sub(r"\\{[a-z]+\\}", "[^/]+", re.escape(one.path))
        if one.method == method and re.fullmatch(form, at):
            told = json.loads(response.content)
            hidden = {name: text for name, text in _HIDDEN.items() if name in told}
            SEEN.setdefault(one.name, {"sent": sent, "answer": {**told, **hidden}})


class Program:
    """Calls with a key; each has a door of its own, which has seen no key and counted nothing before."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._client = Client(raise_request_exception=False)

    def get(self, path: str, query: dict[str, Any] | None = None, method: str = "get", **headers: str) -> HttpResponse:
        """The answer to a call."""
        call = getattr(self._client, method)
        response: HttpResponse = call(path, query, headers={"authorization": f"Bearer {self.key}", **headers})
        _note("GET", path, query, response)
        return response

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, expect: int | None = None, **headers: str
    ) -> HttpResponse:
        """The answer to a write; under a new key where none is given. `expect` is the status it must have."""
        given = {"authorization": f"Bearer {self.key}", "idempotency-key": key or new_id().hex, **headers}
        text = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        response: HttpResponse = self._client.post(path, text, content_type="application/json", headers=given)
        assert expect in (None, response.status_code), response.content
        _note("POST", path, body, response)
        return response

    def read(self, path: str, **query: Any) -> Any:
        """What a read is answered, which must be found."""
        response = self.get(path, query)
        assert response.status_code == 200, response.content
        return response.json()  # type: ignore[attr-defined]


def problem(response: HttpResponse) -> tuple[int, str]:
    """Status and code of an error; it must be told as a problem."""
    assert response["Content-Type"] == "application/problem+json", response.content
    told = response.json()  # type: ignore[attr-defined]
    assert told["status"] == response.status_code
    assert told["request_id"] == response["X-Request-Id"]
    return response.status_code, told["code"]
