"""One refund: where it is, and what to do when it failed: the original method again, or a bank transfer by hand."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from goodterms.desk import forms
from goodterms.desk.case import tracker
from goodterms.desk.pages import actor_of, key_of, page, tell, world_of
from goodterms.desk.words import EFFECTS, about_request, entries
from goodterms.domain.counting import counting_zone
from goodterms.domain.decision import Refusal
from goodterms.domain.money import Money
from goodterms.domain.payment import RefundWay
from goodterms.domain.public_id import CUSTOMER, REFUND, REQUEST, SUBSCRIPTION, encode
from goodterms.storage.load import NotFound, load_subscription
from goodterms.storage.models import RefundRow
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries import desk_customer as rows
from goodterms.usecases.fact_words import value_text
from goodterms.usecases.pay_back import try_another_way


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, ref: str) -> HttpResponse:
    """Follow a refund; after it failed, choose another way."""
    bucket, id = key_of(REFUND, ref)
    row = rows.refund_row(bucket, id)
    if row is None:
        raise Http404
    wants_transfer = request.POST.get("way") == RefundWay.BANK_TRANSFER
    form = forms.TransferForm(request.POST if wants_transfer else None)
    if request.method == "POST" and (not wants_transfer or form.is_valid()):
        answered = _try(request, row, form)
        if answered is not None:
            return answered
    siblings = rows.refunds_of_order(bucket, row.order_id)
    latest = siblings[0]
    sub = load_subscription(bucket, row.subscription_id, at=world_of(request).now(), lock=False)
    order = next(o for o in sub.orders if o.id == row.order_id)
    facts = about_request(rows.facts_of_subscription(bucket, row.subscription_id), row.request_id, row.order_id)
    zone = counting_zone(policy_by_digest(order.policy_digest).counting, order.buyer_timezone)
    return page(
        request, "refund.html",
        title=f"Refund of {Money(row.amount_minor, row.currency)}", refund=row, order=order, form=form,
        steps=tracker(row, None), can_retry=row.state == "failed" and latest.id == row.id,
        newer=encode(REFUND, bucket, latest.id) if latest.id != row.id else None,
        effect=_effect(row, zone), sub=encode(SUBSCRIPTION, bucket, row.subscription_id),
        cus=encode(CUSTOMER, bucket, row.customer_id),
        req=encode(REQUEST, bucket, row.request_id) if row.request_id else None,
        audit=entries(facts, rows.policy_labels(), zone), zone=zone, status=422 if form.errors else 200,
    )  # fmt: skip


def _effect(row: RefundRow, zone: ZoneInfo) -> str:
    """What the refund does to access; a later end with its instant."""
    if row.access_until_at is not None:
        return f"Access ends on {value_text(row.access_until_at, zone)}; nothing renews."
    return EFFECTS[row.effect]


def _try(request: HttpRequest, row: RefundRow, form: forms.TransferForm) -> HttpResponse | None:
    transfer = form.is_bound
    way = RefundWay.BANK_TRANSFER if transfer else RefundWay.ORIGINAL
    try:
        done = try_another_way(
            world_of(request), row.bucket, row.id, actor=actor_of(request), way=way,
            reference=form.cleaned_data["reference"] if transfer else "",
        )  # fmt: skip
    except NotFound:
        raise Http404 from None
    newest = rows.refunds_of_order(row.bucket, row.order_id)[0]
    if isinstance(done, Refusal) and done.code == "not_failed":
        messages.info(request, "This refund was followed by another attempt already; here it is.")
    elif isinstance(done, Refusal) and transfer:
        form.add_error(None, done.reason)
        return None
    else:
        tell(request, done, "The transfer is recorded." if transfer else "The refund was asked for again.")
    return redirect("desk:refund", encode(REFUND, newest.bucket, newest.id))
