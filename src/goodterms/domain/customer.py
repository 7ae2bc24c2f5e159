"""The customer: who bought, where mail goes, and in which words and hours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from goodterms.domain.value import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer. `bucket` (0..4095) is drawn when the customer is created, never changes, and is on all his rows.

    `country` (ISO 3166-1), `state` and `consumer` (buys privately, not for a trade) choose the law; None is not known.
    """

    bucket: int
    id: UUID
    email: str
    name: str
    created_at: datetime
    timezone: str | None = None
    locale: str = "en"
    country: str | None = None
    state: str | None = None
    consumer: bool | None = None
