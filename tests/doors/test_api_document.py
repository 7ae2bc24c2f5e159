"""The OpenAPI document: as checked in, with an example that fits its schema for every operation."""

from __future__ import annotations

from html import unescape
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from goodterms.api.document import document
from goodterms.api.problems import CODES
from goodterms.api.routes import OPERATIONS
from goodterms.usecases.api_keys import Scope
from tools.openapi_doc import PAGE, text


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Address, method and declaration of every operation."""
    return [(at, method, one) for at, of in document()["paths"].items() for method, one in of.items()]


def fits(schema: dict[str, Any], value: Any) -> None:
    """Fail unless a value is one of a schema of the document."""
    whole = {"components": document()["components"], **schema}
    jsonschema_rs.validator_for(whole, validate_formats=True).validate(value)


def test_it_is_as_checked_in() -> None:
    """Whoever changes the API sees in the difference what changes for programs."""
    assert PAGE.read_text(encoding="utf-8") == text(), "run `make docs` and look at what changes"


@pytest.mark.parametrize(("at", "method", "one"), operations(), ids=lambda value: str(value)[:40])
def test_every_operation_has_an_example(at: str, method: str, one: dict[str, Any]) -> None:
    """What was really sent and answered, and it fits what the document says."""
    answers = [one["responses"][code] for code in ("200", "201") if code in one["responses"]]
    content = answers[0]["content"]["application/json"]
    fits(content["schema"], content["example"])
    if "requestBody" in one:
        body = one["requestBody"]["content"]["application/json"]
        fits(body["schema"], body.get("example", {}))
    assert one["description"]
    assert one["x-scope"] in set(Scope)


def test_every_write_is_named_by_a_key() -> None:
    """Whatever changes something needs an `Idempotency-Key`, and nothing else does."""
    for at, method, one in operations():
        names = {parameter["name"] for parameter in one["parameters"] if parameter["required"]}
        declared = OPERATIONS.get((at.removeprefix("/v1"), method.upper()))
        assert ("Idempotency-Key" in names) == (declared is not None and declared.kind == "write")


def test_every_problem_has_a_status_of_the_document() -> None:
    """A status that is answered anywhere is told somewhere."""
    told = {code for _, _, one in operations() for code in one["responses"]}
    assert {str(status) for status, _ in CODES.values()} - {"405"} <= told


def test_no_schema_is_left_over() -> None:
    """Everything that is described is told or taken by an operation."""
    whole = text()
    for name in document()["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in whole, name


def test_people_can_read_it(client: Client, db: None) -> None:
    """A page that lists every operation, one for each with its example, and the document itself; without sign-in."""
    listed = client.get("/developers/").content.decode()
    for at, method, one in operations():
        assert f"{method.upper()} {at}" in listed
        page = client.get(f"/developers/{one['operationId']}/")
        assert page.status_code == 200, one["operationId"]
        assert one["description"][:30] in unescape(page.content.decode())
    assert client.get("/developers/openapi.json").json() == document()
    assert client.get("/developers/no_such/").status_code == 404
