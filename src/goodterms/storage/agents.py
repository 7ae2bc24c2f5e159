"""The people of the desk: invited, given roles, deactivated. A deactivated person's sessions end at once."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from goodterms.domain.decision import Refusal
from goodterms.storage.messages import withdraw_invitations
from goodterms.storage.models import Role, User

DESK_ROLES = (Role.SPECIALIST, Role.SUPERVISOR, Role.ADMINISTRATOR)


def agents() -> list[User]:
    """Everybody of the desk, active ones first."""
    return list(User.objects.exclude(role=Role.CUSTOMER).order_by("-is_active", "email"))


def agent(id: int) -> User | None:
    """One person of the desk."""
    return User.objects.filter(pk=id).exclude(role=Role.CUSTOMER).first()


def agent_by_email(address: str) -> User | None:
    """The person who comes in to the desk with this address, if active."""
    found = User.objects.exclude(role=Role.CUSTOMER).filter(email__iexact=address.strip(), is_active=True)
    return found.first()


def administrators() -> list[str]:
    """The addresses of those who administer this installation."""
    found = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("email")
    return list(found.values_list("email", flat=True))


def works_here(address: str) -> bool:
    """Whether somebody with this address may come in to the desk."""
    return User.objects.exclude(role=Role.CUSTOMER).filter(email__iexact=address, is_active=True).exists()


def own_addresses(user: User) -> frozenset[str]:
    """The e-mail addresses of a person, to keep anybody from approving a refund to himself."""
    known = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return frozenset({user.email.casefold(), *(address.casefold() for address in known)})


def invite_agent(email: str, role: str, *, name: str = "", now: datetime) -> User | Refusal:
    """Give a person a role at the desk; the address is proven by the first code that signs in.

    Refuses `already_invited` for somebody who works at the desk, `role_unknown`.
    """
    if role not in DESK_ROLES:
        return Refusal("role_unknown", f"There is no role {role!r} at the desk.")
    address = email.strip().lower()
    with transaction.atomic():
        known = User.objects.select_for_update().filter(email__iexact=address).first()
        if known is not None and known.is_agent:
            return Refusal("already_invited", f"{address} works at the desk already.", already=known.role == role)
        if known is None:
            known = User.objects.create_user(address, role=role, name=name.strip(), date_joined=now)
        else:
            User.objects.filter(pk=known.pk).update(role=role, name=name.strip() or known.name, is_active=True)
            known.refresh_from_db()
        if not EmailAddress.objects.filter(user=known, email__iexact=address).exists():
            EmailAddress.objects.create(user=known, email=address, primary=True, verified=False)
    return known


def change_role(id: int, role: str, *, by: User) -> Refusal | None:
    """Give an agent another role. Refuses `last_administrator`, `oneself`, `role_unknown`."""
    if role not in DESK_ROLES:
        return Refusal("role_unknown", f"There is no role {role!r} at the desk.")
    with transaction.atomic():
        refusal = _changeable(id, by, stays_administrator=role == Role.ADMINISTRATOR)
        if refusal is None:
            User.objects.filter(pk=id).update(role=role)
    return refusal


def set_active(id: int, active: bool, *, by: User) -> Refusal | None:
    """Let an agent in or keep him out; out ends every session at once. Refuses `oneself`, `last_administrator`."""
    with transaction.atomic():
        refusal = None if active else _changeable(id, by, stays_administrator=False)
        if refusal is None:
            User.objects.filter(pk=id).exclude(role=Role.CUSTOMER).update(is_active=active)
            if not active:
                _end_sessions(id)
                withdraw_invitations(User.objects.get(pk=id).email)
    return refusal


def _changeable(id: int, by: User, *, stays_administrator: bool) -> Refusal | None:
    """Whether a person may lose rights; administrators are locked, so that two can not remove each other."""
    administrators = list(
        User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).values_list("pk", flat=True)
    )
    if stays_administrator:
        return None
    if id in administrators and len(administrators) < 2:
        return Refusal("last_administrator", "The desk needs at least one administrator who can sign in.")
    if id == by.pk:
        return Refusal("oneself", "Ask another administrator to change your own access.")
    return None


def _end_sessions(id: int) -> None:
    keys = list(UserSession.objects.filter(user_id=id).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user_id=id).delete()
