"""Why a case was decided as it was: found by any of its numbers, told from what was stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from goodterms.cli.explain import _cancellation, _lines
from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CUSTOMER, ORDER, encode
from goodterms.domain.refund_request import Claimed
from goodterms.storage.policies import publish, shipped_policy
from goodterms.usecases import cancel, customers, request_refund, review
from goodterms.usecases.explain import explain_refund
from goodterms.usecases.explain_cancellation import explain_cancellation
from tests.support.worlds import Sandbox, refund_public_id, request_public_id

ANNA = Actor("agent", "anna@desk.example")


def explained(number: str) -> dict[str, Any]:
    """The explanation, which must be one, and JSON."""
    told = explain_refund(number)
    assert not isinstance(told, Refusal), told
    return dict(json.loads(json.dumps(told)))


def explained_cancellation(number: str) -> dict[str, Any]:
    """The same for a cancellation."""
    told = explain_cancellation(number)
    assert not isinstance(told, Refusal), told
    return dict(json.loads(json.dumps(told)))


@pytest.mark.requirement("R26", "R34", "R52")
def test_a_granted_refund_is_explained_by_any_number(sandbox: Sandbox) -> None:
    """Order number, request number, public ids and the refund's key all lead to the same explanation."""
    sale = sandbox.sell()
    sandbox.advance(days=3)
    request = sale.ask_refund()
    review.approve(sandbox.world, request.bucket, request.id, actor=ANNA)
    order, refund = sale.order, sale.refund()
    told = explained(order.number)
    numbers = [
        order.number.lower(), encode(ORDER, order.bucket, order.id), request.number, request_public_id(request),
        refund_public_id(refund), refund.key,
    ]  # fmt: skip
    assert [explained(number) == told for number in numbers] == [True] * len(numbers)
    (case,) = told["requests"]
    assert (case["clause"], case["outcome"], case["decided_by"]) == ("FIRST-PURCHASE-30-DAYS", "grant", str(ANNA))
    assert [check["result"] for check in case["checks"]] == ["match"] * 4
    decided = next(f for f in case["findings"] if f["clause"] == case["clause"])
    assert (decided["values"]["day"], decided["values"]["last_day"]) == ("3", "2026-06-09")
    assert told["policy"]["label"] == "reference@1"
    assert told["policy"]["digest"] == order.policy_digest
    assert told["refunds"][0]["state"] == "pending"
    assert [event["fact"] for event in told["events"]][-2:] == ["refund.initiated", "term.revoked"]
    assert "subscription.canceled" not in [event["fact"] for event in told["events"][:1]]


@pytest.mark.requirement("R36")
def test_a_denial_names_its_rule_and_dates(sandbox: Sandbox) -> None:
    """The text for an operator has the rule that decided, the last day, and who declined."""
    sale = sandbox.sell()
    sandbox.advance(days=40)
    request = sale.ask_refund()
    review.decline(sandbox.world, request.bucket, request.id, actor=ANNA, note="Sorry.")
    text = "\n".join(_lines(explained(request.number)))
    assert "decided  OUTSIDE-WINDOW" in text
    assert "2026-06-09" in text
    assert str(ANNA) in text
    assert "refund_request.declined" in text


@pytest.mark.requirement("R34", "R35", "R52")
def test_a_right_of_a_law_is_explained_with_its_source_and_facts(sandbox: Sandbox) -> None:
    """A vendor without refunds, and the law: which right, of what, on whose statement, paid by when."""
    buyer = customers.find_or_create_customer(
        sandbox.world, email="jo@example.org", name="Jo", timezone="Europe/Berlin", country="DE", consumer=True
    )
    publish(shipped_policy("no-refunds"), at=sandbox.now, by="test")
    plan = sandbox.plan("other-year", currency="EUR", minor=7300)
    plan.policy_name = "no-refunds"
    plan.save()
    sale = sandbox.sell(buyer, plan="other-year", currency="EUR", minor=7300)
    sandbox.advance(days=9)
    request = sale.ask_refund()
    waiting = explained(request.number)["requests"][0]
    assert (waiting["outcome"], waiting["waits_for"]) == ("ask", "express_request_to_start")
    stated = {"express_request_to_start": True}
    review.state_facts(sandbox.world, request.bucket, request.id, stated, actor=ANNA)
    case = explained(request.number)["requests"][0]
    assert (case["rule"], case["clause"], case["article"]) == (
        "eu-withdrawal@1", "BEGUN-ON-REQUEST", "art. 9(1), 14(3)",
    )  # fmt: skip
    assert "Directive 2011/83/EU" in case["law"]
    assert "express request" in case["says"]
    assert case["because"] == next(f["because"] for f in case["findings"] if f["clause"] == case["clause"])
    assert case["pay_by_on"] > case["received_at"][:10]
    assert [(fact["name"], fact["value"], fact["by"]) for fact in case["facts"]] == [
        ("express_request_to_start", "Yes", str(ANNA))
    ]
    text = "\n".join(_lines(explained(request.number)))
    assert f"express_request_to_start  Yes, said {ANNA}" in text
    assert text.index("of no-refunds@1") < text.index("fits     NOT-REFUNDED") < text.index("of eu-withdrawal@1")
    assert "decided  BEGUN-ON-REQUEST" in text


def test_an_order_without_a_request_is_told_as_such(sandbox: Sandbox) -> None:
    """Nothing was asked, so nothing was decided."""
    assert "No refund has been asked for." in _lines(explained(sandbox.sell().order.number))


def test_a_request_without_an_order_is_told_as_such(sandbox: Sandbox) -> None:
    """An inquiry keeps its date and says why it waits."""
    claimed = Claimed("1234-ABCD-0000", "ann@example.org", "Ann Lee")
    actor = Actor("customer", "public form")
    request_refund.submit_claim(sandbox.world, claimed, actor=actor, channel="public_form")
    from goodterms.storage.models import Inquiry

    number = Inquiry.objects.get().number
    assert explained(number)["inquiry"]["state"] == "open"
    assert _lines(explained(number))[0] == "Request without an order"


@pytest.mark.parametrize(
    "number", ["", "1234-ABCD-0000", "R-1234-ABCD-0000", "R-", "req_123", "ref_" + "0" * 35, "ord_x", "gt-refund-1"]
)
def test_unknown_numbers_are_refused(sandbox: Sandbox, number: str) -> None:
    """A number that leads nowhere is an error, whatever its form."""
    assert isinstance(explain_refund(number), Refusal)


@pytest.mark.requirement("R15", "R18", "R52")
def test_a_plain_cancellation_is_explained(sandbox: Sandbox) -> None:
    """Who, when, by which rule, and until when: by its own number, by the order's, and again after it was undone."""
    sale = sandbox.sell()
    buyer = Actor("customer", encode(CUSTOMER, sale.customer.bucket, sale.customer.id))
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=buyer, channel="account")
    told = explained_cancellation(sale.order.number)
    number = told["cancellation"]["number"]
    assert number.startswith("C-")
    assert explained_cancellation(number.lower()) == told
    assert (told["decision"]["clause"], told["decision"]["rule"]) == ("STANDARD", "reference@1")
    assert told["cancellation"]["access_until"] == told["decision"]["access_until_at"]
    assert [event["fact"] for event in told["events"]] == ["subscription.canceled"]
    text = "\n".join(_cancellation(told))
    assert "decided  STANDARD" in text
    assert f"Cancellation {number}" in text
    cancel.undo(sandbox.world, sale.bucket, sale.subscription_id, actor=buyer)
    assert explained_cancellation(number)["cancellation"]["undone_at"]


@pytest.mark.parametrize("number", ["", "C-", "C-1234-ABCD-0000", "1234-ABCD-0000", "req_1"])
def test_unknown_cancellations_are_refused(sandbox: Sandbox, number: str) -> None:
    """A number that leads nowhere is an error; so is that of an order that nobody canceled."""
    assert isinstance(explain_cancellation(number), Refusal)
    assert isinstance(explain_cancellation(sandbox.sell().order.number), Refusal)
