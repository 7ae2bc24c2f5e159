"""The written parts of the OpenAPI document."""

from __future__ import annotations

from typing import Any

DESCRIPTION = """Sell subscriptions that renew, ask who may use them, cancel them, and give money back.

Send a key as `Authorization: Bearer gtk_...`. Every write needs an `Idempotency-Key`; repeated with the same body it
is answered alike and never done twice. Errors are problems (RFC 9457): programs go by `code`. Instants are in UTC,
amounts in minor units. Fields may be added; those that are there keep their meaning."""

TAGS = {
    "Customers": "Buyers, found by their e-mail address.",
    "Plans and prices": "What is sold, and for how much from when on.",
    "Subscriptions": "Sold, cancelled as previewed, kept after all. A subscription is an ordered list of paid terms.",
    "Orders": "Sales and renewals; each pays for one term.",
    "Refund requests": "Asking for money back, and deciding on it by the policy.",
    "Refunds": "Money on its way back.",
    "Policies": "What was published, and what it says to a case.",
    "Entitlements": "May this customer use this product?",
    "Facts": "Everything that happened, in one order.",
    "Webhooks": "Facts sent to your server, signed by the Standard Webhooks specification.",
    "Test clock": "Time in a sandbox or demo, as it suits you.",
    "Sandboxes": "Worlds for trying out, made and dropped by a live key.",
    "Reports": "What is waiting, and what moved.",
}

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `code` keeps its meaning; `detail` is for people. A refusal "
    "of a journey has its own code, the `values` it rests on and, where a policy decided, its `findings`.",
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string"}, "detail": {"type": "string"}, "request_id": {"type": "string"},
        "parameter": {"type": "string"}, "scope": {"type": "string"}, "subscription": {"type": "string"},
        "refused": {"type": "boolean"},
        "values": {"type": "object", "additionalProperties": {"type": "string"}},
        "findings": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object", "required": ["at", "message"],
                "properties": {"at": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail", "request_id"],
}  # fmt: skip


def _id(prefix: str) -> dict[str, str]:
    return {"pattern": f"^{prefix}_[0-9a-f]{{35}}$", "example": f"{prefix}_0a301a228b0afae70e5bef531c375d04a42"}


#: What stands in addresses, by the name of the parameter.
IDS: dict[str, dict[str, str]] = {
    "cus": _id("cus"), "sub": _id("sub"), "order": _id("ord"), "req": _id("req"), "ref": _id("ref"),
    "plan": {"pattern": "^[a-z0-9][a-z0-9_-]{0,59}$", "example": "shield-year"},
    "endpoint": {
        "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", "example": "01a228b0-b01c-741e-84f6-da6b084f808e",
    },
    "digest": {"pattern": "^[0-9a-f]{64}$", "example": "0" * 64},
    "name": {"pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "example": "shop"},
}  # fmt: skip

_CUSTOMER = {"type": "string", "pattern": "^cus_[0-9a-f]{35}$"}
_PRODUCT = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": "^[^\\u0000-\\u001f\\u007f]+$"}
#: The reads that are plain views.
ENTITLEMENT_PATHS: dict[str, dict[str, Any]] = {
    "/v1/entitlements": {
        "operationId": "get_entitlement",
        "summary": "Get Entitlement",
        "description": "May this customer use this product? All subscriptions to it are combined.",
        "tags": ["Entitlements"],
        "parameters": [
            {"name": "customer", "in": "query", "required": True, "schema": _CUSTOMER},
            {"name": "product", "in": "query", "required": True, "schema": _PRODUCT},
        ],
    },
    "/v1/entitlements/{sub}": {
        "operationId": "get_entitlement_of_subscription",
        "summary": "Get Entitlement Of Subscription",
        "description": "What one subscription grants. With `customer`, only if it is that customer's.",
        "tags": ["Entitlements"],
        "parameters": [
            {"name": "sub", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "customer", "in": "query", "required": False, "schema": _CUSTOMER},
        ],
    },
}  # fmt: skip

_LATER = {"now": "2027-05-13T09:00:00Z", "arrived": True}
_SHOP = {
    "name": "shop", "state": "ready", "url": "http://localhost:8200", "reason": None,
    "created_at": "2026-05-10T09:00:00Z", "created_by": "program:gtk_live_ab12cd34",
}  # fmt: skip
#: Examples of what the journeys of the live world do not show.
WRITTEN: dict[str, dict[str, Any]] = {
    "get_test_clock": {"sent": None, "answer": _LATER},
    "move_test_clock": {"sent": {"until": "2027-05-13T09:00:00Z"}, "answer": _LATER},
    "list_sandboxes": {"sent": None, "answer": {"data": [_SHOP], "next": None}},
    "get_sandbox": {"sent": None, "answer": _SHOP},
    "create_sandbox": {
        "sent": {"name": "shop"},
        "answer": {**_SHOP, "state": "wanted", "url": None, "key": "gtk_test_..."},
    },
    "drop_sandbox": {"sent": None, "answer": {**_SHOP, "state": "dropping"}},
}
