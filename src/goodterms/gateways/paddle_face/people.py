"""What people do at the shop, and how time passes there: `POST /test/shop {"do": name, ...}`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from goodterms.gateways.paddle_face.objects import id_of, number_of
from goodterms.gateways.paddle_face.requests import RefusedError
from goodterms.gateways.paddle_face.shop import PaddleShop
from goodterms.gateways.reseller.files import instant, instant_text


def at_the_shop(shop: PaddleShop, _request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    """Do it; what came of it."""
    match body:
        case {"do": "sell", "plan": str(plan), **rest}:
            sold = shop.sell(plan, **{name: value for name, value in rest.items() if name != "do"})
            return {"agreement": id_of("sub", _n(sold.agreement)), "order": _txn(shop, _n(sold.order))}
        case {"do": "let_fail", "agreement": str(id), "times": int(times)}:
            shop.let_fail(f"AG-{number_of(id)}", times)
        case {"do": "stop", "agreement": str(id), "renews": bool(renews)}:
            shop.stop(f"AG-{number_of(id)}", renews=renews)
        case {"do": "refund", "order": str(txn), "amount_minor": int(minor)}:
            return {"ref": shop.refund(f"RS-{_order(shop, txn)}", minor)}
        case {"do": "dispute", "order": str(txn), "amount_minor": int(minor)}:
            return {"ref": shop.dispute(f"RS-{_order(shop, txn)}", minor)}
        case {"do": "decide", "dispute": str(ref), "state": str(state)}:
            shop.decide(ref, state)
        case {"do": "work", **rest}:
            shop.work(instant(rest["to"]) if rest.get("to") else None)
        case {"do": "look"}:
            pass
        case _:
            raise RefusedError(400, "bad_request", "nothing of that kind can be done here")
    due = shop.next_due()
    return {"now": instant_text(shop.now), "next_due": instant_text(due) if due else None}


def _txn(shop: PaddleShop, order_n: int) -> str:
    return str(shop.books.rows("SELECT txn FROM paddle_orders WHERE order_n = ?", order_n)[0]["txn"])


def _order(shop: PaddleShop, txn: str) -> int:
    """The order of a transaction that was paid."""
    rows = shop.books.rows(
        "SELECT o.n FROM orders o JOIN paddle_orders p ON p.order_n = o.n WHERE p.txn = ? AND o.paid = 1", txn
    )
    if not rows:
        raise RefusedError(404, "not_found", "Entity not found")
    return int(rows[0]["n"])


def _n(ref: str) -> int:
    return int(ref.rpartition("-")[2])
