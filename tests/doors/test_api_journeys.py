"""Every journey of portal and desk, made by a program: sell, cancel, keep, ask for the money, decide, follow."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from goodterms.api.routes import OPERATIONS
from goodterms.usecases.api_keys import NewKey, Scope, rotate_key
from tests.support.api import OPERATOR, SEEN, Program, new_key, problem
from tests.support.feeding import feed_all
from tests.support.worlds import Sandbox


@pytest.fixture(scope="module", autouse=True)
def _examples() -> Iterator[None]:
    """With GOODTERMS_EXAMPLES set to a file, keep what was sent and answered here as the document's examples."""
    yield
    if to := os.environ.get("GOODTERMS_EXAMPLES"):
        Path(to).write_text(json.dumps(SEEN, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


@pytest.fixture
def program(sandbox: Sandbox) -> Program:
    """A program that may do everything."""
    return Program(new_key(sandbox.world, *Scope).key)


@pytest.fixture
def sold(sandbox: Sandbox, program: Program) -> dict[str, Any]:
    """A subscription that a program has sold."""
    sandbox.plan()
    told = {"email": "ann@example.org", "name": "Ann Lee", "country": "AU"}
    customer = program.post("/v1/customers", told, expect=200).json()  # type: ignore[attr-defined]
    wish = {"customer": customer["id"], "plan": "shield-year", "currency": "AUD", "payment_method": "pm_ok.ann"}
    made: dict[str, Any] = program.post("/v1/subscriptions", wish, expect=201).json()  # type: ignore[attr-defined]
    return made


def body(response: Any) -> dict[str, Any]:
    """What was answered, which must be no problem."""
    assert response.status_code < 400, response.content
    told: dict[str, Any] = response.json()
    return told


def test_plans_are_made_and_priced(sandbox: Sandbox, program: Program) -> None:
    """A plan with its prices, taken off sale and put back."""
    plan = {"code": "vault-month", "product": "vault", "name": "Vault, monthly", "months": 1}
    assert body(program.post("/v1/plans", plan, expect=201))["prices"] == []
    price = {"currency": "EUR", "amount_minor": 499, "tax_minor": 80}
    told = body(program.post("/v1/plans/vault-month/prices", price, expect=201))
    assert told["prices"][0]["amount_minor"] == 499
    assert body(program.post("/v1/plans/vault-month/on-sale", {"on_sale": False}))["on_sale"] is False
    assert problem(program.post("/v1/plans/vault-month/on-sale", {"on_sale": 0.0})) == (422, "invalid_body")
    assert problem(program.post("/v1/plans", plan)) == (409, "code_taken")
    assert program.read("/v1/plans/vault-month")["on_sale"] is False
    assert [one["code"] for one in program.read("/v1/plans")["data"]] == ["vault-month"]


def test_sold_and_read(sandbox: Sandbox, program: Program, sold: dict[str, Any]) -> None:
    """What was sold gives access at once, and is found by its customer."""
    assert sold["state"] == "active"
    assert sold["access"]["may_use"] is True
    assert sold["latest_charge"]["state"] == "succeeded"
    assert sold["next_charge"]["term_starts_at"] == sold["terms"][0]["ends_at"]
    listed = program.read("/v1/subscriptions", customer=sold["customer"], product="shield")
    assert [one["id"] for one in listed["data"]] == [sold["id"]]
    terms = program.read(f"/v1/subscriptions/{sold['id']}/terms")["data"]
    assert terms == sold["terms"]
    order = program.read(f"/v1/orders/{terms[0]['order']}")
    assert program.read("/v1/orders", number=order["number"])["data"] == [order]
    assert order["amount"] == {"minor": 5995, "currency": "AUD"}
    assert program.read(f"/v1/subscriptions/{sold['id']}") == sold
    customer = program.read(f"/v1/customers/{sold['customer']}")
    assert program.read("/v1/customers", email="ANN@example.org")["data"] == [customer]
    some = program.read(f"/v1/orders/{order['id']}", fields="number,amount")
    assert list(some) == ["id", "number", "amount"]
    assert problem(program.get(f"/v1/orders/{order['id']}", {"fields": "x"})) == (400, "invalid_parameter")


def test_declined(sandbox: Sandbox, program: Program, sold: dict[str, Any]) -> None:
    """A declined payment is told as such, again and again under the same key."""
    sandbox.plan("vault-year")
    wish = {
        "customer": sold["customer"], "plan": "vault-year", "currency": "AUD", "payment_method": "pm_declined.ann",
    }  # fmt: skip
    first = program.post("/v1/subscriptions", wish, key="one")
    assert problem(first) == (402, "payment_declined")
    assert problem(program.post("/v1/subscriptions", wish, key="one")) == (402, "payment_declined")


def test_cancelled_as_previewed_and_kept_after_all(program: Program, sold: dict[str, Any]) -> None:
    """What was shown is confirmed; anything else is refused. It can be taken back."""
    at = f"/v1/subscriptions/{sold['id']}"
    shown = program.read(f"{at}/cancellation-preview")
    assert shown["access_until"] == sold["terms"][0]["ends_at"]
    assert shown["stops"]["amount"]["minor"] == 5995
    assert shown["refundable"] == sold["terms"][0]["order"]
    assert problem(program.post(f"{at}/cancel", {"shown": "0" * 16})) == (409, "preview_changed")
    done = body(program.post(f"{at}/cancel", {"shown": shown["fingerprint"], "by": "support"}))
    assert (done["state"], done["auto_renew"]) == ("non_renewing", False)
    assert done["cancellation"]["channel"] == "support"
    again = body(program.post(f"{at}/cancel", {"shown": shown["fingerprint"]}))  # fulfilled already
    assert again["version"] == done["version"]
    assert program.read(f"{at}/undo-preview")["next_charge"]["amount"]["minor"] == 5995
    kept = body(program.post(f"{at}/undo"))
    assert (kept["state"], kept["cancellation"]) == ("active", None)
    assert body(program.post(f"{at}/payment-method", {"payment_method": "pm_ok.other"}))["version"] > kept["version"]


def test_asked_for_decided_and_paid_back(sandbox: Sandbox, program: Program, sold: dict[str, Any]) -> None:
    """The whole way of a refund: preview, request, review, preview, approval, money."""
    order = sold["terms"][0]["order"]
    shown = program.read(f"/v1/orders/{order}/refund-preview")
    assert (shown["granted"], shown["effect"]) == (True, "revoke_term")
    assert any(one["matched"] for one in shown["verdict"]["findings"])
    case = body(program.post("/v1/refund-requests", {"order": order}, expect=201))
    assert case["state"] in ("received", "in_review")
    at = f"/v1/refund-requests/{case['id']}"
    twice = program.post("/v1/refund-requests", {"order": order})
    assert problem(twice) == (409, "open_request_exists")
    assert body(program.post(f"{at}/take"))["handled_by"].startswith("program:gtk_live_")
    asked = body(program.post(f"{at}/ask", {"question": "Which card did you use?"}))
    assert (asked["state"], asked["question"]) == ("needs_information", "Which card did you use?")
    answered = body(program.post(f"{at}/answers", {"answer": "The one that ends in 4242."}))
    assert answered["answer"] == "The one that ends in 4242."
    preview = program.read(f"{at}/approval-preview")
    assert (preview["amount"]["minor"], preview["final"]) == (5995, True)
    done = body(program.post(f"{at}/approve", {"shown": preview["fingerprint"]}))
    assert done["state"] == "approved"
    assert program.read(at)["state"] == "approved"
    assert [one["id"] for one in program.read("/v1/refund-requests", state="approved")["data"]] == [case["id"]]
    refund = program.read("/v1/refunds", order=order)["data"][0]
    assert (refund["state"], refund["refund_request"]) == ("pending", case["id"])
    assert program.read(f"/v1/refunds/{refund['id']}")["credit_by_on"] is not None
    assert problem(program.post(f"/v1/refunds/{refund['id']}/retry", {"way": "original"}))[0] == 409
    after = program.read(f"/v1/subscriptions/{sold['id']}")
    assert (after["state"], after["access"]["reason"]) == ("expired", "refunded")
    moved = program.read("/v1/reports/summary", until_at=sandbox.now.replace(year=2027).isoformat(),
                         from_at=sandbox.now.isoformat())  # fmt: skip
    assert moved["movements"][0] == {
        "currency": "AUD", "orders": 1, "ordered_minor": 5995, "refunds": 1, "refunded_minor": 5995,
    }  # fmt: skip


def test_a_refund_that_failed(sandbox: Sandbox, program: Program) -> None:
    """After a refund came back, the money is sent by bank transfer, and that is told."""
    sale = sandbox.sell(card="pm_refund_fails")
    order = program.read(f"/v1/subscriptions/{sale.public_id}")["terms"][0]["order"]
    case = body(program.post("/v1/refund-requests", {"order": order}, expect=201))
    at = f"/v1/refund-requests/{case['id']}"
    body(program.post(f"{at}/approve", {"shown": program.read(f"{at}/approval-preview")["fingerprint"]}))
    sandbox.live(days=4)
    failed = program.read("/v1/refunds", order=order)["data"][0]
    assert (failed["state"], failed["failure"] is not None) == ("failed", True)
    wish = {"way": "bank_transfer", "reference": "T-2026-17"}
    at = f"/v1/refunds/{failed['id']}/retry"
    assert problem(program.post(at, wish)) == (409, "same_person")
    old = "_".join(program.key.split("_")[:2]) + "_" + program.key.split("_")[2][:8]
    renewed = rotate_key(sandbox.world, old, old_until=sandbox.now, actor=OPERATOR)
    assert isinstance(renewed, NewKey)
    assert problem(Program(renewed.key).post(at, wish)) == (409, "same_person")  # it is the same program
    other = Program(new_key(sandbox.world, *Scope, name="help desk").key)
    again = body(other.post(at, wish, expect=201))
    assert (again["way"], again["attempt"], again["bank_reference"]) == ("bank_transfer", 2, "T-2026-17")
    assert problem(other.post(at, wish)) == (409, "not_failed")


def test_declined_appealed_retracted(sandbox: Sandbox, program: Program, sold: dict[str, Any]) -> None:
    """A refusal tells its findings; a declined request is looked at again; an open one can be taken back."""
    sandbox.advance(days=60)
    order = sold["terms"][0]["order"]
    case = body(program.post("/v1/refund-requests", {"order": order, "by": "support", "route": "phone"}, expect=201))
    assert (case["channel"], case["route"]) == ("support", "phone")
    at = f"/v1/refund-requests/{case['id']}"
    refused = program.get(f"{at}/approval-preview")
    assert problem(refused) == (409, "not_granted")
    assert refused.json()["findings"]  # type: ignore[attr-defined]
    shown = program.read(f"{at}/approval-preview", amount_minor=1000, reason="A kind word")
    assert (shown["goodwill"], shown["final"]) == (True, False)
    wish = {"amount_minor": 1000, "reason": "A kind word", "shown": shown["fingerprint"]}
    proposed = body(program.post(f"{at}/goodwill", wish))
    assert (proposed["state"], len(proposed["approvals"])) == ("received", 1)
    body(program.post(f"{at}/facts", {"facts": {"consumer": True}}))
    declined = body(program.post(f"{at}/decline", {"note": "Too late."}))
    assert (declined["state"], declined["decline_note"]) == ("declined", "Too late.")
    assert body(program.post(f"{at}/appeal", {"reason": "I was ill."}))["appeals"] == 1
    assert body(program.post(f"{at}/retract"))["state"] == "retracted"
    assert body(program.post(f"{at}/retract"))["state"] == "retracted"


def test_claims_tell_nothing(sandbox: Sandbox, program: Program, sold: dict[str, Any]) -> None:
    """What leads to an order becomes a request, anything else an inquiry; both are kept."""
    number = program.read(f"/v1/orders/{sold['terms'][0]['order']}")["number"]
    claim = {"order_number": number, "email": "ann@example.org", "name": "Ann Lee", "purchase_on": "2026-05-10"}
    assert body(program.post("/v1/claims", claim, expect=201))["refund_request"].startswith("req_")
    other = body(program.post("/v1/claims", {**claim, "email": "eve@example.org"}, expect=201))
    assert (other["refund_request"], other["inquiry"] is not None) == (None, True)


def test_decisions_and_policies(sandbox: Sandbox, program: Program, sold: dict[str, Any]) -> None:
    """What a policy would say, to an invented case and to a real order."""
    policy = program.read("/v1/policies")["data"][0]
    assert "text" in program.read(f"/v1/policies/{policy['digest']}")
    told = body(program.post("/v1/decisions", {"policy": policy["digest"], "day": 31}))
    assert (told["verdict"]["outcome"], told["stretches"][0]["outcome"]) == ("deny", "grant")
    number = program.read(f"/v1/orders/{sold['terms'][0]['order']}")["number"]
    real = body(program.post("/v1/decisions", {"policy": policy["digest"], "order_number": number}))
    assert real["verdict"]["outcome"] == "grant"
    assert problem(program.post("/v1/decisions", {"policy": policy["digest"], "months": 0})) == (422, "invalid_body")


def test_what_programs_follow(sandbox: Sandbox, program: Program, sold: dict[str, Any]) -> None:
    """Facts in one order, endpoints that they are sent to, and answers for devices without a network."""
    feed_all(sandbox.world)
    made = body(program.post("/v1/webhook-endpoints", {"url": "https://hooks.shop.com/in"}, expect=201))
    at = f"/v1/webhook-endpoints/{made['id']}"
    span = {"from_at": "2026-05-01T00:00:00Z", "until_at": "2026-06-01T00:00:00Z"}
    assert body(program.post(f"{at}/replay", span))["count"] > 0
    assert program.read(f"{at}/deliveries", limit=1)["data"][0]["state"] == "pending"
    assert program.read(at)["names"] == []
    assert program.read("/v1/webhook-endpoints")["data"][0]["id"] == made["id"]
    assert body(program.post(f"{at}/disable"))["disabled_at"] is not None
    assert body(program.post(f"{at}/enable"))["disabled_at"] is None
    assert body(program.post(f"{at}/rotate-secret"))["secret"] != made["secret"]
    asked = {"customer": sold["customer"], "product": "shield"}
    assert program.read("/v1/entitlements/token", **asked)["may_use"] is True


def test_entitlements_of_many(program: Program, sold: dict[str, Any]) -> None:
    """Many questions in one call are answered in their order, as they are alone."""
    one = {"customer": sold["customer"], "product": "shield"}
    asked = {"questions": [one, {**one, "product": "vault"}]}
    told = body(program.post("/v1/entitlements/ask", asked))["data"]
    assert told[0] == program.read("/v1/entitlements", **one)
    assert [answer["may_use"] for answer in told] == [True, False]


#: Bodies with which an operation would be done, for those that need one.
BODIES = {
    "cancel_subscription": {"shown": "0" * 16}, "change_payment_method": {"payment_method": "pm_ok"},
    "appeal_refund_request": {"reason": "x"},
}  # fmt: skip


def test_others_objects_are_answered_like_missing_ones(
    sandbox: Sandbox, program: Program, sold: dict[str, Any]
) -> None:
    """With another customer, every object is answered exactly like one that does not exist."""
    eve = body(program.post("/v1/customers", {"email": "eve@example.org", "name": "Eve"}))["id"]
    order = sold["terms"][0]["order"]
    case = body(program.post("/v1/refund-requests", {"order": order}, expect=201))["id"]
    ids, tried = {"sub": sold["id"], "order": order, "req": case}, 0
    for one in OPERATIONS.values():
        name = one.path.partition("{")[2].partition("}")[0]
        if name not in ids or one.scope is Scope.REFUNDS_DECIDE:
            continue
        missing = ids[name][:-4] + "0000"
        told = []
        for id in (ids[name], missing):
            path = f"/v1{one.path.replace('{' + name + '}', id)}?customer={eve}"
            answer = program.get(path) if one.kind == "read" else program.post(path, BODIES.get(one.name))
            assert problem(answer) == (404, "not_found"), one.path
            told.append({key: value for key, value in answer.json().items() if key != "request_id"})  # type: ignore[attr-defined]
        assert told[0] == told[1]
        tried += 1
    assert tried == 13
