"""What the API's document says, in parts that people read: for the pages of the server and of the documentation.

Pure: the document is an argument, as JSON values.
"""

from __future__ import annotations

import json
from typing import Any

_REF = "#/components/schemas/"


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every operation in the document's order: name, title, method, path, told, scope, tag, declared."""
    return [
        {
            "name": one["operationId"], "title": one["operationId"].replace("_", " ").capitalize(),
            "method": method.upper(), "path": at, "told": one["description"], "scope": one["x-scope"],
            "tag": one["tags"][0], "declared": one,
        }
        for at, of in document["paths"].items() for method, one in of.items()
    ]  # fmt: skip


def in_full(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return what an operation is given and answers: parameters, fields and examples of both, and its problems."""
    declared = operation["declared"]
    status, answer = next((code, told) for code, told in declared["responses"].items() if code in ("200", "201"))
    content = answer["content"]["application/json"]
    body = declared.get("requestBody", {}).get("content", {}).get("application/json")
    return {
        "parameters": [_parameter(one) for one in declared["parameters"]],
        "body_fields": fields(document, body["schema"]) if body else [],
        "body_example": _text(body["example"]) if body and "example" in body else "",
        "status": status, "answer_fields": fields(document, content["schema"]),
        "answer_example": _text(content["example"]),
        "problems": [(code, one["description"]) for code, one in declared["responses"].items() if int(code) >= 400],
    }  # fmt: skip


def fields(document: dict[str, Any], schema: dict[str, Any], before: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """Return every field of an object (name, type, required, told), those of objects in it by their whole names."""
    found: list[dict[str, Any]] = []
    whole = _schema(document, schema)
    for name, one in whole.get("properties", {}).items():
        told = _schema(document, one).get("description", "") if "description" not in one else one["description"]
        found.append({
            "name": f"{before}{name}", "type": type_name(one), "required": name in whole.get("required", ()),
            "told": told,
        })  # fmt: skip
        inner = _inner(one)
        if inner is not None and depth < 2:
            found += fields(document, inner, f"{before}{name}.", depth + 1)
    return found


def type_name(schema: dict[str, Any]) -> str:
    """Return a type in words: the name of an object, `list of ...`, the words that are allowed, or a format."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF).removesuffix("Chosen")
    if "anyOf" in schema:
        return " or ".join(type_name(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {type_name(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "anything"))


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"], "where": one["in"], "required": one.get("required", False),
        "type": type_name(one["schema"]), "told": one.get("description") or one["schema"].get("description", ""),
    }  # fmt: skip


def _schema(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].removeprefix(_REF)]
        return found
    return schema


def _inner(schema: dict[str, Any]) -> dict[str, Any] | None:
    if schema.get("type") == "array":
        return _inner(schema["items"])
    for one in schema.get("anyOf", [schema]):
        if "$ref" in one:
            found: dict[str, Any] = one
            return found
    return None


def _text(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)
