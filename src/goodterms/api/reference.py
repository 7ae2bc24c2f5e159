"""The reference of the API for people, made from its document: no script and nothing from elsewhere."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from goodterms.api.document import document
from goodterms.usecases.offline import published
from goodterms.wiring import world

_REF = "#/components/schemas/"


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
    declared = found["declared"]
    status, answer = next((code, told) for code, told in declared["responses"].items() if code in ("200", "201"))
    content = answer["content"]["application/json"]
    body = declared.get("requestBody", {}).get("content", {}).get("application/json")
    context = {
        "title": found["title"], "one": found,
        "parameters": [_parameter(one) for one in declared["parameters"]],
        "body_fields": _fields(body["schema"]) if body else [],
        "body_example": _text(body["example"]) if body and "example" in body else "",
        "status": status, "answer_fields": _fields(content["schema"]), "answer_example": _text(content["example"]),
        "problems": [(code, one["description"]) for code, one in declared["responses"].items() if int(code) >= 400],
    }  # fmt: skip
    return render(request, "api/operation.html", context)


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that offline answers are checked by (RFC 7517)."""
    return JsonResponse(published(world()))


def _operations() -> list[dict[str, Any]]:
    return [
        {
            "name": one["operationId"], "title": one["operationId"].replace("_", " ").capitalize(),
            "method": method.upper(), "path": at, "told": one["description"], "scope": one["x-scope"],
            "tag": one["tags"][0], "declared": one,
        }
        for at, of in document()["paths"].items() for method, one in of.items()
    ]  # fmt: skip


def _of_tag(tag: str) -> list[dict[str, Any]]:
    return [one for one in _operations() if one["tag"] == tag]


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"], "where": one["in"], "required": one.get("required", False),
        "type": _type(one["schema"]), "told": one.get("description") or one["schema"].get("description", ""),
    }  # fmt: skip


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = document()["components"]["schemas"][schema["$ref"].removeprefix(_REF)]
        return found
    return schema


def _fields(schema: dict[str, Any], before: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """Every field of an object, those of objects in it by their whole names."""
    found: list[dict[str, Any]] = []
    whole = _schema(schema)
    for name, one in whole.get("properties", {}).items():
        told = _schema(one).get("description", "") if "description" not in one else one["description"]
        found.append({
            "name": f"{before}{name}", "type": _type(one), "required": name in whole.get("required", ()),
            "told": told,
        })  # fmt: skip
        inner = _inner(one)
        if inner is not None and depth < 2:
            found += _fields(inner, f"{before}{name}.", depth + 1)
    return found


def _inner(schema: dict[str, Any]) -> dict[str, Any] | None:
    if schema.get("type") == "array":
        return _inner(schema["items"])
    for one in schema.get("anyOf", [schema]):
        if "$ref" in one:
            found: dict[str, Any] = one
            return found
    return None


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF).removesuffix("Chosen")
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "anything"))


def _text(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)
