"""The policy page's blocks as a template walks them, and where its links lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from goodterms.domain.policy_page import Bullets, CompanyNames, Example, Link, Page, Paragraph, Rules, Steps
from goodterms.storage.models import Company

_CONTACT = "#contact"


def names_of(row: Company | None) -> CompanyNames:
    """What the page calls the vendor, its account, its support and its store."""
    if row is None or row.name == Company().name:
        return CompanyNames("our company", "customer account", "our support", "our online store")
    return CompanyNames(row.name, f"{row.name} account", f"{row.name} support", f"the {row.name} online store")


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
                shown.append({"kind": "rules", "rules": rules})
    return shown


def _parts(parts: Sequence[str | Link]) -> list[dict[str, str]]:
    return [
        {"text": part.text, "href": _address(part)} if isinstance(part, Link) else {"text": part, "href": ""}
        for part in parts
    ]


def _address(link: Link) -> str:
    if link.url:
        return link.url
    if link.route in ("account", "subscriptions", "refund_request"):
        return reverse("portal:account")
    if link.route == "refund_form":
        return reverse("portal:claim")
    return _CONTACT
