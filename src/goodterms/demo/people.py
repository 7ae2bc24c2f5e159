"""Who one can be: the cast in every state, the desk's colleagues, or any customer by address."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from goodterms import wiring
from goodterms.storage.users import vouch_for
from goodterms.usecases.demo.cast import SCENES
from goodterms.usecases.demo.shop import COLLEAGUES


class WhoForm(forms.Form):
    """Any customer, by address."""

    email = forms.EmailField(
        label="E-mail address", help_text="Of any customer here, for example one you see at the desk.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What there is to see, and a button for everybody one can be."""
    return _overview(request, WhoForm())


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Become somebody, without a code or a password."""
    form = WhoForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    user = vouch_for(form.cleaned_data["email"], at=wiring.world().now())
    if user is None:
        form.add_error("email", "Nobody here has this address.")
        return _overview(request, form)
    login(request, user)
    messages.success(request, f"You are {user.name or user.email} now.")
    return redirect("desk:home" if user.is_agent else "portal:account")


def _overview(request: HttpRequest, form: WhoForm) -> HttpResponse:
    context = {
        "title": "The sandbox" if settings.SANDBOX else "The demo",
        "scenes": () if settings.SANDBOX else SCENES,
        "colleagues": COLLEAGUES,
        "form": form,
    }
    return render(request, "demo/overview.html", context, status=422 if form.errors else 200)
