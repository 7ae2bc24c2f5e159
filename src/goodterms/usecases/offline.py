"""Offline answers: what a device may use, signed, so that it can be checked without a network until it expires.

An answer lives for a short time and never longer than the access that it tells. Whoever is refunded keeps, on a device
that asks nobody, what the last answer said until that expires: its life is how long that may be.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import jwt
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings

from goodterms.domain.entitlement import combined
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CUSTOMER, encode
from goodterms.storage import admin_acts
from goodterms.storage.models import SigningKey
from goodterms.storage.queries.entitlements import grants_to
from goodterms.storage.signing_keys import published_keys, replace_signing_key, signing_key
from goodterms.usecases.webhooks.sealing import seal, unseal
from goodterms.usecases.world import World

ALGORITHM = "EdDSA"


@dataclass(frozen=True, slots=True)
class OfflineAnswer:
    """A signed answer and when it expires, exclusive."""

    token: str
    may_use: bool
    expires_at: datetime


def life() -> timedelta:
    """How long an answer lives at most."""
    return timedelta(minutes=settings.OFFLINE_MINUTES)


def offline_answer(world: World, bucket: int, customer_id: UUID, product: str) -> OfflineAnswer:
    """May this customer use this product, as a JWT (RFC 7519) signed with EdDSA over Ed25519 (RFC 8037)."""
    now = world.now()
    told = combined(grants_to(bucket, customer_id, product), now).access
    expires_at = now + life()
    if told.may_use and told.until is not None:
        expires_at = min(expires_at, told.until)
    key = _current(world)
    claims = {
        "iss": world.site_url, "aud": product, "sub": encode(CUSTOMER, bucket, customer_id), "may_use": told.may_use,
        "reason": told.reason.value, "until": int(told.until.timestamp()) if told.until else None,
        "iat": int(now.timestamp()), "nbf": int(now.timestamp()), "exp": int(expires_at.timestamp()),
    }  # fmt: skip
    headers = {"kid": key.id, "typ": "entitlement+jwt"}
    token = jwt.encode(claims, _private(key.private), algorithm=ALGORITHM, headers=headers)
    return OfflineAnswer(token, told.may_use, expires_at.replace(microsecond=0))


def published(world: World) -> Mapping[str, Any]:
    """The public keys as a JWK set (RFC 7517): the one that signs, and those whose answers may still be valid."""
    keys = published_keys(world.now() - 2 * life()) or [_current(world)]
    return {
        "keys": [
            {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": key.id, "x": key.public}
            for key in keys
        ]
    }  # fmt: skip


def rotate_signing_key(world: World, *, actor: Actor) -> str:
    """Sign with a new key from now on; its id. Answers by the old one are good until they expire."""
    key = _made(world, signing_key())
    admin_acts.record("signing_key.rotated", key.id, at=world.now(), actor=str(actor))
    return key.id


def _current(world: World) -> SigningKey:
    key = signing_key()
    if key is None:
        return _made(world, None)
    try:
        _private(key.private)
    except InvalidToken:  # the program's secret key was changed: nobody can sign with this one any more
        return _made(world, key)
    return key


def _made(world: World, old: SigningKey | None) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = _base64(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    thumb = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":")).encode()
    id = _base64(sha256(thumb).digest())
    return replace_signing_key(id, seal(text), public, world.now(), old=old.id if old else None)


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@lru_cache(maxsize=8)
def _private(sealed: str) -> str:
    return unseal(sealed)
