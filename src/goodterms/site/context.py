"""What every page knows without its view saying so: whose shop this is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from goodterms.storage.models import Company


def _profile() -> dict[str, str]:
    """Return the vendor's profile with every key templates use, blank where nothing is set."""
    row = Company.objects.first() or Company()
    return {
        "name": row.name,
        "product_name": row.product_name,
        "logo_text": row.product_name or row.name,
        "legal_name": row.name,
        "address": "",
        "brand": row.accent_color,
        "brand_ink": "#ffffff",
        "support_email": row.support_email,
        "support_phone": row.support_phone,
        "support_url": row.support_url,
    }


def company(_request: HttpRequest) -> dict[str, Any]:
    """Offer the vendor's profile; it is read only if the page shows it."""
    return {"company": SimpleLazyObject(_profile)}
