"""Asking for the money back from the account: prefilled, with what a granted request would do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.decision import Refusal
from goodterms.domain.payment import RefundEffect
from goodterms.domain.public_id import REQUEST, encode
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.portal.forms import FourFacts, facts_of
from goodterms.portal.identity import actor_of, current_customer, own_order
from goodterms.portal.show import view_of
from goodterms.portal.words import law_words, refusal_words
from goodterms.storage.queries.requests import open_request_of
from goodterms.usecases.fact_words import question_for_customer
from goodterms.usecases.refund_preview import RefundPreview, preview_refund_request
from goodterms.usecases.request_refund import request_refund
from goodterms.wiring import world


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, order: str) -> HttpResponse:
    """GET shows facts, verdict and effect; POST opens the request. Asking twice leads to the one that is open."""
    bucket, order_id = own_order(request, order)
    preview = preview_refund_request(world(), bucket, order_id)
    if preview.open_request is not None:
        return redirect("portal:request", ref=encode(REQUEST, bucket, preview.open_request))
    today = local_date(world().now(), _zone(preview))
    if request.method != "POST":
        return _page(request, preview, FourFacts(initial=facts_of(_on_the_order(preview)), today=today))
    form = FourFacts(request.POST, today=today)
    if not form.is_valid():
        return _page(request, preview, form)
    subscription, customer = preview.subscription, current_customer(request)
    # Letters go to the account's proven address; what was typed is only compared with the order.
    decision = request_refund(
        world(), bucket, order_id, form.claimed(), actor=actor_of(bucket, subscription.customer_id),
        channel="account", contact_email=customer.email if customer else preview.order.buyer_email,
    )  # fmt: skip
    if isinstance(decision, Refusal):
        return _refused(request, preview, form, decision)
    assert isinstance(decision.outcome, RefundRequest)
    return redirect("portal:request", ref=encode(REQUEST, bucket, decision.outcome.id))


def _refused(request: HttpRequest, preview: RefundPreview, form: FourFacts, decision: Refusal) -> HttpResponse:
    if decision.code == "open_request_exists":
        open_id = open_request_of(preview.order.bucket, preview.order.id)
        if open_id is not None:
            return redirect("portal:request", ref=encode(REQUEST, preview.order.bucket, open_id))
    form.add_error(None, refusal_words(decision))
    return _page(request, preview, form)


def _page(request: HttpRequest, preview: RefundPreview, form: FourFacts) -> HttpResponse:
    view = view_of(world(), preview.subscription)
    context: dict[str, Any] = {
        "title": "Ask for a refund",
        "form": form,
        "view": view,
        "preview": preview,
        "order": preview.order,
        "granted": preview.granted,
        "part": preview.granted and preview.amount < preview.order.amount,
        "law": law_words(preview.verdict.rule, preview.verdict.article, preview.beside),
        "questions": [question_for_customer(fact) for fact in preview.asked],
        "drops": preview.effect is RefundEffect.DROP_TERM,
        "revokes": preview.effect is RefundEffect.REVOKE_TERM,
        "ends_renewal": preview.effect is not RefundEffect.MONEY_ONLY,
        "later": preview.effect is RefundEffect.END_LATER,
        "zone": _zone(preview).key,
        "now": world().now(),
        "credit_days": preview.policy.refund.credit_business_days,
    }
    return render(request, "portal/refund.html", context, status=422 if form.errors else 200)


def _on_the_order(preview: RefundPreview) -> Claimed:
    order = preview.order
    return Claimed(order.number, order.buyer_email, order.buyer_name, local_date(order.placed_at, _zone(preview)))


def _zone(preview: RefundPreview) -> Any:
    return counting_zone(preview.policy.counting, preview.order.buyer_timezone)
