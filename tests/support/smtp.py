"""A real SMTP server in this process that keeps what it is given, and refuses or fails when told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """What arrived, and how the next mails are answered (`answers`, then "250 OK"); `refuse` names bad recipients."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    seconds: float = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Take or refuse a recipient."""
        if address in self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the mail, unless told to answer otherwise."""
        await asyncio.sleep(self.seconds)
        if self.answers:
            return self.answers.pop(0)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"

    def text(self, index: int = -1) -> str:
        """The plain part of a mail."""
        part = self.mails[index].get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def html(self, index: int = -1) -> str:
        """The HTML part of a mail."""
        part = self.mails[index].get_body(("html",))
        assert part is not None
        return str(part.get_content())


@contextmanager
def running_sink() -> Iterator[Sink]:
    """A sink on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        sink = Sink(port=probe.getsockname()[1])
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that Django is set up to use."""
    with running_sink() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield made
