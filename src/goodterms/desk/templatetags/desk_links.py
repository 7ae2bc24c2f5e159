"""Public ids and words for the desk's templates."""

from __future__ import annotations

from typing import Any

from django import template

from goodterms.desk.pages import person
from goodterms.desk.words import CHANNELS, failure_words
from goodterms.domain.public_id import CUSTOMER, REFUND, REQUEST, SUBSCRIPTION, encode

register = template.Library()


@register.filter
def cus_id(row: Any) -> str:
    """The public id of a row's customer."""
    return encode(CUSTOMER, row.bucket, row.customer_id)


@register.filter
def sub_id(row: Any) -> str:
    """The public id of a row's subscription."""
    return encode(SUBSCRIPTION, row.bucket, row.subscription_id)


@register.filter
def req_id(row: Any) -> str:
    """The public id of a refund request."""
    return encode(REQUEST, row.bucket, row.id)


@register.filter
def ref_id(row: Any) -> str:
    """The public id of a refund."""
    return encode(REFUND, row.bucket, row.id)


@register.filter
def channel_words(channel: str) -> str:
    """A channel inside a sentence."""
    return CHANNELS.get(channel, channel).lower()


@register.filter
def person_words(actor: str) -> str:
    """An actor as people say it."""
    return person(actor)


@register.filter
def failure(code: str | None) -> str:
    """Why a refund failed, in words."""
    return failure_words(code)


@register.filter
def spaced(code: str) -> str:
    """A code as words."""
    return str(code).replace("_", " ").capitalize()
