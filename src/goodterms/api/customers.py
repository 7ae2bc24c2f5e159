"""Customers."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Query

from goodterms.api import told
from goodterms.api.calls import call_of
from goodterms.api.finding import after_key, found, listed
from goodterms.api.problems import Problem
from goodterms.api.routes import read, write
from goodterms.api.shapes import Customer, Customers
from goodterms.api.wishes import CustomerList, NewCustomer
from goodterms.domain.public_id import CUSTOMER
from goodterms.domain.reading.policy_words import wrong_country
from goodterms.storage.models import CustomerRow
from goodterms.storage.queries.pages import page_of, row_of
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.customers import customer_by_email, find_or_create_customer

TAG = "Customers"


@read("/customers", Scope.CUSTOMERS_READ, TAG, Customers)
def list_customers(request: HttpRequest, query: Query[CustomerList]) -> Any:
    """List customers, or find the one with an e-mail address."""
    if query.email is not None:
        known = customer_by_email(query.email)
        row = row_of(CustomerRow, known.bucket, known.id) if known else None
        return {"data": [told.customer(row)] if row else [], "next": None}
    rows = page_of(CustomerRow, {}, after_key(CUSTOMER, query.after), query.limit + 1)
    return listed([dict(told.customer(row)) for row in rows], query.limit)


@read("/customers/{cus}", Scope.CUSTOMERS_READ, TAG, Customer)
def get_customer(request: HttpRequest, cus: str) -> Any:
    """One customer."""
    return told.customer(found(CustomerRow, cus))


@write("/customers", Scope.CUSTOMERS_WRITE, TAG, Customer)
def create_customer(request: HttpRequest, body: NewCustomer) -> Any:
    """Make a customer, or find the one with this e-mail address, who stays as he is."""
    call = call_of(request)
    if body.country is not None and (wrong := wrong_country(body.country)):
        raise Problem("invalid_body", wrong, errors=[{"at": "country", "message": wrong}])
    if body.timezone is not None and not _known(body.timezone):
        wrong = "There is no such time zone."
        raise Problem("invalid_body", wrong, errors=[{"at": "timezone", "message": wrong}])
    made = find_or_create_customer(
        call.world, email=body.email, name=body.name, timezone=body.timezone, locale=body.locale,
        country=body.country, state=body.state, consumer=body.consumer,
    )  # fmt: skip
    row = row_of(CustomerRow, made.bucket, made.id)
    assert row is not None
    return told.customer(row)


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
