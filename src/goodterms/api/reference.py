"""The reference of the API for people, made from its document: no script and nothing from elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from goodterms.api import described
from goodterms.api.document import document
from goodterms.usecases.offline import published
from goodterms.wiring import world


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The document itself."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All operations, by what they are about."""
    made = document()
    groups = [
        {"name": tag["name"], "told": tag["description"], "operations": _of_tag(tag["name"])} for tag in made["tags"]
    ]
    told = [part.split("\n") for part in made["info"]["description"].split("\n\n")]
    context = {"title": "API reference", "groups": groups, "paragraphs": [" ".join(part) for part in told]}
    return render(request, "api/reference.html", context)


@login_not_required
@require_safe
def operation(request: HttpRequest, name: str) -> HttpResponse:
    """One operation: what it is given, what it answers, an example of both."""
    found = next((one for one in _operations() if one["name"] == name), None)
    if found is None:
        raise Http404
    context = {"title": found["title"], "one": found, **described.in_full(document(), found)}
    return render(request, "api/operation.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that offline answers are checked by (RFC 7517)."""
    return JsonResponse(published(world()))


def _operations() -> list[dict[str, Any]]:
    return described.operations(document())


def _of_tag(tag: str) -> list[dict[str, Any]]:
    return [one for one in _operations() if one["tag"] == tag]
