"""What every page of the desk needs: who acts, ids from the address, numbers for the rail, words for refusals."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from goodterms import wiring
from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import PublicIdError, decode
from goodterms.storage.agents import own_addresses
from goodterms.storage.models import User
from goodterms.storage.queries.desk import counts
from goodterms.usecases.world import World


def world_of(_request: HttpRequest) -> World:
    """The world this request happens in."""
    return wiring.world()


def user_of(request: HttpRequest) -> User:
    """The signed-in colleague; the guard has checked that there is one."""
    assert isinstance(request.user, User)
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, as written into the facts."""
    return Actor("agent", user_of(request).email)


def related_to(request: HttpRequest) -> frozenset[str]:
    """The colleague's own addresses: nobody approves a refund to himself."""
    return own_addresses(user_of(request))


def key_of(prefix: str, text: str) -> tuple[int, UUID]:
    """Bucket and id from an address; a wrong one is a page that does not exist."""
    try:
        return decode(prefix, text)
    except PublicIdError:
        raise Http404 from None


def page(
    request: HttpRequest, template: str, *, status: int = 200, zone: ZoneInfo | None = None, **context: Any
) -> HttpResponse:
    """Render a page with the numbers of the rail and this world's instant; its times are in `zone`, else in UTC."""
    now = wiring.world().now()
    always = {"now": now, "counts": counts(now), "zone_name": zone.key if zone else "UTC"}
    with timezone.override(zone):
        return render(request, f"desk/{template}", {**always, **context}, status=status)


def tell(request: HttpRequest, done: object, success: str) -> bool:
    """Say what came of an act; False when it was refused. A wish fulfilled before counts as done."""
    if isinstance(done, Refusal) and not done.already:
        messages.error(request, done.reason)
        return False
    if isinstance(done, Refusal):
        messages.info(request, done.reason)
    else:
        messages.success(request, success)
    return True


def person(actor: str | None) -> str:
    """An actor as people say it: `agent:eve@example.org` is eve@example.org, a customer is the customer."""
    if not actor or ":" not in actor:
        return actor or ""
    who = Actor.parse(actor)
    if who.kind == "agent":
        return who.name
    if who.kind == "customer":
        return "Public form" if who.name == "public form" else "Customer"
    if who.kind == "gateway":
        return f"Payment gateway ({who.name})"
    return "goodterms" if who.kind == "system" else who.name
