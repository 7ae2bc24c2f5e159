"""Secrets that must be read again, sealed with a key that comes from the program's own secret key."""

from __future__ import annotations

import base64
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_BYTES = 32


def new_secret() -> str:
    """A secret by which receivers know what is ours: `whsec_` and 32 random bytes."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(_BYTES)).decode()}"


def seal(text: str) -> str:
    """A text as it is kept."""
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(kept: str) -> str:
    """The text again. Raises `cryptography.fernet.InvalidToken` after the program's secret key was changed."""
    return _box(settings.SECRET_KEY).decrypt(kept.encode()).decode()


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"goodterms sealed secrets").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
