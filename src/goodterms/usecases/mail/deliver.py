"""Sending the mails that are due, through Django's mail backend, each once as far as a network allows.

A mail is sent and then recorded. When a worker dies between the two, the mail goes out again after its lease, with the
same Message-ID, so that it can be recognized as the same letter.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime, formataddr
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import OperationalError

from goodterms.storage.agents import works_here
from goodterms.storage.messages import DueMail, claim_mails, put_back, record_failure, record_sent
from goodterms.storage.policies import NoPolicy, policy_of_plan
from goodterms.storage.queries.company import company_profile
from goodterms.usecases.mail.kinds_desk import DESK_KINDS
from goodterms.usecases.mail.text import Letter, one_line, write_letter
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.mail")

#: Waits after each failure; after the last one the mail is left for people to see.
RETRY_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3),
    timedelta(hours=6), timedelta(hours=12), timedelta(hours=24),
)  # fmt: skip
#: Nothing is wrong with the mail: there is no server to give it to, or it does not let us in.
NO_SERVER = (
    smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError,
)  # fmt: skip


class UndeliverableError(Exception):
    """There is nobody to send this to; trying again would not help."""


def deliver_mail(world: World, limit: int = 50, stop: Callable[[], bool] = lambda: False) -> int:
    """Send the mails that are due, up to `limit`; returns how many were tried.

    `stop` is asked between mails; those that are left are due again at once. None is sent while the fence is up.
    """
    due = claim_mails(world.now(), limit) if not world.held() else []
    if not due:
        return 0
    company, zone = company_profile(), _zone(world.now())
    backend = get_connection()
    tried = 0
    try:
        for position, mail in enumerate(due):
            if stop() or world.held():
                put_back(due[position:], world.now())
                break
            tried += 1
            if not _deliver(world, backend, mail, company, zone):
                # The mail server itself does not answer: trying the others now would only take long.
                put_back(due[position + 1 :], world.now() + RETRY_AFTER[0])
                break
    finally:
        _close(backend)
    return tried


def _deliver(world: World, backend: BaseEmailBackend, mail: DueMail, company: Mapping[str, str], zone: str) -> bool:
    """Send one mail and record what came of it; False when no connection to the server can be had."""
    try:
        if mail.kind in DESK_KINDS and not works_here(mail.to):  # shut out while this was on its way
            raise UndeliverableError("the person was deactivated")
        letter = write_letter(mail, company, site_url=world.site_url, zone=zone)
        message = envelope(mail, letter, company, backend, site_url=world.site_url, now=world.now())
        backend.open()
        backend.send_messages([message])
    except OperationalError:
        raise
    except UndeliverableError as problem:
        _give_up(mail, str(problem))
        return True
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        if codes and min(codes) >= 500:
            _give_up(mail, f"the address was refused ({codes[0]})")
        else:
            _try_again(world, mail, refused)
        return True
    except NO_SERVER as problem:
        _try_again(world, mail, problem)
        return False
    except Exception as problem:  # this mail's own trouble, whatever it is: the next one must not wait for it
        _try_again(world, mail, problem)
        return isinstance(problem, smtplib.SMTPException) or not isinstance(problem, OSError)
    record_sent(mail, world.now(), subject=letter.subject, text=letter.text, html=letter.html)
    return True


def envelope(
    mail: DueMail, letter: Letter, company: Mapping[str, str], backend: BaseEmailBackend | None, *, site_url: str,
    now: datetime,
) -> EmailMultiAlternatives:  # fmt: skip
    """The message with its headers. Raises `UndeliverableError` for what is not one plain address."""
    try:
        validate_email(mail.to)
    except ValidationError:
        raise UndeliverableError("not an e-mail address") from None
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=sender_of(company),
        to=[mail.to],
        reply_to=[company["support_email"]] if company["support_email"] else None,
        headers={
            "Message-ID": message_id(mail, site_url),
            "Date": format_datetime(now),
            "Auto-Submitted": "auto-generated",
        },
        connection=backend,
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def sender_of(company: Mapping[str, str]) -> str:
    """Who mails come from: the company's profile, else the setting."""
    sender: str = company["sender_email"] or settings.DEFAULT_FROM_EMAIL
    name = one_line(company["sender_name"] or company["name"])
    return formataddr((name, sender)) if "<" not in sender else sender


def message_id(mail: DueMail, site_url: str) -> str:
    """The same for every attempt at a mail, so that a second copy is known for one."""
    return f"<{mail.id.hex}.{mail.bucket:03x}@{urlsplit(site_url).hostname or 'localhost'}>"


def _try_again(world: World, mail: DueMail, problem: Exception) -> None:
    error = type(problem).__name__
    if isinstance(problem, smtplib.SMTPResponseException):
        error += f" {problem.smtp_code}"
    if mail.attempts >= len(RETRY_AFTER):
        _give_up(mail, error)
        return
    log.warning("mail not sent", kind=mail.kind, id=mail.id.hex, error=error, attempt=mail.attempts + 1)
    record_failure(mail, error, world.now() + RETRY_AFTER[mail.attempts])


def _give_up(mail: DueMail, why: str) -> None:
    log.error("mail given up", kind=mail.kind, id=mail.id.hex, error=why, attempt=mail.attempts + 1)
    record_failure(mail, why, None)


def _zone(now: datetime) -> str:
    """The zone in which dates are said to somebody whose own is not known: the policy's."""
    try:
        return policy_of_plan("", now).timezone
    except NoPolicy:
        return "UTC"


def _close(backend: BaseEmailBackend) -> None:
    try:
        backend.close()
    except (OSError, smtplib.SMTPException):
        log.info("mail server left without a good-bye")
