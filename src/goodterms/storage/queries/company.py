"""The vendor's profile as pages and letters show it."""

from __future__ import annotations

from goodterms.storage.models import Company


def company_profile() -> dict[str, str]:
    """Every value that templates use, blank where nothing is set."""
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
        "sender_name": row.sender_name,
        "sender_email": row.sender_email,
    }
