"""A program that calls the API: a key, and what it is answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from goodterms.domain.facts import Actor
from goodterms.usecases.api_keys import NewKey, Scope, create_key
from goodterms.usecases.world import World

OPERATOR = Actor("system", "test")


def new_key(world: World, *scopes: Scope, name: str = "licence server") -> NewKey:
    """A key; with the scope that most tests need when none is named."""
    made = create_key(world, name, scopes or [Scope.ENTITLEMENTS_READ], kind="live", actor=OPERATOR)
    assert isinstance(made, NewKey), made
    return made


class Program:
    """Calls with a key; each has a door of its own, which has seen no key and counted nothing before."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._client = Client(raise_request_exception=False)

    def get(self, path: str, query: dict[str, Any] | None = None, method: str = "get", **headers: str) -> HttpResponse:
        """The answer to a call."""
        call = getattr(self._client, method)
        response: HttpResponse = call(path, query, headers={"authorization": f"Bearer {self.key}", **headers})
        return response


def problem(response: HttpResponse) -> tuple[int, str]:
    """Status and code of an error; it must be told as a problem."""
    assert response["Content-Type"] == "application/problem+json", response.content
    told = response.json()  # type: ignore[attr-defined]
    assert told["status"] == response.status_code
    assert told["request_id"] == response["X-Request-Id"]
    return response.status_code, told["code"]
