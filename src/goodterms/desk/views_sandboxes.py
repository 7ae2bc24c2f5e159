"""Sandboxes at the desk: which there are, where they are reached and by which key; making and dropping them."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from goodterms.desk.pages import actor_of, page, tell, world_of
from goodterms.domain.decision import Refusal
from goodterms.storage.models import SandboxRow
from goodterms.storage.sandboxes import all_sandboxes, find_sandbox
from goodterms.usecases.sandboxes import LONGEST_NAME, ask_for_sandbox, drop_sandbox, key_of


class SandboxForm(forms.Form):
    """A new sandbox."""

    name = forms.CharField(
        max_length=LONGEST_NAME, help_text="Small letters, digits and single hyphens, a letter first: shop-test.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A sandbox and the key that opens it."""

    row: SandboxRow
    key: str


@require_http_methods(["GET", "HEAD", "POST"])
def sandboxes(request: HttpRequest) -> HttpResponse:
    """Every sandbox; make one, drop one."""
    if settings.TEST_WORLD:
        raise Http404
    form = SandboxForm(request.POST if request.POST.get("act") == "create" else None)
    if request.method == "POST" and _acted(request, form):
        return redirect("desk:sandboxes")
    shown = [Shown(row, _key(row)) for row in all_sandboxes()]
    return page(
        request, "sandboxes.html", title="Sandboxes", sandboxes=shown, form=form,
        waiting=any(one.row.state in ("wanted", "dropping") for one in shown), status=422 if form.errors else 200,
    )  # fmt: skip


def _acted(request: HttpRequest, form: SandboxForm) -> bool:
    world = world_of(request)
    if request.POST.get("act") == "drop":
        found = find_sandbox(request.POST.get("name", ""))
        if found is None:
            raise Http404
        drop_sandbox(world, found, actor=actor_of(request))
        tell(request, None, f"{found.name} is being dropped with everything in it.")
        return True
    if not form.is_valid():
        return False
    made = ask_for_sandbox(world, form.cleaned_data["name"], actor=actor_of(request))
    if isinstance(made, Refusal):
        form.add_error("name", made.reason)
        return False
    tell(request, made, f"{made.name} is being made. Look again in a few seconds.")
    return True


def _key(row: SandboxRow) -> str:
    try:
        return key_of(row)
    except InvalidToken:
        return ""
