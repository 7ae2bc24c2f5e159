"""Keys that sign offline answers: one signs, those before are published until their last answer has expired."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from goodterms.storage.models_programs import SigningKey


def signing_key() -> SigningKey | None:
    """The key that signs now."""
    return SigningKey.objects.filter(retired_at=None).first()


def published_keys(retired_after: datetime) -> list[SigningKey]:
    """The key that signs, then those that were retired after an instant."""
    rows = SigningKey.objects.order_by(F("retired_at").desc(nulls_first=True))
    return [key for key in rows if key.retired_at is None or key.retired_at > retired_after]


def replace_signing_key(id: str, private: str, public: str, at: datetime, *, old: str | None) -> SigningKey:
    """Sign with another key, unless somebody else has replaced `old` meanwhile; the key that signs then."""
    try:
        with transaction.atomic():
            if old is not None and not SigningKey.objects.filter(id=old, retired_at=None).update(retired_at=at):
                raise IntegrityError
            return SigningKey.objects.create(id=id, private=private, public=public, created_at=at)
    except IntegrityError:
        found = signing_key()
        if found is None:
            raise
        return found
