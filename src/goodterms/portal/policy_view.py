"""The public policy page: in the reader's language, for the version in force, an older one, or another policy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from goodterms.domain.page.policy_page import Bullets, Example, Link, Page, Paragraph, Rules, Steps
from goodterms.domain.policy import Policy
from goodterms.domain.words import CATALOGS
from goodterms.storage.company import own_name
from goodterms.storage.policies import NoPolicy, policy_in_force
from goodterms.storage.queries.account import policy_version, policy_versions
from goodterms.usecases.policy_page_text import LANGUAGES, page_in, words_in
from goodterms.wiring import world

_CONTACT = "#contact"
_NUMBER = re.compile(r"(?:(?<=[0-9])|(?<=\b1er)|(?<=\b[0-9]\.)|(?<=\b[0-9][0-9]\.)) (?=[^\W0-9])")
_HYPHEN = re.compile(r"(?<=[0-9])-(?=[0-9])|(?<=\b[eE])-(?=[mM]ail)")
_MOST_DIGITS = 5
_LABELS = (
    "older", "older.link", "contents", "contact", "contact.email", "contact.phone", "contact.web", "contact.pages",
    "contact.account", "contact.account.says", "contact.form", "contact.form.says", "versions", "document", "language",
)  # fmt: skip


@login_not_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The whole policy in plain language, from the data that decides (R49-R51).

    `?lang=` chooses the language, else the browser's wish does; `?version=` shows an older version, `?policy=` another
    policy that has been published.
    """
    now, language = world().now(), language_of(request)
    shown = _policy_asked_for(request)
    page = page_in(shown, language, company=own_name(), on=now.date())
    versions = policy_versions(now, shown.name)
    words = words_in(language)
    context = {
        "title": page.title,
        "page": page,
        "language": language,
        "languages": [_language(request, code) for code in LANGUAGES],
        "labels": {name.replace(".", "_"): words.text(f"page.{name}") for name in _LABELS},
        "older": words.text("page.older.says", version=shown.version),
        "intro": blocks_of(page.intro),
        "sections": sections_of(page),
        "versions": [(version, _address(request, version=str(version))) for version in versions],
        "current_url": _address(request, version=""),
        "shown_version": shown.version,
        "current": not versions or shown.version == versions[0],
    }
    response = render(request, "portal/policy.html", context)
    response["Content-Language"] = language
    patch_vary_headers(response, ("Accept-Language",))
    return response


def language_of(request: HttpRequest) -> str:
    """The language of the page: the one asked for, else the first that the browser wants and the page has."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    spoken = (code.partition("-")[0].lower() for code, _ in wanted)
    return next((code for code in spoken if code in LANGUAGES), LANGUAGES[0])


def _policy_asked_for(request: HttpRequest) -> Policy:
    now, version, name = world().now(), request.GET.get("version", ""), request.GET.get("policy", "reference")
    try:
        if not version:
            return policy_in_force(now, name)
        known = version.isascii() and version.isdecimal() and len(version) <= _MOST_DIGITS
        found = policy_version(int(version), now, name) if known else None
    except NoPolicy:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def _language(request: HttpRequest, code: str) -> dict[str, str]:
    return {"code": code, "name": CATALOGS[code].name, "href": _address(request, lang=code)}


def _address(request: HttpRequest, **changes: str) -> str:
    """This page with other values in its query; an empty one is left out."""
    query = {name: request.GET[name] for name in ("policy", "version", "lang") if name in request.GET}
    wanted = urlencode({name: value for name, value in {**query, **changes}.items() if value})
    return reverse("portal:policy") + (f"?{wanted}" if wanted else "")


def sections_of(page: Page) -> list[dict[str, Any]]:
    """Sections with anchors, headings and blocks for the template."""
    return [{"anchor": s.anchor, "heading": s.heading, "blocks": blocks_of(s.blocks)} for s in page.sections]


def blocks_of(blocks: Sequence[object]) -> list[dict[str, Any]]:
    """Each block as `{kind, parts | items | rules}`; parts are `{text, href}`."""
    shown: list[dict[str, Any]] = []
    for block in blocks:
        match block:
            case Paragraph(parts):
                shown.append({"kind": "paragraph", "parts": _parts(parts)})
            case Example(parts):
                shown.append({"kind": "example", "parts": _parts(parts)})
            case Steps(items):
                shown.append({"kind": "steps", "lines": [_parts(item) for item in items]})
            case Bullets(items):
                shown.append({"kind": "bullets", "lines": [_parts(item) for item in items]})
            case Rules(rules):
                shown.append({"kind": "rules", "rules": [(id, kept_together(says)) for id, says in rules]})
    return shown


def kept_together(text: str) -> str:
    """A text in which no line ends between a number and what it counts, or in "5-7" or "e-mail"."""
    return _HYPHEN.sub("-\u2060", _NUMBER.sub("\u00a0", text))


def _parts(parts: Sequence[str | Link]) -> list[dict[str, str]]:
    return [
        {"text": part.text, "href": _place(part)}
        if isinstance(part, Link)
        else {"text": kept_together(part), "href": ""}
        for part in parts
    ]


def _place(link: Link) -> str:
    if link.url:
        return link.url
    if link.route in ("account", "subscriptions", "refund_request"):
        return reverse("portal:account")
    if link.route == "refund_form":
        return reverse("portal:claim")
    return _CONTACT
