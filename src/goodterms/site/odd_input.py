"""Input that no page can mean, told apart from a failure of ours.

PostgreSQL keeps no null character in a text, and Python reads no number of thousands of digits. Forms say so next to
the field. What reaches a page by another way, in its address, its parameters, a cookie or as JSON, is a bad request.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.defaults import bad_request

_NULL = "\x00"
_TOO_LONG_A_NUMBER = "integer string conversion"  # what Python says of it


class OddInputMiddleware:
    """Answers requests that can mean nothing with 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse null characters where no form looks at them."""
        if _NULL in request.path_info or _has_null(request.GET) or _NULL in "".join(request.COOKIES.values()):
            raise BadRequest("a null character")
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page that read what was sent as it came has failed on it: the request is to blame."""
        null = isinstance(exception, DataError) and _has_null(request.POST)
        number = isinstance(exception, ValueError) and _TOO_LONG_A_NUMBER in str(exception)
        return bad_request(request, exception) if null or number else None


def _has_null(sent: QueryDict) -> bool:
    return any(_NULL in text for name, texts in sent.lists() for text in (name, *map(str, texts)))
