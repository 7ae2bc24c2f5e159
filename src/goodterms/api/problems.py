"""Errors as programs read them: problem+json (RFC 9457) with a code that does not change."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.http import HttpResponse

#: Every code, with its status and title. A code keeps its meaning; programs may rely on it.
CODES: Mapping[str, tuple[int, str]] = {
    "bad_request": (400, "The request can not be read"),
    "missing_parameter": (400, "A parameter is missing"),
    "invalid_parameter": (400, "A parameter can not be what was given"),
    "unknown_parameter": (400, "There is no such parameter here"),
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

    def __init__(self, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **members: str) -> None:
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
