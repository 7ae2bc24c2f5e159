"""The customer: who bought, where mail goes, and in which words and hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer. `bucket` (0..4095) is drawn when the customer is created, never changes, and is on all his rows."""

    bucket: int
    id: UUID
    email: str
    name: str
    created_at: datetime
    timezone: str | None = None
    locale: str = "en"
    country: str | None = None
