"""A program that knows the document of the API alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx


class Shop:
    """A program that knows the document alone: it calls operations by their names, as the document describes them."""

    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False)
        paths = self.http.get("/developers/openapi.json").json()["paths"]
        self.known = {
            one["operationId"]: (method, at, one) for at, of in paths.items() for method, one in of.items()
        }  # fmt: skip

    def let_pass(self, until: datetime) -> None:
        """Move the clock, however many calls that takes."""
        while not self.move_test_clock({"until": until.isoformat()})["arrived"]:
            pass

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method, at, declared = self.known[name]

        def call(body: Any = None, **given: Any) -> Any:
            headers = {}
            if any(one["name"] == "Idempotency-Key" for one in declared["parameters"]):
                headers["Idempotency-Key"] = str(uuid.uuid4())
            inside = {one["name"] for one in declared["parameters"] if one["in"] == "path"}
            path = at.format(**{part: given.pop(part) for part in inside})
            sent = {"json": body or {}} if method == "post" else {}
            answer = self.http.request(method.upper(), path, params=given, headers=headers, **sent)  # type: ignore[arg-type]
            assert answer.is_success, answer.text
            return answer.json()

        return call
