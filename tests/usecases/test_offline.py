"""Offline answers: checked by another library than the one that signed them, short-lived, following a refund."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError
from joserfc.jwk import KeySet

from goodterms.storage.models import SigningKey
from goodterms.usecases import offline
from goodterms.usecases.api_keys import Scope
from tests.support.api import OPERATOR, Program, new_key
from tests.support.worlds import Sandbox


@pytest.fixture
def program(sandbox: Sandbox) -> Program:
    """A licence server."""
    return Program(new_key(sandbox.world, Scope.ENTITLEMENTS_READ).key)


def checked(token: str, keys: Any, sandbox: Sandbox, product: str = "shield") -> dict[str, Any]:
    """The claims, as a device without a network checks them: by joserfc, at this world's instant."""
    decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["EdDSA"])
    rules = jwt.JWTClaimsRegistry(
        now=int(sandbox.now.timestamp()), leeway=0, iss={"essential": True, "value": "http://shop.test"},
        aud={"essential": True, "value": product}, exp={"essential": True}, nbf={"essential": True},
    )  # fmt: skip
    rules.validate(decoded.claims)
    return dict(decoded.claims)


def published(client: Client) -> Any:
    """The keys as anybody gets them, without a key of the API."""
    answer = client.get("/.well-known/jwks.json")
    assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=300"}
    return answer.json()


def test_checked_by_another_library(sandbox: Sandbox, program: Program, client: Client) -> None:
    """What may be used, whose, until when; for nobody else's product and by nobody else's key."""
    sale = sandbox.sell()
    asked = {"customer": sale.customer_public_id, "product": "shield"}
    told = program.read("/v1/entitlements/token", **asked)
    keys = published(client)
    claims = checked(told["token"], keys, sandbox)
    assert (claims["sub"], claims["may_use"], claims["reason"]) == (sale.customer_public_id, True, "paid_term")
    assert claims["exp"] - claims["iat"] == 3600
    with pytest.raises(InvalidClaimError):
        checked(told["token"], keys, sandbox, "vault")
    head, body, _ = told["token"].split(".")
    with pytest.raises(BadSignatureError):
        checked(f"{head}.{body}.{'A' * 86}", keys, sandbox)
    assert all(set(key) == {"kty", "crv", "use", "alg", "kid", "x"} for key in keys["keys"])


def test_it_follows_a_refund_within_its_life(sandbox: Sandbox, program: Program, client: Client) -> None:
    """After a refund a new answer says so at once, and the old one is good for no more than its life."""
    sale = sandbox.sell(card="pm_refund_instant")
    asked = {"customer": sale.customer_public_id, "product": "shield"}
    before = program.read("/v1/entitlements/token", **asked)["token"]
    desk = Program(new_key(sandbox.world, *Scope).key)
    order = desk.read(f"/v1/subscriptions/{sale.public_id}")["terms"][0]["order"]
    case = desk.post("/v1/refund-requests", {"order": order}, expect=201).json()["id"]  # type: ignore[attr-defined]
    at = f"/v1/refund-requests/{case}"
    desk.post(f"{at}/approve", {"shown": desk.read(f"{at}/approval-preview")["fingerprint"]}, expect=200)
    keys = published(client)
    after = checked(program.read("/v1/entitlements/token", **asked)["token"], keys, sandbox)
    assert (after["may_use"], after["reason"]) == (False, "refunded")
    sandbox.advance(hours=1)
    with pytest.raises(ExpiredTokenError):
        checked(before, keys, sandbox)


def test_never_longer_than_access(sandbox: Sandbox, program: Program) -> None:
    """Half an hour before the last term ends, an answer lives for half an hour."""
    sale = sandbox.sell()
    desk = Program(new_key(sandbox.world, *Scope).key)
    at = f"/v1/subscriptions/{sale.public_id}"
    desk.post(f"{at}/cancel", {"shown": desk.read(f"{at}/cancellation-preview")["fingerprint"]}, expect=200)
    ends_at = sale.sandbox.now.replace(year=2027)
    sandbox.set_clock(ends_at - timedelta(minutes=30))
    made = offline.offline_answer(sandbox.world, sale.bucket, sale.customer.id, "shield")
    assert (made.may_use, made.expires_at) == (True, ends_at)


def test_keys_change_without_a_gap(sandbox: Sandbox, program: Program, client: Client) -> None:
    """After a change, answers by either key are good; the old one is published as long as its answers live."""
    sale = sandbox.sell()
    asked = {"customer": sale.customer_public_id, "product": "shield"}
    old = program.read("/v1/entitlements/token", **asked)["token"]
    kid = offline.rotate_signing_key(sandbox.world, actor=OPERATOR)
    new = program.read("/v1/entitlements/token", **asked)["token"]
    keys = published(client)
    assert keys["keys"][0]["kid"] == kid
    assert checked(old, keys, sandbox)["may_use"]
    assert checked(new, keys, sandbox)["may_use"]
    sandbox.advance(hours=3)
    assert [key["kid"] for key in published(client)["keys"]] == [kid]
    assert "PRIVATE" not in SigningKey.objects.filter(retired_at=None).get().private


def test_after_the_programs_secret_was_changed(sandbox: Sandbox, settings: Any) -> None:
    """What was sealed can not be read any more: another key signs, and nobody has to do anything."""
    sale = sandbox.sell()
    offline.offline_answer(sandbox.world, sale.bucket, sale.customer.id, "shield")
    settings.SECRET_KEY = "another"
    offline._private.cache_clear()
    assert offline.offline_answer(sandbox.world, sale.bucket, sale.customer.id, "shield").may_use
    assert SigningKey.objects.filter(retired_at=None).count() == 1
    assert SigningKey.objects.count() == 2
