"""Writes clients/python/openapi.sha256: the digest of the document that the client was made from (`make client`)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "openapi.json"
STAMP = ROOT / "clients" / "python" / "openapi.sha256"


def digest() -> str:
    """Return the digest of the document as it is checked in."""
    return sha256(DOCUMENT.read_bytes()).hexdigest()


if __name__ == "__main__":
    STAMP.write_text(digest() + "\n")
