"""Customers and subscriptions: everything that is known of one, its mails, and canceling for the customer (R9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from goodterms.desk.announcements import announcements_of
from goodterms.desk.cancel_rows import cancel_rows
from goodterms.desk.pages import actor_of, key_of, page, person, tell, world_of
from goodterms.desk.picture import picture
from goodterms.desk.words import END_REASONS, ENTITLEMENTS, entries
from goodterms.domain.decision import Refusal
from goodterms.domain.entitlement import Entitlement, Reason, entitlement
from goodterms.domain.public_id import CUSTOMER, REFUND, REQUEST, SUBSCRIPTION, encode
from goodterms.domain.renewal import renewal_plan
from goodterms.domain.subscription import Subscription, display_state
from goodterms.storage.load import NotFound, load_customer, load_subscription, load_subscriptions, subscription_keys_of
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.queries import desk_customer as rows
from goodterms.usecases import cancel as canceling
from goodterms.usecases.cancel_preview import show_cancellation
from goodterms.usecases.world import World


@require_safe
def customer(request: HttpRequest, cus: str) -> HttpResponse:
    """A customer: subscriptions with access and its reason, orders, requests, refunds, mails, what happened."""
    bucket, id = key_of(CUSTOMER, cus)
    world = world_of(request)
    try:
        person_ = load_customer(bucket, id)
    except NotFound:
        raise Http404 from None
    found = load_subscriptions(subscription_keys_of(bucket, id), at=world.now(), lock=False)
    names = rows.plan_names()
    return page(
        request, "customer.html",
        title=person_.name or person_.email, customer=person_, cus=cus,
        subscriptions=[_line(sub, world, names) for sub in sorted(found, key=lambda s: s.created_at, reverse=True)],
        orders=[(o, encode(SUBSCRIPTION, bucket, o.subscription_id)) for o in rows.orders_of(bucket, id)],
        requests=[(r, encode(REQUEST, bucket, r.id)) for r in rows.requests_of(bucket, id)],
        refunds=[(r, encode(REFUND, bucket, r.id)) for r in rows.refunds_of(bucket, id)],
        disputes=rows.disputes_of(bucket, id),
        mails=rows.messages_of(bucket, id),
        audit=entries(rows.facts_of(bucket, id, 60), rows.policy_labels()),
    )  # fmt: skip


@require_safe
def mail(request: HttpRequest, cus: str, mail: UUID) -> HttpResponse:
    """One mail as it was sent."""
    bucket, id = key_of(CUSTOMER, cus)
    row = rows.message_of(bucket, id, mail)
    if row is None:
        raise Http404
    return page(
        request, "mail.html", title=row.mail_subject or row.kind.replace("_", " ").capitalize(), mail=row, cus=cus
    )


@require_safe
def subscription(request: HttpRequest, sub: str) -> HttpResponse:
    """A subscription: the picture of its terms, access and its reason, orders, charges, refunds, what happened."""
    world = world_of(request)
    found = _load(world, sub)
    requests = rows.requests_of_subscription(found.bucket, found.id)
    in_force = policy_of_plan(found.plan, world.now())
    plan = renewal_plan(found, in_force)
    announced, impossible = announcements_of(found, in_force, plan)
    return page(
        request, "subscription.html",
        title=rows.plan_names().get(found.plan, found.product), sub=sub,
        cus=encode(CUSTOMER, found.bucket, found.customer_id),
        line=_line(found, world, {}),
        picture=picture(found, in_force, world.now(), requests),
        next=plan,
        announced=announced,
        impossible=impossible,
        orders=list(reversed(found.orders)),
        charges=list(reversed(found.charges)),
        refunds=[(r, encode(REFUND, r.bucket, r.id)) for r in reversed(found.refunds)],
        disputes=list(reversed(found.disputes)),
        requests=[(r, encode(REQUEST, r.bucket, r.id)) for r in requests],
        cancellations=[
            (c, person(c.actor), person(c.undone_by))
            for c in rows.cancellations_of_subscription(found.bucket, found.id)
        ],
        audit=entries(rows.facts_of_subscription(found.bucket, found.id), rows.policy_labels()),
        sliding=found.cancellation is not None and found.cancellation.last_term is not None,
        keepable=canceling.can_keep(world, found.bucket, found.id),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, sub: str) -> HttpResponse:
    """Show what canceling means, then cancel for the customer; who did it is recorded (R9)."""
    world = world_of(request)
    found = _load(world, sub)
    if request.method == "POST":
        done = canceling.cancel(
            world, found.bucket, found.id, actor=actor_of(request), channel="support", shown=request.POST.get("shown")
        )
        if not (isinstance(done, Refusal) and done.code == "preview_changed"):
            tell(request, done, "Canceled. The customer gets the confirmation by mail.")
            return redirect("desk:subscription", sub)
        messages.warning(request, f"{done.reason} Please look again.")
    shown = show_cancellation(world, found.bucket, found.id)
    if isinstance(shown, Refusal):
        tell(request, shown, "")
        return redirect("desk:subscription", sub)
    return page(
        request, "subscription_cancel.html", title="Cancel for the customer", sub=sub, subscription=found,
        outcome=shown.outcome, shown=shown, rows=cancel_rows(shown, found),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, sub: str) -> HttpResponse:
    """Show what keeping the subscription means, then take the cancellation back."""
    world = world_of(request)
    found = _load(world, sub)
    if request.method == "POST":
        tell(
            request,
            canceling.undo(world, found.bucket, found.id, actor=actor_of(request)),
            "The subscription renews again.",
        )
        return redirect("desk:subscription", sub)
    outcome = canceling.preview_undo(world, found.bucket, found.id, actor=actor_of(request))
    if isinstance(outcome, Refusal):
        tell(request, outcome, "")
        return redirect("desk:subscription", sub)
    shown = [
        {"label": "Auto-renew", "before": "Off", "after": "On"},
        {"label": "Paid through", "before": None, "after": outcome.paid_through},
        {"label": "Next charge", "before": "None", "after": outcome.plan.amount},
        {"label": "Charged on", "before": "Never", "after": outcome.plan.charge_at},
    ]
    return page(
        request, "subscription_undo.html", title="Take the cancellation back", sub=sub, subscription=found, rows=shown
    )


def _line(sub: Subscription, world: World, names: dict[str, str]) -> dict[str, Any]:
    now = world.now()
    access = entitlement(sub.terms, now)
    ended = END_REASONS.get(sub.end_reason.value, "") if sub.end_reason else ""
    return {
        "public_id": encode(SUBSCRIPTION, sub.bucket, sub.id),
        "sub": sub,
        "name": names.get(sub.plan, sub.plan),
        "state": display_state(sub, now).value,
        "on": sub.paid_through,
        "access": access,
        "because": _because(sub, access),
        "ended": ended,
    }


def _because(sub: Subscription, access: Entitlement) -> str:
    """Why access is on or off; a term may have been ended by canceling alone, and nothing was paid back."""
    if access.reason is Reason.REFUNDED and not any(r.state.initiated for r in sub.refunds):
        return "canceling has ended the paid term"
    return ENTITLEMENTS[access.reason.value]


def _load(world: World, sub: str) -> Subscription:
    bucket, id = key_of(SUBSCRIPTION, sub)
    try:
        return load_subscription(bucket, id, at=world.now(), lock=False)
    except NotFound:
        raise Http404 from None
