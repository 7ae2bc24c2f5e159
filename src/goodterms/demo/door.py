"""A sandbox's own pages are for those who hold its key: who has shown it may be anybody there. A demo has no door."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from goodterms import wiring
from goodterms.storage.api_keys import KnownKey, find_key
from goodterms.usecases.api_keys import Scope, digest_of

View = Callable[..., HttpResponseBase]
#: A cookie of its own: the session ends when somebody becomes somebody else.
_COOKIE = "sandbox_door"
_SECONDS = 12 * 3600


class KeyForm(forms.Form):
    """The key of the sandbox."""

    key = forms.CharField(
        label="Key", max_length=100, help_text="The one that begins with gtk_test_ and may move the clock.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the key, and remember for some hours that it was shown."""
    if not settings.SANDBOX:
        raise Http404
    form = KeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if _opens(find_key(digest_of(form.cleaned_data["key"].strip()))):
            response = redirect("demo:home")
            response.set_signed_cookie(
                _COOKIE, settings.SANDBOX, max_age=_SECONDS, httponly=True, secure=settings.SECURE, samesite="Lax"
            )
            return response
        form.add_error("key", "This key does not open this sandbox.")
    return render(request, "demo/enter.html", {"title": "A sandbox", "form": form}, status=422 if form.errors else 200)


def behind_it(view: View) -> View:
    """The view, in a sandbox for those only who have shown its key."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if settings.SANDBOX and request.get_signed_cookie(_COOKIE, default="", max_age=_SECONDS) != settings.SANDBOX:
            return redirect("demo:enter")
        return view(request, **kwargs)

    return guarded


def _opens(key: KnownKey | None) -> bool:
    valid = key is not None and (key.expires_at is None or wiring.now() < key.expires_at)
    return valid and key is not None and Scope.CLOCK_MOVE in key.scopes
