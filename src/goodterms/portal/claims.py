"""The public refund form: the four facts, and the same answer whatever we know (R31).

Nobody can learn here whether an order or an address exists: the answer is the same page after the same time, and what
is told beyond that goes by mail to the address that was given.
"""

from __future__ import annotations

import time

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.facts import Actor
from goodterms.portal.forms import FourFacts
from goodterms.storage.policies import policy_of_plan
from goodterms.usecases.request_refund import submit_claim
from goodterms.wiring import elapsed, world

PUBLIC_FORM = Actor("customer", "public form")
#: Every answer takes at least this long (seconds), more than the longest way through takes.
ANSWERS_AFTER = 0.4


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Ask for exactly four facts; complain only about what can not be true of any order."""
    policy = policy_of_plan("", world().now())
    today = local_date(world().now(), counting_zone(policy.counting, "Pacific/Kiritimati"))  # the first to see a date
    if request.method != "POST":
        return _form(request, FourFacts(today=today))
    form = FourFacts(request.POST, today=today)
    if not form.is_valid():
        return _form(request, form, status=422)
    if not ratelimit.consume(request, action="refund_form"):
        form.add_error(None, "Too many requests came from your network. Please try again in an hour.")
        return _form(request, form, status=429)
    began = elapsed()
    submit_claim(world(), form.claimed(), actor=PUBLIC_FORM, channel="public_form")
    time.sleep(max(ANSWERS_AFTER - (elapsed() - began), 0))
    return redirect("portal:claim_received")


@login_not_required
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The answer to everybody who sent the form."""
    policy = policy_of_plan("", world().now())
    context = {"title": "We have received your request", "days": policy.refund.decide_within_business_days}
    return render(request, "portal/claim_received.html", context)


def _form(request: HttpRequest, form: FourFacts, status: int = 200) -> HttpResponse:
    return render(request, "portal/claim.html", {"title": "Request a refund", "form": form}, status=status)
