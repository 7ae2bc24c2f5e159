"""People who sign in at the customer's door."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from goodterms.domain.customer import Customer
from goodterms.storage.models import User


def person(email: str, *, verified: bool = True) -> User:
    """Somebody with this address, proven or not."""
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": verified, "primary": True})
    return user


def person_of(customer: Customer) -> User:
    """The person behind a customer, with a proven address."""
    return person(customer.email)
