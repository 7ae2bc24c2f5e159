"""Line icons drawn for this product on a 20 px grid, rendered inline so that they take the text's color."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_PATHS = {
    "check": '<path d="m4.5 10.5 3.6 3.7 7.4-8.4"/>',
    "cross": '<path d="m5.5 5.5 9 9m0-9-9 9"/>',
    "dash": '<path d="M5 10h10"/>',
    "question": '<path d="M7.4 7.4a2.7 2.7 0 1 1 3.9 2.4c-.9.5-1.3 1-1.3 1.9M10 14.8v.1"/>',
    "near": '<path d="M4 8.2c2-2 4-2 6 0s4 2 6 0M4 12.8c2-2 4-2 6 0s4 2 6 0"/>',
    "info": '<circle cx="10" cy="10" r="7.2"/><path d="M10 9.4v4.2M10 6.5v.1"/>',
    "success": '<circle cx="10" cy="10" r="7.2"/><path d="m6.9 10.3 2.1 2.1 4.1-4.6"/>',
    "warn": '<path d="M10 3.2 17.6 16.4H2.4Z"/><path d="M10 8.4v3.6M10 14.1v.1"/>',
    "danger": '<path d="M6.9 2.9h6.2l4 4v6.2l-4 4H6.9l-4-4V6.9Z"/><path d="M10 6.6v4.2M10 13.3v.1"/>',
    "neutral": '<circle cx="10" cy="10" r="7.2"/><path d="M6.8 10h6.4"/>',
    "arrow": '<path d="M4 10h11.5M11 5.5l4.6 4.5-4.6 4.5"/>',
    "back": '<path d="M16 10H4.5M9 5.5 4.4 10 9 14.5"/>',
    "next": '<path d="m8 5.5 4.5 4.5L8 14.5"/>',
    "search": '<circle cx="8.8" cy="8.8" r="5.2"/><path d="m12.8 12.8 3.9 3.9"/>',
    "renew": '<path d="M16.2 8.4A6.5 6.5 0 0 0 4.6 6.6L3.4 8.2M3.2 4.4v3.9h3.9"/>'
    '<path d="M3.8 11.6a6.5 6.5 0 0 0 11.6 1.8l1.2-1.6M16.8 15.6v-3.9h-3.9"/>',
    "clock": '<circle cx="10" cy="10" r="7.2"/><path d="M10 5.8V10l2.9 1.9"/>',
    "card": '<rect x="2.6" y="4.6" width="14.8" height="10.8" rx="2"/><path d="M2.6 8.4h14.8M5.8 12.3h2.8"/>',
    "refund": '<path d="M7.2 4.2 3.6 7.6l3.6 3.5M3.8 7.6h8.1a4.2 4.2 0 0 1 0 8.4H7.4"/>',
    "mail": '<rect x="2.6" y="4.4" width="14.8" height="11.2" rx="2"/><path d="m3.2 6 6.8 5.2L16.8 6"/>',
    "key": '<circle cx="6.8" cy="13.2" r="3.4"/><path d="m9.3 10.7 6.9-6.9M13.2 6.8l2.4 2.4"/>',
    "doc": '<path d="M5 2.8h6.6L15 6.2v11H5Z"/><path d="M11.4 2.8v3.6H15M7.6 10h4.8M7.6 13h4.8"/>',
    "person": '<circle cx="10" cy="6.6" r="3.2"/><path d="M3.8 16.8c.7-3.2 3.1-4.9 6.2-4.9s5.5 1.7 6.2 4.9"/>',
    "print": '<path d="M6 7V3.2h8V7M6 14H3.4V7.4h13.2V14H14"/><path d="M6 11.4h8v5.4H6Z"/>',
    "empty": '<path d="M3 11.2 5.2 4h9.6L17 11.2v4.6H3Z"/><path d="M3 11.2h4.1l1 2h3.8l1-2H17"/>',
    "term": '<path d="M6.4 4H3.6v12h2.8M8.4 7.4h4.4a2.6 2.6 0 0 1 0 5.2H8.4Z"/>',
}


def icon_svg(name: str, size: int = 20, label: str = "") -> SafeString:
    """One icon as inline SVG. Decorative (hidden from assistive technology) unless it has a `label`."""
    paths = mark_safe(_PATHS[name])  # noqa: S308 -- a constant of this module
    described = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="{}" height="{}" viewBox="0 0 20 20" fill="none" stroke="currentColor" '
        'stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        size,
        size,
        described,
        paths,
    )
