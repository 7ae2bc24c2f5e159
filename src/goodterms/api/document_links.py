"""What leads on from an answer, as links of the OpenAPI document: from a list or a new object to what it names."""

from __future__ import annotations

import re
from typing import Any

Tree = dict[str, Any]

_IN_ADDRESS = re.compile(r"\{(\w+)\}")
#: Where an answer has what addresses ask for, by the parameter there: the operations that tell it, and its place in
#: the object. Of a list it is the first object's.
_TOLD: dict[str, tuple[tuple[str, ...], str]] = {
    "cus": (("list_customers", "create_customer"), "id"),
    "sub": (("list_subscriptions", "create_subscription"), "id"),
    "order": (("list_orders",), "id"),
    "req": (("list_refund_requests", "create_refund_request"), "id"),
    "ref": (("list_refunds",), "id"),
    "plan": (("list_plans", "create_plan"), "code"),
    "digest": (("list_policies",), "digest"),
    "endpoint": (("list_webhook_endpoints", "create_webhook_endpoint"), "id"),
    "name": (("list_sandboxes", "create_sandbox"), "name"),
}
_FINGERPRINT = {"shown": "$response.body#/fingerprint"}
_WHO = {"customer": "$response.body#/customer", "product": "$response.body#/product"}
#: Steps of journeys: from, to, the parameters and the body that the answer gives.
_STEPS: tuple[tuple[str, str, Tree, Tree], ...] = (
    ("create_customer", "list_subscriptions", {"customer": "$response.body#/id"}, {}),
    ("create_customer", "list_orders", {"customer": "$response.body#/id"}, {}),
    ("create_subscription", "get_customer", {"cus": "$response.body#/customer"}, {}),
    ("create_subscription", "get_entitlement", _WHO, {}),
    ("create_subscription", "get_entitlement_token", _WHO, {}),
    ("create_subscription", "get_order", {"order": "$response.body#/terms/0/order"}, {}),
    ("create_subscription", "preview_refund", {"order": "$response.body#/terms/0/order"}, {}),
    ("preview_cancellation", "cancel_subscription", {"sub": "$request.path.sub"}, _FINGERPRINT),
    ("cancel_subscription", "preview_undo", {"sub": "$response.body#/id"}, {}),
    ("cancel_subscription", "undo_cancellation", {"sub": "$response.body#/id"}, {}),
    ("preview_undo", "undo_cancellation", {"sub": "$request.path.sub"}, {}),
    ("get_order", "create_refund_request", {}, {"order": "$response.body#/id"}),
    ("preview_refund", "create_refund_request", {}, {"order": "$request.path.order"}),
    ("create_refund_request", "get_order", {"order": "$response.body#/order"}, {}),
    ("create_refund_request", "list_refunds", {"order": "$response.body#/order"}, {}),
    ("preview_approval", "approve_refund_request", {"req": "$request.path.req"}, _FINGERPRINT),
    ("approve_refund_request", "list_refunds", {"order": "$response.body#/order"}, {}),
    ("get_refund", "get_refund_request", {"req": "$response.body#/refund_request"}, {}),
    ("ask_customer", "answer_question", {"req": "$response.body#/id"}, {}),
    ("decline_refund_request", "appeal_refund_request", {"req": "$response.body#/id"}, {}),
    ("disable_webhook_endpoint", "enable_webhook_endpoint", {"endpoint": "$response.body#/id"}, {}),
)


def add_links(made: Tree) -> None:
    """Give every operation's answer the links that lead on from it."""
    found = {one["operationId"]: (at, one) for at, of in made["paths"].items() for one in of.values()}
    for source, target, parameters, body in [*_to_what_is_named(found), *_STEPS]:
        link = {"operationId": target, "parameters": parameters}
        if body:
            link["requestBody"] = body
        _answer(found[source][1]).setdefault("links", {})[target] = link


def _to_what_is_named(found: dict[str, tuple[str, Tree]]) -> list[tuple[str, str, Tree, Tree]]:
    steps: list[tuple[str, str, Tree, Tree]] = []
    for target, (at, _) in found.items():
        for parameter in _IN_ADDRESS.findall(at):
            sources, field = _TOLD[parameter]
            for source in sources:
                place = f"data/0/{field}" if source.startswith("list_") else field
                steps.append((source, target, {parameter: f"$response.body#/{place}"}, {}))
    return steps


def _answer(one: Tree) -> Tree:
    """What is told when all is well."""
    answer: Tree = one["responses"]["201" if "201" in one["responses"] else "200"]
    return answer
