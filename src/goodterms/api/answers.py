"""Answers as JSON with an entity tag, and parameters read strictly."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.http import HttpRequest, HttpResponse

from goodterms.api.problems import Problem

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def answer(request: HttpRequest, content: Mapping[str, Any]) -> HttpResponse:
    """The content, or 304 where the caller has it already. The tag changes exactly when the content does."""
    body = _encode(content).encode()
    response = HttpResponse(body, content_type="application/json")
    response.headers["ETag"] = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    return known_already(request, response)


def known_already(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer, or 304 without a body where the caller has it already."""
    known, tag = request.META.get("HTTP_IF_NONE_MATCH"), response.headers["ETag"]
    if known is None or (known.strip() != "*" and tag not in _TAG.findall(known)):
        return response
    short = HttpResponse(status=304)
    del short.headers["Content-Type"]
    short.headers["ETag"] = tag
    return short


def instant(at: datetime | None) -> str | None:
    """An instant as RFC 3339 writes it, in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def parameters(request: HttpRequest, known: frozenset[str]) -> Mapping[str, str]:
    """The query's parameters. Raises `Problem` for one that is not known here, and for one that is given twice."""
    if not request.META.get("QUERY_STRING"):
        return {}
    given = {}
    for name, values in request.GET.lists():
        if name not in known:
            named = ", ".join(sorted(known)) or "none"
            raise Problem("unknown_parameter", f"Parameters here: {named}.", parameter=name[:100])
        if len(values) > 1:
            raise Problem("invalid_parameter", "It is given more than once.", parameter=name)
        given[name] = values[0]
    return given
