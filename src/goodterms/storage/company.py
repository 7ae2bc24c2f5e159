"""The vendor's own profile: one row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from goodterms.storage.models import Company

FIELDS = (
    "name", "product_name", "accent_color", "support_email", "support_phone", "support_url", "sender_name",
    "sender_email",
)  # fmt: skip


def company() -> Company:
    """The profile, with defaults where nothing was set."""
    return Company.objects.order_by("pk").first() or Company()


def own_name() -> str:
    """The vendor's name; empty as long as none was entered."""
    name: str = company().name
    return "" if name == Company().name else name


def company_profile() -> dict[str, str]:
    """The profile as letters and pages use it: every key is there, blank where nothing is set."""
    row = company()
    return {
        **{field: getattr(row, field) for field in FIELDS},
        "logo_text": row.product_name or row.name,
        "legal_name": row.name,
        "address": "",
        "brand": row.accent_color,
        "brand_ink": "#ffffff",
    }


def save_company(values: Mapping[str, str], *, now: datetime) -> None:
    """Write the profile; only its known fields."""
    row = company()
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.updated_at = now
    row.save()
