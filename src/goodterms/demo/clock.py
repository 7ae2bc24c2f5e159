"""The demo's clock: how late it is, what comes next, and what happened while time passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from goodterms import wiring
from goodterms.demo.lists import happenings
from goodterms.usecases.demo.coming import coming
from goodterms.usecases.demo.turn import ClockBusyError, turn

#: A request does not go on for longer than this; what is left of the way is another click.
_MOST_SECONDS = 20
_PATIENCE = 30  # tenths of a second to wait for the worker or for another visitor


@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: HttpRequest) -> HttpResponse:
    """Show the clock, or move it."""
    if request.method == "POST":
        return _moved(request)
    now = wiring.world().now()
    since = _instant(request.GET.get("since", ""))
    context = {
        "title": "The clock",
        "next": coming(now),
        "since": since,
        "until": _instant(request.GET.get("until", "")),
        "days": happenings(since) if since else [],
    }
    return render(request, "demo/clock.html", context)


def _moved(request: HttpRequest) -> HttpResponse:
    since = wiring.world().now()
    until = _target(request.POST.get("step", ""), since)
    if until is None:
        messages.error(request, "Nothing is coming that time could be moved to.")
        return redirect("demo:clock")
    try:
        with turn(settings.DATA_DIR, patience=_PATIENCE):
            arrived = wiring.let_time_pass(until, _MOST_SECONDS)
    except ClockBusyError:
        messages.info(request, "The clock is being moved already. Look again in a moment.")
        return redirect("demo:clock")
    query = {"since": since.isoformat()}
    if not arrived:
        query["until"] = until.isoformat()
    return redirect(f"{reverse('demo:clock')}?{urlencode(query)}")


def _target(step: str, now: datetime) -> datetime | None:
    if step == "next":
        event = coming(now)
        return event.at + timedelta(seconds=1) if event else None
    until = _instant(step)
    if until is not None:  # the rest of a way that took too long
        return min(until, now + timedelta(days=14))
    return now + timedelta(days={"day": 1, "fortnight": 14}.get(step, 1))


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
