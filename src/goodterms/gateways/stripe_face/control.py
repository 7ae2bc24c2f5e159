"""Saving a card without a browser, for stories and tests."""

from __future__ import annotations

import httpx

MODULE = "goodterms.gateways.stripe_face"


def save_card(base_url: str, api_key: str, card: str, email: str = "somebody@story.example") -> str:
    """A customer with one of the bank's cards saved, as Stripe's adapter keeps it: "customer:method"."""
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {api_key}"}, trust_env=False) as client:
        customer = client.post("/v1/customers", data={"email": email}).raise_for_status().json()["id"]
        client.post(f"/v1/payment_methods/{card}/attach", data={"customer": customer}).raise_for_status()
    return f"{customer}:{card}"
