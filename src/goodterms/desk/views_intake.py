"""Requests that reach support by phone, letter, mail or chat (R30), and inquiries that lead to no order yet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from goodterms import wiring
from goodterms.desk import forms
from goodterms.desk.pages import actor_of, page, person, tell, world_of
from goodterms.desk.words import FACT_LABELS
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.payment import Order
from goodterms.domain.public_id import REQUEST, encode
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.domain.request_checks import checks_of
from goodterms.storage.directory import find_order
from goodterms.storage.inquiries import claimed_from
from goodterms.storage.load import NotFound, load_subscription
from goodterms.storage.models import Inquiry
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.desk_search import Candidate, candidates
from goodterms.usecases import inquiries, request_refund


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a request for a customer: how and when it reached us, and the four facts as they were told."""
    now = world_of(request).now()
    start = {"order_number": request.GET.get("order", "")[:60]}
    form = forms.IntakeForm(request.POST or None, now=now, initial=start)
    if request.method == "POST" and form.is_valid():
        done = _enter(request, form)
        if isinstance(done, Refusal):
            if done.code == "open_request_exists" and "id" in done.values:
                messages.info(request, "There is an open request for this order already; here it is.")
                found = find_order(form.cleaned_data["order_number"])
                assert found is not None
                return redirect("desk:request", encode(REQUEST, found[0], UUID(done.values["id"])))
            form.add_error(None, done.reason)
        elif isinstance(done, UUID):
            messages.warning(request, "No order has this number. The request is kept with its date; find the order.")
            return redirect("desk:inquiry", inq=done)
        else:
            assert isinstance(done.outcome, RefundRequest)
            messages.success(request, f"Request {done.outcome.number} is entered; the customer is told.")
            return redirect("desk:request", encode(REQUEST, done.outcome.bucket, done.outcome.id))
    about = find_order(str(form["order_number"].value() or ""))
    return page(
        request, "intake.html", title="Enter a refund request", form=form,
        order=_order_of(about) if about else None, status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request: HttpRequest, inq: UUID) -> HttpResponse:
    """What was claimed, the orders it could mean, and the acts: link an order, or dismiss with a note."""
    try:
        row = inquiries.load_inquiry(inq)
    except NotFound:
        raise Http404 from None
    form = forms.DismissForm(request.POST if request.POST.get("act") == "dismiss" else None)
    if request.method == "POST":
        answered = _act(request, row, form)
        if answered is not None:
            return answered
    told = claimed_from(row.claimed)
    look = forms.LookForm(request.GET if request.GET.keys() & {"number", "email", "name", "on"} else None)
    return page(
        request, "inquiry.html",
        title=f"Inquiry {row.number}", inquiry=row, told=_told(told), form=form, look=look,
        matches=[(c, _compared(told, c)) for c in _candidates(told, look)] if row.state == "open" else [],
        opened_by=person(row.opened_by), closed_by=person(row.closed_by),
        linked=encode(REQUEST, row.request_bucket, row.request_id)
        if row.request_bucket is not None and row.request_id else None,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _enter(request: HttpRequest, form: forms.IntakeForm) -> Decision | Refusal | UUID:
    """Open the case when the number names an order, also when other facts differ: the person asks (R35)."""
    world, told, typed = world_of(request), form.claimed(), form.cleaned_data
    found = find_order(told.order_number) if told.order_number else None
    if found is None:
        return request_refund.submit_claim(
            world, told, actor=actor_of(request), channel="support", received_at=typed["received_at"],
            route=typed["route"],
        )  # fmt: skip
    known = _order_of(found).buyer_email
    same = told.email.strip().casefold() == known.strip().casefold()
    return request_refund.request_refund(
        world, found[0], found[1], told, actor=actor_of(request), channel="support",
        contact_email=told.email if same else known, received_at=typed["received_at"], route=typed["route"],
    )  # fmt: skip


def _act(request: HttpRequest, row: Inquiry, form: forms.DismissForm) -> HttpResponse | None:
    world, actor = world_of(request), actor_of(request)
    if request.POST.get("act") == "link":
        done = inquiries.link_inquiry(world, row.id, request.POST.get("order", ""), actor=actor)
        if tell(request, done, "Linked. The request keeps its first date.") and isinstance(done, Decision):
            assert isinstance(done.outcome, RefundRequest)
            return redirect("desk:request", encode(REQUEST, done.outcome.bucket, done.outcome.id))
        return redirect("desk:inquiry", inq=row.id)
    if form.is_valid():
        refused = inquiries.dismiss_inquiry(world, row.id, form.cleaned_data["text"], actor=actor)
        tell(request, refused, "The inquiry is closed.")
        return redirect("desk:home")
    return None


def _candidates(told: Claimed, look: forms.LookForm) -> list[Candidate]:
    if look.is_bound and look.is_valid():
        typed = look.cleaned_data
        return candidates(number=typed["number"], email=typed["email"], name=typed["name"], on=typed["on"])
    return candidates(number=told.order_number, email=told.email, name=told.name, on=told.purchase_on)


def _compared(told: Claimed, candidate: Candidate) -> list[dict[str, str]]:
    order = _order_of((candidate.bucket, candidate.id, candidate.subscription_id))
    checks = checks_of(order, told, policy_by_digest(order.policy_digest))
    return [{"label": FACT_LABELS[c.name], "result": c.result} for c in checks]


def _order_of(found: tuple[int, UUID, UUID]) -> Order:
    bucket, order_id, subscription_id = found
    subscription = load_subscription(bucket, subscription_id, at=wiring.world().now(), lock=False)
    return next(o for o in subscription.orders if o.id == order_id)


def _told(told: Claimed) -> list[tuple[str, object]]:
    return [
        ("Order number", told.order_number), ("E-mail", told.email), ("Name", told.name),
        ("Date of purchase", told.purchase_on),
    ]  # fmt: skip
