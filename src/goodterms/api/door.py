"""The programs' door: what holds for every call below /v1/, whatever it asks.

A middleware that stands before all others and answers by itself: no session, no cookie, no sign-in and no form token
has a meaning here, and their cost would be most of an answer's. Every answer has a request id, is kept by no cache and
carries the headers that browsers are told with. A call passes when its key is valid, has allowance left, and has the
scope that the view names; a view that names none is not reached by anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver

from goodterms.api.keys import KeyMemory, key_of
from goodterms.api.limits import RateLimit
from goodterms.api.problems import Problem
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.world import World
from goodterms.wiring import elapsed, world

log = structlog.get_logger("goodterms.api")

PREFIX = "/v1/"
_URLS = "goodterms.api.urls"
_SAFE = ("GET", "HEAD")
_EVERY_ANSWER = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
View = TypeVar("View", bound=Callable[..., HttpResponse])


def needs(scope: Scope, *, methods: tuple[str, ...] = _SAFE) -> Callable[[View], View]:
    """Name the scope that a view needs, for each of the methods it answers."""

    def name(view: View) -> View:
        view.needs = dict.fromkeys(methods, scope)  # type: ignore[attr-defined]
        return view

    return name


class ApiDoor:
    """Answers everything below /v1/ and lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._memory = KeyMemory(settings.API_KEY_MEMORY_SECONDS, settings.API_KEY_MEMORY)
        self._limit = RateLimit(*settings.API_RATE_LIMIT) if settings.API_RATE_LIMIT else None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a call of a program; pass on what is not."""
        if not request.path_info.startswith(PREFIX):
            return self._get_response(request)
        outside = world()
        request_id = outside.new_id().hex
        told: dict[str, str] = {}
        try:
            response = self._answered(request, outside, told)
        except Problem as problem:
            response = problem.answer(request_id)
        except (SuspiciousOperation, BadRequest):
            response = Problem("bad_request", "It could not be taken apart.").answer(request_id)
        except (OperationalError, InterfaceError) as problem:
            log.error("the database did not answer", request_id=request_id, problem=type(problem).__name__)
            response = Problem("unavailable", "Try again soon.", headers={"Retry-After": "1"}).answer(request_id)
        except Exception:
            log.exception("a call failed", request_id=request_id)
            response = Problem("internal_error", "Tell us the request id.").answer(request_id)
        return self._finished(request, response, request_id, told)

    def _answered(self, request: HttpRequest, outside: World, told: dict[str, str]) -> HttpResponse:
        """Let in who may come in, count the call, find the view and ask it. `told` collects headers on the way."""
        seconds, now = elapsed(), outside.now()
        key = key_of(request.META.get("HTTP_AUTHORIZATION"), self._memory, now, seconds)
        if self._limit is not None:
            allowance = self._limit.take(key.id, seconds)
            told.update(self._limit.headers(allowance))
            if not allowance.passed:
                raise Problem("rate_limited", f"Try again in {allowance.next_in} s.")
        view, parts = _view_of(request.path_info)
        scope = view.needs.get(request.method)
        if scope is None:
            allowed = ", ".join(view.needs)
            raise Problem("method_not_allowed", f"Allowed: {allowed}.", headers={"Allow": allowed})
        if scope not in key.scopes:
            challenge = f'Bearer realm="goodterms", error="insufficient_scope", scope="{scope}"'
            detail = f"The key {key.prefix} needs the scope {scope}."
            raise Problem("missing_scope", detail, headers={"WWW-Authenticate": challenge}, scope=scope)
        request.api_key, request.asked_at = key, now  # type: ignore[attr-defined]
        response: HttpResponse = view(request, **parts)
        return response

    def _finished(
        self, request: HttpRequest, response: HttpResponse, request_id: str, told: Mapping[str, str]
    ) -> HttpResponse:
        headers = response.headers
        headers["X-Request-Id"] = request_id
        for name, value in (*_EVERY_ANSWER, *told.items()):
            headers[name] = value
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        if response.status_code != 304:
            headers["Content-Length"] = str(len(response.content))
        response._has_been_logged = True  # type: ignore[attr-defined] # Django writes a line for every 4xx otherwise
        return response


def _view_of(path: str) -> tuple[Any, Mapping[str, Any]]:
    """The view of an address and the parts of it. Raises `Problem`."""
    try:
        match = get_resolver(_URLS).resolve(path[len(PREFIX) - 1 :])
    except Resolver404:
        raise Problem("not_found", "There is no such address.") from None
    return match.func, match.kwargs
