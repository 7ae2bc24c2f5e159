"""Webhooks at the desk: where facts are sent to, what became of every delivery, sending again, turning off and on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from goodterms.desk.pages import actor_of, page, world_of
from goodterms.storage import webhooks as rows
from goodterms.storage.models import WebhookEndpoint
from goodterms.usecases.webhooks import endpoints

_FORMAT = "%Y-%m-%dT%H:%M"


class ReplayForm(forms.Form):
    """A span of time whose facts are sent again, in UTC."""

    start = forms.DateTimeField(
        label="From", input_formats=[_FORMAT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMAT), help_text="In UTC.",
    )  # fmt: skip
    until = forms.DateTimeField(
        label="Until", input_formats=[_FORMAT, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMAT),
        help_text="In UTC; not included.",
    )  # fmt: skip

    def span(self) -> tuple[datetime, datetime]:
        """Both ends in UTC."""
        told = self.cleaned_data
        return told["start"].replace(tzinfo=UTC), told["until"].replace(tzinfo=UTC)


@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every endpoint, and whether it takes what is sent."""
    return page(request, "webhooks.html", title="Webhooks", endpoints=rows.endpoints())


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, endpoint: UUID) -> HttpResponse:
    """One endpoint: its latest deliveries with every attempt; send again, turn off, turn on."""
    found = rows.endpoint(endpoint)
    if found is None:
        raise Http404
    now = world_of(request).now()
    first = {"start": (now - timedelta(days=1)).replace(second=0), "until": now.replace(second=0)}
    form = ReplayForm(request.POST if request.POST.get("act") == "replay" else None, initial=first)
    if request.method == "POST" and _acted(request, found, form):
        return redirect("desk:webhook", endpoint)
    state = request.GET.get("state", "")
    return page(
        request, "webhook.html", title="Webhook", endpoint=found, form=form, state=state,
        states=[("", "All"), ("pending", "Waiting"), ("failed", "Given up"), ("delivered", "Delivered")],
        deliveries=rows.deliveries(endpoint, state=state if state in ("pending", "failed", "delivered") else ""),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _acted(request: HttpRequest, found: WebhookEndpoint, form: ReplayForm) -> bool:
    world, act = world_of(request), request.POST.get("act")
    if act == "disable":
        endpoints.disable(world, found, actor=actor_of(request))
        messages.success(request, "Nothing more is sent there. What waits is kept.")
    elif act == "enable":
        endpoints.enable(world, found, actor=actor_of(request))
        messages.success(request, "Facts are sent there again, what waited first.")
    elif form.is_valid():
        count = endpoints.replay(world, found, *form.span(), actor=actor_of(request))
        messages.success(request, f"{count} facts are sent again.")
    else:
        return False
    return True
