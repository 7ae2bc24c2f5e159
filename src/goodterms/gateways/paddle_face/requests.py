"""What each endpoint of the API does with the shop."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiohttp import web

from goodterms.gateways.paddle_face import objects
from goodterms.gateways.paddle_face.objects import id_of, number_of
from goodterms.gateways.paddle_face.shop import PaddleShop
from goodterms.gateways.reseller.files import instant_text

Body = dict[str, Any]
_MOST = 200
_LISTED_FOR = timedelta(days=90)


class RefusedError(Exception):
    """A refusal in Paddle's words."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code = status, code


def transactions(shop: PaddleShop, request: web.Request, _body: Body) -> Body:
    """Transactions, the latest first, all or those of some ids."""
    found = [_with(shop, request, one) for one in shop.told.all("txn") if _wanted(request, "id", one["id"])]
    return _page(request, found, lambda one: one["id"])


def transaction(shop: PaddleShop, request: web.Request, _body: Body) -> Body:
    """One transaction."""
    return _one(_with(shop, request, _known(shop, request.match_info["id"])))


def adjustments(shop: PaddleShop, request: web.Request, _body: Body) -> Body:
    """Adjustments, the latest first, by id, transaction and action."""
    found = [
        one
        for one in shop.told.all("adj")
        if _wanted(request, "id", one["id"])
        and _wanted(request, "transaction_id", one["transaction_id"])
        and _wanted(request, "action", one["action"])
    ]
    return _page(request, found, lambda one: one["id"])


def adjust(shop: PaddleShop, _request: web.Request, body: Body) -> Body:
    """Ask for a refund, of the whole of a transaction or of parts of its items."""
    if body.get("action") != "refund" or not body.get("reason"):
        raise RefusedError(400, "bad_request", "This face of the shop knows refunds with a reason only.")
    txn = _known(shop, str(body.get("transaction_id")))
    made = shop.adjustments(txn["id"])
    if txn["status"] != "completed":
        raise RefusedError(
            400, "adjustment_transaction_invalid_status_for_refund", "The transaction is not completed."
        )
    if any(one["status"] == "pending_approval" for one in made):
        raise RefusedError(400, "adjustment_pending_refund_request", "There is a pending refund request.")
    left = {item["id"]: objects.remaining(item, made) for item in txn["details"]["line_items"]}
    items = _items(body, left)
    try:
        return _one(shop.ask(txn, sum(int(item["amount"]) for item in items), body["reason"], items))
    except ValueError as refused:
        raise RefusedError(400, "adjustment_total_amount_above_remaining_allowed", str(refused)) from None


def _items(body: Body, left: dict[str, int]) -> list[dict[str, str]]:
    if body.get("type") == "full":
        return [{"item_id": id, "type": "full", "amount": str(minor)} for id, minor in left.items() if minor]
    items: list[dict[str, str]] = body.get("items") or []
    for item in items:
        text = item.get("amount")
        if item.get("item_id") not in left or not isinstance(text, str) or not text.isdecimal() or int(text) <= 0:
            raise RefusedError(400, "adjustment_transaction_item_invalid", "One or more items cannot be processed")
        if not left[item["item_id"]]:
            code = "adjustment_transaction_item_has_already_been_fully_adjusted"
            raise RefusedError(400, code, "One of the items has been adjusted in full.")
        if int(text) > left[item["item_id"]]:
            raise RefusedError(400, "adjustment_amount_above_remaining_allowed", "More than is left of the item.")
    if not items:
        raise RefusedError(400, "bad_request", "items are missing")
    return items


def events(shop: PaddleShop, request: web.Request, _body: Body) -> Body:
    """Events of the last ninety days, the oldest first."""
    after = number_of(request.query["after"]) if "after" in request.query else 0
    since = instant_text(shop.now - _LISTED_FOR)
    known = "SELECT 1 FROM paddle_events WHERE n = ? AND json_extract(body, '$.occurred_at') >= ?"
    if after and shop.books.one(known, after, since) is None:
        raise RefusedError(404, "not_found", "Entity not found")
    rows = shop.books.rows(
        "SELECT body FROM paddle_events WHERE n > ? AND json_extract(body, '$.occurred_at') >= ? ORDER BY n LIMIT ?",
        after, since, _limit(request) + 1,
    )  # fmt: skip
    return _listed([json.loads(row["body"]) for row in rows], _limit(request))


def subscription(shop: PaddleShop, request: web.Request, _body: Body) -> Body:
    """One subscription."""
    return _one(_agreed(shop, request))


def change(shop: PaddleShop, request: web.Request, body: Body) -> Body:
    """Change what is kept with a subscription, and take back what is scheduled."""
    n = number_of(_agreed(shop, request)["id"])
    _changeable(shop, n)
    if "scheduled_change" in body:
        if body["scheduled_change"] is not None:
            code = "subscription_scheduled_change_invalid_update"
            raise RefusedError(400, code, "You can only set the field to null.")
        shop.renew(n, renews=True)
    if "custom_data" in body:
        shop.told.touch(n, instant_text(shop.now), body["custom_data"])
    return _one(_agreed(shop, request))


def cancel(shop: PaddleShop, request: web.Request, body: Body) -> Body:
    """Cancel a subscription at the end of its period."""
    if body.get("effective_from", "next_billing_period") != "next_billing_period":
        raise RefusedError(400, "bad_request", "This face of the shop cancels at the end of the period only.")
    n = number_of(_agreed(shop, request)["id"])
    _changeable(shop, n)
    shop.renew(n, renews=False)
    return _one(_agreed(shop, request))


def _changeable(shop: PaddleShop, n: int) -> None:
    body = shop.told.subscription(n)
    if body is None or body["status"] == "canceled":
        raise RefusedError(400, "subscription_update_when_canceled", "cannot update, as subscription is canceled")
    waits = "SELECT 1 FROM refunds r JOIN orders o ON o.n = r.order_n WHERE o.agreement_n = ? AND r.state = ?"
    if shop.books.one(waits, n, "pending_approval"):
        raise RefusedError(409, "subscription_locked_pending_changes", "a refund waits for approval")


def _agreed(shop: PaddleShop, request: web.Request) -> Body:
    found = shop.told.subscription(number_of(request.match_info["id"]))
    if found is None:
        raise RefusedError(404, "not_found", "Entity not found")
    return found


def _known(shop: PaddleShop, id: str) -> Body:
    found = shop.told.kept(id)
    if found is None or not id.startswith("txn_"):
        raise RefusedError(404, "not_found", "Entity not found")
    return found


def _with(shop: PaddleShop, request: web.Request, txn: Body) -> Body:
    wanted = request.query.get("include", "").split(",")
    kinds = {"customer": "ctm", "address": "add"}
    more = {name: shop.told.kept(id_of(kind, number_of(txn["customer_id"]))) for name, kind in kinds.items()}
    return {**txn, **{name: one for name, one in more.items() if name in wanted}}


def _wanted(request: web.Request, name: str, value: str) -> bool:
    given = request.query.get(name)
    return given is None or value in given.split(",")


def _limit(request: web.Request) -> int:
    text = request.query.get("per_page", "50")
    return min(_MOST, int(text)) if text.isdecimal() and int(text) > 0 else 50


def _page(request: web.Request, found: list[Body], id: Callable[[Body], str]) -> Body:
    after = request.query.get("after")
    return _listed([one for one in found if after is None or id(one) < after], _limit(request))


def _listed(found: list[Body], limit: int) -> Body:
    pagination = {"per_page": limit, "has_more": len(found) > limit}
    return {"data": found[:limit], "meta": {"pagination": pagination}}


def _one(body: Body) -> Body:
    return {"data": body, "meta": {}}
