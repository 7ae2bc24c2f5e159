"""Errors as programs read them: problem+json (RFC 9457) with a code that does not change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn, TypeVar

from django.http import HttpResponse

from goodterms.domain.decision import Refusal

#: Every code, with its status and title. A code keeps its meaning; programs may rely on it.
CODES: Mapping[str, tuple[int, str]] = {
    "bad_request": (400, "The request can not be read"),
    "missing_parameter": (400, "A parameter is missing"),
    "invalid_parameter": (400, "A parameter can not be what was given"),
    "unknown_parameter": (400, "There is no such parameter here"),
    "invalid_body": (422, "The body can not be what was given"),
    "payload_too_large": (413, "The body is too large"),
    "payment_declined": (402, "The payment was declined"),
    "call_running": (409, "The same call is being worked on"),
    "precondition_failed": (412, "It has changed meanwhile"),
    "idempotency_key_reused": (422, "The key was used for another call"),
    "missing_api_key": (401, "An API key is needed"),
    "invalid_api_key": (401, "The API key is not valid"),
    "missing_scope": (403, "The API key may not do this"),
    "not_found": (404, "There is no such thing"),
    "method_not_allowed": (405, "This address can not be used in that way"),
    "rate_limited": (429, "Too many requests"),
    "internal_error": (500, "This is a mistake of ours"),
    "unavailable": (503, "The service can not answer now"),
}


class Problem(Exception):
    """Ends a call with an error. `members` are added to the body, `headers` to the answer."""

    def __init__(self, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: object) -> None:
        super().__init__(code)
        self.code = code
        self.status, self.title = CODES[code]
        self.detail = detail
        self.headers = headers or {}
        self.members = members

    def answer(self, request_id: str) -> HttpResponse:
        """The problem as it is sent."""
        said = {
            "type": f"urn:goodterms:problem:{self.code}", "title": self.title, "status": self.status,
            "code": self.code, "detail": self.detail, **self.members, "request_id": request_id,
        }  # fmt: skip
        response = HttpResponse(json.dumps(said), status=self.status, content_type="application/problem+json")
        for name, value in self.headers.items():
            response.headers[name] = value
        return response


class Refused(Problem):
    """A journey's refusal: its code is the problem's, its reason the detail; `values` are what it rests on."""

    def __init__(self, refusal: Refusal, **members: object) -> None:
        Exception.__init__(self, refusal.code)
        self.code = refusal.code
        self.status, self.title = 409, "It is refused"
        self.detail = refusal.reason
        self.headers: Mapping[str, str] = {}
        self.members = {"refused": True, "values": dict(refusal.values), **members}


Done = TypeVar("Done")


def done(outcome: Done | Refusal, **members: object) -> Done | None:
    """What a journey did; None where it only says that this was done before. Raises `Refused` for other refusals."""
    if not isinstance(outcome, Refusal):
        return outcome
    if outcome.already:
        return None
    raise Refused(outcome, **members)


def raise_refused(refusal: Refusal, **members: object) -> NoReturn:
    """Tell a refusal, also one that says that it was done before. Raises `Refused`."""
    raise Refused(refusal, **members)


def missing(what: str) -> NoReturn:
    """There is no such thing, or it is another customer's: both are answered alike. Raises `Problem`."""
    raise Problem("not_found", f"There is no {what} with this id.")
