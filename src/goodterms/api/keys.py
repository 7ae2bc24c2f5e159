"""Who is calling: the key of a request, remembered for a few seconds so that most calls ask the database nothing."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError

from goodterms.api.problems import Problem
from goodterms.storage.api_keys import KnownKey, find_key
from goodterms.usecases.api_keys import KEY_FORM, digest_of, note_use

log = structlog.get_logger("goodterms.api")

_CHALLENGE = 'Bearer realm="goodterms"'
_INVALID = {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'}
_USE_NOTED_EVERY = 3600


class KeyMemory:
    """Keys that were found valid, by digest, for `seconds`; at most `most` of them, the oldest forgotten first.

    A key that was revoked is taken for so long and no longer. Keys that were not found are not remembered: one that
    has just been made works at once.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._found: OrderedDict[str, tuple[float, KnownKey]] = OrderedDict()
        self._noted: dict[UUID, float] = {}
        self._lock = Lock()

    def find(self, digest: str, now: datetime, elapsed: float) -> KnownKey | None:
        """The key with this digest, from memory or the database; None when it is not valid at `now`."""
        remembered = self._found.get(digest)
        if remembered is not None and elapsed < remembered[0]:
            key = remembered[1]
        else:
            found = find_key(digest)
            if found is None:
                with self._lock:
                    self._found.pop(digest, None)
                return None
            key = found
            self._remember(digest, key, elapsed)
            self._note(key, now, elapsed)
        return key if key.expires_at is None or now < key.expires_at else None

    def _remember(self, digest: str, key: KnownKey, elapsed: float) -> None:
        with self._lock:
            self._found[digest] = (elapsed + self._seconds, key)
            self._found.move_to_end(digest)
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def _note(self, key: KnownKey, now: datetime, elapsed: float) -> None:
        """Keep the day of use. Tried at most once an hour; no answer fails because it could not be written."""
        if key.last_used_on is not None and key.last_used_on >= now.date():
            return
        with self._lock:
            if elapsed < self._noted.get(key.id, 0.0):
                return
            self._noted[key.id] = elapsed + _USE_NOTED_EVERY
        try:
            note_use(key.id, now)
        except DatabaseError as problem:
            log.warning("use of a key not noted", key=key.prefix, problem=type(problem).__name__)


def key_of(header: str | None, memory: KeyMemory, now: datetime, elapsed: float) -> KnownKey:
    """The valid key in an `Authorization` header. Raises `Problem`; wrong, revoked and expired keys answer alike."""
    if not header:
        detail = "Send it as a header: `Authorization: Bearer gtk_...`."
        raise Problem("missing_api_key", detail, headers={"WWW-Authenticate": _CHALLENGE})
    scheme, _, key = header.partition(" ")
    form = KEY_FORM.fullmatch(key) if scheme.lower() == "bearer" else None
    if form is None:
        raise Problem("invalid_api_key", "The header must be `Authorization: Bearer gtk_...`.", headers=_INVALID)
    found = memory.find(digest_of(key), now, elapsed)
    if found is None:
        detail = "The key is unknown, was revoked, or has ended."
        if form[1] != settings.API_KEY_KIND:
            detail = f"This is a {form[1]} key; here, {settings.API_KEY_KIND} keys are used."
        raise Problem("invalid_api_key", detail, headers=_INVALID)
    return found
