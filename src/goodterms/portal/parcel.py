"""The stations of a refund, from the request to the account, with dates that are kept or promised (R39)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.judging.clauses_facts import facts_to_ask
from goodterms.domain.judging.known_facts import asked_of_customer
from goodterms.domain.money import Money
from goodterms.domain.payment import Refund, RefundEffect, RefundState, RefundWay
from goodterms.domain.refund_request import RefundRequest, RequestState
from goodterms.domain.request_checks import checks_of, open_questions
from goodterms.domain.rules import Fact
from goodterms.portal.words import FACTS, failure_words, law_words
from goodterms.usecases.cases import Case
from goodterms.usecases.policy_page_text import rule_sentence
from goodterms.usecases.reckoning import Line, reckoning

Station = dict[str, Any]


def parcel_of(case: Case) -> dict[str, Any]:
    """What the page of a request shows: stations, the refund, what is unclear, why it was declined."""
    request = case.request
    mine = [r for r in reversed(case.subscription.refunds) if r.request_id == request.id]
    refund = next((r for r in mine if r.order_id == request.order_id), None)
    verdict = dict(request.verdict or {})
    declined_for = request.declined_for or ""
    return {
        "order": case.order,
        "refund": refund,
        "amount": refund.amount if refund else request.amount or _granted(verdict) or case.order.amount,
        "part": refund is not None and refund.amount < case.order.amount,
        "also": also_of(case, mine),
        "reckoning": reckoning_of(case) if refund and not request.goodwill else (),
        "law": law_words(verdict.get("rule"), verdict.get("article"), case.beside),
        "stations": stations(request, refund),
        "unclear": unclear_of(case),
        "rule": rule_sentence(case.policy, declined_for),
        "because": (verdict.get("because") or "") if declined_for else "",
        "last_day_on": _day(verdict.get("last_day_on")),
        "answer_by_on": _answer_by(case),
        "refer_to": verdict.get("refer_to"),
        "may_appeal": request.state is RequestState.DECLINED and not request.appeals,
        "drops": refund is not None and refund.effect is RefundEffect.DROP_TERM,
        "revokes": refund is not None and refund.effect is RefundEffect.REVOKE_TERM,
        "later": refund is not None and refund.effect is RefundEffect.END_LATER,
        "keeps_until": case.subscription.paid_through,
    }


def asked_of(case: Case) -> tuple[Fact, ...]:
    """What a policy or a law needs to know of the customer, and nobody has said yet."""
    return asked_of_customer(open_questions(case.request, case.policy, case.beside))


def also_of(case: Case, refunds: list[Refund]) -> list[dict[str, Any]]:
    """Renewals that were charged while the request waited and go back with it: order, amount, where it is."""
    orders = {order.id: order for order in case.subscription.orders}
    latest = {refund.order_id: refund for refund in reversed(refunds) if refund.order_id != case.order.id}
    return [{"order": orders[order_id], "refund": refund} for order_id, refund in latest.items()]


def reckoning_of(case: Case) -> tuple[Line, ...]:
    """How the amount that policy or law grant comes about."""
    verdict, request = case.request.verdict or {}, case.request
    if verdict.get("outcome") != "grant":
        return ()
    granted_by = (str(verdict.get("clause")), str(verdict.get("rule")))
    return reckoning(case.subscription, case.order, granted_by, case.policy, case.beside, request.received_at, request)


def unclear_of(case: Case) -> list[str]:
    """The facts the customer is asked to look at again, by their labels on the form."""
    checks = checks_of(case.order, case.request.claimed, case.policy)
    return [FACTS[name] for name in facts_to_ask(case.policy, checks)]


def stations(request: RefundRequest, refund: Refund | None) -> list[Station]:
    """Received, checked, approved, sent, credited; each done, current, upcoming or failed."""
    state = request.state
    found: list[Station] = [{"label": "Received", "state": "done", "at": request.received_at}]
    if state is RequestState.RETRACTED:
        return [*found, {"label": "Taken back by you", "state": "done", "at": request.closed_at}]
    decided = state in (RequestState.APPROVED, RequestState.DECLINED)
    checked: Station = {"label": "Being checked", "state": "current"}
    if decided:
        checked = {"label": "Checked", "state": "done"}
        checked["at"] = request.decided_at
    elif state is RequestState.NEEDS_INFORMATION:
        checked["label"] = "Waiting for your answer"
    else:
        checked["note"] = "A specialist compares your data with the order."
    found.append(checked)
    if state is RequestState.DECLINED:
        return [*found, {"label": "Declined", "state": "failed", "at": request.decided_at}]
    approved = state is RequestState.APPROVED
    found.append({"label": "Approved", "state": "done" if approved else "upcoming"})
    if approved:
        found[-1]["at"] = request.decided_at
    return [*found, *_money(refund)]


def _money(refund: Refund | None) -> list[Station]:
    sent: Station = {"label": "Sent to your bank", "state": "upcoming"}
    credited: Station = {"label": "Credited to your account", "state": "upcoming"}
    if refund is None:
        return [sent, credited]
    if refund.way is RefundWay.BANK_TRANSFER:
        sent["label"] = "Sent by bank transfer"
    sent["state"] = "done" if refund.initiated_at else "current"
    if refund.initiated_at:
        sent["at"] = refund.initiated_at
        credited |= {"state": "current", "from_on": refund.credit_from_on, "until_on": refund.due_on}
    if refund.state is RefundState.SUCCEEDED:
        credited = {"label": credited["label"], "state": "done", "at": refund.settled_at or refund.initiated_at}
    elif refund.state is RefundState.FAILED:
        failed = {
            "state": "failed",
            "note": f"{failure_words(refund.failure)} We look for another way and write to you.",
        }
        if refund.initiated_at:
            credited = {"label": "Not credited", **failed, "at": refund.settled_at}
        else:
            sent = {"label": "Not sent", **failed}
    elif refund.late_at is not None:
        credited["note"] = "This takes longer than promised. We are asking the bank."
    return [sent, credited]


def _answer_by(case: Case) -> date | None:
    """The last local day of the promise to answer; what is kept is the first instant after it."""
    request = case.request
    if not request.state.open or request.due_at is None:
        return None
    return local_date(request.due_at - timedelta(seconds=1), counting_zone(case.policy.counting, None))


def _granted(verdict: dict[str, Any]) -> Money | None:
    """What the verdict grants, before it is approved."""
    if verdict.get("outcome") != "grant" or not verdict.get("amount_minor"):
        return None
    return Money(verdict["amount_minor"], verdict["currency"])


def _day(value: object) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else None
