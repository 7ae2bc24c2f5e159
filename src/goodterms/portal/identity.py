"""Who is asking: the customer behind a signed-in user, and whether an object is his.

Other people's objects answer like missing ones: the same 404, whatever exists.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import RequestLoginCodeForm, SignupForm
from allauth.account.views import email as address_list
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse

from goodterms.domain.customer import Customer
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CUSTOMER, ORDER, SUBSCRIPTION, PublicIdError, decode, encode
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import NotFound, load_customer, load_subscription, subscription_of
from goodterms.storage.models import User
from goodterms.storage.queries.company import company_profile
from goodterms.storage.users import ensure_user, link_user, verified_address
from goodterms.usecases.customers import find_or_create_customer, owns
from goodterms.usecases.mail.deliver import sender_of
from goodterms.usecases.mail.text import one_line
from goodterms.wiring import world


def customer_key(request: HttpRequest) -> tuple[int, UUID] | None:
    """Bucket and id of the customer who is signed in; None when this person has bought nothing yet."""
    user = request.user
    return link_user(user) if isinstance(user, User) else None


def current_customer(request: HttpRequest) -> Customer | None:
    """The customer who is signed in."""
    key = customer_key(request)
    return load_customer(*key) if key else None


def new_customer(request: HttpRequest, name: str) -> Customer | None:
    """A customer for a person whose e-mail address is proven; None where it is not."""
    user = request.user
    address = verified_address(user) if isinstance(user, User) else None
    if address is None:
        return None
    made = find_or_create_customer(world(), email=address, name=name)
    customer_key(request)
    return made


def actor_of(bucket: int, customer_id: UUID) -> Actor:
    """A customer as the journal names him: by public id, never by address."""
    return Actor("customer", encode(CUSTOMER, bucket, customer_id))


def own_subscription(request: HttpRequest, public_id: str) -> Subscription:
    """The subscription, if it belongs to who is asking. Raises Http404."""
    key = _decoded(SUBSCRIPTION, public_id)
    try:
        found = load_subscription(*key, at=world().now(), lock=False)
    except NotFound:
        raise Http404 from None
    if not owns(customer_key(request), found.bucket, found.customer_id):
        raise Http404
    return found


def own_order(request: HttpRequest, public_id: str) -> tuple[int, UUID]:
    """Bucket and id of an order, if it belongs to who is asking. Raises Http404."""
    bucket, order_id = _decoded(ORDER, public_id)
    try:
        subscription_id = subscription_of("orders", bucket, order_id)
        subscription = load_subscription(bucket, subscription_id, at=world().now(), lock=False)
    except NotFound:
        raise Http404 from None
    if not owns(customer_key(request), subscription.bucket, subscription.customer_id):
        raise Http404
    return bucket, order_id


def _decoded(prefix: str, public_id: str) -> tuple[int, UUID]:
    try:
        return decode(prefix, public_id)
    except PublicIdError:
        raise Http404 from None


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where people arrive after signing in: agents at the desk, customers at their account."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The start of the side that this person works on."""
        user = request.user
        if isinstance(user, User) and user.is_agent:
            try:
                return reverse("desk:home")
            except NoReverseMatch:
                return "/desk/"
        return reverse("portal:account")

    def format_email_subject(self, subject: str) -> str:
        """Subjects name the company, so that a code is known for whose it is."""
        name = one_line(company_profile()["name"])
        return f"{name}: {subject}" if name else str(subject)

    def get_from_email(self) -> str:
        """Mails of the sign-in come from the company, like every letter."""
        return sender_of(company_profile())


def addresses(request: HttpRequest) -> HttpResponse:
    """A person's e-mail addresses. A colleague's never changes: it is his name in every record.

    Otherwise one person could approve a refund under one address and confirm it under another.
    """
    if isinstance(request.user, User) and request.user.is_agent:
        messages.info(request, "Your address names you in every record. An administrator invites you under another.")
        return redirect("mfa_index")
    listed: HttpResponse = address_list(request)
    return listed


class RequestCode(RequestLoginCodeForm):  # type: ignore[misc]
    """Asking for a sign-in code: a customer who never signed in gets a user first; strangers are answered alike."""

    def clean_email(self) -> Any:
        """Make the user of a customer, then go on as for everybody."""
        ensure_user(self.cleaned_data["email"], at=world().now())
        return super().clean_email()


class SignUp(SignupForm):  # type: ignore[misc]
    """An account by address alone; a password can be set once the address is proven.

    Else a stranger could set one for a customer's address, and it would open the account as soon as the customer has
    proven the address by a code.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password1", None)
