"""Who may open which page of the desk: one table, checked by one guard around every view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from goodterms.storage.models import Role
from goodterms.wiring import wall_now

SPECIALIST, SUPERVISOR, ADMINISTRATOR = Role.SPECIALIST, Role.SUPERVISOR, Role.ADMINISTRATOR
ANYBODY = frozenset({SPECIALIST, SUPERVISOR, ADMINISTRATOR})
SENIORS = frozenset({SUPERVISOR, ADMINISTRATOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})

#: URL name -> the roles that may open it. A view that is not listed is open to nobody.
ROLES: dict[str, frozenset[Role]] = {
    "home": ANYBODY,
    "approvals": ANYBODY,
    "refunds": ANYBODY,
    "refund": ANYBODY,
    "webhook_again": SENIORS,
    "finance": ANYBODY,
    "differences_csv": ANYBODY,
    "difference_settle": SENIORS,
    "request_new": ANYBODY,
    "request": ANYBODY,
    "request_take": ANYBODY,
    "request_approve": ANYBODY,
    "request_goodwill": ANYBODY,
    "request_decline": ANYBODY,
    "request_ask": ANYBODY,
    "request_information": ANYBODY,
    "request_facts": ANYBODY,
    "request_reopen": ANYBODY,
    "inquiry": ANYBODY,
    "search": ANYBODY,
    "customer": ANYBODY,
    "mail": ANYBODY,
    "subscription": ANYBODY,
    "subscription_cancel": ANYBODY,
    "subscription_undo": ANYBODY,
    "policies": ANYBODY,
    "policy": ANYBODY,
    "policy_compare": ANYBODY,
    "policy_whatif": ANYBODY,
    "policy_propose": SENIORS,
    "policy_proposed": SENIORS,
    "audit": SENIORS,
    "agents": ADMINISTRATORS,
    "agent": ADMINISTRATORS,
    "company": ADMINISTRATORS,
    "webhooks": ADMINISTRATORS,
    "webhook": ADMINISTRATORS,
    "sandboxes": ADMINISTRATORS,
    "plans": ADMINISTRATORS,
    "plan_new": ADMINISTRATORS,
    "plan": ADMINISTRATORS,
}

#: Colleagues sign in anew after so long, so that a session that was left open or taken away ends by itself.
SESSION_LASTS = timedelta(hours=12)
View = Callable[..., HttpResponse]


def guard(name: str, view: View) -> View:
    """The view, for its roles only.

    Whoever is not signed in is asked to (by the middleware that denies by default), and so is a colleague who did so
    more than `SESSION_LASTS` ago; a customer finds no such page; a colleague without the role is told so.
    """
    roles = ROLES.get(name, frozenset())

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.is_active or user.role not in ANYBODY:
            raise Http404
        if _signed_in_long_ago(request):
            logout(request)
            return redirect_to_login(request.get_full_path())
        if user.role not in roles:
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded


def _signed_in_long_ago(request: HttpRequest) -> bool:
    """By the records of the sign-in itself; a demo's one click leaves none and does not end."""
    records = get_authentication_records(request, request.user)
    at = max((float(record.get("at", 0)) for record in records), default=None)
    return at is not None and wall_now().timestamp() - at >= SESSION_LASTS.total_seconds()


def is_senior(request: HttpRequest) -> bool:
    """Whether this person may give the last word on a goodwill refund."""
    return request.user.is_authenticated and request.user.role in SENIORS
