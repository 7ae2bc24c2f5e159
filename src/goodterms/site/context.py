"""What every page knows without its view saying so: whose shop this is, whether it is a demo, and the instant."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from goodterms import wiring
from goodterms.portal.brand import accent_color, ink_on
from goodterms.storage.models import Company
from goodterms.usecases.fence import current


def _profile() -> dict[str, str]:
    """Return the vendor's profile with every key templates use, blank where nothing is set."""
    row = Company.objects.first() or Company()
    color = accent_color(row.accent_color)
    return {
        "name": row.name,
        "product_name": row.product_name,
        "logo_text": row.product_name or row.name,
        "legal_name": row.name,
        "address": "",
        "brand": color,
        "brand_ink": ink_on(color),
        "support_email": row.support_email,
        "support_phone": row.support_phone,
        "support_url": row.support_url,
        "policy_url": reverse("portal:policy"),
    }


def company(_request: HttpRequest) -> dict[str, Any]:
    """Offer the vendor's profile and the instant; they are read only if the page shows them."""
    return {
        "company": SimpleLazyObject(_profile),
        "demo": settings.TEST_WORLD and apps.is_installed("goodterms.demo"),
        "sandbox": settings.SANDBOX,
        "fence": SimpleLazyObject(current),
        "now": SimpleLazyObject(lambda: wiring.world().now()),
    }
