"""The world's letter boxes: a mail server that is sometimes away, and the letters that arrived."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from goodterms.simulation.stage import Stage


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that arrived: when, to whom, about what; copies have the same `message_id`."""

    at: datetime
    to: str
    subject: str
    message_id: str


class Post:
    """What the mail servers of one run have delivered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.letters: list[Letter] = []


class Backend(BaseEmailBackend):
    """Django's way to the post of the run that is going on."""

    post: ClassVar[Post]

    def open(self) -> bool:
        """Connect, or find nobody there."""
        stage = self.post.stage
        if stage.point("mail>", [("no server", stage.odds["mail"])]):
            raise smtplib.SMTPServerDisconnected("nobody there")
        return True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Deliver; the answer may be lost on the way back."""
        stage = self.post.stage
        for message in email_messages:
            if stage.point("mail", [("refused", stage.odds["mail"])]):
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (450, b"later")})
            self.post.letters.append(
                Letter(stage.now, message.to[0], str(message.subject), str(message.extra_headers["Message-ID"]))
            )
            stage.note(f"letter {message.extra_headers['Message-ID']}")
            if stage.point("mail<", [("answer lost", stage.odds["mail"])], hot=True):
                raise smtplib.SMTPServerDisconnected("the answer was lost")
        return len(email_messages)
