"""The queue: what waits for a person, the promise most at risk first; refunds to follow; search."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from goodterms.desk.pages import actor_of, page, person, world_of
from goodterms.desk.words import CHANNELS
from goodterms.domain.public_id import CUSTOMER, REFUND, REQUEST, SUBSCRIPTION, encode
from goodterms.storage.queries.desk import (
    CLOSED,
    OPEN,
    Filters,
    Queue,
    Waiting,
    handlers,
    orders_with_excess,
    refunds_to_follow,
    refunds_under_way,
)
from goodterms.storage.queries.desk_disputes import open_disputes, parked_webhooks
from goodterms.storage.queries.desk_search import Hit, find_exactly, find_people
from goodterms.storage.queries.desk_sellers import unconfirmed_instructions
from goodterms.usecases.webhooks_in import try_again

PER_PAGE = 25
STATES = (
    ("open", "All open"),
    ("received", "Received"),
    ("in_review", "In review"),
    ("needs_information", "Needs information"),
    ("inquiry", "No order found yet"),
    ("approved", "Approved"),
    ("declined", "Declined"),
    ("retracted", "Retracted"),
)


@require_safe
def home(request: HttpRequest, *, second: bool = False) -> HttpResponse:
    """Open refund requests and inquiries, filtered, most urgent first."""
    asked = request.GET
    known = {state for state, _ in STATES}
    state = asked.get("state", "open")
    filters = Filters(
        state=state if state in known else "open",
        handler=str(actor_of(request)) if asked.get("handler") == "me" else asked.get("handler", ""),
        channel=asked.get("channel", "") if asked.get("channel") in CHANNELS else "",
        second=second,
    )
    now = world_of(request).now()
    listed = Paginator(Queue(filters), PER_PAGE).get_page(asked.get("page"))
    follow = refunds_to_follow(now, limit=6)
    return page(
        request, "queue.html",
        title="Second approval" if second else "Refund requests",
        page=listed,
        lines=[(line, _address(line)) for line in listed],
        follow=follow,
        late=sum(1 for f in follow if f.why == "late"),
        filters=filters, second=second,
        states=STATES, channels=CHANNELS.items(), handler=asked.get("handler", ""),
        handlers=[(h, person(h)) for h in handlers() if h != str(actor_of(request))],
        filtered=bool(filters.handler or filters.channel or filters.state != "open"),
        decided=filters.state in CLOSED, open_states=OPEN,
    )  # fmt: skip


def approvals(request: HttpRequest) -> HttpResponse:
    """Requests that one person approved and a second must confirm."""
    return home(request, second=True)


@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    """Refunds to follow: late (R40), failed, unknown for too long; what is on its way; what left beyond a charge.

    With disputes that are not decided, what a gateway told that could not be taken in (webhooks, reports, files), and
    what a seller was told and did not confirm.
    """
    now = world_of(request).now()
    return page(
        request, "refunds.html",
        title="Refunds to follow",
        follow=[(f, encode(REFUND, f.bucket, f.id)) for f in refunds_to_follow(now)],
        under_way=[(f, encode(REFUND, f.bucket, f.id)) for f in refunds_under_way(now)],
        disputes=[(d, encode(SUBSCRIPTION, d.bucket, d.subscription_id)) for d in open_disputes()],
        parked=parked_webhooks(),
        told=[(i, encode(SUBSCRIPTION, i.bucket, i.subscription_id)) for i in unconfirmed_instructions(now)],
        excess=[(e, encode(SUBSCRIPTION, e.bucket, e.subscription_id)) for e in orders_with_excess()],
    )  # fmt: skip


@require_POST
def webhook_again(request: HttpRequest, id: int) -> HttpResponse:
    """Take in once more what a gateway told and could not be taken in."""
    if try_again(world_of(request), id):
        messages.success(request, "It is tried again at once.")
    else:
        messages.info(request, "It is not waiting any more.")
    return redirect("desk:refunds")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find by number, e-mail or name; a number that names one thing leads straight to it."""
    q = request.GET.get("q", "").strip()[:200]
    hit = find_exactly(q) if q else None
    if hit is not None and hit.exact:
        return _open(hit)
    people = find_people(q) if q else []
    return page(
        request, "search.html",
        title="Search", q=q, people=[(p, encode(CUSTOMER, p.bucket, p.id)) for p in people],
    )  # fmt: skip


def _address(line: Waiting) -> str:
    return encode(REQUEST, line.bucket, line.id) if line.bucket is not None else line.id.hex


def _open(hit: Hit) -> HttpResponse:
    if hit.bucket is None:
        return redirect("desk:inquiry", inq=hit.id)
    prefixes = {"request": REQUEST, "subscription": SUBSCRIPTION, "customer": CUSTOMER, "refund": REFUND}
    return redirect(f"desk:{hit.kind}", encode(prefixes[hit.kind], hit.bucket, hit.id))
