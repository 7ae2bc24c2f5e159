"""Links in letters that work without signing in: the id of a request or an inquiry, signed by us.

Whoever holds the link holds the mailbox it was sent to. It shows and answers one request and nothing else; it needs
no end date, because what it allows ends with the request.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.signing import BadSignature, Signer

from goodterms.domain.public_id import REQUEST, PublicIdError, decode, encode

INQUIRY = "inq"


def _signer() -> Signer:
    return Signer(salt="goodterms.request-link", sep=".")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a link is about: a refund request (with its bucket) or an inquiry (bucket 0 in its id)."""

    kind: str  # request | inquiry
    bucket: int
    id: UUID


def request_token(bucket: int, id: UUID) -> str:
    """The signed text that stands for a refund request in `/requests/<token>/`."""
    return str(_signer().sign(encode(REQUEST, bucket, id)))


def inquiry_token(id: UUID) -> str:
    """The signed text that stands for an inquiry in `/requests/<token>/`."""
    return str(_signer().sign(encode(INQUIRY, 0, id)))


def request_path(bucket: int, id: UUID) -> str:
    """The address of a request's page for a letter, below the site's own address."""
    return f"/requests/{request_token(bucket, id)}/"


def inquiry_path(id: UUID) -> str:
    """The address of an inquiry's page for a letter, below the site's own address."""
    return f"/requests/{inquiry_token(id)}/"


def read_token(token: str) -> Subject | None:
    """What a signed text stands for; None when we did not sign it."""
    try:
        text = _signer().unsign(token)
        if text.startswith(f"{INQUIRY}_"):
            return Subject("inquiry", *decode(INQUIRY, text))
        return Subject("request", *decode(REQUEST, text))
    except (BadSignature, PublicIdError):
        return None
