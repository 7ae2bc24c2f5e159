"""How an operation of the API is declared: its address, scope, answer and example; and what holds for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from goodterms.api.answers import known_already, parameters
from goodterms.api.calls import body_of, once
from goodterms.api.problems import Problem
from goodterms.usecases.api_keys import Scope

Handler = TypeVar("Handler", bound=Callable[..., Any])
Kind = Literal["read", "ask", "write"]
Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Operation:
    """What is known of one operation besides its schemas.

    "read" is a GET, "ask" a POST that changes nothing, "write" everything that needs an `Idempotency-Key`.
    `versioned`: it may be made conditional by `If-Match`. `sparse`: `fields` may choose what is told of each object.
    `keeps`: its answer is kept; one that tells a secret is not.
    """

    kind: Kind
    method: Method
    path: str
    scope: Scope
    tag: str
    name: str
    status: int
    versioned: bool
    sparse: bool
    keeps: bool


api = NinjaAPI(title="goodterms", version="1", openapi_url=None, docs_url=None, urls_namespace="api-v1")
api._exception_handlers.clear()  # nothing is answered here: the door tells all problems
OPERATIONS: dict[tuple[str, str], Operation] = {}


def read(at: str, scope: Scope, tag: str, response: Any, *, sparse: bool = True) -> Callable[[Handler], Handler]:
    """Declare a GET."""
    return _declared("read", "GET", at, scope, tag, response, 200, sparse=sparse)


def ask(at: str, scope: Scope, tag: str, response: Any) -> Callable[[Handler], Handler]:
    """Declare a POST that changes nothing: a question that has a body."""
    return _declared("ask", "POST", at, scope, tag, response, 200)


def write(
    at: str, scope: Scope, tag: str, response: Any, *, status: int = 200, versioned: bool = False,
    keeps: bool = True,
) -> Callable[[Handler], Handler]:  # fmt: skip
    """Declare a write."""
    return _declared("write", "POST", at, scope, tag, response, status, versioned=versioned, keeps=keeps)


def _declared(
    kind: Kind, method: Method, at: str, scope: Scope, tag: str, response: Any, status: int, *,
    versioned: bool = False, sparse: bool = False, keeps: bool = True,
) -> Callable[[Handler], Handler]:  # fmt: skip
    def declare(handler: Handler) -> Handler:
        name = handler.__name__
        OPERATIONS[at, method] = Operation(kind, method, at, scope, tag, name, status, versioned, sparse, keeps)
        register = api.api_operation([method], at, response={status: response}, tags=[tag], operation_id=name)
        registered: Handler = register(handler)
        return registered

    return declare


def patterns() -> list[URLPattern]:
    """The addresses of all operations, each behind what holds for all of them."""
    found = []
    for router in api._get_bound_routers():
        for at, view in router.path_operations.items():
            of_path = {method: one for (where, method), one in OPERATIONS.items() if where == at}
            known = {
                method: frozenset(_query_names(operation))
                for operation in view.operations for method in operation.methods
            }  # fmt: skip
            route = at.removeprefix("/").replace("{", "<str:").replace("}", ">")
            found.append(path(route, _gated(view.get_view(), of_path, known), name=at))
    return found


def _query_names(operation: Any) -> list[str]:
    return [
        name for model in operation.models if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    ]  # fmt: skip


def _gated(
    view: Callable[..., Any], operations: Mapping[str, Operation], known: Mapping[str, frozenset[str]]
) -> Callable[..., HttpResponse]:
    def gated(request: HttpRequest, **parts: Any) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        operation = operations[str(request.method)]
        chosen = frozenset({"fields"}) if operation.sparse else frozenset()
        given = parameters(request, known[operation.method] | chosen)
        if operation.kind == "write":
            return once(request, lambda *a, **k: _told(view, *a, **k), parts, keeps=operation.keeps)
        if operation.kind == "ask":
            body_of(request)
        response = _told(view, request, fields=given.get("fields"), **parts)
        return known_already(request, response) if operation.kind == "read" else response

    methods = {method: one.scope for method, one in operations.items()}
    if "GET" in methods:
        methods["HEAD"] = methods["GET"]
    gated.needs = methods  # type: ignore[attr-defined]
    return gated


def _told(view: Callable[..., Any], request: HttpRequest, *, fields: str | None = None, **parts: Any) -> HttpResponse:
    """The answer of a view with its entity tag: the version of what is told, where it has one, and a digest."""
    try:
        response: HttpResponse = view(request, **parts)
    except ValidationError as problem:
        raise _invalid(problem) from None
    except HttpError:
        raise Problem("invalid_body", "It is no JSON object.", errors=[]) from None
    told = json.loads(response.content)
    version = told.get("version")
    if fields is not None:
        told = _chosen(told, fields)
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    response.content = body
    digest = blake2b(body, digest_size=12).hexdigest()
    response.headers["ETag"] = f'"{version}-{digest}"' if version is not None else f'"{digest}"'
    return response


def _chosen(told: dict[str, Any], fields: str) -> dict[str, Any]:
    """Only the named fields of each object, and always its id."""
    names = frozenset(fields.split(","))
    if "data" in told:
        return {**told, "data": [_some(one, names) for one in told["data"]]}
    return _some(told, names)


def _some(one: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    wrong = sorted(names - one.keys())
    if wrong:
        detail = f"There is no such field. Fields here: {', '.join(one)}."
        raise Problem("invalid_parameter", detail, parameter="fields")
    return {name: value for name, value in one.items() if name == next(iter(one)) or name in names}


def _invalid(problem: ValidationError) -> Problem:
    """What was wrong with a call, without a word of what was given."""
    found = [(tuple(map(str, one["loc"])), str(one["msg"])) for one in problem.errors]
    where, message = found[0]
    if where[0] in ("query", "header", "path"):
        return Problem("invalid_parameter", f"{message}.", parameter=where[-1])
    errors = [{"at": ".".join(loc[2:]) or "body", "message": said} for loc, said in found[:20]]
    return Problem("invalid_body", f"{errors[0]['at']}: {errors[0]['message']}.", errors=errors)


class Strict(Schema):
    """A body or a query: what is not known is refused."""

    model_config = {"extra": "forbid"}
