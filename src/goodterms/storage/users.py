"""People who sign in: made for customers who never did, and linked to a customer by a verified address only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction

from goodterms.storage.directory import EMAIL, look_up
from goodterms.storage.models import User


def ensure_user(email: str, *, at: datetime) -> bool:
    """Make a user for a customer's address who has none yet, to be proven by a code; False for a stranger's.

    The address stays unverified until its owner has typed a code that was mailed to it.
    """
    address = email.strip().lower()
    if look_up(EMAIL, address) is None:
        return False
    with transaction.atomic():
        user = User.objects.filter(email__iexact=address).first() or User.objects.create_user(address, date_joined=at)
        if not EmailAddress.objects.filter(email__iexact=address).exists():
            EmailAddress.objects.create(user=user, email=address, verified=False, primary=True)
    return True


def vouch_for(email: str, *, at: datetime) -> User | None:
    """Somebody whose address is taken as proven: a demo's one-click sign-in only. None for strangers."""
    address = email.strip().lower()
    ensure_user(address, at=at)
    user = User.objects.filter(email__iexact=address, is_active=True).first()
    if user is not None:
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
        EmailAddress.objects.filter(user=user, email__iexact=user.email).update(verified=True)
        link_user(user)
    return user


def verified_address(user: User) -> str | None:
    """The address this person has proven to own and signs in with; None before that."""
    owned = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).first()
    return str(owned.email) if owned else None


def link_user(user: User) -> tuple[int, UUID] | None:
    """Bucket and id of the customer behind a verified address, written to the user once; None while there is none."""
    if user.bucket is not None and user.customer_id is not None:
        return user.bucket, user.customer_id
    address = verified_address(user)
    found = look_up(EMAIL, address) if address else None
    if found is None:
        return None
    User.objects.filter(pk=user.pk, customer_id=None).update(bucket=found[0], customer_id=found[1])
    user.bucket, user.customer_id = found
    return found
