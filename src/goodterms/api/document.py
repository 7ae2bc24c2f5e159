"""The OpenAPI document: what the operations declare, with what holds for all of them, and an example for each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from importlib import resources
from typing import Any

from goodterms.api import urls
from goodterms.api.calls import HEADER, REPLAYED
from goodterms.api.document_links import add_links
from goodterms.api.document_parts import DESCRIPTION, ENTITLEMENT_PATHS, IDS, PROBLEM, TAGS, WRITTEN
from goodterms.api.routes import OPERATIONS, Operation, api
from goodterms.usecases.api_keys import Scope

_REF = "#/components/schemas/"
Tree = dict[str, Any]


@cache
def document() -> Tree:
    """The document as JSON values (OpenAPI 3.1)."""
    assert urls.urlpatterns  # importing it has declared every operation
    made: Tree = json.loads(json.dumps(api.get_openapi_schema(path_prefix="v1")))
    made["info"] = {"title": "goodterms", "version": "1", "description": DESCRIPTION}
    made["servers"] = [{"url": "/"}]
    made["tags"] = [{"name": name, "description": told} for name, told in TAGS.items()]
    made["security"] = [{"key": []}]
    parts = made["components"]
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "A key of the API."}}
    parts["schemas"]["Problem"] = PROBLEM
    for (at, method), operation in OPERATIONS.items():
        _complete(made, made["paths"][f"/v1{at}"][method.lower()], operation)
    _plain_views(made)
    for at in made["paths"].values():
        for one in at.values():
            _common(one)
    add_links(made)
    made["paths"] = dict(sorted(made["paths"].items()))
    _tidy(made)
    _drop_unused(made)
    parts["schemas"] = dict(sorted(parts["schemas"].items()))  # in no order of imports
    return made


@cache
def examples() -> Mapping[str, Mapping[str, Any]]:
    """What was once sent to each operation and answered, by its name."""
    text = (resources.files("goodterms") / "api" / "examples.json").read_text(encoding="utf-8")
    return {**WRITTEN, **json.loads(text)}


def _complete(made: Tree, one: Tree, operation: Operation) -> None:
    example = examples().get(operation.name, {})
    one["x-scope"] = operation.scope.value
    ok = one["responses"][str(operation.status)]
    ok["description"] = "The answer."
    content = ok["content"]["application/json"]
    if "answer" in example:
        content["example"] = example["answer"]
    if "requestBody" in one and example.get("sent") is not None:
        one["requestBody"]["content"]["application/json"]["example"] = example["sent"]
    parameters = one.setdefault("parameters", [])
    if operation.kind == "write":
        parameters.append(_KEY)
        ok.setdefault("headers", {})[REPLAYED] = {
            "description": "`true` where this is what was answered before.", "schema": {"type": "string"},
        }  # fmt: skip
    if operation.versioned:
        parameters.append(_IF_MATCH)
    if operation.kind == "read":
        parameters.append(_IF_NONE_MATCH)
        one["responses"]["304"] = {"description": "It is as `If-None-Match` knows it."}
    if operation.sparse:
        parameters.append(_FIELDS)
        content["schema"] = {"$ref": _sparse(made["components"]["schemas"], content["schema"]["$ref"])}
    ok.setdefault("headers", {})["ETag"] = {
        "description": "Changes when the answer does.",
        "schema": {"type": "string"},
    }
    codes = ["400", "401", "403", "404", "429", "500", "503"]
    if operation.kind != "read":
        codes += ["413", "422"]
    if operation.kind == "write" or operation.path.endswith("-preview"):
        codes.append("409")
    if operation.name == "create_subscription":
        codes.append("402")
    if operation.versioned:
        codes.append("412")
    one["responses"] |= {code: _problem(code) for code in sorted(codes)}


def _plain_views(made: Tree) -> None:
    """The reads that are answered without the framework."""
    shape = {"$ref": f"{_REF}Entitlement"}
    for at, one in deepcopy(ENTITLEMENT_PATHS).items():
        example = examples()["ask_entitlements"]["answer"]["data"][0]
        one["x-scope"] = Scope.ENTITLEMENTS_READ.value
        one["parameters"].append(_IF_NONE_MATCH)
        one["responses"] = {
            "200": {
                "description": "The answer.",
                "headers": {"ETag": {"description": "Changes when the answer does.", "schema": {"type": "string"}}},
                "content": {"application/json": {"schema": shape, "example": example}},
            },
            "304": {"description": "It is as `If-None-Match` knows it."},
            **{code: _problem(code) for code in ("400", "401", "403", "404", "429", "500", "503")},
        }  # fmt: skip
        made["paths"][at] = {"get": one}


def _common(one: Tree) -> None:
    """What every operation has: a request id with each answer, ids of a known form in addresses."""
    for response in one["responses"].values():
        response.setdefault("headers", {})["X-Request-Id"] = {
            "description": "Names this call in the operator's log.", "schema": {"type": "string"},
        }  # fmt: skip
    for parameter in one.get("parameters", ()):
        if parameter["in"] == "path":
            parameter["schema"] = {"type": "string", **IDS[parameter["name"]]}


def _sparse(schemas: Tree, ref: str) -> str:
    """A copy of a schema in which only the id must be there, of the listed objects where it is a page."""
    name = ref.removeprefix(_REF)
    new = f"{name}Chosen"
    if new in schemas:
        return _REF + new
    copy = deepcopy(schemas[name])
    if "data" in copy["properties"]:
        copy["properties"]["data"]["items"] = {"$ref": _sparse(schemas, copy["properties"]["data"]["items"]["$ref"])}
    else:
        copy["required"] = copy["required"][:1]
    copy["title"] = new
    schemas[new] = copy
    return _REF + new


def _problem(code: str) -> Tree:
    return {
        "description": _MEANS[code],
        "content": {"application/problem+json": {"schema": {"$ref": f"{_REF}Problem"}}},
    }


def _drop_unused(made: Tree) -> None:
    """Drop schemas that nothing refers to: those of queries, which are told as parameters."""
    while True:
        whole = json.dumps(made)
        unused = [name for name in made["components"]["schemas"] if f'"{_REF}{name}"' not in whole]
        if not unused:
            return
        for name in unused:
            del made["components"]["schemas"][name]


def _tidy(tree: Any) -> None:
    """Drop titles that only repeat a name; patterns as every reader of JSON Schema reads them."""
    if isinstance(tree, dict):
        if isinstance(tree.get("title"), str) and ("type" in tree or "anyOf" in tree) and "properties" not in tree:
            del tree["title"]
        if isinstance(tree.get("pattern"), str):
            tree["pattern"] = re.sub(r"\\x([0-9a-f]{2})", r"\\u00\1", tree["pattern"])
        for value in tree.values():
            _tidy(value)
    elif isinstance(tree, list):
        for value in tree:
            _tidy(value)


_MEANS = {
    "400": "A parameter or header is wrong.", "401": "There is no valid key.", "402": "The payment was declined.",
    "403": "The key has not the scope.", "404": "There is no such thing, or it is another customer's.",
    "409": "It is refused, with the code of the refusal; or the same call is being worked on.",
    "412": "It has changed since `If-Match`.", "413": "The body is too large.",
    "422": "The body is wrong, or the key was used for another call.", "429": "Too many calls.",
    "500": "A mistake of ours.", "503": "Try again soon.",
}  # fmt: skip
_KEY = {
    "name": HEADER, "in": "header", "required": True,
    "description": "New for every act; send it again with the same body until you have an answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\u0021-\\u007e]+$"},
    "example": "01a228b0-b01c-741e-84f6-da6b084f808e",
}  # fmt: skip
_IF_MATCH = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The `ETag` of what you have seen: it is refused if the object has changed since.",
}  # fmt: skip
_IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The `ETag` of the answer you have: an unchanged one is not sent again.",
}  # fmt: skip
_FIELDS = {
    "name": "fields", "in": "query", "required": False, "schema": {"type": "string"},
    "description": "Only these fields of each object, separated by commas. The id is always told.",
}  # fmt: skip
