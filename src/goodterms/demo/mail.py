"""Mail in the demo: nothing leaves the machine. Letters are kept with their rows, sign-in codes as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from email.utils import format_datetime, parsedate_to_datetime
from itertools import islice
from pathlib import Path
from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend

from goodterms import wiring

_NEWEST = 8


class Backend(EmailBackend):
    """Keeps as a file what no row keeps; a letter that was decided here is stored where it was decided."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Pretend that all went out; a file for each mail of the sign-in."""
        for message in email_messages:
            if message.extra_headers.get("Auto-Submitted") != "auto-generated":
                message.extra_headers["Date"] = format_datetime(wiring.now())  # the demo's clock, not the machine's
                path = Path(str(self.file_path)) / f"{uuid4().hex}.log"
                path.write_bytes(message.message().as_bytes())
        return len(email_messages)

    def open(self) -> bool:
        """There is no connection to open."""
        return False


@dataclass(frozen=True, slots=True)
class CodeMail:
    """A mail of the sign-in: a code to type, or a notice."""

    to: str
    subject: str
    sent_at: datetime
    text: str


def sign_in_mails(folder: Path, to: str) -> list[CodeMail]:
    """The newest mails of the sign-in, of everybody or of one address."""
    if not folder.is_dir():
        return []
    newest = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    read = (_read(path) for path in newest)
    return list(islice((one for one in read if to.casefold() in one.to.casefold()), _NEWEST))


def _read(path: Path) -> CodeMail:
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(parsed, Parsed)
    body = parsed.get_body(("plain",))
    sent_at = parsedate_to_datetime(str(parsed["date"]))
    return CodeMail(
        str(parsed["to"] or ""), str(parsed["subject"] or ""),
        sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC),
        body.get_content() if body else "",
    )  # fmt: skip
