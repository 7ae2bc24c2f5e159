"""Writes, each done once: a program names every write by an `Idempotency-Key` and may repeat it until it is answered.

The key's row is committed before the act. Ids of what the act makes are derived from it, and what the act saves marks
it in the same transaction: whoever repeats the call after a crash finds the act done or not, and never does it twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from goodterms.api.problems import CODES, Problem
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import derived_id
from goodterms.storage import api_calls
from goodterms.storage.api_calls import Answered, Running, VersionChanged, Wanted
from goodterms.storage.api_keys import KnownKey
from goodterms.usecases.world import World
from goodterms.wiring import world

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_LARGEST = 64 * 1024
_VERSION = re.compile(r'(?:W/)?"(\d+)-[^"]*"')
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Call:
    """One write that is ours to do. `world` makes the same ids whenever the call is repeated."""

    running: Running
    world: World
    key: KnownKey

    @property
    def acted(self) -> bool:
        """Whether the act was committed before and only its answer was lost."""
        return self.running.acted

    @property
    def id(self) -> UUID:
        """The first id that its act is given."""
        return self.running.id

    @property
    def actor(self) -> Actor:
        """The program, by the visible part of its first key."""
        return Actor("program", self.key.program)

    def expect(self, request: HttpRequest, id: UUID, version: int) -> None:
        """With `If-Match`, let the act change this row only in the version named. Raises `Problem`."""
        header = request.META.get("HTTP_IF_MATCH")
        if header is None or header.strip() == "*" or self.acted:
            return
        if str(version) not in _VERSION.findall(header):
            raise _changed()
        self.running.expects[id] = version


def call_of(request: HttpRequest) -> Call:
    """The call that a write's view belongs to."""
    found: Call = request.call  # type: ignore[attr-defined]
    return found


def once(request: HttpRequest, view: View, parts: dict[str, Any], *, keeps: bool = True) -> HttpResponse:
    """Answer a write: do it, or repeat what was answered. Raises `Problem`.

    An answer that it does not keep (it tells a secret) is made anew when the call is repeated, and nothing is done.
    """
    outside, key = world(), request.api_key  # type: ignore[attr-defined]
    begun = api_calls.begin_call(_wanted(request, key, outside), outside.now())
    if isinstance(begun, Answered):
        return _again(begun)
    if not isinstance(begun, Running):
        raise _not_ours(begun)
    request.call = Call(begun, replace(outside, new_id=_ids_of(begun.id)), key)  # type: ignore[attr-defined]
    kept = False
    try:
        with api_calls.acting(begun):
            response = view(request, **parts)
        if keeps:
            tag = response.headers.get("ETag")
            api_calls.answer_call(begun, Answered(response.status_code, tag, response.content.decode()), outside.now())
            kept = True
    except Problem as problem:
        if problem.code not in CODES or problem.code in _KEPT:
            told = json.dumps([problem.code, problem.status, problem.title, problem.detail, problem.members])
            api_calls.answer_call(begun, Answered(problem.status, None, told), outside.now())
            kept = True
        raise
    except VersionChanged:
        raise _changed() from None
    except api_calls.CallLost:
        raise _not_ours("running") from None
    finally:
        if not kept:
            api_calls.give_up_call(begun)
    return response


#: Answers of acts; every other problem is found before anything is done, and the call may be corrected and repeated.
_KEPT = frozenset({"not_found", "payment_declined"})


def _wanted(request: HttpRequest, key: KnownKey, outside: World) -> Wanted:
    given = request.headers.get(HEADER)
    if given is None:
        raise Problem("missing_parameter", f"Every write needs the header {HEADER}.", parameter=HEADER)
    if not _FORM.fullmatch(given):
        detail = "It is 1 to 255 visible ASCII characters, new for every act: a UUID, for example."
        raise Problem("invalid_parameter", detail, parameter=HEADER)
    body = body_of(request)
    what = b"\0".join((str(request.method).encode(), request.get_full_path().encode(), body))
    return Wanted(key.family, given, sha256(what).hexdigest(), outside.new_id(), outside.new_id())


def body_of(request: HttpRequest) -> bytes:
    """The body, which is never large. Raises `Problem`."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdecimal() or int(length) > _LARGEST:
        raise Problem("payload_too_large", f"A body has at most {_LARGEST // 1024} KiB.")
    return request.body


def _again(before: Answered) -> HttpResponse:
    if before.status >= 400:
        code, status, title, detail, members = json.loads(before.body)
        problem = Problem("not_found", detail, headers={REPLAYED: "true"}, **members)
        problem.code, problem.status, problem.title = code, status, title
        raise problem
    response = HttpResponse(before.body, status=before.status, content_type="application/json")
    if before.tag:
        response.headers["ETag"] = before.tag
    response.headers[REPLAYED] = "true"
    return response


def _not_ours(found: Literal["other", "running"]) -> Problem:
    if found == "other":
        detail = "A key belongs to one call; this one was used with another address or body."
        return Problem("idempotency_key_reused", detail, parameter=HEADER)
    detail = "It is not answered yet: ask again with the same key."
    return Problem("call_running", detail, headers={"Retry-After": "1"})


def _changed() -> Problem:
    return Problem(
        "precondition_failed", "Read it again: its version is not the one in If-Match.", parameter="If-Match"
    )


def _ids_of(seed: UUID) -> Callable[[], UUID]:
    """The call's own id first, then ids derived from it: the same ones whenever it is repeated."""
    made = 0

    def next_id() -> UUID:
        nonlocal made
        made += 1
        return seed if made == 1 else derived_id(seed, str(made))

    return next_id
