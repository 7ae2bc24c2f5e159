"""Requests and errors in Stripe's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from aiohttp import web

from goodterms.gateways.bank.books import RefusedError

Row = TypeVar("Row")
#: How the bank's refusals read in Stripe's words: HTTP status, type, code, and the parameter at fault.
_ERRORS: Mapping[str, tuple[int, str, str, str | None]] = {
    "no_such_payment_method": (400, "invalid_request_error", "resource_missing", "payment_method"),
    "no_such_customer": (400, "invalid_request_error", "resource_missing", "customer"),
    "no_such_charge": (404, "invalid_request_error", "resource_missing", "payment_intent"),
    "no_such_object": (404, "invalid_request_error", "resource_missing", "id"),
    "exceeds_charge": (400, "invalid_request_error", "", "amount"),
    "amount_too_small": (400, "invalid_request_error", "amount_too_small", "amount"),
    "charge_disputed": (400, "invalid_request_error", "charge_disputed", None),
    "charge_not_refundable": (400, "invalid_request_error", "payment_intent_unexpected_state", None),
    "key_reused": (400, "idempotency_error", "", None),
    "unauthorized": (401, "invalid_request_error", "", None),
}


def error(type: str, code: str, message: str, param: str | None = None, **more: Any) -> dict[str, Any]:
    """An error object."""
    said: dict[str, Any] = {"type": type, "message": message, **more}
    if code:
        said["code"] = code
    if param:
        said["param"] = param
    return {"error": said}


def refusal(refused: RefusedError) -> web.Response:
    """A refusal of the bank as Stripe would say it."""
    status, type, code, param = _ERRORS.get(refused.code, (refused.status, "invalid_request_error", "", None))
    return web.json_response(error(type, code, refused.message, param), status=status)


async def form_of(request: web.Request) -> dict[str, str]:
    """The fields of a form body, nested ones by their whole names ("metadata[order]")."""
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def metadata_of(form: Mapping[str, str]) -> dict[str, str]:
    """The metadata of a form."""
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[") and name.endswith("]")}


def text_of(form: Mapping[str, str], name: str) -> str:
    """A field that must be there."""
    if not form.get(name):
        raise RefusedError(400, "invalid_request", f"Missing required param: {name}.")
    return form[name]


def amount_of(form: Mapping[str, str]) -> int:
    """The amount in the smallest unit."""
    text = text_of(form, "amount")
    if not (text.isascii() and text.isdecimal() and len(text) < 13):
        raise RefusedError(400, "invalid_request", "amount must be a positive whole number.")
    return int(text)


def page_of(query: Mapping[str, str], rows: Sequence[Row], id_of: Callable[[Row], str]) -> tuple[Sequence[Row], bool]:
    """The rows of a page of a list that has the newest first, and whether there are more the same way.

    By `limit`, `starting_after` (older ones) and `ending_before` (newer ones).
    """
    text = query.get("limit", "10")
    limit = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    if not 0 < limit <= 100:
        raise RefusedError(400, "invalid_request", "limit must be 1 to 100.")
    after, before = query.get("starting_after"), query.get("ending_before")
    cursor = before if before is not None else after
    if cursor is None:
        return rows[:limit], len(rows) > limit
    place = next((n for n, row in enumerate(rows) if id_of(row) == cursor), None)
    if place is None:
        raise RefusedError(404, "no_such_object", f"No such object: {cursor!r}.")
    if before is not None:
        return rows[max(0, place - limit) : place], place > limit
    return rows[place + 1 : place + 1 + limit], len(rows) > place + 1 + limit


def listing(path: str, data: list[dict[str, Any]], more: bool) -> dict[str, Any]:
    """A page of a list as an object."""
    return {"object": "list", "url": path, "data": data, "has_more": more}
