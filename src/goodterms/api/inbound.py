"""Where gateways tell us that something has changed: `POST /webhooks/<gateway>`.

Whoever sends is known by the signature alone: there is no session, no key and no form token. The raw bytes are read
once, up to a bound, and are what is verified. The answer is 2xx only after the hint is committed; a gateway that gets
another answer sends it again.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from goodterms.usecases.webhooks_in import receive
from goodterms.wiring import world

#: An event is a few thousand bytes; no gateway sends more than this.
MOST_BYTES = 256 * 1024


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest, gateway: str) -> HttpResponse:
    """Take a webhook in: 200, also for one that came before; 400, 404 or 413 for what is none."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return _answer(413, "too large")
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _answer(413, "too large")
    received = receive(world(), gateway, dict(request.headers), body)
    return _answer(received.status, received.reason or "ok")


def _answer(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain")
