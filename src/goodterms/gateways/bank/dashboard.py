"""The bank's dashboard for people: the statement, the charges, and a form to refund one by hand.

A refund made here carries no reference of the merchant's program, like one made in any gateway's dashboard.
There is no sign-in: the bank holds no real money and listens on this machine only. Forms of other sites are
refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from html import escape
from importlib import resources
from string import Template
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from goodterms.domain.counting import date_in_words
from goodterms.domain.money import Money, MoneyError
from goodterms.gateways.bank import charging, disputing, refunding, statement
from goodterms.gateways.bank.books import Books, RefusedError
from goodterms.gateways.bank.clerk import Clerk
from goodterms.gateways.bank.clock import from_text
from goodterms.gateways.bank.http import json_object

_LINES_SHOWN = 200
_CHARGES_SHOWN = 100
_HEADERS = {
    "Content-Security-Policy": ("default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # stricter, and browsers would not say where our own form comes from
}
_WORDS = {
    ("charge", "succeeded"): "Charge",
    ("refund", "pending"): "Refund accepted, on its way",
    ("refund", "succeeded"): "Refund credited",
    ("refund", "failed"): "Refund failed, money is back",
    ("dispute", "opened"): "Dispute opened, money taken",
    ("dispute", "under_review"): "Dispute under review",
    ("dispute", "won"): "Dispute won, money is back",
    ("dispute", "lost"): "Dispute lost",
    ("dispute", "reversed"): "Lost dispute reversed, money is back",
}

_DECIDE = {"under_review": "Look into it", "won": "Merchant wins", "lost": "Cardholder wins"}


def routes(clerk: Clerk) -> list[web.RouteDef]:
    """The pages and their one form."""

    async def home(_: web.Request) -> web.Response:
        raise web.HTTPFound("/dashboard")

    async def show(_: web.Request) -> web.Response:
        return _page(await clerk.do(_everything))

    async def css(_: web.Request) -> web.Response:
        return web.Response(text=_file("dashboard.css"), content_type="text/css")

    return [
        web.get("/", home),
        web.get("/dashboard", show),
        web.get("/dashboard.css", css),
        web.post("/dashboard/refunds", _refund_by(clerk)),
        web.post("/dashboard/disputes", _dispute_by(clerk)),
    ]


def _refund_by(clerk: Clerk) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def refund(request: web.Request) -> web.Response:
        _same_site(request)
        is_form = request.content_type == "application/x-www-form-urlencoded"
        body = _from_form(dict(await request.post())) if is_form else await json_object(request)
        try:
            reply = await clerk.do(lambda books, now: refunding.dashboard_refund(books, now, body=body))
        except RefusedError as refused:
            if not is_form:
                raise
            return _page(await clerk.do(_everything), problem=refused.message, status=refused.status)
        if is_form:
            raise web.HTTPSeeOther("/dashboard")
        return web.json_response(reply.body, status=reply.status)

    return refund


def _dispute_by(clerk: Clerk) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The cardholder's side: `{charge, reason, amount_minor?}` opens a dispute, `{dispute, status}` decides one."""

    async def dispute(request: web.Request) -> web.Response:
        _same_site(request)
        is_form = request.content_type == "application/x-www-form-urlencoded"
        body = {k: str(v) for k, v in (await request.post()).items()} if is_form else await json_object(request)
        act = disputing.decide if "dispute" in body else disputing.open_dispute
        try:
            reply = await clerk.do(lambda books, now: act(books, now, body=body))
        except RefusedError as refused:
            if not is_form:
                raise
            return _page(await clerk.do(_everything), problem=refused.message, status=refused.status)
        if is_form:
            raise web.HTTPSeeOther("/dashboard")
        return web.json_response(reply.body, status=reply.status)

    return dispute


def _same_site(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    foreign_form = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if foreign_form or (origin is not None and urlsplit(origin).netloc != request.host):
        raise RefusedError(403, "foreign_form", "This form was sent by another site.")


def _from_form(form: dict[str, Any]) -> dict[str, Any]:
    try:
        amount = str(form.get("amount", "")).strip().replace(",", ".")
        money = Money.parse(amount, str(form.get("currency", "")))
        seen = int(str(form.get("refunds_seen", "")))
    except (MoneyError, ValueError) as error:
        raise RefusedError(400, "invalid_request", f"Amount not understood: {error}.") from None
    return {
        "charge": form.get("charge"),
        "amount_minor": money.minor,
        "currency": money.currency,
        "refunds_seen": seen,
    }


def _everything(books: Books, now: datetime) -> dict[str, Any]:
    rows = books.db.execute(
        "SELECT *, (SELECT count(*) FROM refunds r WHERE r.charge_n = c.n) AS refunds_seen"
        " FROM charges c ORDER BY n DESC LIMIT ?",
        (_CHARGES_SHOWN,),
    ).fetchall()
    charges = [
        {
            **charging.as_json(row),
            "refunds_seen": row["refunds_seen"],
            "held_minor": disputing.held_by_disputes(books, row["n"]),
            "dispute": _open_dispute(books, row["n"]),
        }
        for row in rows
    ]
    return {**statement.latest(books, now, limit=_LINES_SHOWN), "charges": charges}


def _open_dispute(books: Books, charge_n: int) -> str | None:
    row = books.db.execute(
        "SELECT n FROM disputes WHERE charge_n = ? AND status IN ('opened', 'under_review')", (charge_n,)
    ).fetchone()
    return disputing.dispute_id(row["n"]) if row else None


def _page(shown: dict[str, Any], *, problem: str | None = None, status: int = 200) -> web.Response:
    balances = [_money(one["balance_minor"], one["currency"]) for one in shown["balances"]] or ["Nothing yet."]
    text = Template(_file("dashboard.html")).substitute(
        at=_when(shown["at"]),
        notice=f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else "",
        balances="".join(f"<li>{balance}</li>" for balance in balances),
        lines="".join(_line(line) for line in shown["data"]),
        charges="".join(_charge(charge) for charge in shown["charges"]),
    )
    return web.Response(text=text, content_type="text/html", headers=_HEADERS, status=status)


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text()


def _line(line: dict[str, Any]) -> str:
    currency = line["currency"]
    what = _WORDS[line["kind"], line["outcome"]]
    trace = f"<br><small>Trace number {line['bank_reference']}</small>" if line["bank_reference"] else ""
    reference = escape(line["reference"]) if line["reference"] else "<em>made here</em>"
    about = line["id"] if line["kind"] == "charge" else f"{line['id']}, {line['charge']}"
    return (
        f"<tr><td>{_when(line['at'])}</td><td>{what}<br><small>{about}</small>{trace}</td><td>{reference}</td>"
        f'<td class="n">{_money(line["amount_minor"], currency)}</td>'
        f'<td class="n">{_money(line["effect_minor"], currency)}</td>'
        f'<td class="n">{_money(line["balance_minor"], currency)}</td></tr>'
    )


def _charge(charge: dict[str, Any]) -> str:
    currency = charge["currency"]
    left = charge["amount_minor"] - charge["refunded_minor"] - charge["held_minor"]
    if charge["status"] == "failed":
        form = escape(charge["failure_message"])
    elif charge["dispute"]:
        buttons = (_dispute_form({"dispute": charge["dispute"], "status": s}, w) for s, w in _DECIDE.items())
        form = "Disputed by the cardholder: " + " ".join(buttons)
    elif left <= 0 and charge["held_minor"]:
        form = "Lost to a dispute"
    elif left == 0:
        form = "Fully refunded"
    else:
        form = (
            '<form method="post" action="/dashboard/refunds">'
            f'<input type="hidden" name="charge" value="{charge["id"]}">'
            f'<input type="hidden" name="currency" value="{currency}">'
            f'<input type="hidden" name="refunds_seen" value="{charge["refunds_seen"]}">'
            f'<input name="amount" value="{Money(left, currency).decimal_str()}" inputmode="decimal" required'
            f' size="9" aria-label="Amount in {currency} to refund of {charge["id"]}">'
            f' <button aria-label="Refund {charge["id"]}">Refund</button></form>'
            + _dispute_form({"charge": charge["id"], "reason": "subscription_canceled"}, "Dispute as cardholder")
        )
    return (
        f"<tr><td>{charge['id']}<br><small>{_when(charge['created_at'])}</small></td>"
        f"<td>{escape(charge['description'])}<br><small>{escape(charge['payment_method'])}</small></td>"
        f'<td class="n">{_money(charge["amount_minor"], currency)}</td>'
        f'<td class="n">{_money(charge["refunded_minor"], currency)}</td><td>{form}</td></tr>'
    )


def _dispute_form(fields: dict[str, str], label: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    return f'<form method="post" action="/dashboard/disputes">{hidden}<button>{label}</button></form>'


def _money(minor: int, currency: str) -> str:
    return escape(str(Money(minor, currency)))


def _when(text: str) -> str:
    at = from_text(text)
    return f'<time datetime="{text}">{date_in_words(at.date())}, {at:%H:%M} UTC</time>'
