"""Finding customers by what they know, and making new ones."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision
from goodterms.storage.directory import EMAIL, look_up, reserve
from goodterms.storage.load import load_customer
from goodterms.storage.save import save
from goodterms.usecases.world import World


def customer_by_email(email: str) -> Customer | None:
    """The customer with this e-mail address, whatever its case."""
    found = look_up(EMAIL, email)
    return load_customer(*found) if found else None


def find_or_create_customer(
    world: World, *, email: str, name: str, timezone: str | None = None, locale: str = "en",
    country: str | None = None, state: str | None = None, consumer: bool | None = None,
) -> Customer:  # fmt: skip
    """The customer with this e-mail address; made, with a bucket drawn for good, when there is none.

    The address is reserved in the directory first; of two who come at once, one makes the customer and both get it.
    """
    known = customer_by_email(email)
    if known is not None:
        return known
    bucket, id = world.draw_bucket(), world.new_id()
    with transaction.atomic():
        owner = reserve(EMAIL, email, bucket, id)
        if owner == (bucket, id):
            customer = Customer(
                bucket, id, email.strip(), name.strip(), world.now(), timezone, locale, country, state, consumer
            )
            save([Decision(inserts=(customer,))])
    return load_customer(*owner)


def owns(customer: tuple[int, UUID] | None, bucket: int, customer_id: UUID) -> bool:
    """Whether a signed-in customer owns a row; other people's objects answer like missing ones."""
    return customer == (bucket, customer_id)
