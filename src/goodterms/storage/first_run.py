"""What an operator sets up: the vendor's profile, the first administrator, colleagues, the shipped policy.

Every function may be repeated; what is there already stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import transaction

from goodterms.domain.decision import Message
from goodterms.storage.messages import post, withdraw_invitations
from goodterms.storage.models import Company, User
from goodterms.storage.policies import publish, shipped_policy

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_EMAILS = ("support_email", "sender_email")


class BadInputError(ValueError):
    """Something the operator typed is not usable; the message says what and why."""


def checked_email(text: str) -> str:
    """An e-mail address in the form in which it is kept. Raises `BadInputError`."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise BadInputError(f"{text!r} is not an e-mail address") from None
    return address


def set_company(values: Mapping[str, str], at: datetime) -> Company:
    """Set the given values of the vendor's profile and keep the others. Raises `BadInputError`, changing nothing."""
    row = Company.objects.first() or Company()
    for name, value in values.items():
        if name in _EMAILS and value:
            value = checked_email(value)
        setattr(row, name, _checked(name, value.strip()))
    row.updated_at = at
    row.save()
    return row


def _checked(name: str, value: str) -> str:
    longest = getattr(Company._meta.get_field(name), "max_length", None) or 200
    if len(value) > longest:
        raise BadInputError(f"{name.replace('_', ' ')} has more than {longest} characters")
    if not value.isprintable():
        raise BadInputError(f"{name.replace('_', ' ')} must be one line of text")
    if name == "name" and not value:
        raise BadInputError("the company needs a name")
    if name == "accent_color" and not _COLOR.fullmatch(value):
        raise BadInputError(f"{value!r} is not a color like #0b5563")
    if name == "support_url" and value:
        try:
            URLValidator(schemes=["https", "http"])(value)
        except ValidationError:
            raise BadInputError(f"{value!r} is not an address that starts with https://") from None
    return value


def has_company() -> bool:
    """Whether the vendor's profile was set up."""
    return Company.objects.exists()


def has_administrator() -> bool:
    """Whether somebody can administer this installation."""
    return User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True).exists()


def enlist(email: str, role: str, at: datetime) -> bool:
    """Let somebody work at the desk in a role, signing in by e-mail code; False when that was so before.

    Raises `BadInputError`; the last administrator can not be given another role.
    """
    address = checked_email(email)
    if role not in User.Role.values or role == User.Role.CUSTOMER:
        raise BadInputError(f"{role!r} is not a role at the desk")
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email__iexact=address).first()
        if user and user.is_active and user.role == role:
            return False
        if user and role != User.Role.ADMINISTRATOR:
            _keep_an_administrator(user)
        if user is None:
            user = User.objects.create_user(address, date_joined=at)
        User.objects.filter(pk=user.pk).update(role=role, is_active=True)
        EmailAddress.objects.get_or_create(user=user, email=address, defaults={"primary": True, "verified": False})
    return True


def invite(email: str, role: str, at: datetime, *, bucket: int, id: UUID) -> bool:
    """`enlist`, and a letter that says so; `bucket` and `id` are where the letter is kept."""
    new = enlist(email, role, at)
    if new:
        label = str(User.Role(role).label)
        mail = Message(
            bucket, uuid5(id, "invitation"), None, "invitation", id.hex, checked_email(email), at, {"role": label}
        )
        post([mail])
    return new


def deactivate(email: str) -> bool:
    """Shut somebody out at once, signed in or not; False when that was so before.

    Raises `BadInputError` for nobody we know and for the last administrator.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email__iexact=email.strip()).first()
        if user is None:
            raise BadInputError(f"nobody signs in with {email.strip()!r}")
        if not user.is_active:
            return False
        _keep_an_administrator(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        withdraw_invitations(user.email)
    return True


def _keep_an_administrator(user: User) -> None:
    others = User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if user.is_active and user.role == User.Role.ADMINISTRATOR and not others.exists():
        raise BadInputError("this is the last administrator: invite another one first")


def publish_shipped_policy(at: datetime) -> str:
    """Publish the reference policy that comes with goodterms; returns its name and version."""
    policy = publish(shipped_policy(), at=at, by="goodterms init")
    return f"{policy.name}, version {policy.version}"
