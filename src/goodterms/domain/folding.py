"""Folding the journal: what the facts of a subscription add up to.

The fold knows only what facts say and none of the code that decides, so that a fact which is missing, or which says
something else than was done, shows as a difference from the state (`folded_state`). What facts do not tell (cards,
leases, who works on a case) is no part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from goodterms.domain.decision import iso

OPEN = "open"

#: What a part is (subscription, term, order, charge, refund, dispute, cancellation, request) and which one.
Part = tuple[str, str]
Values = dict[str, object]
State = dict[Part, Values]

SUBSCRIPTION: Part = ("subscription", "")


class Told(Protocol):
    """What the fold reads of a fact, of the domain or as a row."""

    @property
    def name(self) -> str:
        """What happened."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def actor(self) -> object:
        """Who did it."""
        ...

    @property
    def data(self) -> Mapping[str, Any]:
        """The values that matter."""
        ...


def fold(facts: Iterable[Told]) -> State:
    """Go through the facts of one subscription in their order; instants become ISO text, ids text."""
    folder = _Folder()
    for fact in facts:
        noun, _, happened = str(fact.name).partition(".")
        handler = _HANDLERS.get(noun)
        if handler is not None:
            handler(folder, happened, fact.data, iso(fact.at), str(fact.actor))
    return folder.state


class _Folder:
    """The state while facts are gone through; a fact about something that no fact has brought makes it anew."""

    def __init__(self) -> None:
        self.sub: Values = {
            "auto_renew": True, "expired_at": None, "end_reason": None, "announced_term": None,
            "announced_minor": None, "announced_at": None, "again_at": None,
            "price_told_minor": None, "price_told_at": None,
        }  # fmt: skip
        self.state: State = {SUBSCRIPTION: self.sub}
        self.number_of: dict[str, str] = {}  # of the term that an order paid for

    def part(self, kind: str, which: object) -> Values:
        """One part, to be changed."""
        return self.state.setdefault((kind, str(which)), {})

    def order(self, id: object) -> Values:
        """The order with an id."""
        return self.part("order", self.number_of.get(str(id), str(id)))

    def announced(self, term: object, minor: object, at: object) -> None:
        """Nothing is announced (None), or a term, its amount, and when."""
        self.sub.update(announced_term=term, announced_minor=minor, announced_at=at, again_at=None)


Data = Mapping[str, Any]


def _subscription(folder: _Folder, happened: str, data: Data, at: str, by: str) -> None:
    sub = folder.sub
    match happened:
        case "imported":
            sub["auto_renew"] = data.get("auto_renew", True)
        case "started" | "renewed":
            _paid(folder, data)
        case "renewal_announced":
            if sub["announced_term"] == data["term_number"]:
                sub["again_at"] = at
            else:
                folder.announced(data["term_number"], data["amount_minor"], at)
            if data.get("price_after_minor") not in (None, sub["price_told_minor"]):
                sub.update(price_told_minor=data["price_after_minor"], price_told_at=at)
        case "canceled":
            _canceled(folder, data, at, by)
        case "cancellation_undone":
            if data.get("cancellation_id"):
                folder.part("cancellation", data["cancellation_id"]).update(undone_at=at, undone_by=by)
            if not sub["auto_renew"]:
                folder.announced(None, None, None)
            sub["auto_renew"] = True
        case "renewal_stopped" | "renewal_resumed":
            sub["auto_renew"] = happened == "renewal_resumed"
            folder.announced(None, None, None)
        case "announcement_withdrawn":
            folder.announced(None, None, None)
        case "revived":
            sub.update(expired_at=None, end_reason=None)
        case "expired":
            sub.update(auto_renew=False, expired_at=data["expired_at"], end_reason=data["reason"])


def _paid(folder: _Folder, data: Data) -> None:
    number = str(data["term_number"])
    folder.number_of[data["order_id"]] = number
    folder.state["term", number] = {
        "starts_at": data["starts_at"], "ends_at": data["ends_at"], "dropped_at": None, "revoked_at": None
    }  # fmt: skip
    folder.state["order", number] = {
        "number": data["order_number"], "amount_minor": data["amount_minor"], "currency": data["amount_currency"],
        "tax_minor": data["tax_minor"], "placed_at": data["placed_at"], "refunded_minor": 0,
        "disputed_minor": 0, "excess_minor": 0,
    }  # fmt: skip
    folder.announced(None, None, None)
    renews = folder.sub["auto_renew"] and not data.get("last")
    folder.sub.update(expired_at=None, end_reason=None, auto_renew=renews)


def _canceled(folder: _Folder, data: Data, at: str, by: str) -> None:
    known = ("cancellation", data["cancellation_id"]) in folder.state
    one = folder.part("cancellation", data["cancellation_id"])
    one.update(access_until=data["access_until"], last_term=data.get("last_term"))
    if not known:
        one.update(
            number=data["number"], channel=data["channel"], requested_at=at, actor=by, undone_at=None, undone_by=None
        )
    if "last_term" not in data:
        folder.sub["auto_renew"] = False
        folder.announced(None, None, None)


def _term(folder: _Folder, happened: str, data: Data, at: str, _by: str) -> None:
    term = folder.part("term", data["term_number"])
    if happened == "restored":
        term.update(dropped_at=None, revoked_at=None)
    else:
        term[f"{happened}_at"] = data.get("revoked_at", at)
    if data.get("imported"):
        folder.sub["auto_renew"] = False


def _charge(folder: _Folder, happened: str, data: Data, at: str, _by: str) -> None:
    charge = folder.part("charge", f"{data['term_number']}/{data['attempt']}")
    match happened:
        case "intended":
            charge.update(
                amount_minor=data["amount_minor"], currency=data["amount_currency"], state=OPEN, intended_at=at,
                settled_at=None, decline_code=None, retryable=True, gateway_ref=None,
            )  # fmt: skip
        case "succeeded":
            charge.update(state="succeeded", settled_at=at, gateway_ref=data["gateway_ref"])
        case "declined":
            charge.update(state="declined", settled_at=at, decline_code=data["code"], retryable=data["retryable"])


def _refund(folder: _Folder, happened: str, data: Data, at: str, _by: str) -> None:
    refund = folder.part("refund", data["refund_id"])
    match happened:
        case "intended" | "external":
            _sent_back(folder, refund, data, at)
        case "excess_counted":
            refund.update(effect=data["effect"], tax_minor=refund["tax_minor"] + data["tax_minor"])
            _count(folder, data["order_id"], refund, data["counted_minor"], -data["counted_minor"])
        case "initiated":
            refund.update(state="pending", initiated_at=at, due_on=data.get("due_on"))
        case "succeeded":
            refund.update(state="succeeded", settled_at=at, bank_reference=data.get("bank_reference"))
        case "rejected" | "failed":
            refund.update(state="failed", settled_at=at, failure=data["code"])
            order = folder.order(data["order_id"])
            for count, part in (("refunded_minor", "inside_minor"), ("excess_minor", "excess_minor")):
                order[count] = order[count] - refund[part]  # type: ignore[operator]
        case "late":
            refund["late_at"] = at


def _sent_back(folder: _Folder, refund: Values, data: Data, at: str) -> None:
    refund.update(
        order=folder.number_of.get(data["order_id"]), request=data.get("request_id"), way=data.get("way", "external"),
        effect=data["effect"], access_until_at=data.get("access_until_at"), inside_minor=0, excess_minor=0,
        tax_minor=data["tax_minor"], currency=data["amount_currency"], state=OPEN, intended_at=at, initiated_at=None,
        settled_at=None, due_on=None, bank_reference=None, failure=None, late_at=None,
    )  # fmt: skip
    inside, excess = data.get("inside_minor", data["amount_minor"]), data.get("excess_minor", 0)
    _count(folder, data["order_id"], refund, inside, excess)


def _count(
    folder: _Folder, order_id: str, back: Values, inside: int, excess: int, counter: str = "refunded_minor"
) -> None:
    order = folder.order(order_id)
    for row, counted in ((back, "inside_minor"), (order, counter)):
        row[counted] = row[counted] + inside  # type: ignore[operator]
        row["excess_minor"] = row["excess_minor"] + excess  # type: ignore[operator]


def _dispute(folder: _Folder, happened: str, data: Data, at: str, _by: str) -> None:
    dispute = folder.part("dispute", data["dispute_id"])
    match happened:
        case "opened":
            dispute.update(
                order=folder.number_of.get(data["order_id"]), gateway_ref=data["gateway_ref"], reason=data["reason"],
                state="opened", inside_minor=0, excess_minor=0, tax_minor=0, currency=data["amount_currency"],
                effect="money_only", opened_at=at, ended_at=None, decided_at=None,
            )  # fmt: skip
            _count(folder, data["order_id"], dispute, data["inside_minor"], data["excess_minor"], "disputed_minor")
        case "excess_counted":
            dispute["tax_minor"] = dispute["tax_minor"] + data["tax_minor"]
            _count(folder, data["order_id"], dispute, data["counted_minor"], -data["counted_minor"], "disputed_minor")
        case "under_review":
            dispute["state"] = happened
        case "lost":
            ended_at = None if data["effect"] == "money_only" else at
            dispute.update(
                state=happened, decided_at=at, tax_minor=data["tax_minor"], effect=data["effect"], ended_at=ended_at
            )
        case "won" | "reversed":
            dispute.update(state=happened, decided_at=at)
            order = folder.order(data["order_id"])
            for count, part in (("disputed_minor", "inside_minor"), ("excess_minor", "excess_minor")):
                order[count] = order[count] - dispute[part]  # type: ignore[operator]


def _request(folder: _Folder, happened: str, data: Data, at: str, by: str) -> None:
    request = folder.part("request", data["request_id"])
    match happened:
        case "received":
            request.update(
                order=folder.number_of.get(data["order_id"]), state=data["state"], channel=data["channel"],
                route=data["route"], act=data.get("act", "refund"), received_at=data["received_at"], opened_at=at,
                opened_by=by, amount_minor=None, goodwill=False, decided_at=None, decided_by=None, closed_at=None,
                appeals=0,
            )  # fmt: skip
        case "review_started":
            request["state"] = "in_review"
        case "information_asked":
            request["state"] = "needs_information"
        case "information_given":
            request["state"] = data["state"]
        case "first_approved":
            request.update(amount_minor=data["amount_minor"], goodwill=data["reason"] is not None)
        case "approved":
            request.update(
                state="approved", amount_minor=data["amount_minor"], goodwill=data["goodwill"], decided_at=at,
                decided_by=by,
            )  # fmt: skip
        case "declined":
            request.update(state="declined", decided_at=at, decided_by=by, closed_at=at)
        case "reopened":
            again = request["appeals"] + data["appeal"]
            request.update(state="in_review", decided_at=None, decided_by=None, closed_at=None, appeals=again)
        case "retracted":
            request.update(state="retracted", closed_at=at)


_HANDLERS: dict[str, Callable[[_Folder, str, Data, str, str], None]] = {
    "subscription": _subscription, "term": _term, "charge": _charge, "refund": _refund,
    "dispute": _dispute, "refund_request": _request,
}  # fmt: skip
