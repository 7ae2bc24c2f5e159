"""Every mail that went out, as its reader would see it."""

from __future__ import annotations

from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from goodterms.demo.lists import mail_of, mails
from goodterms.demo.mail import sign_in_mails

_PAGE = 25
#: A letter brings its styles inline, as mail programs want them. It may do nothing else, and only here.
_LETTER_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The mails, newest first, of everybody or of one address."""
    to = request.GET.get("to", "").strip()
    page = Paginator(mails(to), _PAGE).get_page(request.GET.get("page"))
    codes = [] if page.number > 1 else sign_in_mails(settings.DATA_DIR / "outbox", to)
    return render(request, "demo/inbox.html", {"title": "The inbox", "to": to, "page": page, "codes": codes})


@require_safe
def mail(request: HttpRequest, bucket: int, id: UUID) -> HttpResponse:
    """One mail: the letter in a frame of its own, and its text."""
    row = mail_of(bucket, id)
    if row is None:
        raise Http404
    return render(request, "demo/mail.html", {"title": row.mail_subject or row.kind, "mail": row})


@require_safe
@xframe_options_sameorigin
@csp_replace(_LETTER_POLICY)  # type: ignore[arg-type]  # typed for views without arguments
def letter(_request: HttpRequest, bucket: int, id: UUID) -> HttpResponse:
    """The letter alone, for the frame."""
    row = mail_of(bucket, id)
    if row is None or not row.body_html:
        raise Http404
    # Its links open in the window, not in the frame.
    return HttpResponse(row.body_html.replace("<head>", '<head><base target="_top">', 1))
