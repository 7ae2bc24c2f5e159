"""Cancelling in one confirmed step, and taking it back: what it means is shown first (R5, R7, R8, R16, R21)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from goodterms.domain.decision import Refusal
from goodterms.domain.payment import RefundEffect
from goodterms.domain.public_id import ORDER, REQUEST, encode
from goodterms.domain.refund_request import RequestState
from goodterms.domain.subscription import Cancellation, Subscription
from goodterms.portal.identity import actor_of, current_customer, own_subscription
from goodterms.portal.show import SubscriptionView, view_of
from goodterms.portal.words import refusal_words
from goodterms.storage.load import load_request
from goodterms.storage.queries.account import last_cancellation
from goodterms.usecases import cancel as journey
from goodterms.usecases.cancel_preview import CancellationPreview, show_cancellation
from goodterms.usecases.wording import last_whole_day
from goodterms.wiring import world

KEEP_PAID, ASK_BACK = "keep", "refund"


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, sub: str) -> HttpResponse:
    """GET shows what cancelling means now; POST does it, if that is still what was shown."""
    subscription = own_subscription(request, sub)
    view = view_of(world(), subscription)
    if request.method != "POST":
        return _preview(request, view)
    outcome = request.POST.get("outcome", KEEP_PAID)
    if outcome not in (KEEP_PAID, ASK_BACK):
        return _preview(request, view, error="Please choose one of the two.")
    decision = journey.cancel(
        world(), subscription.bucket, subscription.id, actor=actor_of(subscription.bucket, subscription.customer_id),
        channel="account", shown=request.POST.get("shown", ""),
    )  # fmt: skip
    if isinstance(decision, Refusal) and not decision.already:
        return _preview(request, view_of(world(), own_subscription(request, sub)), error=refusal_words(decision))
    latest = view.refundable
    if outcome == ASK_BACK and latest is not None:
        messages.success(request, "Your subscription is canceled: nothing more will be charged.")
        return redirect("portal:refund", order=latest.public_id)
    return redirect("portal:canceled", sub=sub)


def _preview(request: HttpRequest, view: SubscriptionView, error: str = "") -> HttpResponse:
    sub = view.subscription
    shown = show_cancellation(world(), sub.bucket, sub.id)
    if isinstance(shown, Refusal):
        if shown.already:
            return redirect("portal:canceled", sub=view.public_id)
        messages.info(request, refusal_words(shown))
        return redirect("portal:subscription", sub=view.public_id)
    outcome = shown.outcome
    context: dict[str, Any] = {
        "title": "Cancel subscription",
        "view": view,
        "zone": view.zone,
        "now": world().now(),
        "outcome": outcome,
        "shown": shown,
        "last_day": last_whole_day(outcome.access_until.astimezone(ZoneInfo(view.zone))),
        "error": error,
        "both": _both_ways(shown),
        "order_id": encode(ORDER, sub.bucket, outcome.refund.order_id) if outcome.refund else "",
        "drops": outcome.refund is not None and outcome.refund.effect is RefundEffect.DROP_TERM,
    }
    return render(request, "portal/cancel.html", context, status=409 if error else 200)


def _both_ways(shown: CancellationPreview) -> bool:
    """Whether the next term is paid ahead and can still be given back: two ways to end (R21)."""
    outcome = shown.outcome
    return outcome.early_billed_from is not None and outcome.refund is not None and not outcome.paid_back


@require_safe
def canceled(request: HttpRequest, sub: str) -> HttpResponse:
    """The result: number, the date access ends, nothing more is charged, where the proof went (R8)."""
    subscription = own_subscription(request, sub)
    view = view_of(world(), subscription)
    if subscription.cancellation is None:
        return redirect("portal:subscription", sub=sub)
    canceled = subscription.cancellation
    last = view.last_charge
    # Where money is on its way, access changes only when it is sent: what was decided is shown until then.
    shortened = canceled.refund_id is not None and view.ends_at is not None and canceled.access_until < view.ends_at
    early = shortened or (view.ends_at is not None and view.ends_at < _sold_until(subscription))
    ends_at = canceled.access_until if last or shortened else view.ends_at
    context = {
        "title": "Your subscription is canceled",
        "view": view,
        "zone": view.zone,
        "now": world().now(),
        "cancellation": canceled,
        "ends_at": ends_at,
        "last_day": last_whole_day(ends_at.astimezone(ZoneInfo(view.zone))) if ends_at else None,
        "ends_form": "long" if early else "date",
        "last_charge": last,
        "payback": next((r for r in subscription.refunds if r.id == canceled.refund_id), None),
        **_case(canceled),
        "keepable": journey.can_keep(world(), subscription.bucket, subscription.id),
        "customer": current_customer(request),
    }
    return render(request, "portal/canceled.html", context)


def _case(canceled: Cancellation) -> dict[str, object]:
    """The case that asks for what canceling may pay back, as long as it is open."""
    if canceled.request_id is None:
        return {}
    request = load_request(canceled.bucket, canceled.request_id)
    if not request.state.open:
        return {}
    asks = request.state is RequestState.NEEDS_INFORMATION
    return {"case_id": encode(REQUEST, request.bucket, request.id), "asks": asks}


def _sold_until(subscription: Subscription) -> datetime:
    return max(term.ends_at for term in subscription.terms if term.dropped_at is None)


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, sub: str) -> HttpResponse:
    """Take a cancellation back: GET shows the next charge, POST keeps the subscription."""
    subscription = own_subscription(request, sub)
    actor = actor_of(subscription.bucket, subscription.customer_id)
    if request.method == "POST":
        decision = journey.undo(world(), subscription.bucket, subscription.id, actor=actor)
        if isinstance(decision, Refusal) and not decision.already:
            messages.error(request, refusal_words(decision))
        else:
            messages.success(request, "Your subscription goes on. We announce the next charge before it is made.")
        return redirect("portal:subscription", sub=sub)
    outcome = journey.preview_undo(world(), subscription.bucket, subscription.id, actor=actor)
    if isinstance(outcome, Refusal):
        messages.info(request, refusal_words(outcome))
        return redirect("portal:subscription", sub=sub)
    view = view_of(world(), subscription)
    context = {
        "title": "Keep subscription",
        "view": view,
        "zone": view.zone,
        "now": world().now(),
        "outcome": outcome,
        "cancellation": last_cancellation(subscription.bucket, subscription.id),
    }
    return render(request, "portal/keep.html", context)
